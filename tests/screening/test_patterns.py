"""No pattern of a signal can take long: what repeats is bounded, so that work grows with the text."""

import importlib
import pkgutil
import re
from re import _constants as sre
from re import _parser as parser

import pytest

from screening import signals

# Of the engine's own notation, never of a text.
NOTATION = {
    f"screening.signals.deals.deal.{name}"
    for name in ("_CLASS", "_WITH_SUM", "_IS_PLAIN", "_BEFORE_CHOICE")
}
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)


def patterns():
    """Every compiled pattern that the families hold, by where it stands."""
    found = {}
    for module in pkgutil.walk_packages(signals.__path__, "screening.signals."):
        for name, value in vars(importlib.import_module(module.name)).items():
            for pattern in _inside(value):
                found.setdefault(pattern, f"{module.name}.{name}")
    for pattern in signals.deals._ready.patterns():  # made only when met
        found.setdefault(pattern, "deals")
    return found


def _inside(value, depth=0):
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 5:
        if isinstance(value, dict):
            value = value.values()
        elif type(value).__module__.startswith("screening") and hasattr(value, "__dict__"):
            value = vars(value).values()
        elif not isinstance(value, list | tuple | set | frozenset):
            return
        for one in value:
            yield from _inside(one, depth + 1)


def unbounded(tree):
    for op, said in tree:
        if op in REPEATS:
            _least, most, inner = said
            if most == sre.MAXREPEAT:
                yield inner
            yield from unbounded(inner)
        elif op is sre.SUBPATTERN:
            yield from unbounded(said[3])
        elif op is sre.BRANCH:
            for branch in said[1]:
                yield from unbounded(branch)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from unbounded(said[1])


def test_whatever_repeats_is_bounded():
    found = patterns()
    assert len(found) > 500
    assert {
        where: pattern.pattern
        for pattern, where in found.items()
        if where not in NOTATION and any(unbounded(parser.parse(pattern.pattern, pattern.flags)))
    } == {}


@pytest.mark.parametrize("pattern", [r"\d+元", r"(?:赚|挣).*元", r"a{2,}", r"(?=[^x]*y)z"])
def test_an_unbounded_repeat_would_be_seen(pattern):
    assert list(unbounded(parser.parse(pattern)))
