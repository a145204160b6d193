"""What may be published by itself, what waits for a person, what is refused; and why."""

import pytest

from accounts.public_text import judgement
from listings.models import ListingRevision
from listings.publication import gate
from listings.publication.transitions import move_listing
from listings.vocabulary.work_slots import encode_slots
from screening.assessment import Assessment, Signal
from sitekit.models import Picture
from sitekit.ocr.readings import PictureReading
from tests.conftest import build_listing_fields
from tests.listings.posting import make_unproved_employer
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


def judge_content(employer, **fields):
    return gate.judge_publication(ListingRevision(**build_listing_fields(**fields)), employer)


def list_reason_codes(verdict):
    return [reason.code for reason in verdict.reasons]


def test_a_plain_offer_of_a_proved_employer_is_published(employer):
    verdict = judge_content(employer)
    assert (verdict.outcome, verdict.reasons, verdict.level) == ("publish", (), "low")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("上岗前交服装费 200 元，干满一个月退。", "fee"),
        ("上 岗 前 交 服\u200b装 费 200 元。", "fee"),
        ("入职要交押金 300 元。", "fee"),
        ("介绍工作先收介绍费 200 元，交了才给工厂地址。", "fee"),
        ("手工活在家做，先交材料费 200 元。", "fee"),
        ("培训合格上岗，培训费 980 元可分期。", "training"),
        ("招刷单员，垫付后返佣金 10%。", "brushing"),
        ("出租银行卡一天 200 元，长期收。", "accounts"),
        ("微信号出租，一天 80 元，扫码登录就行。", "accounts"),
    ],
)
def test_hard_stops_are_refused_with_a_reason_and_a_cure(employer, words, code):
    verdict = judge_content(employer, duties=words)
    assert verdict.outcome == "refuse"
    assert code in list_reason_codes(verdict)
    assert all(reason.words.endswith("。") for reason in verdict.reasons)
    assert next(reason.cure for reason in verdict.reasons if reason.code == code)


def test_every_place_of_a_fault_is_named_in_one_round(employer):
    verdict = judge_content(
        employer,
        title="招聘女服务员",
        duties="端菜、点单。入职先交押金200元，服装费100元。打13974355512，或者13974355513。",
        requirements="仅限女生，本地户口。",
    )
    places = [(r.code, r.field, r.quote, bool(r.cure)) for r in verdict.reasons if r.quote]
    assert places == [
        ("fee", "duties", "入职先交押金", True),
        ("fee", "duties", "服装费", False),
        ("discrimination.sex", "title", "聘女", True),
        ("discrimination.sex", "requirements", "仅限女生", False),
        ("contact_evasion.phone", "duties", "13974355512", True),
        ("contact_evasion.phone", "duties", "13974355513", False),
        ("discrimination.household", "requirements", "本地户口", True),
    ], "those of one kind together; the advice stands once"
    assert [r.is_stop for r in verdict.reasons if r.code == "fee"] == [True, True]


def test_the_same_words_again_are_one_place_and_many_places_have_an_end(employer):
    again = judge_content(employer, duties="仅限女生。" * 3)
    assert [r.quote for r in again.reasons if r.code == "discrimination.sex"] == ["仅限女生"]
    numbers = [f"1397435{number}" for number in range(5512, 5522)]
    many = judge_content(employer, duties="，或者".join(numbers))
    named = [r.quote for r in many.reasons if r.code == "contact_evasion.phone"]
    assert named == numbers[: judgement.MAX_PLACES_OF_REASON]


