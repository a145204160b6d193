"""Notes on a case, with author and time; only moderators read them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.models import User
from safety.models import CaseNote
from sitekit.forms.fields import WordsField

# The same words again within this time are a second press of the button.
SAME_WORDS_WITHIN = timedelta(minutes=1)


class NoteForm(forms.Form):
    words = WordsField(
        label="备注",
        max_length=500,
        error_messages={"required": "先写备注，再保存。"},
        widget=forms.Textarea({"rows": 2}),
    )


def add_case_note(kind: str, number: int, author: User, words: str) -> CaseNote:
    """Store the note, or return the same note that the first press of the button stored. For a form the caller must
    have locked the case."""
    rows = CaseNote.objects.filter(kind=kind, number=number, author=author, words=words)
    earlier = rows.filter(created_at__gt=timezone.now() - SAME_WORDS_WITHIN).first()
    return earlier or CaseNote.objects.create(kind=kind, number=number, author=author, words=words)


def list_case_notes(kind: str, number: int) -> QuerySet[CaseNote]:
    """Return the notes on a case with their authors, the oldest first."""
    return CaseNote.objects.filter(kind=kind, number=number).select_related("author")


def count_case_notes(kind: str, numbers: Iterable[int]) -> dict[int, int]:
    """Return the number of notes by case; cases without notes are missing."""
    rows = CaseNote.objects.filter(kind=kind, number__in=list(numbers)).order_by()
    return dict(rows.values_list("number").annotate(n=Count("pk")))


def attach_note_counts(kind: str, rows: Sequence[Any]) -> None:
    """Set `note_count` on the rows of a queue, which have their `case_number`."""
    counts = count_case_notes(kind, [row.case_number for row in rows])
    for row in rows:
        row.note_count = counts.get(row.case_number, 0)
