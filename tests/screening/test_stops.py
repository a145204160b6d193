"""What refuses a publication by itself: no honest text may hit one, however it speaks."""

import tomllib
from pathlib import Path

import pytest

from screening import engine
from screening.linear_model.corpus import FORBIDDEN, HONEST, read_corpus
from screening.rules.fraud_rules import list_stop_codes

TEXTS = tomllib.loads((Path(__file__).parent / "stops.toml").read_text(encoding="utf-8"))
# Written out once more, so that the marks in the rules cannot change unseen.
STOPS = """
upfront_fee.deposit upfront_fee.fee upfront_fee.pay_first agency_fee.fee agency_fee.insider
typing_scam.fee handicraft_deposit.material model_card.photo_fee model_card.named
training_loan.named training_loan.loan training_loan.fee brushing_rebate.named
brushing_rebate.advance brushing_rebate.for_shops card_rental.named card_rental.hand_over
card_rental.open_for_pay account_rental.named account_rental.hand_over account_rental.log_in
money_mule.named money_mule.relay goip_relay.named cash_courier.named
""".split()


@pytest.mark.parametrize("text", TEXTS["honest"])
def test_an_honest_advertisement_is_never_refused(text):
    assert not engine.assess(text).stops


def test_no_honest_text_of_the_corpus_is_refused():
    refused = [
        text.text
        for text in read_corpus()
        if text.label == HONEST and engine.assess(text.text).stops
    ]
    assert refused == []


@pytest.mark.parametrize("text", TEXTS["refused"])
def test_a_plain_demand_for_money_cards_or_orders_is_refused(text):
    assessment = engine.assess(text)
    assert assessment.stops
    assert assessment.level != "low"


@pytest.mark.parametrize("text", TEXTS["waits"])
def test_a_less_plain_one_waits_for_a_person(text):
    assert engine.assess(text).level != "low"


@pytest.mark.parametrize(
    "text",
    [
        "招刷单员，绝不违法",
        "刷单不是骗局，一单八块",
        "帮买家刷单，一单八块",
        "客户定金你先付，入职交500押金",
    ],
)
def test_a_scheme_does_not_escape_by_words_of_honest_texts(text):
    assert engine.assess(text).stops


def test_no_stop_was_added_unseen():
    assert {code.removeprefix("rule.") for code in list_stop_codes()} == set(STOPS)


def test_work_that_may_not_be_offered_is_refused_with_its_law():
    refused = [
        text for text in read_corpus() if text.label == FORBIDDEN and engine.assess(text.text).stops
    ]
    assert len(refused) >= 200
