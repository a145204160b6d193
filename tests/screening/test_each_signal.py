"""Each signal by itself: a text in which it is found, and one like it in which it is not."""

import re
import tomllib
from pathlib import Path

import pytest

from screening import catalogue, engine

DEFINED = {one.code: one for one in catalogue.definitions()}
EXAMPLES = catalogue.examples()
OWN = Path(__file__).parent / "own"
LONGEST = 170  # no reason is explained by more of a text than that
FINDS = [(code, one) for code, each in EXAMPLES.items() for one in each.finds]
LEAVES = [(code, one) for code, each in EXAMPLES.items() for one in each.leaves]
_WORD = re.compile(r"\W+")


def pairs(text):
    plain = _WORD.sub("", text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def found(code, example):
    return DEFINED[code].found(engine.assess(example.text, example.context))


def test_every_signal_has_examples_and_every_example_a_signal():
    assert set(EXAMPLES) == set(DEFINED)


def test_no_text_raises_a_signal_that_nobody_defined():
    """Over the texts of the own set, which all kinds of signals are found in."""
    said = {
        signal.code
        for path in OWN.glob("*.toml")
        for texts in tomllib.loads(path.read_text(encoding="utf-8")).values()
        for text in texts
        for signal in engine.assess(text).signals
    }
    assert len(said) > 60
    assert not said - set(DEFINED)


@pytest.mark.parametrize("code", DEFINED)
def test_a_signal_has_an_example_each_way(code):
    assert EXAMPLES[code].finds
    assert EXAMPLES[code].leaves


@pytest.mark.parametrize(("code", "example"), FINDS, ids=[code for code, _ in FINDS])
def test_a_signal_is_found_with_its_place_its_weight_and_its_reason(code, example):
    signals = found(code, example)
    assert signals
    for signal in signals:
        if signal.end:  # else it stands in no text, but in what is known of the offer
            assert 0 <= signal.start < signal.end <= len(example.text)
            assert signal.end - signal.start <= LONGEST
            shown = example.text[signal.start : signal.end]
            assert shown.strip() == shown
        least, most = DEFINED[code].weights
        assert least <= signal.weight <= most
        assert signal.reason.endswith(("。", "？"))
        assert DEFINED[code].reason in ("", signal.reason)
        assert signal.fraud_type in (DEFINED[code].fraud_types or ("",))


@pytest.mark.parametrize(("code", "example"), LEAVES, ids=[code for code, _ in LEAVES])
def test_a_signal_is_not_found_in_what_only_resembles_it(code, example):
    assert not found(code, example)
    assert any(pairs(example.text) & pairs(one.text) for one in EXAMPLES[code].finds)
