"""The engine as a whole: what adds up, what is told of it, and what it leaves alone."""

import string
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from screening import engine
from screening.assessment import Signal, combine_weights, get_level
from screening.context import Context, KnownContactMatch, TextSpread
from screening.explanation import (
    DOUBT,
    OF_UNREAD,
    OF_UNSURE_KIND,
    PLAIN_RULE,
    SHOWN,
    explain_by_clauses,
)
from screening.linear_model.features import ModelText
from screening.linear_model.model import load_shipped_model
from screening.reading.folded_text import FoldedText
from screening.rules import fraud_rules
from screening.thresholds import load_thresholds
from tests import linear_time
from tests.daily_tests import is_night, mark_each

HONEST = tomllib.loads((Path(__file__).parent / "no_fraud.toml").read_text(encoding="utf-8"))
DENIED = [
    "诚聘打包员。凡以刷单、垫付名义收钱的都是诈骗，请勿相信",
    "刷单的不要来，我们只招店员",
    "本岗位不涉及租卡、跑分",
    "有人叫你租卡的都是骗子，与本店无关",
    "公司不会以任何理由收钱，包括服装费",
    "不收任何费用，谁向你收报名费请打门店电话",
    "驾校招接待，给学员开票、收报名费",
    "体检费凭票由公司报销",
    "请同学们不要出租银行卡",
    "银行卡别借给别人，工资发您本人卡里",
    "近期有骗子冒充老师收资料费，有疑问打电话给班主任",
    "服装店招导购，服装费店里没有这种说法",
    "编织老师，材料费社区出",
    "选手已交报名费，你负责发号码布",
    "我司不向求职者收中介费",
    "跑腿送蛋糕，不接现金，每单九块",
    "抄写员先交保密费是骗人的吧，老乡你别去",
    "卖卡的最后都被拿去骗老人，实名的是你自己",
    "面试会问你怎么看：为什么有人把银行卡借给同学",
]
ORDINARY = [
    "兼职，日结，加微信",
    "周末展会兼职，一天 180 元当天现结，管一顿饭，加领队微信排班",
    "奶茶店招人，新手手把手教，时薪 18 元，到店面试",
    "骑手，多劳多得，可日结，无经验可培训，当天上岗",
    "电子厂普工，包吃住，推荐朋友入职有奖励，无需经验",
    "插画师可远程，时间自由，按张结算，先看作品再签合同",
    "妈，晚上加班，不用等我吃饭",
    "各位家长，周五下午四点开家长会",
]
SCHEMES = [
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
    ("我是经侦支队民警，你涉嫌洗钱，把钱转到安全账户核查，不要告诉家里人", "impersonate_police"),
    ("小周，我是刘总，在开会不方便接电话，先垫三万转给客户", "impersonate_boss"),
    ("您好，客服这边，您开通了百万保障每月扣费，请共享屏幕帮您关闭", "impersonate_cs"),
    ("无抵押贷款，不看征信，凭身份证当天放款", "fake_loan"),
    ("内部消息，老师带你买股票，稳赚不赔，扫码进群", "fake_investment"),
]


# The model is trained anew now and then; so many may fall to the other side of a threshold.
SPARED = 0.12


def test_honest_words_are_left_alone():
    texts = [*DENIED, *ORDINARY, *HONEST["listing"]]
    accused = [text for text in texts if engine.assess_offer(text).level != "low"]
    assert len(accused) <= SPARED * len(texts), accused
    assert not [text for text in texts if engine.assess_offer(text).required_changes]


def test_plain_schemes_are_recognised():
    missed = []
    for text, fraud_type in SCHEMES:
        assessment = engine.assess_offer(text)
        types = (assessment.fraud_type, assessment.second_type)
        if assessment.level == "low" or fraud_type not in types:
            missed.append(text)
    assert len(missed) <= SPARED * len(SCHEMES), missed


