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
typing_scam.fee handicraft_deposit.material model_card.photo_fee
training_loan.named training_loan.loan training_loan.fee brushing_rebate.named
brushing_rebate.advance brushing_rebate.for_shops card_rental.named card_rental.hand_over
card_rental.open_for_pay account_rental.named account_rental.hand_over account_rental.log_in
money_mule.named money_mule.relay goip_relay.named cash_courier.named
""".split()


@pytest.mark.parametrize("text", TEXTS["honest"])
def test_an_honest_advertisement_is_never_refused(text):
    assessment = engine.assess_offer(text)
    assert (assessment.required_changes, assessment.stops) == ((), ())


@pytest.mark.parametrize("every", [25, pytest.param(1, marks=pytest.mark.full)])
def test_hardly_any_honest_text_of_the_corpus_is_refused(every):
    honest = [text.text for text in read_corpus() if text.label == HONEST][::every]
    refused = [text for text in honest if engine.assess_offer(text).required_changes]
    assert len(refused) <= 0.003 * len(honest), refused


EXAMPLES = {
    fraud_type: tomllib.loads((fraud_type.folder / "examples.toml").read_text("utf-8"))
    for fraud_type in list_fraud_types()
}


def list_stopped(around="{}", decision="stops"):
    """The codes whose first example is refused for that code, or must be changed."""
    examples = {code: read_first_example(code) for code in STOPS}
    return {code for code in STOPS if is_hit(code, around.format(examples[code]), decision)}


def read_first_example(code):
    fraud_type, name = code.split(".")
    return EXAMPLES[fraud_type][name]["finds"][0]


def is_hit(code, text, decision="stops"):
    return f"rule.{code}" in getattr(engine.assess_offer(text), decision)


@pytest.mark.parametrize("code", STOPS)
def test_each_stop_refuses_a_text(code):
    assert is_hit(code, TEXTS["refused_for"][code])


def test_half_of_the_stops_refuse_their_example_inside_a_long_advertisement():
    inside = list_stopped(f"{AROUND[0]}\n{{}}。\n{AROUND[1]}")
    assert len(inside) >= 0.5 * len(STOPS), set(STOPS) - inside


def test_nearly_all_stops_make_an_author_change_their_example():
    for around in ("{}", f"{AROUND[0]}\n{{}}。\n{AROUND[1]}"):
        changed = list_stopped(around, decision="required_changes")
        assert len(changed) >= 0.9 * len(STOPS), set(STOPS) - changed


def test_a_stop_that_counts_makes_the_text_high():
    assessment = engine.assess_offer(
        f"{AROUND[0]}\n上岗前交服装费 200 元，干满一个月退。\n{AROUND[1]}"
    )
    assert assessment.stops == ("rule.upfront_fee.fee",)
    assert assessment.level == "high"


def test_plain_demands_wait_for_a_person_at_least():
    texts = [*TEXTS["refused"], *TEXTS["waits"]]
    missed = [text for text in texts if engine.assess_offer(text).level == "low"]
    assert len(missed) <= 0.15 * len(texts), missed


@pytest.mark.parametrize(
    "text",
    [
        "招刷单员，绝不违法，一单佣金八块，先垫付再连本带佣金返还",
        "帮卖家刷单不是骗局，先垫钱下单，做完返本金加佣金八块",
    ],
)
def test_a_scheme_does_not_escape_by_words_of_honest_texts(text):
    assert engine.assess_offer(text).stops


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("入职要交押金 300 元。", "upfront_fee.deposit"),
        ("介绍工作先收介绍费 200 元，交了才给工厂地址。", "agency_fee.fee"),
        ("出租银行卡一天 200 元，长期收。", "card_rental.hand_over"),
        ("出租微信号，一天五十，日结", "account_rental.hand_over"),
    ],
)
def test_a_demand_of_which_only_a_rule_is_certain_must_be_changed_and_refuses_nothing(text, code):
    assessment = engine.assess_offer(text)
    assert f"rule.{code}" in assessment.required_changes
    assert (assessment.stops, assessment.level) == ((), "high")


def test_no_stop_was_added_unseen():
    assert {code.removeprefix("rule.") for code in list_stop_codes()} == set(STOPS)


def test_work_that_may_not_be_offered_is_refused_with_its_law():
    refused = [
        text
        for text in read_corpus()
        if text.label == FORBIDDEN and engine.assess_offer(text.text).stops
    ]
    assert len(refused) >= 100
