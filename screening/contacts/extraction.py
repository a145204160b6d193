"""Contacts in a text or in a contact field, each with the one value it is known by.

The value is the same wherever and however the contact is written, so that it can be recognised.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from screening.contacts import addresses, numbers
from screening.contacts.disguised_addresses import find_disguised_addresses
from screening.contacts.labels import ContactMention, find_labelled, identify_contact
from screening.contacts.shapes import find_shaped_contacts
from screening.reading.folded_text import FoldedText

_WECHAT_ID = re.compile(r"[a-z][a-z0-9_\-]{4,19}")


class Contact(NamedTuple):
    """`value`: a phone in E.164, digits of a QQ number, a WeChat id or a mail address in lower case,
    host and path of a link. `start` and `end` point into the text as written."""

    kind: str
    value: str
    start: int
    end: int


def find_contacts(text: str) -> list[Contact]:
    """In reading order. What only calls to add somebody is no contact."""
    folded = FoldedText(text)
    return [
        Contact(mention.kind, mention.value, *folded.span(mention.start, mention.end))
        for mention in find_contact_mentions(folded)
        if mention.value
    ]


def parse_contact_field(kind: str, written: str) -> Contact | None:
    """What was typed into a field for contacts of this kind; None where it is none."""
    text = FoldedText(written).text.strip()
    kind_read, value = _READERS.get(kind, _read_link)(text)
    return Contact(kind_read, value, 0, len(written)) if value else None


def find_contact_mentions(folded: FoldedText) -> list[ContactMention]:
    """Everything that leads off the site, without overlaps; places count in `folded.text`."""
    text = folded.text
    kept: list[ContactMention] = []
    taken = bytearray(len(text))

    def keep_free(mentions: Iterable[ContactMention]) -> None:
        for mention in mentions:
            if not any(taken[mention.start : mention.end]):
                taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
                kept.append(mention)

    keep_free(_mention_addresses(addresses.find_addresses(text)))
    keep_free(find_labelled(text))
    keep_free(_mention_phones(text))
    keep_free(_mention_addresses(find_disguised_addresses(text)))
    keep_free(tuple(find_shaped_contacts(folded, taken)))
    return sorted(kept, key=lambda mention: mention.start)


def _mention_addresses(known: Iterable[addresses.Address]) -> Iterator[ContactMention]:
    for name, start, end, value in known:
        yield ContactMention(name, start, end, name, value)


def _mention_phones(text: str) -> Iterator[ContactMention]:
    for mention in numbers.find_phones(text):
        yield ContactMention("phone", mention.start, mention.end, "phone", mention.value)


def _read_phone(text: str) -> tuple[str, str]:
    return "phone", numbers.format_phone(numbers.read_digits(text))


def _read_wechat(text: str) -> tuple[str, str]:
    plain = re.sub(r"\s", "", text)
    if not _WECHAT_ID.fullmatch(plain):
        plain = numbers.read_digits(plain)
    return identify_contact("wechat", plain)


def _read_qq(text: str) -> tuple[str, str]:
    digits = numbers.read_digits(text)
    return "qq", digits if 5 <= len(digits) <= 12 else ""


def _read_mail(text: str) -> tuple[str, str]:
    return "mail", addresses.normalise_mail(text)


def _read_link(text: str) -> tuple[str, str]:
    return "link", addresses.normalise_link(text)


_READERS: dict[str, Callable[[str], tuple[str, str]]] = {
    "phone": _read_phone,
    "wechat": _read_wechat,
    "qq": _read_qq,
    "mail": _read_mail,
    "link": _read_link,
}