@pytest.mark.parametrize("text", ["hello, how are you", "Ok see you tomorrow", "ок, до завтра"])
def test_a_text_of_another_language_is_not_judged_by_the_model(text):
    assessment = engine.assess_offer(text)
    assert assessment.level == "low"
    assert {signal.reason for signal in assessment.signals} <= {OF_UNREAD}


@pytest.mark.parametrize("text", ["早班", "收银", "第一场", "卖茶。", "新的介绍", "开了十年的茶店"])
def test_a_text_too_short_to_say_anything_is_not_in_doubt(text):
    assert not engine.assess_offer(text).is_doubtful


def test_no_text_no_finding():
    assessment = engine.assess_offer("")
    assert (assessment.level, assessment.signals, assessment.required_changes) == ("low", (), ())


def test_a_text_that_no_rule_knows_is_explained_by_whole_clauses():
    text = "号放我这养着，你照常聊天，一天给你三十，坏了赔你"
    assessment = engine.assess_offer(text)
    clauses = [signal for signal in assessment.signals if signal.code == "model.clause"]
    assert assessment.level != "low"
    assert 1 <= len(clauses) <= 3
    assert {text[s.start : s.end] for s in clauses} <= set(text.split("，"))
    assert all(signal.reason.endswith("。") and "交钱" not in signal.reason for signal in clauses)


def test_neither_a_single_word_nor_an_honest_clause_is_a_reason():
    text = "号放我这养着，一天给你三十。\n员工食堂干净卫生。\n人民北路 1 号"
    clauses = [s for s in engine.assess_offer(text).signals if s.code == "model.clause"]
    assert {text[signal.start : signal.end] for signal in clauses} == {
        "号放我这养着",
        "一天给你三十",
    }


def test_where_a_rule_has_a_sentence_it_is_told_and_no_clause():
    assessment = engine.assess_offer("招刷单员，先垫付再返佣金")
    families = {signal.code.partition(".")[0] for signal in assessment.signals}
    assert "rule" in families and "model" not in families


def test_clauses_are_shown_beside_a_rule_of_another_type():
    folded = FoldedText("入职先交工牌费，手机做单先垫后返，一天三百")
    measured = load_shipped_model().measure(ModelText(folded.text))
    rules = [Signal("rule.fee", PLAIN_RULE, 0, 7, "要先交钱。", "upfront_fee")]
    assert list(explain_by_clauses(measured, folded, rules, "brushing_rebate", 80))
    for named in ("upfront_fee", ""):
        assert not list(explain_by_clauses(measured, folded, rules, named, 80))


def test_known_contacts_and_copies_add_to_what_the_text_says():
    text = "周末发传单，一天 120 元。"
    plain = engine.assess_offer(text)
    known = Context(known=(KnownContactMatch("phone", 0, 0, "money_mule", 1),))
    copied = Context(spread=TextSpread(removed_for="upfront_fee"))
    assert plain.level == "low"
    assert engine.assess_offer(text, known).level == "medium"
    assert engine.assess_offer(text, known).fraud_type == "money_mule"
    assert engine.assess_offer(text, copied).level == "medium"


def test_contacts_and_discrimination_say_nothing_of_fraud():
    text = "奶茶店招店员，时薪 18 元"
    more = engine.assess_offer(f"{text}，限女生，电话 13800138000")
    assert {s.weight for s in more.signals} == {0}
    assert more.level == "low"


def test_a_stop_counts_only_where_the_model_agrees():
    codes = fraud_rules.list_stop_codes()
    scam = engine.assess_offer("上岗前交服装费 200 元，干满一个月退。")
    honest = engine.assess_offer(
        "洗衣店招店员，负责收衣、挂衣、开单。客人丢了取衣牌的，按规定登记，不收工牌费。"
        "每月 4 号发工资，底薪 3500 加提成，月休四天，包一顿午饭。"
    )
    assert set(scam.stops) & codes
    assert not honest.required_changes


def test_two_findings_of_fifty_make_seventy_five():
    assert combine_weights([50, 50]) == 75
    assert combine_weights([]) == 0


