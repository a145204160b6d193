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
FAMILIES = {
    family: [one.code for one in DEFINED.values() if one.family == family]
    for family in sorted({one.family for one in DEFINED.values()})
}
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


@pytest.mark.parametrize("family", FAMILIES)
def test_a_signal_has_an_example_each_way(family):
    lacking = [
        code for code in FAMILIES[family] if not (EXAMPLES[code].finds and EXAMPLES[code].leaves)
    ]
    assert lacking == []


@pytest.mark.parametrize("family", FAMILIES)
def test_a_signal_is_found_with_its_place_its_weight_and_its_reason(family):
    faults = {
        f"{code}: {example.text}": faults_of_finding(code, example)
        for code in FAMILIES[family]
        for example in EXAMPLES[code].finds
    }
    assert {example: wrong for example, wrong in faults.items() if wrong} == {}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_signal_is_not_found_in_what_only_resembles_it(family):
    faults = {
        f"{code}: {example.text}": faults_of_leaving(code, example)
        for code in FAMILIES[family]
        for example in EXAMPLES[code].leaves
    }
    assert {example: wrong for example, wrong in faults.items() if wrong} == {}


def faults_of_finding(code, example):
    """What is wrong with the signals that are found, in words."""
    definition = DEFINED[code]
    signals = found(code, example)
    if not signals:
        return ["not found"]
    least, most = definition.weights
    checks = {
        "weight": lambda signal: least <= signal.weight <= most,
        "end of the reason": lambda signal: signal.reason.endswith(("。", "？")),
        "reason": lambda signal: definition.reason in ("", signal.reason),
        "kind of fraud": lambda signal: signal.fraud_type in (definition.fraud_types or ("",)),
        "place": lambda signal: is_well_placed(signal, example.text),
    }
    return [name for name, holds in checks.items() if not all(holds(signal) for signal in signals)]


def is_well_placed(signal, text):
    if not signal.end:  # it stands in no text, but in what is known of the offer
        return True
    shown = text[signal.start : signal.end]
    return 0 <= signal.start < signal.end <= len(text) and (
        len(shown) <= LONGEST and shown.strip() == shown
    )


def faults_of_leaving(code, example):
    faults = []
    if found(code, example):
        faults.append("found")
    if not any(pairs(example.text) & pairs(one.text) for one in EXAMPLES[code].finds):
        faults.append("resembles no text in which it is found")
    return faults
