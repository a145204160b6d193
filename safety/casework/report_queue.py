"""The queue of reports as a page: a row for each thing reported."""

from collections import defaultdict
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from listings.models import Listing
from news.models import Article
from safety.choices import CaseKind, ReportReason
from safety.models import Report
from safety.moderation.claims import get_claims
from safety.reports import transitions as reports


def build_queue_rows(groups: list[dict[str, Any]], user: User) -> list[dict[str, Any]]:
    """The groups with what they are about, their reports, and who has them in hand."""
    listings = [group["listing_id"] for group in groups if group["listing_id"]]
    articles = [group["article_id"] for group in groups if group["article_id"]]
    things = {("listing", row.pk): row for row in _listings().filter(pk__in=listings)}
    things |= {("article", row.pk): row for row in Article.objects.filter(pk__in=articles)}
    waiting = Report.objects.filter(Q(listing__in=listings) | Q(article__in=articles))
    told = defaultdict(list)
    for row in waiting.filter(status__in=reports.OPEN_REPORT_STATUSES).order_by("due_at", "pk"):
        told[row.listing_id, row.article_id].append(row)
    holders = get_claims(CaseKind.REPORT, [row.pk for rows in told.values() for row in rows])
    return [_row(group, things, told, holders, user) for group in groups]


def _row(group, things, told, holders, user):
    name = "listing" if group["listing_id"] else "article"
    rows = told[group["listing_id"], group["article_id"]]
    held = next((holders[row.pk] for row in rows if row.pk in holders), None)
    reasons = [row.reason for row in rows]
    return {
        "thing": things[name, group[f"{name}_id"]],
        "is_listing": name == "listing",
        "first": rows[0] if rows else None,
        "count": group["count"],
        "due": group["due"],
        "is_late": group["due"] < timezone.now(),
        "is_held": group["held"] == 0,
        "reasons": [
            (ReportReason(code).label, reasons.count(code)) for code in dict.fromkeys(reasons)
        ],
        "held_by": held,
        "is_mine": held is not None and held.moderator_id == user.pk,
    }


def _listings():
    return Listing.objects.select_related("employer")
