"""Counts every figure again from the events, in another way than `counting`: each history is read from its
beginning in plain Python. The published figures must agree with these.

Two facts are lost once they have changed: where an employer was registered before it moved, and the type
of a fraud whose removal was reversed, if no case was stored. Such a fact is loose: it counts for the
nation, and may or may not belong to a place or a part.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from django.db.models import Model

from accounts.models import Employer, EmployerEvent
from cities.directory.regions import NATION_KEY
from listings.choices import SETTING_ACTIONS
from listings.choices import ListingStatus as S
from listings.models import Listing, ListingEvent, ListingRevision, RevisionAssessment
from safety.choices import CaseKind
from safety.governance.counting import list_codes_up_to_nation
from safety.governance.figures import FIGURES, get_part
from safety.governance.months import get_local_month
from safety.governance.tally import convert_to_coarse_minutes
from safety.models import AppealEvent, Decision, FraudCase, ReportEvent, Warned

UNKNOWN_PLACE = -1  # the place of an event whose place is no longer known
_MOVED = "所在地区"  # in the reason of the event of an employer that moved


# (code of the figure, "n", "part" or "time", part or minutes; None for an unknown part)
type FigureKey = tuple[str, str, str | int | None]
type FigurePart = tuple[str, str | None]


@dataclass(slots=True)
class _PastEvent:
    """An event as `list_histories` reads it."""

    pk: int
    created_at: datetime
    before: str
    after: str


@dataclass(slots=True)
class _PastListingEvent(_PastEvent):
    action: str
    actor_id: int | None
    revision_id: int | None
    listing_id: int


@dataclass(slots=True)
class _PastEmployerEvent(_PastEvent):
    action: str
    reason: str


@dataclass(slots=True)
class _PastReportEvent(_PastEvent):
    report_reason: str
    reported_at: datetime
    due_at: datetime
    listing_id: int | None  # None for a report on an article


@dataclass(slots=True)
class _PastAppealEvent(_PastEvent):
    listing_id: int | None
    employer_id: int | None


class RecountedFigures:
    """`sure[month, code of a place][key]` is a number of events, `loose` a number of loose facts. Only events from
    `start` to just before `until` are counted."""

    def __init__(self, start: datetime, until: datetime) -> None:
        self.start, self.until = start, until
        self.sure: dict[tuple[date, int], Counter[FigureKey]] = defaultdict(Counter)
        self.loose: dict[tuple[date, int], Counter[FigureKey]] = defaultdict(Counter)

    def add(self, at: datetime, code: str, place: int | None, part: str | None = "") -> None:
        """Count an event; without a place for the nation alone. `part` None is a part that is no longer known."""
        keys: list[FigureKey] = [(code, "n", "")]
        if FIGURES[code].by:
            keys.append((code, "part", part and get_part(FIGURES[code].by, part)))
        self._add_keys(at, place, keys)

    def add_time(self, at: datetime, code: str, place: int | None, since: datetime) -> None:
        minutes = convert_to_coarse_minutes((at - since).total_seconds())
        self._add_keys(at, place, [(code, "n", ""), (code, "time", minutes)])

    def _add_keys(self, at: datetime, place: int | None, keys: list[FigureKey]) -> None:
        if not self.start <= at < self.until:
            return
        month = get_local_month(at)
        for place_code in (
            [NATION_KEY] if place == UNKNOWN_PLACE else list_codes_up_to_nation(place)
        ):
            for key in keys:
                counters = self.loose if key[2] is None else self.sure
                counters[month, place_code][key] += 1
        if place == UNKNOWN_PLACE:
            self.loose[month, UNKNOWN_PLACE].update(keys)

    def bounds(self, month: date, code: int, key: FigureKey) -> tuple[int, int]:
        """Return the least and the greatest number that the published figure may have."""
        least = self.sure[month, code][key]
        loose = self.loose[month, code]
        unsure = loose[key] + (loose[key[0], "part", None] if key[1] == "part" else 0)
        if code != NATION_KEY:
            unsure += self.loose[month, UNKNOWN_PLACE][key]
        return least, least + unsure

    def list_histories[E: _PastEvent](
        self, model: type[Model], owner: str, event_type: type[E], columns: Sequence[str]
    ) -> Iterator[tuple[int, list[E]]]:
        """Yield (owner, all its events, oldest first) of each that had an event in the period. `owner` is the
        column with the owner's number, `columns` are those for the fields that `event_type` adds, in their order."""
        events = model._default_manager.all()
        owners = events.filter(created_at__gte=self.start, created_at__lt=self.until).values(owner)
        rows = events.filter(**{f"{owner}__in": owners}).order_by(owner, "pk")
        names = (owner, "pk", "created_at", "before", "after", *columns)
        for number, group in groupby(rows.values_list(*names).iterator(), itemgetter(0)):
            yield number, [event_type(*row[1:]) for row in group]


