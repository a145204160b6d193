"""Signals over advertisements: what they find, where, and what they leave alone."""

import tomllib
from pathlib import Path

import pytest

from screening import engine, signals
from screening.fraud_types import FraudType
from screening.reading import Reading
from screening.signals.wording import CLUES
from screening.signals.wording.clue import AMOUNT, Clue, Clues, _Watch

HONEST = tomllib.loads((Path(__file__).parent / "no_fraud.toml").read_text(encoding="utf-8"))


def types(text):
    return {signal.fraud_type for signal in engine.assess(text).signals}


@pytest.mark.parametrize(
    ("text", "fraud_type"),
    [
        ("手机做单，先垫付后返佣金，一单一结", "brushing_rebate"),
        ("办公室文员，入职须缴纳押金三百元", "upfront_fee"),
        ("安排进厂，收介绍费两百，工作包满意", "agency_fee"),
        ("应聘先参加岗前培训，学费可办分期", "training_loan"),
        ("在家打字，千字三十元，先交保密金", "typing_scam"),
        ("串珠子手工活，先付材料费，成品包回收", "handicraft_deposit"),
        ("招童模，先拍模卡", "model_card"),
        ("点赞一条两元，看视频赚钱", "account_tasks"),
        ("您的简历已通过，请加人事微信办理入职", "fake_recruiter_contact"),
        ("柬埔寨招打字客服，月薪两万，包机票", "overseas_job"),
        ("入职后身份证由公司统一保管", "id_seizure"),
        ("试岗三天无薪，合格后录用", "wage_theft"),
        ("应聘请发手持身份证照片", "info_harvest"),
        ("交会员费入会，拉两个下线就有返利", "pyramid"),
        ("招好评师，带图好评一条四元", "paid_posters"),
        ("收款码代收，资金转到指定账户，日赚佣金", "money_mule"),
        ("高价收购银行卡，一套一千", "card_rental"),
        ("长期收微信号，出租一天一百", "account_rental"),
        ("跑腿取现，跑一趟提成三百，取钱后交给对方", "cash_courier"),
        ("两部手机用音频线对接，每小时一百", "goip_relay"),
        ("拉人进群，一人十元", "fake_cs_caller"),
    ],
)
def test_an_advertisement_of_the_scheme_is_recognised(text, fraud_type):
    found = engine.assess(text)
    assert found.fraud_type == fraud_type
    assert found.level in {"medium", "high"}


def test_findings_say_where_and_why():
    text = "手机兼 职：先 垫付，完成后返现"
    signal = next(s for s in engine.assess(text).signals if s.code.endswith(".advance"))
    assert text[signal.start : signal.end] == "垫付，完成后返现"
    assert signal.code == "wording.brushing_rebate.advance"
    assert signal.fraud_type == FraudType.BRUSHING_REBATE
    assert signal.reason.endswith("。")


@pytest.mark.parametrize("text", HONEST["listing"])
def test_an_honest_advertisement_raises_nothing(text):
    assert not engine.assess(text).signals


@pytest.mark.parametrize(
    ("says", "denies"),
    [
        ("入职交押金三百", "入职不收押金"),
        ("报名费五十元", "免报名费"),
        ("体检费自理", "公司报销体检费"),
        ("试工须交服装费", "不收取任何押金、报名费、服装费"),
        ("收了身份证", "不扣身份证"),
        ("拖欠工资", "从不拖欠工资"),
        ("入职交500押金", "入职0押金"),
        ("应聘交押金", "应聘押金全免"),
    ],
)
def test_a_denied_word_is_no_finding(says, denies):
    assert types(says)
    assert not types(denies)


def test_advice_against_a_scheme_is_no_finding_in_an_advertisement():
    assert types("招刷单员")
    assert not types("谨防刷单")
    assert not types("我们不是刷单")


def test_two_findings_weigh_more_than_one():
    one = engine.assess("招刷单员")
    two = engine.assess("招刷单员，先垫付再返佣金")
    assert one.score < two.score <= 100
    assert len(two.signals) > len(one.signals)


def test_a_finding_repeated_does_not_add_up():
    assert engine.assess("刷单。" * 50).score == engine.assess("刷单。").score


def test_no_text_no_finding():
    found = engine.assess("")
    assert (found.score, found.level, found.fraud_type, found.signals) == (0, "low", "", ())


def test_every_type_but_other_has_clues_with_reasons():
    assert set(CLUES) == set(FraudType) - {FraudType.OTHER}
    for clues in CLUES.values():
        assert len({clue.name for clue in clues}) == len(clues)
        for clue in clues:
            assert 0 < clue.weight <= 100
            assert clue.reason.endswith("。")
            words = [word for part in clue.parts for word in part]
            assert len(words) == len(set(words)), f"{clue} has a word twice"
            assert all(len(word) > 1 or word == AMOUNT for word in words), clue


def found(clue, text):
    return [text[start:end] for _key, _clue, start, end in Clues([("", clue)]).find(Reading(text))]


def test_the_parts_of_a_clue_stand_close_together_in_one_paragraph():
    clue = Clue("c", 50, "", "垫付", "返佣", within=10)
    assert found(clue, "先垫付再返佣") == ["垫付再返佣"]
    assert found(clue, "返佣之前垫付") == ["返佣之前垫付"]
    assert not found(clue, "垫付" + "了" * 10 + "返佣")
    assert not found(clue, "垫付\n返佣")
    assert not found(clue, "垫付")


def test_one_word_is_not_two_parts():
    clue = Clue("c", 50, "", "投资顾问", "投资")
    assert not found(clue, "招投资顾问")
    assert found(clue, "投资顾问带您投资")


def test_a_sum_of_money_can_be_a_part():
    clue = Clue("c", 50, "", "点赞", AMOUNT, within=12)
    assert found(clue, "点赞一条3.5元")
    assert found(clue, "点赞日入几百块")
    assert not found(clue, "点赞很多")


HOSTILE = [
    "刷", "刷单", "押金", "不收", "不收押金", "垫付返", "垫付佣金", "做任务佣金", "1,", "1,000元", "元1", "无",
    "兼职 ", "点赞一条1元", "a\u0301", " ", "\n", "银行卡出租", "\u200b", "，包括押金", "简历 通过 微信 ",
]  # fmt: skip


MORE_HOSTILE = [
    "日赚", "月薪20000-", "我是客服", "下载app", "地点: 缅甸", "收益10%", "好友", "交三百", "谨防", "都是诈骗",
    "报名费，", "138 ", "a@b.", "http://", "年薪20-", "您好", "<数字>", "一二三", "不会以任何理由收取，包括",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE + MORE_HOSTILE)
def test_every_family_comes_to_an_end_with_a_hostile_text(piece):
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    found = engine.assess(text)
    assert 0 <= found.score <= 100
    assert all(0 <= signal.start <= signal.end <= len(text) for signal in found.signals)


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_with_the_text_and_no_faster(piece, monkeypatch):
    steps = 0
    see = _Watch.see

    def counted(self, part, start, end, text):
        nonlocal steps
        steps += 1
        return see(self, part, start, end, text)

    monkeypatch.setattr(_Watch, "see", counted)

    def work(size):
        nonlocal steps
        steps = 0
        text = (piece * (size // len(piece) + 1))[:size]
        for finder in signals.FINDERS.values():
            list(finder(Reading(text)))
        return steps

    whole = work(100_000)
    assert whole <= 2.1 * work(50_000) + 100
    assert whole <= 20 * 100_000
