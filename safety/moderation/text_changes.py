"""What an edit changes: field by field, texts sentence by sentence, changed sentences by
characters."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from listings.models import CONTENT_FIELDS, Listing, ListingRevision
from listings.models.listing_fields import LISTING_FIELDS, FieldKind
from listings.vocabulary.work_slots import describe_slots

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+")
FIELD_LABELS = {f.name: str(f.verbose_name) for f in ListingRevision._meta.local_fields}
_MULTIPLE_CHOICES = {
    name: dict(listing_field.choices)
    for name, listing_field in LISTING_FIELDS.items()
    if listing_field.kind is FieldKind.CHOICES
}
# Longer stretches are shown as a whole, old and new: comparing them by characters takes long
# and reads badly.
BY_CHARACTER = 400

type ListingContent = Listing | ListingRevision


@dataclass(frozen=True)
class DiffPiece:
    kind: str  # same, del, ins
    text: str


@dataclass(frozen=True)
class FieldChange:
    label: str
    pieces: list[DiffPiece]


def find_changed_fields(before: ListingContent, after: ListingContent) -> list[FieldChange]:
    """Return the content fields that differ, each with its difference."""
    changes = []
    for name in CONTENT_FIELDS:
        old, new = format_field_value(before, name), format_field_value(after, name)
        if old != new:
            changes.append(FieldChange(FIELD_LABELS[name], diff_texts(old, new)))
    return changes


def diff_texts(old: str, new: str) -> list[DiffPiece]:
    pieces: list[DiffPiece] = []
    for removed, added in _pair_stretches(_SENTENCE.findall(old), _SENTENCE.findall(new)):
        is_short = max(len(removed), len(added)) <= BY_CHARACTER
        if is_short and SequenceMatcher(None, removed, added, autojunk=False).ratio() >= 0.4:
            for old_text, new_text in _pair_stretches(removed, added):
                pieces += _describe_change(old_text, new_text)
        else:
            pieces += _describe_change(removed, added)
    return pieces


def _pair_stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (old, new) for each stretch of the texts, in order; either may be empty."""
    for _, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield "".join(old[a:b]), "".join(new[c:d])


def _describe_change(old: str, new: str) -> list[DiffPiece]:
    if old == new:
        return [DiffPiece("same", old)]
    return [DiffPiece(kind, text) for kind, text in (("del", old), ("ins", new)) if text]


def format_field_value(content: ListingContent, name: str) -> str:
    """Return a field's value as people read it; empty if it has none."""
    value = getattr(content, name)
    if name == "region":
        return str(content.place or "")
    if name == "slots":
        return describe_slots(value)
    if choices := _MULTIPLE_CHOICES.get(name):
        return "、".join(choices[code] for code in value)
    if name in ("pay_min", "pay_max", "hours_per_day"):
        return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")
    if name == "photos":
        return "、".join(f"第 {number} 号照片" for number in value)
    display = getattr(content, f"get_{name}_display", None)
    text = display() if display else value
    return "" if text is None else str(text)
