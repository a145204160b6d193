"""The registry: one finder a family. A finder reads a text and yields its signals."""

from collections.abc import Callable, Iterable

from screening.assessment import Signal
from screening.context import Context
from screening.reading import Reading

from . import (
    contact_evasion,
    deals,
    discrimination,
    distribution,
    known_contacts,
    learned,
    pay,
    pitch,
    training,
    wording,
)

Finder = Callable[[Reading], Iterable[Signal]]
FinderInOffer = Callable[[Reading, Context], Iterable[Signal]]

FINDERS: dict[str, Finder] = {
    "wording": wording.find,
}
# Of an advertisement only: in an article they would say nothing.
OF_OFFERS: dict[str, FinderInOffer] = {
    "pitch": pitch.find,
    "deals": deals.find,
    "contact_evasion": contact_evasion.find,
    "discrimination": discrimination.find,
    "training": training.find,
    "pay": pay.find,
    "learned": learned.find,
    "known_contacts": known_contacts.find,
    "distribution": distribution.find,
}


def find(reading: Reading) -> list[Signal]:
    return [signal for finder in FINDERS.values() for signal in finder(reading)]


def find_in_offer(reading: Reading, context: Context) -> list[Signal]:
    """What speaks against an offer of work without its wording saying which fraud it is."""
    return [signal for finder in OF_OFFERS.values() for signal in finder(reading, context)]
