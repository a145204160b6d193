"""Deals: what is traded in an offer, however it is said; and the same things in lawful work."""

import tomllib
from functools import cache
from pathlib import Path

import pytest

from screening import engine
from screening.context import Context
from screening.fraud_types import FraudType
from screening.reading import Reading
from screening.signals import deals
from screening.signals.deals.deal import ENOUGH_POST, KEPT, Deal, Deals, Side

SET = tomllib.loads((Path(__file__).parent / "deals.toml").read_text(encoding="utf-8"))
# A little under what is reached. The words were chosen with most of these texts in view.
RECALL, RECALL_OF_A_TYPE, RIGHT_TYPE, FALSE_POSITIVES = 0.86, 0.6, 0.9, 0.06
LONGEST = 170


@cache
def judged(label):
    return [(kind, text, engine.assess(text)) for kind in SET for text in SET[kind][label]]


def found(text):
    return {signal.code for signal in deals.find(Reading(text), Context())}


def shown(rows):
    return "\n" + "\n".join(f"{kind}: {said.fraud_type}: {text}" for kind, text, said in rows)


def test_the_engine_finds_the_schemes():
    missed = [row for row in judged("scam") if row[2].level == "low"]
    assert len(missed) <= (1 - RECALL) * len(judged("scam")), shown(missed)


@pytest.mark.parametrize("kind", SET)
def test_the_engine_finds_schemes_of_each_type(kind):
    rows = [row for row in judged("scam") if row[0] == kind]
    missed = [row for row in rows if row[2].level == "low"]
    assert len(rows) >= 16
    assert len(missed) <= (1 - RECALL_OF_A_TYPE) * len(rows), shown(missed)


def test_the_engine_tells_the_type():
    rows = [row for row in judged("scam") if row[2].level != "low"]
    wrong = [row for row in rows if row[2].fraud_type != row[0]]
    assert len(wrong) <= (1 - RIGHT_TYPE) * len(rows), shown(wrong)


def test_the_same_things_in_lawful_work_are_left_alone():
    accused = [row for row in judged("honest") if row[2].level != "low"]
    assert len(accused) <= FALSE_POSITIVES * len(judged("honest")), shown(accused)


def test_every_deal_has_a_reason_and_weights_for_each_number_of_sides():
    assert len({deal.name for deal in deals.DEALS}) == len(deals.DEALS)
    for deal in deals.DEALS:
        assert deal.reason.endswith("。"), deal
        assert deal.musts <= deal.least <= len(deal.sides), deal
        assert min(deal.weights) == deal.least, deal
        assert list(deal.weights.values()) == sorted(deal.weights.values()), deal
        assert all(40 <= weight < 70 for weight in deal.weights.values()), deal


@pytest.mark.parametrize(
    ("offers", "does_not"),
    [
        ("闲置的储蓄卡借我用一个月，给你五百", "要闲置的储蓄卡、给钱借用的都是骗子，请报警"),
        ("身份证交给店长，离职的时候才还", "身份证不用交给店长，也不押证"),
        (
            "照给的词发五星好评，没去过也行，一条四块",
            "反诈宣传：照给的词发五星好评，一条四块，也会被追责",
        ),
        ("打字，领稿前先交八十保密金", "打字，领稿前不用交保密金"),
        (
            "货款打到你卡上，再转给供应商，每万你留六十",
            "出纳，货款打到公司账户，再转给供应商，月薪五千",
        ),
    ],
)
def test_denial_warning_and_lawful_work_are_no_deal(offers, does_not):
    assert found(offers)
    assert not found(does_not)


ONE, OTHER, THIRD = Side("one", "苹果 梨[子树]"), Side("other", "换~# 桌子"), Side("third", "窗户")
POST, WARNING = Side("post", "月薪 双休"), Side("warning", "警惕")
HONEST = (Side("unless", "店里"),)
BARTER = Deal("d", FraudType.OTHER, "", (ONE, OTHER, THIRD), 2, 2, HONEST, {2: 42, 3: 50})
BARTERS = Deals([BARTER], POST, WARNING)


def sides(text):
    return [count for _deal, count, _start, _end in BARTERS.find(Reading(text))]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("梨树，桌子", [2]),
        ("苹果，窗户，换你三百", [3]),
        ("苹果，换你三个", []),  # no money
        ("苹果和窗户", []),  # the other must be there
        ("苹果" + "很" * 39 + "桌子", []),  # two sides stand nearer than three
        ("苹果" + "很" * 39 + "桌子窗户", [3]),
        ("苹果，桌子，在店里", []),
        ("警惕：苹果，桌子", []),
        ("苹果，桌子，月薪两千", []),  # a real post: one side more
        ("苹果，桌子，窗户，月薪两千", [3]),
        ("不收苹果，桌子", []),
    ],
)
def test_enough_sides_meet_nearby_and_nothing_speaks_against_them(text, count):
    assert ENOUGH_POST == 1
    assert sides(text) == count


def test_a_place_points_into_the_text_as_written():
    text = "您好。身 份 证 交给店长，离职的时候才还。"
    (signal,) = deals.find(Reading(text), Context())
    assert text[signal.start : signal.end] == "身 份 证 交给店长，离职"
    assert signal.fraud_type == FraudType.ID_SEIZURE


def test_no_finding_is_longer_than_a_reader_can_take_in():
    texts = ["".join(SET[kind]["scam"]) for kind in SET]
    spans = [s.end - s.start for text in texts for s in deals.find(Reading(text), Context())]
    assert spans
    assert max(spans) <= LONGEST


HOSTILE = [
    "先交三百", "不交三百", "三百", "1.", "1,000元", "先", "一个", "给我", "押金押", "卡给我一天", "三" * 7,
    "身份证交给才还", "银行卡", "帮客", "微信群进", "拉人", "转到你再转", "谨防", "月薪", "收~#", "[押]", "先拿 1",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_comes_to_an_end(piece):
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    signals = list(deals.find(Reading(text), Context()))
    assert all(0 <= signal.start < signal.end <= len(text) for signal in signals)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hits_grow_with_the_text_and_no_faster(piece):
    def hits(size):
        return sum(1 for _hit in deals._ready._hits((piece * size)[:size]))

    assert hits(20_000) <= 2.1 * hits(10_000) + 100


def test_few_places_of_a_side_are_remembered():
    places = deals._ready._places("先交三百，" * 1000)
    assert places
    assert max(map(len, places.values())) <= KEPT
