"""What an edit changes: field by field, texts sentence by sentence, changed sentences by
characters."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from listings.models import CONTENT_FIELDS, Listing, ListingRevision
from listings.models.listing_fields import LISTING_FIELDS, FieldKind
from listings.vocabulary.work_slots import describe_slots

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+")
_FIELDS = {field.name: field for field in ListingRevision._meta.local_fields}
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
            label = str(_FIELDS[name].verbose_name)
            changes.append(FieldChange(label, diff_texts(old, new)))
    return changes


def diff_texts(old: str, new: str) -> list[DiffPiece]:
    if not old or not new:
        return [DiffPiece(kind, text) for kind, text in (("del", old), ("ins", new)) if text]
    pieces: list[DiffPiece] = []
    old_sentences, new_sentences = _SENTENCE.findall(old), _SENTENCE.findall(new)
    for kind, a, b, c, d in SequenceMatcher(
        None, old_sentences, new_sentences, autojunk=False
    ).get_opcodes():
        removed, added = "".join(old_sentences[a:b]), "".join(new_sentences[c:d])
        if kind == "equal":
            pieces.append(DiffPiece("same", removed))
        else:
            pieces += _diff_by_character(removed, added)
    return pieces


def _diff_by_character(old: str, new: str) -> list[DiffPiece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if max(len(old), len(new)) > BY_CHARACTER or matcher.ratio() < 0.4:
        return [DiffPiece(kind, text) for kind, text in (("del", old), ("ins", new)) if text]
    pieces = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(DiffPiece("same", old[a:b]))
            continue
        pieces += [DiffPiece(k, t) for k, t in (("del", old[a:b]), ("ins", new[c:d])) if t]
    return pieces


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
