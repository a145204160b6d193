"""What is advised for each kind of fraud: complete, short, and with numbers one can call."""

import pytest

from news.pages.hotlines import APP, SHIPPED_HOTLINES
from screening.fraud_types import FraudType, list_fraud_types
from screening.fraud_types.advice import get_advice

PARTS = {"signs": (2, 3), "continues": (2, 4), "now": (2, 3), "paid": (2, 3), "calls": (2, 3)}


def test_every_type_has_advice_of_its_own_but_other():
    own = {kind for kind in list_fraud_types() if get_advice(kind) != get_advice("")}
    assert own == set(list_fraud_types()) - {FraudType.OTHER}


@pytest.mark.parametrize("fraud_type", list_fraud_types())
def test_each_says_what_gives_it_away_what_follows_and_what_to_do(fraud_type):
    given = get_advice(fraud_type)
    for part, (least, most) in PARTS.items():
        assert least <= len(getattr(given, part)) <= most, part
    assert set(given.calls) <= {*SHIPPED_HOTLINES, APP}
    assert len(set(given.calls)) == len(given.calls)


@pytest.mark.parametrize("fraud_type", list_fraud_types())
def test_sentences_are_short_and_whole(fraud_type):
    given = get_advice(fraud_type)
    for line in (*given.signs, *given.continues, *given.now, *given.paid):
        assert line.endswith(("。", "”")) and len(line) <= 60, line


@pytest.mark.parametrize("fraud_type", [kind for kind in list_fraud_types() if kind != "other"])
def test_no_type_is_fobbed_off_with_what_helps_always(fraud_type):
    for part in ("signs", "continues", "now"):
        assert getattr(get_advice(fraud_type), part) != getattr(get_advice(""), part), part


def test_no_sentence_of_one_type_stands_under_another():
    types: dict[str, str] = {}
    for kind in ("", *list_fraud_types()):
        for part in ("signs", "continues", "now"):
            for line in getattr(get_advice(kind), part):
                if kind == "" or line not in getattr(get_advice(""), part):
                    assert types.setdefault(line, kind) == kind, line


def test_what_is_not_known_gets_what_always_helps():
    assert get_advice("") == get_advice("no such type") == get_advice("other")
    assert get_advice("").calls[0] == "110"
