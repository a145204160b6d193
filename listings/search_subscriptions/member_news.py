"""New listings in the inbox and the daily text message of a member. Listings that were taken down before the member
read about them are left out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.choices import EmployerStatus, NoticeKind
from accounts.inbox.digests import SubscriptionNews, describe_count, find_mail_address
from accounts.models import DigestLine, EmployerEvent, Notice, User
from listings.choices import ListingStatus
from listings.models import Listing, SavedSearch, SavedSearchHit
from listings.search_subscriptions.mails import build_list_path, build_search_mail_key

_LOOKS_BACK = timedelta(hours=1)  # of a job that runs every minute
_TAKEN_DOWN = (ListingStatus.HELD, ListingStatus.REMOVED, ListingStatus.REMOVED_FRAUD)
_STOPPED = (EmployerStatus.FROZEN, EmployerStatus.BANNED)


def build_member_news(
    row: SavedSearch, new_listings: Sequence[Listing], looked_at: datetime
) -> SubscriptionNews:
    """Return the message. Its key contains the moment of the hits, so that a listing can be left out later."""
    first, count = new_listings[0], len(new_listings)
    count_words = describe_count(count, count)
    text = f"{first.title} {first.pay_words}{first.pay_unit_words}"
    return SubscriptionNews(
        user=cast("User", row.user),
        key=build_search_mail_key(row.pk, looked_at),
        title=f"「{row.title[:40]}」有 {count_words}新的",
        text=f"{text} 等 {count_words}。" if count > 1 else text,
        name=row.title,
        count=count,
        address=build_list_path(row.region_id, row.query),
    )


def withdraw_member_listings() -> int:
    """Remove listings that were taken down, or whose employer was stopped, from unread notices and from text
    messages that are not written yet; return how many. Two queries if there are none."""
    gone = _list_taken_down()
    if not gone:
        return 0
    hits = SavedSearchHit.objects.filter(listing__in=gone, search__user__isnull=False)
    hits_by_key = {
        build_search_mail_key(search, moment): (search, moment, user)
        for search, moment, user in hits.values_list("search", "created_at", "search__user")
    }
    unread = Notice.objects.filter(key__in=hits_by_key, read_at=None)
    concerned = {hits_by_key[key] for key in unread.values_list("key", flat=True)}
    users = {user for _, _, user in hits_by_key.values()}
    waiting = set(_list_waiting_lines().filter(user__in=users).values_list("user", flat=True))
    concerned |= {news for news in hits_by_key.values() if news[2] in waiting}
    return sum(leave_out_hidden_listings(search, moment) for search, moment, _ in sorted(concerned))


def _list_taken_down() -> list[int]:
    since = timezone.now() - _LOOKS_BACK
    listings = Listing.objects.filter(status__in=_TAKEN_DOWN, updated_at__gt=since)
    stops = EmployerEvent.objects.filter(employer__status__in=_STOPPED, created_at__gt=since)
    hidden = Listing.objects.filter(
        status=ListingStatus.PUBLISHED, employer__in=stops.values("employer")
    )
    return [*listings.values_list("pk", flat=True), *hidden.values_list("pk", flat=True)]


def _list_waiting_lines() -> QuerySet[DigestLine]:
    return DigestLine.objects.filter(kind=NoticeKind.SEARCHES, texted_at=None)


@transaction.atomic
def leave_out_hidden_listings(search: int, looked_at: datetime) -> bool:
    """Remove listings that are not live from the member's notice of that moment; return whether anything changed.

    A listing that the member read about nowhere else is announced once it is in the lists again.
    """
    row = SavedSearch.objects.select_for_update(of=("self",)).select_related("user").get(pk=search)
    if row.user is None:
        return False
    hits = SavedSearchHit.objects.filter(search=search, created_at=looked_at)
    live = Listing.objects.live().filter(pk__in=hits.values("listing"))
    listings = list(live.select_related("employer").order_by("-published_at", "-pk"))
    has_changed = any(
        [
            _rewrite_notice(row, listings, looked_at),
            _count_line_again(row, len(listings), looked_at),
        ]
    )
    if not find_mail_address(row.user, row.email, NoticeKind.SEARCHES):
        hits.exclude(listing__in=listings).delete()
    return has_changed


def _rewrite_notice(row: SavedSearch, listings: Sequence[Listing], looked_at: datetime) -> bool:
    unread = Notice.objects.filter(key=build_search_mail_key(row.pk, looked_at), read_at=None)
    if not listings:
        return bool(unread.delete()[0])
    news = build_member_news(row, listings, looked_at)
    return bool(
        unread.exclude(title=news.title[:80]).update(title=news.title[:80], text=news.text[:600])
    )


def _count_line_again(row: SavedSearch, count: int, looked_at: datetime) -> bool:
    """Lower the count of the waiting line of this moment, or delete the line; return whether it changed.

    The line was stored between this moment and the next one with hits.
    """
    lines = _list_waiting_lines().filter(
        user=row.user,
        title=row.title[:120],
        address=build_list_path(row.region_id, row.query),
        created_at__gte=looked_at,
    )
    later = row.hits.filter(created_at__gt=looked_at).order_by("created_at")
    if next_moment := later.values_list("created_at", flat=True).first():
        lines = lines.filter(created_at__lt=next_moment)
    if not count:
        return bool(lines.delete()[0])
    return bool(lines.filter(count__gt=count).update(count=count))