def recount_figures(start: datetime, until: datetime) -> RecountedFigures:
    """Count everything that happened from `start` to just before `until`."""
    recounted, places = RecountedFigures(start, until), _map_first_places()
    _recount_listings(recounted, places)
    _recount_employers(recounted)
    _recount_reports(recounted, places)
    _recount_appeals(recounted, places)
    rows = Warned.objects.filter(created_at__gte=start, created_at__lt=until)
    for at, listing in rows.values_list("created_at", "case__listing_id"):
        recounted.add(at, "warned", places[listing])
    return recounted


def _map_first_places() -> dict[int, int]:
    """Return by listing the region of its first text."""
    places = dict(Listing.objects.values_list("pk", "region_id"))
    texts = ListingRevision.objects.order_by("-pk").values_list("listing_id", "region_id")
    places.update(texts.iterator())  # newest first, so that the first text overwrites the others
    return places


def _remove_undone[E: _PastListingEvent | _PastEmployerEvent](events: list[E]) -> list[E]:
    """Leave out each undoing and the event that it undoes: the last one before it that is no change of settings."""
    valid: list[E] = []
    for event in events:
        if event.action != "undo":
            valid.append(event)
            continue
        undone = (
            at for at in reversed(range(len(valid))) if valid[at].action not in SETTING_ACTIONS
        )
        if (at := next(undone, None)) is not None:
            del valid[at]
    return valid


def _recount_listings(recounted: RecountedFigures, places: dict[int, int]) -> None:
    facts = _ListingFacts(recounted.start, recounted.until)
    columns = ("action", "actor_id", "revision_id", "listing_id")
    for number, events in recounted.list_histories(
        ListingEvent, "listing_id", _PastListingEvent, columns
    ):
        handed_in: datetime | None = None
        edited: datetime | None = None
        for event in _remove_undone(events):
            at = event.created_at
            for code, part in _list_listing_figures(event, facts):
                recounted.add(at, code, places[number], part)
            if since := _get_waiting_since(event, handed_in, edited):
                recounted.add_time(at, "decision_time", places[number], since)
            if event.action in ("submit_edit", "import_update"):
                edited = at
            elif _decides_text(event):
                edited = None
            if event.after == S.PENDING != event.before:
                handed_in = at


def _list_listing_figures(event: _PastListingEvent, facts: "_ListingFacts") -> Iterator[FigurePart]:
    """Yield (figure, part) of one event."""
    action, before, after = event.action, event.before, event.after
    is_new = before in (S.DRAFT, S.PENDING)
    decider = "person" if event.actor_id else "auto"
    handed_in = before == S.DRAFT and after in (S.PENDING, S.PUBLISHED, S.REJECTED)
    if action == "import" or handed_in:
        yield "submitted", ""
    if action == "publish" and is_new:
        yield f"published_{decider}", ""
    elif action == "publish" and before in (S.HELD, S.REMOVED, S.REMOVED_FRAUD):
        yield "restored", ""
    elif action == "refuse_edit":
        yield f"edits_refused_{decider}", ""
    elif after == S.REJECTED and is_new:
        yield f"refused_{decider}", facts.get_reason(event)
    elif action != "publish" and before != after:
        yield from _list_takedown_figures(event, facts)


def _list_takedown_figures(
    event: _PastListingEvent, facts: "_ListingFacts"
) -> Iterator[FigurePart]:
    if event.after == S.HELD:
        yield ("held_person" if event.actor_id else "held_reports"), ""
    elif event.after == S.REMOVED:
        yield "removed", ""
    elif event.after == S.REMOVED_FRAUD:
        yield "removed_fraud", facts.get_fraud_type(event)


def _get_waiting_since(
    event: _PastListingEvent, handed_in: datetime | None, edited: datetime | None
) -> datetime | None:
    """Return when the text that a moderator decided was submitted."""
    if not event.actor_id:
        return None
    if event.action in ("approve_edit", "refuse_edit"):
        return edited
    is_decision = event.action == "publish" or event.after == S.REJECTED
    return handed_in if is_decision and event.before == S.PENDING else None


def _decides_text(event: _PastListingEvent) -> bool:
    """Whether no text waits after this event. A later approval by an appeal then has no waiting time."""
    is_new = event.before in (S.DRAFT, S.PENDING)
    is_edit = event.action in ("approve_edit", "refuse_edit")
    return is_edit or (is_new and event.after in (S.PUBLISHED, S.REJECTED, S.REMOVED_FRAUD))