@pytest.mark.parametrize(
    ("score", "expected"), [(39, "low"), (40, "medium"), (69, "medium"), (70, "high")]
)
def test_a_level_begins_at_its_score(score, expected):
    assert get_level(score) == expected


def test_the_scores_of_the_cuts_are_those_of_the_levels():
    thresholds = load_thresholds()
    assert engine.compute_score(thresholds.medium, thresholds) == 40
    assert engine.compute_score(thresholds.high, thresholds) == 70
    assert engine.compute_score(thresholds.medium - 0.2, thresholds) < 40
    assert engine.compute_score(-1000.0, thresholds) == 0
    assert engine.compute_score(1000.0, thresholds) == 100


ORDINARY_OFFER = (
    "乾州商场门口发试饮券，介绍新口味，把顾客带到店里。周末两天，上午九点到下午六点，中间休息一个小时。"
    "{}中午管一顿饭，下班在店里领当天的钱。穿深色裤子和平底鞋，会说普通话，不要求经验。"
)


@pytest.mark.parametrize(
    ("sentence", "waits"),
    [
        ("", False),
        ("要交押金五十元。", True),  # a rule
        ("帮忙用你的身份证办几张电话卡，一张一百。", True),  # the model, of this sentence alone
        ("围裙店里借，下班挂回去就行。", False),
    ],
)
def test_one_sentence_in_an_ordinary_offer_brings_a_person(sentence, waits):
    assessment = engine.assess_offer(ORDINARY_OFFER.format(sentence))
    assert (assessment.level, assessment.is_doubtful) == ("low", waits)


def list_doubted_words(text):
    signals = [signal for signal in engine.assess_offer(text).signals if signal.code == DOUBT]
    assert all(signal.weight == 0 and not signal.fraud_type for signal in signals)
    return [text[signal.start : signal.end] for signal in signals]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("", []),
        ("要交押金五十元。", []),  # the rule's own signal marks it
        (
            "帮忙用你的身份证办几张电话卡，一张一百。",
            ["帮忙用你的身份证办几张电话卡，一张一百"],
        ),
    ],
)
def test_the_sentence_that_brought_a_doubt_is_a_signal_without_weight(sentence, words):
    assert list_doubted_words(ORDINARY_OFFER.format(sentence)) == words


def test_of_a_doubted_paragraph_or_whole_the_words_are_marked(monkeypatch):
    thresholds = replace(load_thresholds(), doubt=-20.0, medium=20.0, high=22.0)
    monkeypatch.setattr(engine, "load_thresholds", lambda: thresholds)
    monkeypatch.setattr(engine, "SENTENCE_MARGIN", 50.0)  # no sentence by itself
    trap = "用自己的卡帮公司收款转账，一天八百，不用坐班"
    assert list_doubted_words(f"{ORDINARY_OFFER.format('')}\n{trap}") == [trap]  # the paragraph
    sentence = "帮忙用你的身份证办几张电话卡，一张一百"
    assert list_doubted_words(ORDINARY_OFFER.format(f"{sentence}。")) == [sentence]  # of the whole


def test_an_offer_in_another_language_waits_and_is_said_to_be_unread():
    text = "Work from home, good salary, write to us today\nNo experience needed, start tomorrow"
    assessment = engine.assess_offer(text)
    assert assessment.is_doubtful and {s.reason for s in assessment.signals} == {OF_UNREAD}
    assert list_doubted_words(text) == text.split("\n")


def test_a_few_of_many_doubted_sentences_are_marked(monkeypatch):
    thresholds = load_thresholds()
    monkeypatch.setattr(engine, "load_thresholds", lambda: replace(thresholds, doubt=-50.0))
    assert len(list_doubted_words(ORDINARY_OFFER.format(""))) == SHOWN


