"""The rows of the queue of reports: one for each reported item."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import User
from listings.choices import ListingStatus
from listings.models import Listing
from listings.publication.transitions import list_hold_events
from news.models import Article
from safety.choices import CaseKind
from safety.models import Claim, Escalation, Postponement, Report
from safety.moderation.claims import get_claims
from safety.reports.submission import HELD_BECAUSE
from safety.reports.transitions import OPEN_REPORT_STATUSES


@dataclass
class ReportQueueRow:
    """The open reports on one item, as one row of the queue."""

    item: Listing | Article | None  # None if it was deleted meanwhile
    first: Report  # to which the row leads
    count: int  # of the open reports
    due: datetime  # of the report that is due first
    reasons: list[tuple[str, int]]  # label of a reason, number of reports with it
    held: int  # 0 for a listing that is held because of these reports, else 1
    is_held_by_reports: bool
    held_by: Claim | None
    is_mine: bool  # whether the claim is the moderator's own

    # Set by `CasesPutAside.attach_to` and `attach_note_counts` for the page of the queue.
    case_number: int | None = None
    put_aside: list[Postponement] | None = None
    own_postponement: Postponement | None = None
    escalation: Escalation | None = None
    note_count: int = 0

    @property
    def pk(self) -> int:
        """The number of the case, as other rows of queues have it."""
        return self.first.pk

    @property
    def is_listing(self) -> bool:
        return isinstance(self.item, Listing)

    @property
    def is_late(self) -> bool:
        return self.due < timezone.now()


def build_queue_rows(groups: list[dict[str, Any]], moderator: User) -> list[ReportQueueRow]:
    """Return a row for each group of `group_reports`; it leads to the report that the moderator has claimed, if
    there is one, else to the first. A group without an open report is left out."""
    listing_pks = [group["listing_id"] for group in groups if group["listing_id"]]
    article_pks = [group["article_id"] for group in groups if group["article_id"]]
    hold = list_hold_events(OuterRef("pk"))
    listings = (
        Listing.objects.select_related("employer")
        .annotate(held_for=Subquery(hold.values("reason")[:1]))
        .in_bulk(listing_pks)
    )
    articles = Article.objects.in_bulk(article_pks)
    is_on_item = Q(listing__in=listing_pks) | Q(article__in=article_pks)
    open_reports = Report.objects.filter(is_on_item, status__in=OPEN_REPORT_STATUSES)
    reports = open_reports.order_by("due_at", "pk")
    reports_by_item: dict[tuple, list[Report]] = defaultdict(list)
    for report in reports:
        reports_by_item[report.listing_id, report.article_id].append(report)
    claims = get_claims(CaseKind.REPORT, [report.pk for report in reports])
    rows = []
    for group in groups:
        listing, article = listings.get(group["listing_id"]), articles.get(group["article_id"])
        item_reports = reports_by_item[group["listing_id"], group["article_id"]]
        if not item_reports:  # all were decided since the groups were read
            continue
        claimed = [report for report in item_reports if report.pk in claims]
        claimed.sort(key=lambda report: claims[report.pk].moderator_id != moderator.pk)
        claim = claims[claimed[0].pk] if claimed else None
        is_mine = claim is not None and claim.moderator_id == moderator.pk
        rows.append(
            ReportQueueRow(
                item=listing or article,
                first=claimed[0] if is_mine else item_reports[0],
                count=group["count"],
                due=group["due"],
                reasons=[*Counter(report.get_reason_display() for report in item_reports).items()],
                held=group["held"],
                is_held_by_reports=_is_held_by_reports(listing),
                held_by=claim,
                is_mine=is_mine,
            )
        )
    return rows


def _is_held_by_reports(listing: Any) -> bool:
    """Whether the listing is held because of reports and not by a moderator; `held_for` is the reason of the hold."""
    return (
        bool(listing)
        and listing.status == ListingStatus.HELD
        and (listing.held_for == HELD_BECAUSE)
    )