class _ListingFacts:
    """Reasons of refusals and fraud types of removals, which are not stored in the events."""

    def __init__(self, start: datetime, until: datetime) -> None:
        events = ListingEvent.objects.filter(created_at__gte=start, created_at__lt=until)
        canned = Decision.objects.filter(kind=CaseKind.LISTING, event__in=events.values("pk"))
        self.canned = dict(canned.values_list("event", "canned"))
        assessments = RevisionAssessment.objects.filter(
            revision__in=events.filter(after=S.REJECTED).values("revision")
        )
        self.reasons = dict(assessments.values_list("revision", "reasons"))
        self.types = dict(FraudCase.objects.values_list("event", "fraud_type"))
        removed = Listing.objects.filter(status=S.REMOVED_FRAUD)
        self.types_now = dict(removed.values_list("pk", "fraud_type"))

    def get_reason(self, event: _PastListingEvent) -> str:
        if event.pk in self.canned:
            return self.canned[event.pk] or "other"
        if event.actor_id or event.revision_id is None:
            return "other"
        reasons = self.reasons.get(event.revision_id) or []
        return (reasons[0].get("code") if reasons else "") or "other"

    def get_fraud_type(self, event: _PastListingEvent) -> str | None:
        return self.types.get(event.pk) or self.types_now.get(event.listing_id) or None


def _recount_employers(recounted: RecountedFigures) -> None:
    places = dict(Employer.objects.values_list("pk", "region_id"))
    columns = ("action", "reason")
    for number, events in recounted.list_histories(
        EmployerEvent, "employer_id", _PastEmployerEvent, columns
    ):
        moves = [e.created_at for e in events if e.action == "edit" and _MOVED in e.reason]
        handed_in: datetime | None = None
        for event in _remove_undone(events):
            at = event.created_at
            if code := _get_employer_figure(event):
                place = UNKNOWN_PLACE if any(move > at for move in moves) else places[number]
                recounted.add(at, code, place)
                if code in ("employers_checked", "employers_rejected") and handed_in:
                    recounted.add_time(at, "employer_time", place, handed_in)
            if event.action in ("pending", "renew"):
                handed_in = at


def _get_employer_figure(event: _PastEmployerEvent) -> str | None:
    before, after = event.before, event.after
    if event.action == "recheck" or (before, after) == ("pending", "verified"):
        return "employers_checked"
    if event.action == "not_renewed":
        return "employers_rejected"
    if before == after:
        return None
    if after == "rejected":
        return "employers_rejected" if before == "pending" else None
    return {"frozen": "employers_frozen", "banned": "employers_banned"}.get(after)


def _pick_first_and_last[E: _PastEvent](histories: Iterator[tuple[int, list[E]]]) -> Iterator[E]:
    """Yield the first and the last event of each report or appeal: the last one is the outcome, those between were
    undone."""
    for _number, events in histories:
        yield from events[:1] + events[1:][-1:]


def _recount_reports(recounted: RecountedFigures, places: dict[int, int]) -> None:
    columns = ("report__reason", "report__created_at", "report__due_at", "report__listing_id")
    histories = recounted.list_histories(ReportEvent, "report_id", _PastReportEvent, columns)
    for event in _pick_first_and_last(histories):
        at = event.created_at
        place = places[event.listing_id] if event.listing_id else None
        if event.after == "received" and not event.before:
            recounted.add(at, "reports", place, event.report_reason)
        elif event.after in ("upheld", "dismissed"):
            recounted.add(at, f"reports_{event.after}", place)
            recounted.add_time(at, "report_time", place, event.reported_at)
            if at <= event.due_at:
                recounted.add(at, "reports_in_time", place)


def _recount_appeals(recounted: RecountedFigures, places: dict[int, int]) -> None:
    homes = dict(Employer.objects.values_list("pk", "region_id"))
    move_events = EmployerEvent.objects.filter(action="edit", reason__contains=_MOVED)
    moves = dict(move_events.order_by("pk").values_list("employer_id", "created_at"))
    columns = ("appeal__listing_id", "appeal__employer_id")
    histories = recounted.list_histories(AppealEvent, "appeal_id", _PastAppealEvent, columns)
    for event in _pick_first_and_last(histories):
        at, employer = event.created_at, event.employer_id
        if event.listing_id:
            place = places[event.listing_id]
        elif employer is None:  # words besides those of listings have no figures
            continue
        else:
            is_moved = employer in moves and moves[employer] > at
            place = UNKNOWN_PLACE if is_moved else homes[employer]
        if event.after == "open" and not event.before:
            recounted.add(at, "appeals", place)
        elif event.after in ("upheld", "dismissed"):
            recounted.add(at, f"appeals_{event.after}", place)
