"""Mentions of contacts in a text, and the one value that identifies a contact."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from screening.contacts.numbers import parse_phone_digits
from screening.contacts.spelled_ids import SpelledId


class ContactMention(NamedTuple):
    name: str  # which kind of finding
    start: int
    end: int
    kind: str = ""  # of the contact, where there is a value to know it by
    value: str = ""


def identify_contact(name: str, written: str, prefix: str = "") -> tuple[str, str]:
    """Return (kind, value) that stay the same wherever the id stands: a WeChat id that is a mobile
    number is that number."""
    if written.isdigit():
        if phone := parse_phone_digits(written):
            return "phone", phone
        if name in {"wechat", "qq"}:
            return ("qq", written) if 5 <= len(written) <= 12 else ("", "")
    if name == "wechat":
        return "wechat", written
    return ("link", f"{prefix}{written}") if prefix else ("", "")


def claim_free[T: (ContactMention, SpelledId)](
    candidates: Iterable[T], taken: bytearray
) -> Iterator[T]:
    """Yield those of which no character is taken, and take their characters."""
    for candidate in candidates:
        if not any(taken[candidate.start : candidate.end]):
            taken[candidate.start : candidate.end] = b"\1" * (candidate.end - candidate.start)
            yield candidate