def test_a_certain_rule_that_the_model_doubts_waits_for_a_person(employer, monkeypatch):
    doubted = Signal("rule.upfront_fee.deposit", 60, 0, 2, "上班之前要交押金。", "upfront_fee")
    hint = Signal("rule.upfront_fee.hint", 50, 0, 2, "提到了钱。", "upfront_fee")
    for signals, outcome in (((hint, doubted), "queue"), ((hint,), "publish")):
        assessment = Assessment(10, "low", "", signals)
        monkeypatch.setattr(gate, "assess_text", lambda *_asked, answer=assessment: answer)
        verdict = judge_content(employer)
        assert verdict.outcome == outcome
    monkeypatch.setattr(
        gate, "assess_text", lambda *_asked: Assessment(10, "low", "", (hint, doubted))
    )
    assert doubted.reason.removesuffix("。") in judge_content(employer).reasons[0].words


@pytest.mark.parametrize("field", ["title", "requirements", "address", "work_hours"])
def test_every_field_people_write_in_is_read(employer, field):
    verdict = judge_content(employer, **{field: "先交服装费"})
    assert verdict.outcome == "refuse"
    signal = next(s for s in verdict.signals if "fee" in s["code"])
    assert signal["field"] == field
    assert "先交服装费"[signal["start"] : signal["end"]].endswith("服装费")


@pytest.mark.parametrize(
    "words",
    [
        "不收任何押金、服装费、培训费。",
        "体检费由公司承担，办健康证的费用报销。",
        "拒绝刷单，谨防刷单骗局。",
        "本岗位不涉及刷单，也不用垫付。",
        "不刷单，不拉人头。",
        "带薪培训三天。",
    ],
)
def test_honest_denials_pass(employer, words):
    assert judge_content(employer, duties=words).outcome == "publish"


def test_a_middling_finding_waits_for_a_person(employer):
    verdict = judge_content(employer, duties="群里有导师带你做单，跟着接待员做任务，佣金秒结。")
    assert (verdict.outcome, list_reason_codes(verdict)) == ("queue", ["risk"])
    assert verdict.level != "low"


def test_a_doubt_names_the_words_that_it_is_about(employer):
    """Its author must know what to say in another way, among twenty sentences."""
    text = f"{'整理货架，补上卖完的。' * 8}群里有导师带你做单，跟着接待员做任务，佣金秒结。"
    reason = judge_content(employer, duties=text).reasons[0]
    assert (reason.code, reason.field) == ("risk", "duties")
    assert reason.quote in text and reason.quote not in "整理货架，补上卖完的。"
    assert f"（“{reason.quote}”）。" in reason.words and not reason.is_stop


def test_of_a_long_passage_that_is_doubted_the_field_alone_is_named(employer, monkeypatch):
    monkeypatch.setattr(judgement, "LONGEST_QUOTE", 1)
    reason = judge_content(
        employer, duties="群里有导师带你做单，跟着接待员做任务，佣金秒结。"
    ).reasons[0]
    assert (reason.code, reason.field, reason.quote) == ("risk", "duties", "")
    assert "（“" not in reason.words


def test_an_offer_close_to_a_finding_waits_without_being_accused(employer, monkeypatch):
    doubtful = Assessment(34, "low", "", (), is_doubtful=True)
    monkeypatch.setattr(gate, "assess_text", lambda *_asked: doubtful)
    verdict = judge_content(employer)
    assert (verdict.outcome, list_reason_codes(verdict), verdict.level) == (
        "queue",
        ["doubt"],
        "low",
    )
    assert "骗" not in verdict.reasons[0].words


def test_the_author_of_a_doubted_offer_sees_which_words_to_write_plainly(employer):
    """No more is said than that: nobody is accused."""
    trap = "帮忙用你的身份证办几张电话卡，一张一百"
    duties = (
        "乾州商场门口发试饮券，介绍新口味，把顾客带到店里。周末两天，上午九点到下午六点，中间休息一个小时。"
        f"{trap}。中午管一顿饭，下班在店里领当天的钱。穿深色裤子和平底鞋，会说普通话，不要求经验。"
    )
    verdict = judge_content(employer, duties=duties)
    (reason,) = verdict.reasons
    assert (verdict.outcome, reason.code, reason.field) == ("queue", "doubt", "duties")
    assert reason.quote == trap and f"拿不准（“{trap}”），由" in reason.words
    assert "请写清楚" in reason.cure and "骗" not in verdict.words
    (signal,) = verdict.signals
    assert (signal["code"], signal["field"], signal["weight"]) == ("model.doubt", "duties", 0)
    assert duties[signal["start"] : signal["end"]] == trap