def test_a_law_of_which_the_model_is_unsure_marks_the_words(monkeypatch):
    monkeypatch.setattr(engine, "_choose_forbidden_kind", lambda *_asked: "")
    thresholds = replace(load_thresholds(), forbidden=-50.0)
    monkeypatch.setattr(engine, "load_thresholds", lambda: thresholds)
    signals = engine.assess_offer("周末展会兼职，一天 180 元当天现结，管一顿饭").signals
    assert [(signal.code, signal.reason) for signal in signals] == [(DOUBT, OF_UNSURE_KIND)]


def test_a_stop_is_named_once_and_in_the_order_of_the_text():
    assert engine.assess_offer("代考英语四级，一场八百，替考也行，替考六级八百").stops == (
        "forbidden.exam_fraud.named",
    )
    assert engine.assess_offer("兼职刷单返佣，先垫付货款，垫付后刷单返本金加佣金").stops == (
        "rule.brushing_rebate.named",
        "rule.brushing_rebate.advance",
    )


def test_a_text_just_below_medium_is_in_doubt(monkeypatch):
    text = "周末展会兼职，一天 180 元当天现结，管一顿饭，加领队微信排班"
    score = engine.assess_offer(text).score
    thresholds = load_thresholds()
    monkeypatch.setattr(engine, "load_thresholds", lambda: replace(thresholds, doubt=-50.0))
    doubted = engine.assess_offer(text)
    assert (doubted.is_doubtful, doubted.level, doubted.score) == (True, "low", score)
    monkeypatch.setattr(
        engine, "load_thresholds", lambda: replace(thresholds, doubt=-50.0, medium=-50.0)
    )
    assert not engine.assess_offer(text).is_doubtful  # it is more than that


HOSTILE = [
    "刷", "刷单", "不收押金", "垫付返", "1,", "元1", "兼职 ", "a\u0301", " ", "\n", "\u200b", "，包括押金",
    "日赚", "月薪20000-", "138 ", "a@b.", "http://", "<数字>", "一二三", "不会以任何理由收取，包括", "\u202e好", "🔥",
]  # fmt: skip


@pytest.mark.parametrize("piece", mark_each(3, HOSTILE))
def test_every_part_comes_to_an_end_with_a_hostile_text(piece):
    length = 100_000 if is_night() else 30_000
    text = (piece * (length // len(piece) + 1))[:length]
    assessment = engine.assess_offer(text)
    assert 0 <= assessment.score <= 100
    assert all(0 <= s.start <= s.end <= len(text) for s in assessment.signals)


# Rows of one sign, of which each could begin what a pattern looks for: "…" is read as three dots.
SIGNS = [
    *string.punctuation,
    *"。、·—…“《【①★👉",
    "a",
    "1",
    "一",
    "押",
    " ",
    "\n",
    "._",
    "1-",
    "a…",
]


@pytest.mark.parametrize(
    "piece", mark_each(9, ["…", "刷单，垫付返佣", "1,000元 ", "a1_b2 ", *SIGNS])
)
def test_work_grows_with_the_text_and_no_faster(piece, monkeypatch):
    monkeypatch.setattr(linear_time, "LENGTH", 8_000)
    assert linear_time.is_linear(engine.assess_offer, piece)


def test_a_law_is_named_only_where_the_model_is_sure_of_the_kind_of_work():
    cards = "弟弟，帮姐把这几张电话卡插到家里的小盒子里，通电就行，一天一百五。"
    assert engine.assess_offer(cards).forbidden == ""


@pytest.mark.parametrize(
    ("ages", "forbidden"),
    [("25-50岁", ""), ("１９岁—45周岁", ""), ("16-45岁", "child_labour"), ("", "child_labour")],
)
def test_who_asks_for_adults_is_not_told_the_law_on_children(ages, forbidden):
    offer = f"招初中生，{ages}身体健康，初中文化，能遵章守纪，不会的可以学"
    assert engine.assess_offer(offer).forbidden == forbidden


def test_a_text_of_nothing_but_short_sentences_is_judged():
    assert engine.assess_offer("日结。招人。好的。快来。做饭。洗碗。").level == "low"
