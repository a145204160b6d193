"""Reports at the moderators' desk: the queue by due date, and the decisions on a report."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import Case, Count, IntegerField, Min, Q, QuerySet, Value, When, Window
from django.http import QueryDict
from django.utils import timezone
from django.utils.timezone import localtime

from accounts.choices import NoticeKind
from accounts.models import User
from accounts.staff.scope import StaffScope
from listings.choices import ListingStatus
from safety.case_queues.queue_filters import (
    NO_FILTER,
    build_group_condition,
    build_region_condition,
)
from safety.casework.report_queue import build_queue_rows
from safety.casework.report_sources import describe_sources
from safety.choices import ASKED_FOR_MONEY, CaseKind
from safety.choices import ReportStatus as S
from safety.models import Claim, Decision, QueueFilter, Report, ReportEvent
from safety.moderation.case_facts import collect_employer_facts, list_events
from safety.moderation.case_type import (
    EVERY_CASE,
    NEXT_CASES_READ,
    CaseAction,
    CaseType,
    DetailsForm,
    LastDecision,
)
from safety.moderation.claims import get_claims
from safety.moderation.decisions import DecisionRefused, DecisionResult
from safety.moderation.permissions import OwnEmployers
from safety.reports.article_work import TAKE_DOWN, build_editor_notices, list_editor_events
from safety.reports.independent_reports import weigh_reports
from safety.reports.submission import was_held_by_reports
from safety.reports.transitions import OPEN_REPORT_STATUSES, move_reports, undo_report_event
from sitekit.web.row_ids import parse_row_id

_ALSO = "also-"
# Held because of reports: no moderator has looked at it yet, and the hold may be wrong.
_HELD = Case(
    When(listing__status=ListingStatus.HELD, reason__in=list(ASKED_FOR_MONEY), then=Value(0)),
    default=Value(1),
    output_field=IntegerField(),
)
_REPORTED_ITEM = ("listing_id", "article_id")


def list_waiting_reports() -> QuerySet[Report]:
    return Report.objects.filter(status__in=OPEN_REPORT_STATUSES).order_by()


def group_reports() -> QuerySet[Report, dict[str, Any]]:
    """Return a row for each reported item: listings held by reports first, then by due date."""
    return (
        list_waiting_reports()
        .values(*_REPORTED_ITEM)
        .annotate(held=Min(_HELD), due=Min("due_at"), first=Min("pk"), count=Count("pk"))
        .order_by("held", "due", "first")
    )


def list_reports_in_order() -> QuerySet[Report]:
    """Return every waiting report in the order of its group, then by its own due date."""
    return (
        list_waiting_reports()
        .annotate(
            held=Window(Min(_HELD), partition_by=list(_REPORTED_ITEM)),
            due=Window(Min("due_at"), partition_by=list(_REPORTED_ITEM)),
        )
        .order_by("held", "due", *_REPORTED_ITEM, "due_at", "pk")
    )


def _build_filter_condition(filters: QueueFilter) -> Q:
    """Reports on an article always pass, because it has neither a place nor a kind of work of its own."""
    return build_region_condition(filters, "listing__region") & build_group_condition(
        filters, "listing__category"
    )


class ReportDetailsForm(DetailsForm):
    """Whether the other reports on the same item are decided in the same way, and whether the editors are
    asked to take the article down."""

    also = forms.BooleanField(required=False)
    take_down = forms.BooleanField(required=False)


class ReportCase(CaseType[Report]):
    kind = CaseKind.REPORT
    model = Report
    queue_name = "reports"
    queue_label = queue_title = "举报"
    counted_as = "个举报"  # a row of the queue may stand for several reports
    filter_fields = ("region", "group")
    row_number_field = "first"
    not_found = "没有这份举报。"
    changed = "这份举报刚刚有了变化。请重新看一遍再决定。"
    actions = {
        S.UPHELD: CaseAction("属实", "已认定举报属实：", "a", needs_reason=True),
        S.DISMISSED: CaseAction("不成立", "已认定举报不属实：", "r", needs_reason=True),
    }

    def find_many(self, numbers: Iterable[int]) -> dict[int, Report]:
        rows = Report.objects.select_related("listing__employer", "article", "reporter")
        return rows.in_bulk(numbers)

    def list_cases(self, filters: QueueFilter) -> QuerySet:
        return list_reports_in_order().filter(_build_filter_condition(filters))

    def list_open_querysets(
        self, scope: StaffScope, moderator: User, own_employers: OwnEmployers
    ) -> Sequence[QuerySet]:
        reports = list_waiting_reports().filter(self.build_scope_condition(scope))
        return (reports.exclude(self.build_own_condition(own_employers)),)

    def list_queue_rows(self, filters: QueueFilter) -> QuerySet:
        return group_reports().filter(_build_filter_condition(filters))

    def list_waiting(
        self,
        moderator: User,
        filters: QueueFilter = NO_FILTER,
        picked: Q = EVERY_CASE,
        most: int = NEXT_CASES_READ,
    ) -> Iterable[int]:
        """Leave out items if another moderator has claimed a report on them."""
        return super().list_waiting(
            moderator, filters, picked & ~_build_taken_condition(moderator), most
        )

    def list_numbers_put_aside(self, row: Report, number: int) -> list[int]:
        """Return all open reports on the same item, because they are one row of the queue."""
        others = row.list_others().filter(status__in=OPEN_REPORT_STATUSES)
        return [number, *others.values_list("pk", flat=True)]

    def find_last_decision(self, number: int) -> LastDecision | None:
        """Read it from the history, because a report that was decided along with another has no `Decision` row."""
        events = ReportEvent.objects.select_related("actor").filter(report=number)
        last = events.first()
        if last is None or last.after in OPEN_REPORT_STATUSES:
            return None
        return LastDecision(last.actor, last.created_at, self.get_action(last.after).label)

    def attach_queue_display(self, rows: list, moderator: User) -> list:
        return build_queue_rows(rows, moderator)

    def describe_case(self, row: Report) -> str:
        title = row.listing.title if row.listing else row.article.title if row.article else ""
        return f"{title or row.item_name}：{row.get_reason_display()}"

    def build_page_title(self, row: Report) -> str:
        return f"举报：{row.get_reason_display()}"

    def build_context(self, row: Report) -> dict[str, Any]:
        listing = row.listing
        employer = listing.employer if listing else None
        weight = weigh_reports(listing) if listing else None
        reported, *others = describe_sources([row, *row.newest_others])
        return {
            "report": row,
            "listing": listing,
            "article": row.article,
            "kind": reported.kind,
            "source": reported.source,
            "others": others,
            "also": len(_list_open_others(row)) if row.is_open else 0,
            "weight": weight,
            "was_held_by_reports": bool(
                listing and weight and weight.holds and was_held_by_reports(listing)
            ),
            "editor_event": list_editor_events(row).first() if self._is_with_editors(row) else None,
            "is_with_editors": self._is_with_editors(row),
            "employer": employer,
            "history": list_events(row),
            "listing_history": list_events(listing) if listing else [],
            **collect_employer_facts(employer),
        }

    @staticmethod
    def _is_with_editors(row: Report) -> bool:
        return row.article is not None and row.status == S.UPHELD

    def list_actions(self, row: Report, moderator: User) -> Sequence[str]:
        return tuple(self.actions) if row.is_open else ()

    def hash_state(self, row: Report) -> str:
        """Return the status and the other open reports that are shown. The decision is refused only if the status
        has changed; reports that were not shown stay open."""
        return f"{row.status}.{'-'.join(str(other.pk) for other in _list_open_others(row))}"

    def collect_reason_facts(self, row: Report) -> dict[str, str]:
        listing, article = row.listing, row.article
        employer = listing and listing.employer
        title = listing.title if listing else article.title if article else ""
        return {"title": title, "employer": employer.name if employer else ""}

    def build_details_form(
        self, row: Report, moderator: User, data: QueryDict | None = None
    ) -> ReportDetailsForm:
        return ReportDetailsForm(data)

    def carry_out(
        self, pk: int, action: str, moderator: User, reason: str, *, seen: str = "", **details: Any
    ) -> DecisionResult:
        """If the detail `also` is set, the other reports on the item that were shown get the same decision."""
        status, _, shown = seen.partition(".")
        numbers = [number for part in shown.split("-") if (number := parse_row_id(part))]
        if details.get("also"):
            _lock_reports([pk, *numbers])
            _require_not_in_other_hands(numbers, moderator)
        row = self.get_locked(Report.objects.all(), pk)
        if status and status != row.status:
            raise DecisionRefused(self.changed)
        if action not in self.actions:
            raise DecisionRefused("没有这个决定。")
        along: list[int] = []
        if details.get("also"):
            others = row.list_others().filter(status__in=OPEN_REPORT_STATUSES, pk__in=numbers)
            along = list(others.order_by("pk").values_list("pk", flat=True))
        event, *other_events = move_reports([row.pk, *along], action, moderator, reason)
        keys, notices = [f"{_ALSO}{other_event.pk}" for other_event in other_events], []
        if row.article and action == S.UPHELD:
            asks_to_withdraw = bool(details.get("take_down"))
            keys += [TAKE_DOWN] if asks_to_withdraw else []
            notices = build_editor_notices(
                row, moderator, reason, asks_to_withdraw=asks_to_withdraw
            )
        return DecisionResult(
            event.pk, notices, row.created_at, keys, kind=NoticeKind.CASES, along=along
        )

    def undo(self, decision: Decision, moderator: User) -> None:
        also = decision.list_marks(_ALSO)
        events = ReportEvent.objects.filter(pk__in=[decision.event, *also])
        _lock_reports(events.values("report"))
        for event in events.order_by("-pk"):
            undo_report_event(event.pk, moderator)


def _lock_reports(numbers: Iterable[int] | QuerySet) -> None:
    """Lock the reports in one order, so that two moderators who decide the same reports wait for each other."""
    reports = Report.objects.filter(pk__in=numbers).order_by("pk")
    list(reports.select_for_update(of=("self",)).values("pk"))


def _require_not_in_other_hands(numbers: Iterable[int], moderator: User) -> None:
    """Raise `DecisionRefused` while a colleague has claimed one of these reports and it still waits. A claim on a
    report that was decided does not matter."""
    waiting = Report.objects.filter(pk__in=numbers, status__in=OPEN_REPORT_STATUSES)
    waiting_ids = waiting.values_list("pk", flat=True)
    for claim in get_claims(CaseKind.REPORT, waiting_ids).values():
        if claim.moderator_id != moderator.pk:
            raise DecisionRefused(
                f"另一个举报由{claim.moderator}在处理，到 {localtime(claim.until):%H:%M} 为止："
                "先不勾“也这样处理”，或者等一等再一起处理。"
            )


def _build_taken_condition(moderator: User) -> Q:
    """Return the condition that another moderator has claimed a waiting report on the same item."""
    claims = Claim.objects.filter(kind=CaseKind.REPORT, until__gt=timezone.now())
    numbers = claims.exclude(moderator=moderator).values("number")
    waiting = Report.objects.filter(pk__in=numbers, status__in=OPEN_REPORT_STATUSES)
    items = list(waiting.values_list(*_REPORTED_ITEM))
    listings = [listing for listing, _article in items if listing]
    articles = [article for _listing, article in items if article]
    return Q(listing__in=listings) | Q(article__in=articles)


def _list_open_others(row: Report) -> list[Report]:
    return [other for other in row.newest_others if other.is_open]
