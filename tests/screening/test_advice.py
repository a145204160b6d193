"""What is advised for each kind of fraud: complete, short, and with numbers one can call."""

import tomllib

import pytest

from news.pages.hotlines import APP, HOTLINES
from screening import advice
from screening.fraud_types import FraudType

PARTS = {"signs": (2, 3), "continues": (2, 4), "now": (2, 3), "paid": (2, 3), "calls": (2, 3)}
ENTRIES = tomllib.loads(advice.FILE.read_text("utf-8"))


def test_every_type_is_advised_on_and_nothing_else():
    assert set(ENTRIES) == {*FraudType.values, "usual"}


@pytest.mark.parametrize("fraud_type", FraudType.values)
def test_each_says_what_gives_it_away_what_follows_and_what_to_do(fraud_type):
    given = advice.of(fraud_type)
    for part, (least, most) in PARTS.items():
        assert least <= len(getattr(given, part)) <= most, part
    assert set(given.calls) <= {*HOTLINES, APP}
    assert len(set(given.calls)) == len(given.calls)


@pytest.mark.parametrize("fraud_type", FraudType.values)
def test_sentences_are_short_and_whole(fraud_type):
    given = advice.of(fraud_type)
    for line in (*given.signs, *given.continues, *given.now, *given.paid):
        assert line.endswith(("。", "”")) and len(line) <= 60, line


@pytest.mark.parametrize("fraud_type", [kind for kind in FraudType.values if kind != "other"])
def test_no_type_is_fobbed_off_with_what_helps_always(fraud_type):
    for part in ("signs", "continues", "now"):
        assert getattr(advice.of(fraud_type), part) != getattr(advice.of(""), part), part


def test_no_sentence_of_one_type_stands_under_another():
    told: dict[str, str] = {}
    for kind, entry in ENTRIES.items():
        for part in ("signs", "continues", "now"):
            for line in entry.get(part, ()):
                assert told.setdefault(line, kind) == kind, line


def test_what_is_not_known_gets_what_always_helps():
    assert advice.of("") == advice.of("no such type") == advice.of("other")
    assert advice.of("").calls[0] == "110"
