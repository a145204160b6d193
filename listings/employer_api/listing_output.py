"""Listings as programs read them: a short form in lists, and the full form of a single listing."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from ninja import Schema

from accounts.models import Employer
from listings.choices import ApplicationStatus, ListingStatus, RevisionStatus
from listings.detail.detail_context import ENDED, LIVE, get_public_state
from listings.employer_api.listing_fields import convert_to_json, list_field_errors
from listings.employer_desk.drafts import format_content_as_typed
from listings.employer_desk.listing_history import get_refusal_reasons
from listings.models import Application, Listing, ListingDraft, ListingRevision
from listings.publication.posting_quota import count_submissions_left, get_posting_quota
from listings.publication.submission import may_submit_listings
from listings.publication.transitions import find_waiting_revision
from sitekit.web.absolute_urls import build_absolute_url

MAX_LISTINGS = 100  # in an answer


class Reason(Schema):
    field: str = ""
    reason: str
    cure: str = ""
    quote: str = ""


class Verdict(Schema):
    """`outcome`：published 已发布，waiting 待审核，refused 未通过。"""

    outcome: str
    reasons: list[Reason] = []


class MissingField(Schema):
    field: str
    reason: str


class DraftOut(Schema):
    """还没有提交的内容。`missing` 是提交以前还要补、要改的。"""

    fields: dict[str, Any]
    missing: list[MissingField]
    updated_at: datetime.datetime


class ListingBrief(Schema):
    id: int
    title: str
    status: str
    status_label: str
    valid_through: datetime.date | None
    published_at: datetime.datetime | None
    updated_at: datetime.datetime
    has_draft: bool
    has_waiting_edit: bool
    applications: dict[str, int]
    public_url: str | None
    desk_url: str


class ListingOut(ListingBrief):
    """`fields` 是公开的（或最近提交的）内容，`draft` 是改到一半的，`refusal` 是最近一次没通过的原因。"""

    fields: dict[str, Any]
    draft: DraftOut | None
    refusal: list[Reason]
    result: Verdict | None = None


class ListingPage(Schema):
    listings: list[ListingBrief]
    next_after: int | None


class EmployerOut(Schema):
    id: int
    name: str
    status: str
    status_label: str
    may_submit: int
    open_listings_at_most: int
    new_listings_a_day: int


def build_employer_fields(employer: Employer) -> dict[str, Any]:
    quota = get_posting_quota(employer)
    return {
        "id": employer.pk,
        "name": employer.name,
        "status": employer.status,
        "status_label": employer.get_status_display(),
        "may_submit": count_submissions_left(employer) if may_submit_listings(employer) else 0,
        "open_listings_at_most": quota.open,
        "new_listings_a_day": quota.a_day,
    }


def build_listing_page(
    employer: Employer, status: str, after: int | None, limit: int
) -> dict[str, Any]:
    """Return a page, the newest first; `after` is the last id of the page before. Two queries."""
    rows: QuerySet[Listing] = employer.listings.select_related("draft", "region")
    if status:
        rows = rows.filter(status=status)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    waiting = ListingRevision.objects.filter(listing=OuterRef("pk"), status=RevisionStatus.WAITING)
    page = list(rows.annotate(has_waiting=Exists(waiting)).order_by("-pk")[: limit + 1])
    shown = page[:limit]
    counts = _count_applications(shown)
    for listing in shown:
        listing.employer = employer
    return {
        "listings": [
            _describe_briefly(row, row.has_waiting, counts.get(row.pk, {})) for row in shown
        ],
        "next_after": shown[-1].pk if len(page) > limit else None,
    }


def describe_listing(listing: Listing, result: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the JSON of one listing; `result` is what a request just did with it."""
    draft = ListingDraft.objects.filter(listing=listing).first()
    waiting = find_waiting_revision(listing)
    counts = _count_applications([listing]).get(listing.pk, {})
    brief = _describe_briefly(listing, waiting is not None, counts)
    text = waiting or listing
    return brief | {
        "has_draft": draft is not None,
        "fields": convert_to_json(format_content_as_typed(text.get_content()))
        if text.title
        else {},
        "draft": _describe_draft(draft, listing) if draft else None,
        "refusal": _list_refusal(listing),
        "result": result,
    }


def _describe_briefly(
    listing: Listing, has_waiting: bool, counts: dict[str, int]
) -> dict[str, Any]:
    is_shown = get_public_state(listing) in (LIVE, ENDED)
    manage = reverse("listings:manage", args=[listing.pk])
    return {
        "id": listing.pk,
        "title": listing.title,
        "status": listing.status,
        "status_label": listing.get_status_display(),
        "valid_through": listing.valid_through,
        "published_at": listing.published_at,
        "updated_at": listing.updated_at,
        "has_draft": hasattr(listing, "draft"),
        "has_waiting_edit": has_waiting and listing.status != ListingStatus.PENDING,
        "applications": counts,
        "public_url": build_absolute_url(listing.get_absolute_url()) if is_shown else None,
        "desk_url": build_absolute_url(manage),
    }


def _count_applications(listings: Sequence[Listing]) -> dict[int, dict[str, int]]:
    """Return the number of sign-ups by listing and status, without any data of the seekers."""
    rows = Application.objects.filter(listing__in=[listing.pk for listing in listings])
    counts: dict[int, dict[str, int]] = {}
    for pk, status, number in (
        rows.order_by().values_list("listing", "status").annotate(Count("pk"))
    ):
        counts.setdefault(pk, dict.fromkeys(ApplicationStatus.values, 0))[status] = number
    return counts


def _describe_draft(draft: ListingDraft, listing: Listing) -> dict[str, Any]:
    errors = list_field_errors(draft.data, listing)
    return {
        "fields": convert_to_json(draft.data),
        "missing": [{"field": name, "reason": words} for name, words in errors.items()],
        "updated_at": draft.updated_at,
    }


def _list_refusal(listing: Listing) -> list[dict[str, str]]:
    refusal = get_refusal_reasons(listing)
    if refusal is None:
        return []
    if refusal.words:
        return [{"field": "", "reason": refusal.words}]
    return [
        {
            "field": reason["field"],
            "reason": reason["words"],
            "cure": reason["cure"],
            "quote": reason["quote"],
        }
        for reason in refusal.reasons
    ]
