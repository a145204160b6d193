"""Somebody reports a listing or an article, with or without an account.

The reporter is stored as keyed hashes ("marks"), only so that nobody is counted twice. Two
independent reports that money was asked hold a listing in the same transaction
(`safety.reports.independent_reports`).
"""

from collections.abc import Iterable
from datetime import timedelta
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
from safety.aftercare.paused_sign_ups import notify_held
from safety.appeals.transitions import build_appeal_path
from safety.choices import ASKED_FOR_MONEY, ReporterKind
from safety.models import Report
from safety.moderation.ticket_codes import create_ticket_code
from safety.reports.handling_times import describe_handling_times, get_handling_time
from safety.reports.independent_reports import NEW_ACCOUNT, weigh_reports
from safety.reports.transitions import REPORT_STATE_MACHINE
from sitekit.web.visitor_network import widen_network

# A report sent again within this time with the same words is the same one: a double click.
REPEATED_REPORT_INTERVAL = timedelta(minutes=10)
HELD_BECAUSE = "不止一个人分别举报对方要钱，先停止展示，核实后再处理。"


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
    return [_hash_identifier(kind, str(value)) for kind, value in identifiers.items() if value]


def hash_network_range(network: str) -> str:
    """Return a keyed hash of the range of a visitor's network; empty if that is unknown."""
    return _hash_identifier("range", widen_network(network)) if network else ""


def _hash_identifier(kind: str, value: str) -> str:
    return salted_hmac(f"safety.report.{kind}", value, algorithm="sha256").hexdigest()[:32]


def submit_report(  # noqa: PLR0913 - a report has these parts
    *,
    listing: Listing | None = None,
    article: Article | None = None,
    reason: str,
    words: str = "",
    user: User | AnonymousUser | None = None,
    email: str = "",
    marks: Iterable[str] = (),
    range_mark: str = "",
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
            **_describe_reporter(user),
            email=email,
            marks=marks,
            range_mark=range_mark,
            due_at=timezone.now() + get_handling_time(reason),
        )
        # The event has no actor: only the report names the reporter, until their account is closed.
        REPORT_STATE_MACHINE.record_event(report, "", actor=None)
        if listing is not None and reason in ASKED_FOR_MONEY:
            _hold_if_reported_independently(listing)
    return report


def _describe_reporter(user: User | AnonymousUser | None) -> dict[str, Any]:
    """Return the kind of the account, and whether it is new. This stays when the account is closed."""
    if user is None or not user.is_authenticated:
        return {"reporter": None, "reporter_kind": ReporterKind.ANONYMOUS}
    is_proved = bool(user.phone and user.phone_proved_at)
    return {
        "reporter": user,
        "reporter_kind": ReporterKind.PHONE if is_proved else ReporterKind.ACCOUNT,
        "is_reporter_new": timezone.now() - user.date_joined < NEW_ACCOUNT,
    }


def _hold_if_reported_independently(listing: Listing) -> None:
    if ListingStatus.HELD not in LISTING_MOVES[listing.status]:
        return
    if not weigh_reports(listing).holds:
        return
    held_listing = move_listing(listing.pk, ListingStatus.HELD, None, HELD_BECAUSE)
    message = MemberMessage(
        f"listing-{held_listing.pk}-held-{held_listing.last_event.pk}",
        f"「{held_listing.title}」先停止展示了",
        f"不止一个人分别反映有人要他们交钱。我们先把它收起来，{describe_handling_times()[0]}内核实。"
        "如果没有这回事，请写申诉，把情况说清楚。",
        build_appeal_path(held_listing),
        "看看",
    )
    notify_members(held_listing.employer, message, text_message=True)
    notify_held([held_listing.last_event])


def was_held_by_reports(listing: Listing) -> bool:
    """Whether the listing was ever held because of reports."""
    holds = listing.events.filter(action=ListingStatus.HELD, actor=None, reason=HELD_BECAUSE)
    return holds.exists()


def _find_same_report(marks: list[str], **fields: Any) -> Report | None:
    recent = Report.objects.filter(
        created_at__gt=timezone.now() - REPEATED_REPORT_INTERVAL, **fields
    )
    return next((report for report in recent if marks and set(marks) <= set(report.marks)), None)
