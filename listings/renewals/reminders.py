"""Reminders three days before a listing ends, with a link to a page that renews it with one button."""

import datetime
from collections.abc import Callable
from dataclasses import replace

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.employers.member_notices import MemberMessage, build_member_messages
from accounts.inbox.notices import NoticeMessage, send_notices
from accounts.models import EmployerStatus
from listings.choices import ListingStatus
from listings.models import EndReminder, Listing
from listings.renewals.renewal import find_next_last_day
from sitekit.messages.channel_base import ShortLink
from sitekit.templatetags.sitekit import cn_date
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.row_ids import parse_row_id
from sitekit.web.signed_links import (
    LinkUnusable,
    read_short_code,
    read_signed_link,
    sign_short_code,
)

DAYS_BEFORE = datetime.timedelta(days=3)
LINK_VALID_FOR = datetime.timedelta(days=14)
REMINDERS_PER_TRANSACTION = 200
PURPOSE = "listing renewal"
# Codes that stop messages begin with the letter of a channel, at the same address.
_LETTER = "r"


def remind_ending_listings(stopped: Callable[[], bool] = lambda: False) -> int:
    """Tell the members of each employer once for each last day; return how many listings."""
    reminded = 0
    while not stopped():
        with transaction.atomic():
            listings = list(_list_ending_listings()[:REMINDERS_PER_TRANSACTION])
            for listing in listings:
                _remind_members(listing)
        reminded += len(listings)
        if len(listings) < REMINDERS_PER_TRANSACTION:
            break
    return reminded


def _list_ending_listings() -> QuerySet[Listing]:
    today = timezone.localdate()
    reminders = EndReminder.objects.filter(listing=OuterRef("pk"), until=OuterRef("valid_through"))
    ending = Listing.objects.filter(
        ~Exists(reminders),
        status=ListingStatus.PUBLISHED,
        valid_through__range=(today, today + DAYS_BEFORE),
        employer__status=EmployerStatus.VERIFIED,
        employer__memberships__isnull=False,
    )
    # One that was published for less than three days needs no reminder on its first day.
    young = timezone.now() - datetime.timedelta(days=1)
    numbers = ending.filter(published_at__lt=young).values("pk").distinct()
    rows = Listing.objects.filter(pk__in=numbers).select_related("employer")
    return rows.order_by("valid_through", "pk").select_for_update(of=("self",), skip_locked=True)


def _remind_members(listing: Listing) -> None:
    assert listing.valid_through  # noqa: S101 - for the type checker: the query asks for it
    until = find_next_last_day(listing)
    ends = cn_date(listing.valid_through)
    text = f"还要招就续到{cn_date(until)}，点一下就行；不招了不用管，到期自动不公开。"
    if until is None:
        text = "这份活的工作日期也快结束了；还要招，请用“修改”把日期一起改了。不招了不用管。"
    message = MemberMessage(
        f"listing-{listing.pk}-ends-{listing.valid_through}",
        f"{ends}到期{'，点开续期' if until else ''}：{listing.title[:30]}",
        text,
        reverse("listings:manage", args=[listing.pk]),
        "续期" if until else "去看看",
    )
    messages = build_member_messages(listing.employer, message)
    reminders = EndReminder.objects.bulk_create(
        EndReminder(listing=listing, member=member_message.user, until=listing.valid_through)
        for member_message in messages
    )
    if until:
        messages = [
            _add_link(member_message, reminder)
            for member_message, reminder in zip(messages, reminders, strict=True)
        ]
    send_notices(messages, kind=NoticeKind.HIRING, text_message=True)


def _add_link(message: NoticeMessage, reminder: EndReminder) -> NoticeMessage:
    """Add the link to the renewal. All channels use the same short link, because a text message has no room for a
    longer one."""
    code = build_renewal_code(reminder)
    address = reverse("renew_by_code", args=[code])
    return replace(message, address=address, shortcut=ShortLink(code, build_absolute_url(address)))


def build_renewal_code(reminder: EndReminder) -> str:
    return sign_short_code(PURPOSE, f"{_LETTER}{reminder.pk}")


def find_reminder_by_code(code: str) -> EndReminder:
    """Return the reminder that the code was made for; raises `LinkUnusable`."""
    subject = read_short_code(PURPOSE, code) or ""
    pk = parse_row_id(subject.removeprefix(_LETTER))
    if pk is None:
        raise LinkUnusable
    return _get_reminder(pk)


def find_reminder(token: str) -> EndReminder:
    """Return the reminder of a long link, which mails of the last two weeks may still have; raises `LinkUnusable`."""
    return _get_reminder(read_signed_link(PURPOSE, token, LINK_VALID_FOR))


def _get_reminder(pk: int) -> EndReminder:
    rows = EndReminder.objects.select_related("listing__employer", "member")
    reminder = rows.filter(pk=pk, created_at__gt=timezone.now() - LINK_VALID_FOR).first()
    if reminder is None:
        raise LinkUnusable
    return reminder
