"""The blocklist of the operator: contacts, words and domains, found in any spelling.

A finding says nothing about fraud and has no weight. It alone decides whether a text waits or is refused.
"""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from screening.assessment import Signal
from screening.contacts.extraction import Contact, find_contacts
from screening.contacts.known_contacts import hash_contact, parse_contact_fields
from screening.context import Context
from screening.models import BlockedItem
from screening.reading.folded_text import FoldedText, fold_text
from sitekit.site_settings.kept_settings import KeptSetting

FAMILY = "blocklist"
_REASONS = {
    BlockedItem.Kind.CONTACT: "留的联系方式在本站停用了。",
    BlockedItem.Kind.WORD: "有本站停用的词语。",
    BlockedItem.Kind.DOMAIN: "有本站停用的网址。",
}


class BlockedEntry(NamedTuple):
    """`key`: the hash of a contact, the folded word, or the domain."""

    pk: int
    kind: str
    key: str
    effect: str
    ends_at: datetime.datetime | None


def _read_entries() -> tuple[BlockedEntry, ...]:
    rows = BlockedItem.objects.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))
    return tuple(
        BlockedEntry(row.pk, row.kind, row.digest or fold_word(row.shown), row.effect, row.ends_at)
        for row in rows.order_by("pk")
    )


BLOCKED_ITEMS: KeptSetting[tuple[BlockedEntry, ...]] = KeptSetting(
    "blocklist", "blocked items", _read_entries, shipped=()
)


def fold_word(word: str) -> str:
    return FoldedText(word).text.strip()


def find_blocked_signals(text: str | FoldedText, context: Context) -> list[Signal]:
    """Return one signal for each place. A contact in a contact field has no place in the text."""
    now = timezone.now()
    entries = [e for e in BLOCKED_ITEMS.get() if e.ends_at is None or e.ends_at > now]
    if not entries:
        return []
    folded = fold_text(text)
    fields = (field._replace(start=0, end=0) for field in parse_contact_fields(context.contacts))
    contacts = [*find_contacts(folded), *fields]
    return [*_find_words(folded, entries), *_find_in_contacts(contacts, entries)]


def is_refused(signal: Signal) -> bool:
    return signal.code.startswith(f"{FAMILY}.{BlockedItem.Effect.REFUSE}.")


def get_code(blocked: BlockedItem | BlockedEntry) -> str:
    return f"{FAMILY}.{blocked.effect}.{blocked.pk}"


def _find_words(folded: FoldedText, entries: list[BlockedEntry]) -> Iterator[Signal]:
    for entry in entries:
        if entry.kind != BlockedItem.Kind.WORD:
            continue
        start = folded.text.find(entry.key)
        while start >= 0:
            end = start + len(entry.key)
            yield _build_signal(entry, *folded.span(start, end))
            start = folded.text.find(entry.key, end)


def _find_in_contacts(contacts: list[Contact], entries: list[BlockedEntry]) -> Iterator[Signal]:
    digests = {e.key: e for e in entries if e.kind == BlockedItem.Kind.CONTACT}
    domains = [entry for entry in entries if entry.kind == BlockedItem.Kind.DOMAIN]
    for contact in contacts:
        entry = digests.get(hash_contact(contact)) if digests else None
        if entry is None and contact.kind in ("link", "mail"):
            host = _get_host(contact)
            entry = next((e for e in domains if f".{host}".endswith(f".{e.key}")), None)
        if entry:
            yield _build_signal(entry, contact.start, contact.end)


def _get_host(contact: Contact) -> str:
    if contact.kind == "mail":
        return contact.value.rpartition("@")[2]
    return contact.value.partition("/")[0].partition(":")[0]


def _build_signal(entry: BlockedEntry, start: int, end: int) -> Signal:
    reason = _REASONS[BlockedItem.Kind(entry.kind)]
    return Signal(get_code(entry), 0, start, end, reason)
