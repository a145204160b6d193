"""The registry: one finder a family. A finder reads a text and yields its signals."""

from collections.abc import Callable, Iterable

from screening.assessment import Signal
from screening.reading import Reading

from . import wording

Finder = Callable[[Reading], Iterable[Signal]]

FINDERS: dict[str, Finder] = {
    "wording": wording.find,
}


def find(reading: Reading) -> list[Signal]:
    return [signal for finder in FINDERS.values() for signal in finder(reading)]