def test_a_contact_in_the_text_waits_but_not_in_its_own_field(employer):
    verdict = judge_content(employer, duties="有意加微信 abc12345 详聊。")
    assert (verdict.outcome, list_reason_codes(verdict)) == ("queue", ["contact_evasion.wechat"])
    assert judge_content(employer, contact_wechat="abc12345").outcome == "publish"


def test_a_discriminating_requirement_waits_and_is_no_fraud(employer):
    verdict = judge_content(employer, requirements="限女生，18-35 岁，形象好。")
    assert verdict.outcome == "queue"
    assert list_reason_codes(verdict) == [
        f"discrimination.{kind}" for kind in ("sex", "age", "looks")
    ]
    assert (verdict.level, verdict.fraud_type) == ("low", "")
    assert all(reason.cure for reason in verdict.reasons)


def test_a_code_in_a_photo_waits(employer):
    read = PictureReading().describe()
    size = {"width": 9, "height": 9, "widths": [9]}
    plain = Picture.objects.create(digest="a" * 32, reading=read, **size)
    coded = Picture.objects.create(
        digest="b" * 32, reading=read, codes=["https://example.com"], **size
    )
    assert judge_content(employer, photos=[plain.pk]).outcome == "publish"
    verdict = judge_content(employer, photos=[plain.pk, coded.pk])
    assert (verdict.outcome, list_reason_codes(verdict)) == ("queue", ["photo_code"])
    assert "第 2 张" in verdict.reasons[0].words


@pytest.mark.parametrize("category", ["qr_promo", "telephone_operator", "copywriting"])
def test_kinds_of_high_risk_wait(employer, category):
    assert list_reason_codes(judge_content(employer, category=category)) == ["category"]


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "酒吧服务员"},
        {"duties": "在网吧收银，打扫卫生。"},
        {"address": "万达 ＫＴＶ 三楼"},
    ],
)
def test_a_venue_for_adults_that_was_not_chosen_waits(employer, fields):
    verdict = judge_content(employer, **fields)
    assert (verdict.outcome, list_reason_codes(verdict)) == ("queue", ["venue"])
    assert "普通场所" in verdict.reasons[0].words and "请把场所选成" in verdict.reasons[0].cure
    assert judge_content(employer, **fields, venue="other").outcome == "publish"


def test_the_name_of_the_employer_tells_the_venue():
    lounge = make_employer("吉首夜明珠足浴店")
    verdict = judge_content(lounge)
    assert list_reason_codes(verdict) == ["venue"] and "足浴·洗浴·按摩" in verdict.reasons[0].cure
    assert judge_content(lounge, venue="bath").outcome == "publish"


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "KTV 旁边的奶茶店员", "duties": "点单、封口、擦台。"},
        {"duties": "给酒吧送酒水，一趟两小时。"},
        {"requirements": "做过酒吧的也行。"},
        {"title": "酒吧推文撰写", "mode": "online"},
    ],
)
def test_what_only_comes_near_such_a_venue_does_not_wait(employer, fields):
    assert judge_content(employer, **fields).outcome == "publish"


