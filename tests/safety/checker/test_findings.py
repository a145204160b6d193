"""Which findings of a text are shown, in which groups: few, and none that would confuse."""

import random

import pytest

from safety.checker.findings import group_findings, quote_span
from screening.assessment import Assessment, Signal
from screening.context import Context
from screening.forbidden_work import load_forbidden_work
from screening.screen import screen_text
from tests import linear_time
from tests.safety.checking import build_signal

TEXT = "先垫付本金和佣金一起返，入职交押金，加微信 abc123，限女生，兼职，日结"


def get_reasons_by_tone(*signals, level="high", fraud_type="brushing_rebate", text=TEXT):
    """{tone: reasons}, in order."""
    assessment = Assessment(90, level, fraud_type, signals)
    groups, _spans = group_findings(text, assessment)
    return {group.tone: [reason.words for reason in group.reasons] for group in groups}


def of_kind(reason, start, end, weight, kind="brushing_rebate"):
    return build_signal("wording.x", start, end, reason, kind, weight)


def test_a_hint_is_not_shown_and_in_a_harmless_text_less_is():
    hints = of_kind("一", 0, 1, 11), of_kind("二", 2, 3, 12), of_kind("三", 4, 5, 20)
    assert get_reasons_by_tone(*hints) == {"fraud": ["三", "二"]}
    assert get_reasons_by_tone(*hints, level="low") == {"fraud": ["三"]}


def test_in_a_harmless_text_it_is_called_by_a_milder_name():
    assessment = Assessment(20, "low", "brushing_rebate", (of_kind("一", 0, 3, 30),))
    assert group_findings(TEXT, assessment)[0][0].heading == "要留意的地方"


def test_another_kind_is_spoken_of_only_where_it_is_plain():
    shown_findings = get_reasons_by_tone(
        of_kind("自己的", 0, 3, 30),
        of_kind("像贷款", 3, 5, 49, "fake_loan"),
        of_kind("要押金", 14, 16, 50, "upfront_fee"),
        build_signal("pay.high", 0, 0, "钱太多", "", 30),
    )
    assert shown_findings == {"fraud": ["要押金", "自己的", "钱太多"]}


def test_a_finding_has_a_short_name_and_light_ones_are_marked_as_weak():
    assessment = Assessment(
        90,
        "high",
        "brushing_rebate",
        (
            of_kind("先垫付。", 0, 3, 60),
            of_kind("催人。", 4, 6, 20),
            build_signal("pay.too_good", 7, 9, "太多。", "", 35),
            build_signal("contact_evasion.wechat", 10, 12, "微信。", weight=10),
            build_signal("forbidden.exam_fraud.named", 13, 15, "替考。", weight=0),
        ),
    )
    groups, spans = group_findings(TEXT, assessment)
    named = {reason.words: (reason.name, reason.is_strong) for g in groups for reason in g.reasons}
    assert named == {
        "先垫付。": ("要你先垫钱做单", True),
        "太多。": ("报酬高得不合常理", True),
        "催人。": ("要你先垫钱做单", False),
        "替考。": (load_forbidden_work()["exam_fraud"].label, True),
        "微信。": ("把你带到别处", False),
    }
    tones = {span.start: span.tone for span in spans}
    assert (tones[0], tones[4], tones[10]) == ("fraud", "fraud weak", "contact weak")


def test_what_lies_within_a_heavier_finding_of_its_kind_is_left_out():
    shown_findings = get_reasons_by_tone(
        of_kind("整句", 0, 10, 65),
        of_kind("里面", 1, 3, 30),
        of_kind("伸出去", 8, 12, 30),
        of_kind("别的骗局", 1, 3, 60, "upfront_fee"),
    )
    assert shown_findings == {"fraud": ["整句", "别的骗局", "伸出去"]}


def test_of_many_the_heaviest_are_shown_the_heaviest_first():
    many = [of_kind(f"第 {n}", n, n + 1, 20 + n) for n in range(12)]
    assert get_reasons_by_tone(*many) == {"fraud": [f"第 {n}" for n in range(11, 3, -1)]}


def test_a_finding_without_words_is_not_shown():
    assert get_reasons_by_tone(Signal("pitch.x", 60, 0, 2, "", "brushing_rebate")) == {}


