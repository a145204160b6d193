"""Contacts in a text or in a contact field, each with the one value it is known by.

The value is the same wherever and however the contact is written, so that it can be recognised.
"""

import re
from typing import NamedTuple
from weakref import WeakKeyDictionary

from screening.contacts import addresses, numbers
from screening.contacts.app_names import find_app_names
from screening.contacts.calls import find_calls, find_masked_contacts
from screening.contacts.hidden_contacts import find_hidden_contacts
from screening.contacts.mentions import ContactMention, claim_free, identify_contact
from screening.contacts.messenger_ids import find_shaped_contacts
from screening.contacts.spelled_ids import find_spelled_ids
from screening.reading.folded_text import FoldedText, fold_text

# Kept as long as the folded text is in use, because facts, engine and blocklist each ask for its contacts.
_MENTIONS: WeakKeyDictionary[FoldedText, tuple[ContactMention, ...]] = WeakKeyDictionary()
_WECHAT_ID = re.compile(r"[a-z][a-z0-9_\-]{4,19}")


class Contact(NamedTuple):
    """`value`: a phone in E.164, digits of a QQ number, a WeChat id or a mail address in lower case,
    host and path of a link. `start` and `end` point into the text as written."""

    kind: str
    value: str
    start: int
    end: int


def find_contacts(text: str | FoldedText) -> list[Contact]:
    """Return the contacts in reading order. A mere call to add somebody is no contact."""
    folded = fold_text(text)
    return [
        Contact(mention.kind, mention.value, *folded.span(mention.start, mention.end))
        for mention in find_contact_mentions(folded)
        if mention.value
    ]


def parse_contact_field(kind: str, written: str) -> Contact | None:
    """Return the contact that was typed into a field for this kind; None if it is no contact."""
    text = FoldedText(written).text.strip()
    digits = numbers.read_digits(text)
    match kind:
        case "phone":
            value = numbers.parse_phone_digits(digits)
        case "wechat":
            plain = "".join(text.split())
            kind, value = identify_contact(kind, plain if _WECHAT_ID.fullmatch(plain) else digits)
        case "qq":
            value = digits if 5 <= len(digits) <= 12 else ""
        case "mail":
            value = addresses.normalise_mail(text)
        case _:
            kind, value = "link", addresses.normalise_link(text)
    return Contact(kind, value, 0, len(written)) if value else None


def find_contact_mentions(folded: FoldedText) -> tuple[ContactMention, ...]:
    """Return everything that leads off the site, without overlaps; positions are in `folded.text`."""
    mentions = _MENTIONS.get(folded)
    if mentions is None:
        mentions = _MENTIONS[folded] = _search_mentions(folded)
    return mentions


def _search_mentions(folded: FoldedText) -> tuple[ContactMention, ...]:
    # One mention is enough for a person to look, so the model is asked only if the patterns find none.
    text = folded.text
    mentions = search_by_patterns(folded) or claim_free(
        find_hidden_contacts(text), bytearray(len(text))
    )
    return tuple(sorted(mentions, key=lambda mention: mention.start))


def search_by_patterns(folded: FoldedText) -> list[ContactMention]:
    """Return the mentions that are found by shapes, names and calls."""
    text = folded.text
    taken = bytearray(len(text))
    mentions = list(claim_free(addresses.find_addresses(text), taken))
    apps = find_app_names(text)
    ids = find_spelled_ids(text, apps)
    mentions += claim_free(find_masked_contacts(text, apps), taken)
    mentions += claim_free(tuple(find_shaped_contacts(folded, ids, apps, taken)), taken)
    mentions += claim_free(find_calls(folded, apps), taken)
    return mentions
