"""What an edit changed, as events keep it: {name of the field: [words before, words after]}; and the entries of
Django's log, which hold the same for rows without events."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, cast

from django.db.models import Field, Model

from sitekit.forms.phone_numbers import mask_phone
from sitekit.sealing.sealed_fields import SealedColumn

type WordChanges = dict[str, list[str]]
_CHARACTERS_AROUND = 12  # characters shown before and after what differs
_MAX_PASSAGE_LENGTH = 120


class WordChange(NamedTuple):
    """One field; of long words only where they differ."""

    label: str
    before: str
    after: str


def describe_word_changes(model: type[Model], changes: WordChanges) -> Iterator[WordChange]:
    """A phone that is sealed in the row is masked here, too. Of markup (`markup_readers` of the model) only the words
    are told."""
    readers = getattr(model, "markup_readers", {})
    for name, (before, after) in changes.items():
        field = cast("Field", model._meta.get_field(name))
        if isinstance(field, SealedColumn) and name.endswith("phone"):
            before, after = mask_phone(before), mask_phone(after)  # noqa: PLW2901 - as they are shown
        if name in readers:
            before, after = _read_marked_up(before, after, readers[name])  # noqa: PLW2901
        yield WordChange(str(field.verbose_name), *cut_to_difference(before, after))


def _read_marked_up(before: str, after: str, read: Callable[[str], str]) -> tuple[str, str]:
    words = read(before), read(after)
    return words if words[0] != words[1] else ("原来的排版或链接", "新的排版或链接")


def cut_to_difference(before: str, after: str) -> tuple[str, str]:
    """Return both without what they have in common at the beginning and at the end."""
    if max(len(before), len(after)) <= _MAX_PASSAGE_LENGTH:
        return before, after
    start = _count_common(before, after)
    end = _count_common(before[start:][::-1], after[start:][::-1])
    return _cut_change_excerpt(before, start, end), _cut_change_excerpt(after, start, end)


def read_log_message(message: str) -> list[dict[str, Any]]:
    """Return the parts of an entry of Django's log; none if the entry is a sentence that a program wrote."""
    try:
        parts = json.loads(message)
    except ValueError:
        return []
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _count_common(first: str, second: str) -> int:
    pairs = enumerate(zip(first, second, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(first), len(second)))


def _cut_change_excerpt(text: str, start: int, end: int) -> str:
    first, last = (
        max(start - _CHARACTERS_AROUND, 0),
        min(len(text) - end + _CHARACTERS_AROUND, len(text)),
    )
    words = text[first : min(last, first + _MAX_PASSAGE_LENGTH)]
    is_cut = first + len(words) < len(text)
    return f"{'…' if first else ''}{words}{'…' if is_cut else ''}"
