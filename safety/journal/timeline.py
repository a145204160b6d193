"""All events of a search, the newest first, in pages; a late page costs no more than the first."""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from safety.choices import CaseKind
from safety.journal.event_sources import SOURCES
from safety.journal.journal_scope import JournalScope
from safety.journal_search.subject_scope import list_subjects_in_scope
from safety.journal_search.subjects import MODELS, SubjectKey
from sitekit.web.paging import MICROSECONDS_KEY, BadCursor
from sitekit.workflow.periods import get_midnight

TIMELINE_PAGE_SIZE = 50
# Rows of these kinds lie in a place; a second look that was deleted lies in none that is known.
_PLACED = MODELS.keys() | {CaseKind.SECOND}
ELSEWHERE = "elsewhere"  # the kind of a row that lies where the reader has no rights
_WITH_CODES = {"text_event", "paper"}  # sources whose detail is only the code of a kind
_CURSOR = re.compile(r"(\d{1,16})-(\d{1,2})-(\d{1,18})", re.ASCII)


class JournalEvent(NamedTuple):
    """One row of the joined query; `event_words` describes it in Chinese."""

    at: datetime.datetime
    rank: int
    row: int
    actor: int | None
    action: str
    reason: str
    before: str
    after: str
    detail: str
    kind: str
    subject: int | None

    @property
    def source(self) -> str:
        return SOURCES[self.rank].code

    @property
    def group(self) -> str:
        return SOURCES[self.rank].group

    @property
    def changed_row(self) -> SubjectKey | None:
        """The row that the event is about; for a change in the admin, the row that was changed."""
        if self.source == "admin_log" and self.after.isdecimal() and len(self.after) < 19:
            return SubjectKey(self.kind, int(self.after))
        return SubjectKey(self.kind, self.subject) if self.subject is not None else None

    @property
    def cursor(self) -> str:
        return f"{MICROSECONDS_KEY.encode(self.at)}-{self.rank}-{self.row}"


class CursorPlace(NamedTuple):
    at: datetime.datetime
    rank: int
    row: int


@dataclass(frozen=True)
class TimelineFilter:
    """Which events are shown: those of one group, from one day to another, both included, in Shanghai time.

    `moment` is a fixed end: an export shows only events that happened before it was requested.
    """

    group: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    moment: datetime.datetime | None = None


def parse_timeline_cursor(text: str) -> CursorPlace:
    """Raises BadCursor."""
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise BadCursor(text[:40])
    try:
        return CursorPlace(MICROSECONDS_KEY.decode(match[1]), int(match[2]), int(match[3]))
    except (ValueError, OverflowError) as error:
        raise BadCursor(text[:40]) from error


def list_timeline(
    scope: JournalScope,
    shown: TimelineFilter,
    after: CursorPlace | None = None,
    size: int = TIMELINE_PAGE_SIZE,
) -> tuple[list[JournalEvent], str]:
    """Return the page after the cursor, and the cursor of the next page, "" if there is none.

    One query: it takes the newest rows of each table, and of these the newest. If the reader has rights in some places
    only, an event on a row elsewhere is shown without the row.
    """
    queries = [
        query.order_by("-ev_at", "-ev_row")[: size + 1]
        for query in _build_queries(scope, shown, after)
    ]
    if not queries:
        return [], ""
    rows = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    ordered = rows.order_by("-ev_at", "ev_source", "-ev_row") if len(queries) > 1 else rows
    events = [JournalEvent(*row) for row in ordered[: size + 1]]
    cursor = events[size - 1].cursor if len(events) > size else ""
    return _hide_rows_elsewhere(events[:size], scope), cursor


def _hide_rows_elsewhere(events: Sequence[JournalEvent], scope: JournalScope) -> list[JournalEvent]:
    keys = {key for event in events if (key := event.changed_row) and key.kind in _PLACED}
    elsewhere = keys.difference(list_subjects_in_scope(keys, scope.reader))
    return [_hide_row(event) if event.changed_row in elsewhere else event for event in events]


def _hide_row(event: JournalEvent) -> JournalEvent:
    detail = event.detail if event.source in _WITH_CODES else ""
    after = "" if event.source == "admin_log" else event.after
    kind = event.kind if event.source == "admin_log" else ELSEWHERE
    return event._replace(kind=kind, subject=None, after=after, reason="", detail=detail)


def iterate_timeline(scope: JournalScope, shown: TimelineFilter) -> Iterator[JournalEvent]:
    """Yield all events, reading page after page."""
    after = None
    while True:
        events, cursor = list_timeline(scope, shown, after, 500)
        yield from events
        if not cursor:
            return
        after = parse_timeline_cursor(cursor)


def _build_queries(
    scope: JournalScope, shown: TimelineFilter, after: CursorPlace | None
) -> Iterator[QuerySet[Any]]:
    for rank, source in enumerate(SOURCES):
        if shown.group and source.group != shown.group:
            continue
        condition = source.condition(scope)
        if condition is not None:
            query = source.build_query(rank, condition)
            yield query.filter(_limit_time(shown), _follow_cursor(rank, after))


def _limit_time(shown: TimelineFilter) -> Q:
    limits = Q()
    if shown.since:
        limits &= Q(ev_at__gte=get_midnight(shown.since))
    if shown.until:
        limits &= Q(ev_at__lt=get_midnight(shown.until + datetime.timedelta(days=1)))
    if shown.moment:
        limits &= Q(ev_at__lte=shown.moment)
    return limits


def _follow_cursor(rank: int, after: CursorPlace | None) -> Q:
    """Return the condition of events after the cursor: older, or of a later table, or with a smaller number."""
    if after is None:
        return Q()
    if rank > after.rank:
        return Q(ev_at__lte=after.at)
    if rank < after.rank:
        return Q(ev_at__lt=after.at)
    return Q(ev_at__lt=after.at) | Q(ev_at=after.at, ev_row__lt=after.row)
