"""Somebody reports a listing or an article, with or without an account.

Who it was is kept as keyed hashes ("marks"), for one purpose: that nobody is counted twice. Two
independent reports of being asked for money hold a listing in the same transaction.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.employers.member_notices import MemberMessage, notify_members
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
# How long we take at most, by reason; those not named have the usual time.
WITHIN: dict[str, timedelta] = dict.fromkeys(
    [*ASKED_FOR_MONEY, ReportReason.ILLEGAL, ReportReason.MINORS], A_DAY
)
INDEPENDENT_TO_HOLD = 2
# Sent again within this time, with the same words, it is the same report: a button pressed twice.
SAME = timedelta(minutes=10)
HELD_BECAUSE = "不止一个人分别举报对方要钱，先停止展示，核实后再处理。"
_RESTORED_FROM = (ListingStatus.HELD, ListingStatus.REMOVED, ListingStatus.REMOVED_FRAUD)


def hash_reporter(user=None, device: str = "", network: str = "", email: str = "") -> list[str]:
    """Keyed hashes of what tells who reports; nothing in them can be read back."""
    known = {
        "account": user.pk if user and user.is_authenticated else "",
        "device": device,
        "network": network,
        "email": email.strip().lower(),
    }
    return [_mark(what, value) for what, value in known.items() if value]


def get_handling_time(reason: str) -> timedelta:
    return WITHIN.get(reason, USUAL)


def submit_report(  # noqa: PLR0913 - a report has these parts
    *, listing=None, article=None, reason, words="", user=None, email="", marks=()
) -> Report:
    """Take a report; the same one sent twice is one. May hold the listing at once."""
    with transaction.atomic():
        # Reports on one thing queue up here, so that each sees those before it.
        if listing is not None:
            listing = Listing.objects.select_for_update(of=("self",)).get(pk=listing.pk)
        else:
            article = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
        on = {"listing": listing, "article": article}
        same = _sent_before(on, reason, words, marks)
        if same:
            return same
        row = Report.objects.create(
            **on,
            ticket=create_ticket_code(),
            reason=reason,
            words=words,
            reporter=user if user and user.is_authenticated else None,
            email=email,
            marks=list(marks),
            due_at=timezone.now() + get_handling_time(reason),
        )
        # Without who it was: that stands in the report alone, and goes with the account.
        REPORT_STATE_MACHINE.record_event(row, "", actor=None)
        if listing is not None and reason in ASKED_FOR_MONEY:
            _hold_if_two_say_so(listing)
    return row


def count_independent_reports(listing: Listing) -> int:
    """How many different people say that money was asked, since the listing was last restored.

    Reports that share a mark are one person's, also by way of a third that shares one with each;
    those found wrong say nothing, but still tell whose the others are.
    """
    since = restored_at(listing)
    people: list[set[str]] = []
    speaking: set[str] = set()
    told = listing.reports.only("marks", "reason", "status", "created_at")
    for row in told.order_by("pk"):
        # A report without any mark is nobody's twice: it shares the mark of all such.
        marks = set(row.marks) or {""}
        joined = [group for group in people if group & marks]
        people = [group for group in people if not group & marks]
        people.append(marks.union(*joined))
        is_after = since is None or row.created_at > since
        if row.reason in ASKED_FOR_MONEY and row.status != ReportStatus.DISMISSED and is_after:
            speaking |= marks
    return sum(bool(group & speaking) for group in people)


def restored_at(listing: Listing):
    """When somebody last decided that it stays in public although it was held or removed."""
    back = listing.events.filter(before__in=_RESTORED_FROM, after=ListingStatus.PUBLISHED)
    return back.exclude(action="undo").order_by("-pk").values_list("created_at", flat=True).first()


def _hold_if_two_say_so(listing):
    if ListingStatus.HELD not in LISTING_MOVES[listing.status]:
        return
    if count_independent_reports(listing) < INDEPENDENT_TO_HOLD:
        return
    held = move_listing(listing.pk, ListingStatus.HELD, None, HELD_BECAUSE)
    message = MemberMessage(
        f"listing-{held.pk}-held-{held.last_event.pk}",
        f"「{held.title}」先停止展示了",
        "不止一个人分别反映有人要他们交钱。我们先把它收起来，24 小时内核实。"
        "如果没有这回事，请写申诉，把情况说清楚。",
        build_appeal_path(held),
        "看看",
    )
    notify_members(held.employer, message)


def _sent_before(on, reason, words, marks):
    recent = Report.objects.filter(
        **on, reason=reason, words=words, created_at__gt=timezone.now() - SAME
    )
    return next((row for row in recent if marks and set(marks) <= set(row.marks)), None)


def _mark(what, value):
    return salted_hmac(f"safety.report.{what}", str(value), algorithm="sha256").hexdigest()[:32]
