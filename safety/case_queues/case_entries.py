"""What people add to a case: notes, questions to colleagues, answers, messages of the employer, reports.

The page of a case carries how many there are, without those of the moderator who reads it, as its mark. A decision
from a page that is older than an entry is refused once, and the page then shows what was added.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, QuerySet, Value

from accounts.models import User
from safety.choices import CaseKind
from safety.models import CaseMessage, CaseNote, CaseQuestion, Report

# The paths from a report to the cases whose pages show it.
_CASES_OF_REPORT: dict[str, tuple[str, ...]] = {
    CaseKind.LISTING: ("listing",),
    CaseKind.APPEAL: ("listing__appeals",),
    CaseKind.SECOND: ("listing__second_looks",),
    CaseKind.REPORT: ("listing__reports", "article__reports"),
}


class CaseEntry(NamedTuple):
    """One entry as the page shows it; `part` is the id of the section of the page that has all of them."""

    label: str
    part: str
    author: Any
    at: datetime
    words: str


class EntryKind(NamedTuple):
    label: str
    part: str
    # Of an entry: who wrote it, when, and what; no author where the page must not name one.
    author: str
    moment: str
    words: str


ENTRY_KINDS = {
    "notes": EntryKind("备注", "notes", "author", "created_at", "words"),
    "questions": EntryKind("同事提问", "questions", "asker", "created_at", "words"),
    "answers": EntryKind("同事的回答", "questions", "answered_by", "answered_at", "answer"),
    "messages": EntryKind("和对方的来往", "case-messages", "author", "created_at", "words"),
    "reports": EntryKind("举报", "reports", "", "created_at", "words"),
}


def _list_querysets(
    kind: str, numbers: Collection[int], moderator: User
) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Yield for each kind of entry its rows, with `case`, the number of the case; reports once for each path."""
    models = {"notes": CaseNote, "questions": CaseQuestion, "messages": CaseMessage}
    for name, model in models.items():
        rows: QuerySet[Any] = model._default_manager.filter(kind=kind, number__in=numbers)
        rows = rows.annotate(case=F("number")).order_by()
        yield name, rows.exclude(**{ENTRY_KINDS[name].author: moderator})
    questions = CaseQuestion.objects.filter(
        kind=kind, number__in=numbers, answered_at__isnull=False
    )
    yield "answers", questions.annotate(case=F("number")).exclude(answered_by=moderator).order_by()
    for path in _CASES_OF_REPORT.get(kind, ()):
        reports = Report.objects.filter(**{f"{path}__in": numbers})
        yield "reports", reports.annotate(case=F(path)).order_by()


def count_case_entries(
    kind: str, numbers: Collection[int], moderator: User
) -> dict[int, dict[str, int]]:
    """Return for each case how many entries of each kind others wrote. One query."""
    counts = {number: dict.fromkeys(ENTRY_KINDS, 0) for number in numbers}
    if not numbers:
        return counts
    first, *others = (
        rows.values("case").annotate(entries=Count("pk"), name=Value(name))
        for name, rows in _list_querysets(kind, numbers, moderator)
    )
    for row in first.union(*others, all=True).order_by():
        counts[row["case"]][row["name"]] += row["entries"]
    return counts


def build_entry_marks(kind: str, numbers: Collection[int], moderator: User) -> dict[int, str]:
    """Return the mark of each case."""
    counts = count_case_entries(kind, numbers, moderator)
    return {number: "-".join(map(str, of_case.values())) for number, of_case in counts.items()}


def list_new_entries(kind: str, number: int, moderator: User, mark: str) -> list[CaseEntry]:
    """Return what others added since the page with this mark was read, kind by kind; nothing without a mark."""
    seen_counts = _parse_entry_mark(mark)
    if not seen_counts:
        return []
    counts = count_case_entries(kind, [number], moderator)[number]
    added_counts = {
        name: counts[name] - seen_counts[name]
        for name in ENTRY_KINDS
        if counts[name] > seen_counts[name]
    }
    if not added_counts:
        return []
    querysets = _list_querysets(kind, [number], moderator)
    return [
        entry
        for name, rows in querysets
        if name in added_counts
        for entry in _read_entries(name, rows, added_counts[name])
    ]


def _read_entries(name: str, rows: QuerySet[Any], most: int) -> Iterable[CaseEntry]:
    entry_kind = ENTRY_KINDS[name]
    if entry_kind.author:
        rows = rows.select_related(entry_kind.author)
    for row in reversed(rows.order_by(f"-{entry_kind.moment}", "-pk")[:most]):
        author = getattr(row, entry_kind.author) if entry_kind.author else ""
        words = getattr(row, entry_kind.words)
        if name == "reports":
            words = "：".join(filter(None, [row.get_reason_display(), words]))
        moment = getattr(row, entry_kind.moment)
        yield CaseEntry(entry_kind.label, entry_kind.part, author, moment, words)


def describe_new_entries(entries: Iterable[CaseEntry]) -> str:
    """Return the sentence that refuses a decision which was made without having seen these."""
    labels = "、".join(dict.fromkeys(entry.label for entry in entries))
    return f"你打开这件以后有新的{labels}，先看一看。看过了还这样决定，再按一次。"


def _parse_entry_mark(mark: str) -> dict[str, int]:
    parts = mark.split("-")
    is_mark = len(parts) == len(ENTRY_KINDS) and all(
        part.isascii() and part.isdigit() for part in parts
    )
    return dict(zip(ENTRY_KINDS, map(int, parts), strict=True)) if is_mark else {}
