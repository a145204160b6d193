"""The rows of the queue of reports: one for each reported item."""

from collections import defaultdict
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from listings.models import Listing
from news.models import Article
from safety.choices import CaseKind, ReportReason
from safety.models import Claim, Report
from safety.moderation.claims import get_claims
from safety.reports import transitions as reports


def build_queue_rows(groups: list[dict[str, Any]], user: User) -> list[dict[str, Any]]:
    """Return the rows of the queue with the reported item, its reports, and the claim on them."""
    listings = [group["listing_id"] for group in groups if group["listing_id"]]
    articles = [group["article_id"] for group in groups if group["article_id"]]
    items: dict[tuple[str, int], Listing | Article] = {
        ("listing", row.pk): row
        for row in Listing.objects.select_related("employer").filter(pk__in=listings)
    }
    items |= {("article", row.pk): row for row in Article.objects.filter(pk__in=articles)}
    reports_query = Report.objects.filter(Q(listing__in=listings) | Q(article__in=articles))
    reports_query = reports_query.filter(status__in=reports.OPEN_REPORT_STATUSES)
    reports_by_item: dict[tuple, list[Report]] = defaultdict(list)
    for report in reports_query.order_by("due_at", "pk"):
        reports_by_item[report.listing_id, report.article_id].append(report)
    pks = [report.pk for on_item in reports_by_item.values() for report in on_item]
    claims = get_claims(CaseKind.REPORT, pks)
    return [_build_row(group, items, reports_by_item, claims, user) for group in groups]


def _build_row(
    group: dict[str, Any],
    items: dict[tuple[str, int], Listing | Article],
    reports_by_item: dict[tuple, list[Report]],
    claims: dict[int, Claim],
    user: User,
) -> dict[str, Any]:
    name = "listing" if group["listing_id"] else "article"
    item_reports = reports_by_item[group["listing_id"], group["article_id"]]
    claim = next((claims[row.pk] for row in item_reports if row.pk in claims), None)
    reasons = [row.reason for row in item_reports]
    return {
        "thing": items[name, group[f"{name}_id"]],
        "is_listing": name == "listing",
        "first": item_reports[0] if item_reports else None,
        "count": group["count"],
        "due": group["due"],
        "is_late": group["due"] < timezone.now(),
        "is_held": group["held"] == 0,
        "reasons": [
            (ReportReason(code).label, reasons.count(code)) for code in dict.fromkeys(reasons)
        ],
        "held_by": claim,
        "is_mine": claim is not None and claim.moderator_id == user.pk,
    }
