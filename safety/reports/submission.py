"""Somebody reports a listing or an article, with or without an account.

The reporter is stored as keyed hashes ("marks"), only so that nobody is counted twice. Two
independent reports of being asked for money hold a listing in the same transaction.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.models import User
from listings.choices import ListingStatus
from listings.models import Listing
from listings.publication.transitions import LISTING_MOVES, move_listing
from news.models import Article
from safety.appeals.transitions import build_appeal_path
from safety.choices import ASKED_FOR_MONEY, ReportReason, ReportStatus
from safety.models import Report
from safety.moderation.ticket_codes import create_ticket_code
from safety.reports.transitions import REPORT_STATE_MACHINE

A_DAY, USUAL = timedelta(hours=24), timedelta(days=3)
# The longest handling time by reason; other reasons have the usual time.
WITHIN: dict[str, timedelta] = dict.fromkeys(
    [*ASKED_FOR_MONEY, ReportReason.ILLEGAL, ReportReason.MINORS], A_DAY
)
INDEPENDENT_TO_HOLD = 2
# A report sent again within this time with the same words is the same one: a double click.
SAME = timedelta(minutes=10)
HELD_BECAUSE = "不止一个人分别举报对方要钱，先停止展示，核实后再处理。"
_RESTORED_FROM = (ListingStatus.HELD, ListingStatus.REMOVED, ListingStatus.REMOVED_FRAUD)


def hash_reporter(
    user: User | AnonymousUser | None = None, device: str = "", network: str = "", email: str = ""
) -> list[str]:
    """Return keyed hashes of what identifies the reporter; nothing can be read back from them."""
    identifiers = {
        "account": user.pk if user and user.is_authenticated else "",
        "device": device,
        "network": network,
        "email": email.strip().lower(),
    }
    return [
        salted_hmac(f"safety.report.{kind}", str(value), algorithm="sha256").hexdigest()[:32]
        for kind, value in identifiers.items()
        if value
    ]


def get_handling_time(reason: str) -> timedelta:
    return WITHIN.get(reason, USUAL)


def submit_report(  # noqa: PLR0913 - a report has these parts
    *,
    listing: Listing | None = None,
    article: Article | None = None,
    reason: str,
    words: str = "",
    user: User | AnonymousUser | None = None,
    email: str = "",
    marks: Iterable[str] = (),
) -> Report:
    """Store a report on a listing or an article, or return the same one sent before. May hold the
    listing at once."""
    marks = list(marks)
    with transaction.atomic():
        # Reports on one item wait for each other here, so that each sees the earlier ones.
        if listing is not None:
            listing = Listing.objects.select_for_update(of=("self",)).get(pk=listing.pk)
        elif article is not None:
            article = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
        fields = {"listing": listing, "article": article, "reason": reason, "words": words}
        if earlier := _find_same_report(marks, **fields):
            return earlier
        report = Report.objects.create(
            **fields,
            ticket=create_ticket_code(),
            reporter=user if user and user.is_authenticated else None,
            email=email,
            marks=marks,
            due_at=timezone.now() + get_handling_time(reason),
        )
        # No actor: only the report names the reporter, and forgets them with their account.
        REPORT_STATE_MACHINE.record_event(report, "", actor=None)
        if listing is not None and reason in ASKED_FOR_MONEY:
            _hold_if_reported_independently(listing)
    return report


def count_independent_reports(listing: Listing) -> int:
    """Count the people who reported since the listing was last restored that money was asked.

    Reports that share a mark are one person's, also through a third report that shares one with
    each. Dismissed reports do not count, but still connect others.
    """
    since = get_restored_at(listing)
    people: list[set[str]] = []  # the marks of each person
    counted_marks: set[str] = set()
    reports_query = listing.reports.only("marks", "reason", "status", "created_at")
    for report in reports_query.order_by("pk"):
        # All reports without any mark count as one person's.
        marks = set(report.marks) or {""}
        connected = [person for person in people if person & marks]
        people = [person for person in people if not person & marks]
        people.append(marks.union(*connected))
        is_dismissed = report.status == ReportStatus.DISMISSED
        is_after = since is None or report.created_at > since
        if report.reason in ASKED_FOR_MONEY and not is_dismissed and is_after:
            counted_marks |= marks
    return sum(bool(person & counted_marks) for person in people)


def get_restored_at(listing: Listing) -> datetime | None:
    """Return when it was last published again after a hold or removal."""
    restored = listing.events.filter(before__in=_RESTORED_FROM, after=ListingStatus.PUBLISHED)
    moments = restored.exclude(action="undo").order_by("-pk").values_list("created_at", flat=True)
    return moments.first()


def _hold_if_reported_independently(listing: Listing) -> None:
    if ListingStatus.HELD not in LISTING_MOVES[listing.status]:
        return
    if count_independent_reports(listing) < INDEPENDENT_TO_HOLD:
        return
    held_listing = move_listing(listing.pk, ListingStatus.HELD, None, HELD_BECAUSE)
    message = MemberMessage(
        f"listing-{held_listing.pk}-held-{held_listing.last_event.pk}",
        f"「{held_listing.title}」先停止展示了",
        "不止一个人分别反映有人要他们交钱。我们先把它收起来，24 小时内核实。"
        "如果没有这回事，请写申诉，把情况说清楚。",
        build_appeal_path(held_listing),
        "看看",
    )
    notify_members(held_listing.employer, message)


def _find_same_report(marks: list[str], **fields: Any) -> Report | None:
    recent = Report.objects.filter(created_at__gt=timezone.now() - SAME, **fields)
    return next((report for report in recent if marks and set(marks) <= set(report.marks)), None)