@pytest.mark.parametrize("venue", ["", "bar"])
def test_minors_in_such_a_venue_are_a_matter_of_screening_whatever_was_chosen(employer, venue):
    verdict = judge_content(employer, title="酒吧服务员，16岁以上就行", venue=venue)
    assert (
        list_reason_codes(verdict)[0] == "forbidden.minor_night_work"
        and verdict.outcome != "publish"
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"work_hours": "22:00–6:00"},
        {"work_hours": "22-6"},
        {"title": "仓库夜班分拣"},
        {"duties": "在仓库分拣包裹，晚上10点到早上6点。"},
    ],
)
def test_night_work_in_words_waits_while_it_is_open_to_minors(employer, fields):
    verdict = judge_content(employer, **fields)
    assert (verdict.outcome, list_reason_codes(verdict)) == ("queue", ["night"])
    assert (verdict.reasons[0].field, "勾上夜间" in verdict.reasons[0].cure) == ("slots", True)
    by_slot = judge_content(employer, **fields, slots=encode_slots(["6n"]))
    assert by_slot.outcome == judge_content(employer, **fields, term="night_shift").outcome
    assert by_slot.outcome == "publish"


@pytest.mark.parametrize("hours", ["17:30–22:30", "9:00–18:00", "6:00–14:00", "晚上6点到10点"])
def test_a_shift_that_touches_the_night_does_not_wait(employer, hours):
    assert judge_content(employer, work_hours=hours).outcome == "publish"


@pytest.mark.parametrize(
    ("words", "quote"),
    [
        ("年满１６周岁，学生可做。", "１６周岁"),
        ("16-40岁都要，手脚麻利。", "16-40岁"),
        ("十七岁以上就行。", "十七岁"),
        ("能上晚班，高中生也可以。", "高中生也可"),
        ("未成年可做。", "未成年可"),
    ],
)
def test_words_for_minors_where_the_work_is_for_adults_wait(employer, words, quote):
    verdict = judge_content(employer, requirements=words, venue="ktv")
    reason = next(reason for reason in verdict.reasons if reason.code == "minors")
    assert verdict.outcome != "publish"
    assert (reason.field, reason.quote) == ("requirements", quote) and "18 周岁" in reason.cure
    assert "minors" not in list_reason_codes(judge_content(employer, requirements=words))


@pytest.mark.parametrize(
    "words",
    [
        *("年满18周岁。", "不招16岁的。", "晚上6点到16点。", "16.5元一小时。", "未成年人勿扰。"),
        *(
            "二十六岁以上优先。",
            "三十七岁也行。",
            "给高中生补课，能讲题可先试讲。",
            "陪16岁的孩子跑步。",
        ),
    ],
)
def test_words_for_adults_do_not_wait_there(employer, words):
    assert "minors" not in list_reason_codes(
        judge_content(employer, requirements=words, venue="ktv")
    )


@pytest.mark.parametrize("status", ["unverified", "pending", "lapsed", "rejected"])
def test_an_employer_not_in_good_standing_waits(status):
    assert list_reason_codes(judge_content(make_employer(status=status))) == ["employer"]


@pytest.mark.parametrize(("checks", "outcome"), [("LP", "publish"), ("P", "queue"), ("L", "queue")])
def test_phone_and_identity_must_both_be_checked(checks, outcome):
    assert judge_content(make_employer(checks=checks)).outcome == outcome


def test_a_refusal_names_nothing_but_what_must_be_cured():
    verdict = judge_content(make_unproved_employer(), duties="先交服装费", category="qr_promo")
    assert list_reason_codes(verdict) == ["fee"]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "😀" * 5000,
        "\u202eEVIL\u202c",
        "<script>alert(1)</script>",
        "'; DROP TABLE x; --",
        "1" * 5001,
    ],
)
def test_strange_text_is_judged_and_not_stumbled_over(employer, words):
    assert judge_content(employer, duties=words).outcome in ("publish", "queue")


def test_after_a_removal_for_fraud_a_person_looks_at_all_that_the_employer_posts(employer, publish):
    bad = publish(
        title="展台搭建", duties="夜里把展板从货车搬进馆，按图拼好，再收拾地面上的木屑和胶带。"
    )
    assert judge_content(employer).outcome == "publish"
    move_listing(bad.pk, "removed_fraud", None, "查实", fraud_type="upfront_fee")
    verdict = judge_content(employer)
    assert (verdict.outcome, list_reason_codes(verdict)) == ("queue", ["fraud_before"])
