"""Contacts in a text or in a contact field, each with the one value it is known by.

The value is the same wherever and however the contact is written, so that it can be recognised.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from . import contact_addresses, contact_numbers
from .contact_labels import Found, known_by, labelled
from .reading import Reading

_WECHAT_ID = re.compile(r"[a-z][a-z0-9_\-]{4,19}")


class Contact(NamedTuple):
    """`value`: a phone in E.164, digits of a QQ number, a WeChat id or a mail address in lower case,
    host and path of a link. `start` and `end` point into the text as written."""

    kind: str
    value: str
    start: int
    end: int


def in_text(text: str) -> list[Contact]:
    """In reading order. What only calls to add somebody is no contact."""
    reading = Reading(text)
    return [
        Contact(one.kind, one.value, *reading.span(one.start, one.end))
        for one in found(reading)
        if one.value
    ]


def of_field(kind: str, written: str) -> Contact | None:
    """What was typed into a field for contacts of this kind; None where it is none."""
    text = Reading(written).text.strip()
    known, value = _READERS.get(kind, _of_link)(text)
    return Contact(known, value, 0, len(written)) if value else None


def found(reading: Reading) -> list[Found]:
    """Everything that leads off the site, without overlaps; places count in `reading.text`."""
    text = reading.text
    kept: list[Found] = []
    taken = bytearray(len(text))
    for one in (*_addresses(text), *labelled(text), *_phones(text)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _addresses(text: str) -> Iterator[Found]:
    for one in contact_addresses.addresses(text):
        yield Found(one.name, one.start, one.end, one.name, one.value)


def _phones(text: str) -> Iterator[Found]:
    for one in contact_numbers.phones(text):
        yield Found("phone", one.start, one.end, "phone", one.value)


def _of_phone(text: str) -> tuple[str, str]:
    return "phone", contact_numbers.as_phone(contact_numbers.plain(text))


def _of_wechat(text: str) -> tuple[str, str]:
    plain = re.sub(r"\s", "", text)
    if not _WECHAT_ID.fullmatch(plain):
        plain = contact_numbers.plain(plain)
    return known_by("wechat", plain)


def _of_qq(text: str) -> tuple[str, str]:
    digits = contact_numbers.plain(text)
    return "qq", digits if 5 <= len(digits) <= 12 else ""


def _of_mail(text: str) -> tuple[str, str]:
    return "mail", contact_addresses.mail(text)


def _of_link(text: str) -> tuple[str, str]:
    return "link", contact_addresses.link(text)


_READERS: dict[str, Callable[[str], tuple[str, str]]] = {
    "phone": _of_phone,
    "wechat": _of_wechat,
    "qq": _of_qq,
    "mail": _of_mail,
    "link": _of_link,
}
