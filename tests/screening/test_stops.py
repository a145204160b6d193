"""What refuses a publication by itself: no honest text may hit one, however it speaks."""

import tomllib
from pathlib import Path

import pytest

from screening import engine
from screening.fraud_types import list_fraud_types
from screening.linear_model.corpus import FORBIDDEN, HONEST, read_corpus
from screening.rules.fraud_rules import list_stop_codes

TEXTS = tomllib.loads((Path(__file__).parent / "stops.toml").read_text(encoding="utf-8"))
AROUND = (
    "社区超市招理货员，早班六点到两点，时薪 19 元，每月 8 号发工资，包一顿午饭。",
    "工作内容：上货、整理排面、检查保质期。要求：能搬 15 公斤，守时。年节有礼品，做满一年有年假。",
)
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


EXAMPLES = {
    fraud_type: tomllib.loads((fraud_type.folder / "examples.toml").read_text("utf-8"))
    for fraud_type in list_fraud_types()
}


@pytest.mark.parametrize("code", STOPS)
def test_each_stop_refuses_its_own_example(code):
    fraud_type, name = code.split(".")
    for text in EXAMPLES[fraud_type][name]["finds"]:
        assert f"rule.{code}" in engine.assess(text).stops


@pytest.mark.parametrize("code", STOPS)
def test_it_does_so_inside_a_long_honest_advertisement(code):
    fraud_type, name = code.split(".")
    text = f"{AROUND[0]}\n{EXAMPLES[fraud_type][name]['finds'][0]}。\n{AROUND[1]}"
    assessment = engine.assess(text)
    assert f"rule.{code}" in assessment.stops
    assert assessment.level == "high"


def test_plain_demands_wait_for_a_person_at_least():
    texts = [*TEXTS["refused"], *TEXTS["waits"]]
    missed = [text for text in texts if engine.assess(text).level == "low"]
    assert len(missed) <= 0.06 * len(texts), missed


@pytest.mark.parametrize(
    "text",
    [
        "招刷单员，绝不违法",
        "刷单不是骗局，一单八块",
        "帮买家刷单，一单八块",
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
