"""What an edit changes: field by field, long texts sentence by sentence, those by characters."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from listings.models import CONTENT_FIELDS, ListingRevision
from listings.vocabulary.listing_fields import LISTING_FIELDS, FieldKind
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


@dataclass(frozen=True)
class DiffPiece:
    kind: str  # same, del, ins
    text: str


@dataclass(frozen=True)
class FieldChange:
    label: str
    pieces: list[DiffPiece]


def find_changed_fields(before, after) -> list[FieldChange]:
    """Fields of two contents (listing or revision) that differ."""
    found = []
    for name in CONTENT_FIELDS:
        old, new = format_field_value(before, name), format_field_value(after, name)
        if old != new:
            label = str(_FIELDS[name].verbose_name)
            found.append(FieldChange(label, diff_texts(old, new)))
    return found


def diff_texts(old: str, new: str) -> list[DiffPiece]:
    if not old or not new:
        return [DiffPiece(kind, text) for kind, text in (("del", old), ("ins", new)) if text]
    found: list[DiffPiece] = []
    one, other = _SENTENCE.findall(old), _SENTENCE.findall(new)
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        gone, come = "".join(one[a:b]), "".join(other[c:d])
        if kind == "equal":
            found.append(DiffPiece("same", gone))
        else:
            found += _by_character(gone, come)
    return found


def _by_character(gone, come):
    matcher = SequenceMatcher(None, gone, come, autojunk=False)
    if max(len(gone), len(come)) > BY_CHARACTER or matcher.ratio() < 0.4:
        return [DiffPiece(kind, text) for kind, text in (("del", gone), ("ins", come)) if text]
    found = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found.append(DiffPiece("same", gone[a:b]))
            continue
        found += [DiffPiece(k, t) for k, t in (("del", gone[a:b]), ("ins", come[c:d])) if t]
    return found


def format_field_value(content, name: str) -> str:
    """A field's value as a person reads it."""
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
    shown = display() if display else value
    return "" if shown is None else str(shown)