def test_each_family_has_its_place():
    shown_findings = get_reasons_by_tone(
        build_signal("known_contacts.wechat", 20, 30, "出现过", "brushing_rebate"),
        build_signal("contact_evasion.wechat", 20, 30, "微信", weight=10),
        build_signal("distribution.removed", 0, 0, "一样", "brushing_rebate", 55),
        build_signal("distribution.spread", 0, 0, "到处都有", weight=20),
        build_signal("discrimination.sex", 31, 34, "性别", weight=0),
        build_signal("forbidden.exam_fraud.named", 35, 37, "替考", weight=0),
        build_signal("model.clause", 38, 44, "像骗局", weight=60),
    )
    assert shown_findings == {
        "fraud": ["像骗局", "一样", "出现过"],
        "forbidden": ["替考"],
        "contact": ["微信"],
        "other": ["到处都有"],
        "rules": ["性别"],
    }


def test_every_text_is_read_as_an_offer():
    demand = build_signal("discrimination.sex", 0, 3, "性别", weight=0)
    assert get_reasons_by_tone(demand, text="招聘兼职限女生") == {"rules": ["性别"]}
    assert get_reasons_by_tone(demand, text="限女生，改天再说") == {"rules": ["性别"]}


def test_a_long_quote_leaves_its_middle_out():
    assert quote_span("垫付\n 佣金", 0, 6) == "垫付 佣金"
    words = quote_span("一" * 30 + "二" * 30, 0, 60)
    assert words == "一" * 12 + "…" + "二" * 12
    assert quote_span("a\u202eb", 0, 3) == "a▯b"


def test_what_the_model_alone_finds_is_not_said_to_ask_for_money():
    clause = build_signal(
        "model.clause", 0, 4, "这句话和查实的“黑中介”说法很像。", "agency_fee", 97
    )
    groups, _spans = group_findings(
        "内部渠道，名额", Assessment(97, "high", "agency_fee", (clause,))
    )
    assert [reason.name for reason in groups[0].reasons] == ["说法可疑"]


def test_the_words_of_a_doubt_are_for_moderators_alone():
    assert (
        get_reasons_by_tone(
            build_signal("model.doubt", 0, 5, "系统拿不准这里。"), level="low", fraud_type=""
        )
        == {}
    )


def test_the_heaviest_place_is_quoted_whatever_comes_first():
    assessment = Assessment(
        90, "high", "", tuple(of_kind("一", n, n + 2, 40 + n, "") for n in (0, 6, 3))
    )
    (group,), spans = group_findings(TEXT, assessment)
    (reason,) = group.reasons
    assert (reason.quote, reason.more_places, len(spans)) == (TEXT[6:8], 2, 3)


def test_places_are_counted_as_they_are_shown_part_by_part():
    assessment = Assessment(
        90, "high", "", (of_kind("一", 0, 10, 40, ""), of_kind("一", 8, 12, 40, ""))
    )
    for parts, more in (((), 0), ([(0, 5), (5, len(TEXT))], 1), ([(0, 3), (3, 9), (9, 20)], 2)):
        (group,), _spans = group_findings(TEXT, assessment, parts)
        assert group.reasons[0].more_places == more


def test_of_places_that_overlap_each_within_a_heavier_one_is_left_out():
    chance = random.Random(4)
    for _text in range(300):
        places = [(start, start + chance.randint(1, 6)) for start in chance.sample(range(14), 12)]
        signals = [
            of_kind(chance.choice("甲乙丙"), *place, 99 - rank) for rank, place in enumerate(places)
        ]
        selected: list[Signal] = []
        for signal in signals:  # the heaviest first
            if not any(
                other.reason != signal.reason
                and other.start <= signal.start
                and signal.end <= other.end
                for other in selected
            ):
                selected.append(signal)
        _groups, spans = group_findings(
            "字" * 20, Assessment(90, "high", "brushing_rebate", signals)
        )
        marked = sorted((span.start, span.end) for span in spans)
        assert marked == sorted((signal.start, signal.end) for signal in selected)


@pytest.mark.django_db
@pytest.mark.parametrize("piece", ["刷单", "刷单，", "先垫付刷单。", "押金，刷单"])
def test_work_grows_with_the_text_and_no_faster(monkeypatch, piece):
    monkeypatch.setattr(linear_time, "LENGTH", 4_000)
    assert linear_time.is_linear(
        lambda text: group_findings(text, screen_text(text, Context())), piece
    )
