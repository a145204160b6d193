"""Findings that refuse a publication by themselves: no honest text may hit one, however it speaks."""

import tomllib
from pathlib import Path

import pytest

from screening import engine, stops
from screening.catalogue import definitions, examples

TEXTS = tomllib.loads((Path(__file__).parent / "stops.toml").read_text(encoding="utf-8"))
# Written out once more, so that the table in code cannot change unseen.
REFUSED = """
wording.upfront_fee.deposit wording.upfront_fee.fee wording.upfront_fee.pay_first
wording.agency_fee.fee wording.agency_fee.insider wording.typing_scam.fee
wording.handicraft_deposit.material wording.model_card.photo_fee wording.model_card.named
wording.training_loan.named wording.training_loan.loan wording.training_loan.fee
wording.brushing_rebate.named wording.brushing_rebate.advance wording.brushing_rebate.for_shops
wording.card_rental.named wording.card_rental.hand_over wording.card_rental.open_for_pay
wording.account_rental.named wording.account_rental.hand_over wording.account_rental.log_in
wording.money_mule.named wording.money_mule.relay wording.goip_relay.named
wording.cash_courier.named training.sold pitch.pays_in pitch.account_lent pitch.card_given
pitch.pay_and_back
""".split()


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


@pytest.mark.parametrize("code", REFUSED)
def test_each_stop_refuses_its_own_example(code):
    for example in examples()[code].finds:
        assert code in {signal.code for signal in stopped(example.text)}


def test_no_stop_was_added_without_a_text():
    assert set(REFUSED) == stops.CODES
