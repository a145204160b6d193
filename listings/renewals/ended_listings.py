"""The notice of ended listings: on the day after the last day their employer gets one notice for all that ended
together."""

import datetime
from collections.abc import Callable, Sequence
from typing import cast

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accounts.choices import EmployerStatus, RevisionStatus
from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.models import Notice
from listings.choices import ListingStatus
from listings.models import Listing, ListingEvent, ListingRevision
from listings.models.listing import ListingQuerySet
from sitekit.templatetags.sitekit import cn_date

LOOKS_BACK = datetime.timedelta(days=3)  # in case the worker was down over a weekend
TITLES_SHOWN, TITLE_LENGTH = 3, 30


def notify_of_ended_listings(stopped: Callable[[], bool] = lambda: False) -> int:
    """Notify the members of each employer; return how many listings ended."""
    pairs = _list_ended_listings().order_by("valid_through", "employer")
    count = 0
    for employer_id, day in list(pairs.values_list("employer", "valid_through").distinct()):
        if stopped():
            break
        count += _notify_members(employer_id, cast("datetime.date", day))
    return count


def _list_ended_listings() -> ListingQuerySet:
    """Leave out listings whose members already know: a new text waits, or they were told that the work has ended."""
    today = timezone.localdate()
    of_listing = {"listing": OuterRef("pk")}
    waiting = ListingRevision.objects.filter(**of_listing, status=RevisionStatus.WAITING)
    work_ended = ListingEvent.objects.filter(
        **of_listing, action="end_work", created_at__date__gt=OuterRef("valid_through")
    )
    return Listing.objects.filter(
        ~Exists(waiting),
        ~Exists(work_ended),
        status=ListingStatus.PUBLISHED,
        valid_through__gte=today - LOOKS_BACK,
        valid_through__lt=today,
        employer__status=EmployerStatus.VERIFIED,
    )


@transaction.atomic
def _notify_members(employer_id: int, day: datetime.date) -> int:
    """Notify the members of the employer; return how many listings ended.

    A listing that somebody is renewing at this moment is locked, and may need no notice: then nothing is sent before
    the next run.
    """
    key = f"listings-ended-{employer_id}-{day}"
    if Notice.objects.filter(key__startswith=f"{key}-").exists():
        return 0
    rows = _list_ended_listings().filter(employer=employer_id, valid_through=day)
    locked = rows.select_for_update(of=("self",), skip_locked=True)
    listings = list(locked.select_related("employer").order_by("pk"))
    if not listings or len(listings) < rows.count():
        return 0
    notify_members(listings[0].employer, _build_message(key, listings))
    return len(listings)


def _build_message(key: str, listings: Sequence[Listing]) -> MemberMessage:
    listing, day = listings[0], cast("datetime.date", listings[0].valid_through)
    titles = [ended_listing.title[:TITLE_LENGTH] for ended_listing in listings]
    renewal = "点“续期”；工作日期也过了的，用“修改”把日期一起改了"
    if len(listings) > 1:
        named = "、".join(f"「{title}」" for title in titles[:TITLES_SHOWN])
        return MemberMessage(
            key,
            f"{len(listings)} 条兼职到期了，不再公开",
            f"{cn_date(day)}到期的有{named}{'等' if len(listings) > TITLES_SHOWN else ''}。"
            f"还要招的，打开它{renewal}。不招了不用管。",
            reverse("listings:desk"),
            "去看看",
        )
    if listing.end_date and listing.end_date <= day:
        renewal = "用“修改”把工作日期和有效期一起改了"
    return MemberMessage(
        key,
        f"到期了，不再公开：{titles[0]}",
        f"最后一天是{cn_date(day)}。还要招，{renewal}。不招了不用管。",
        reverse("listings:manage", args=[listing.pk]),
        "去看看",
    )
