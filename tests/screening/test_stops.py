"""Findings that refuse a publication by themselves: no honest text may hit one, however it speaks."""

import tomllib
from pathlib import Path

import pytest

from screening import engine, stops
from screening.catalogue import definitions

TEXTS = tomllib.loads((Path(__file__).parent / "stops.toml").read_text(encoding="utf-8"))


def stopped(text):
    return [signal for signal in engine.assess(text).signals if signal.code in stops.CODES]


@pytest.mark.parametrize("text", TEXTS["honest"])
def test_an_honest_advertisement_is_never_refused(text):
    assert not stopped(text)


@pytest.mark.parametrize("text", TEXTS["refused"])
def test_a_plain_demand_for_money_cards_or_orders_is_refused(text):
    assert stopped(text)
    assert engine.assess(text).level != "low"


@pytest.mark.parametrize("text", TEXTS["waits"])
def test_a_less_plain_one_waits_for_a_person(text):
    assert engine.assess(text).level != "low"


@pytest.mark.parametrize(
    "text",
    [
        "招刷单员，绝不违法",
        "刷单不是骗局，一单八块",
        "帮买家刷单，一单八块",
        "有人收银行卡，一张三百",
        "客户定金你先付，入职交500押金",
    ],
)
def test_a_scheme_does_not_escape_by_words_of_honest_texts(text):
    assert stopped(text)


def test_each_stop_is_what_alone_refuses_some_text():
    refused_for = TEXTS["refused_for"]
    assert set(refused_for) == stops.CODES
    found = {code: {signal.code for signal in stopped(text)} for code, text in refused_for.items()}
    assert {code: codes for code, codes in found.items() if codes != {code}} == {}


def test_every_stop_is_a_signal_that_exists():
    assert not stops.CODES - {one.code for one in definitions()}
