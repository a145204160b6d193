"""Send new listings to saved searches: one mail or notice a search, no listing twice, only live ones.

Instant searches run every minute, daily ones once after eight in the morning. A batch of searches
needs the same number of queries, however many there are: one statement reads the search table for
all of them. Searches whose place has nothing new are not even read.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple, cast

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.digests import (
    MAX_COUNTED,
    find_mail_address,
    find_mail_send_time,
    is_account_subscription,
    send_subscription_notices,
)
from accounts.models import User
from cities.directory.regions import get_current_region, get_region
from listings.choices import Frequency
from listings.models import BlockedEmployer, Listing, ListingSearch, SavedSearch, SavedSearchHit
from listings.search.listing_search import TABLE, join_conditions
from listings.search.scope import SearchCondition
from listings.search.search_request import parse_search_request
from listings.search_subscriptions.mails import build_new_listings_mail
from listings.search_subscriptions.member_news import build_member_news
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Mail

DAILY_MAIL_TIME = time(8)
MAX_LISTING_AGE = timedelta(days=7)  # older listings are not sent, even after an outage
# A row may appear in the table a little after its `drawn_at`.
COMMIT_DELAY = timedelta(minutes=2)
# How often `looked_at` of searches without news is updated.
LOOKED_AT_INTERVAL = timedelta(hours=1)
MAX_IN_MAIL = 10  # listings
SEARCHES_PER_TRANSACTION = 100  # searches in a transaction
MAX_SEARCHES_OF_RUN = 2_000  # searches; the others wait a minute

_NOT_BLOCKED = (
    "NOT EXISTS (SELECT 1 FROM listings_blockedemployer b JOIN listings_listing l "
    "ON l.employer_id = b.employer_id WHERE b.user_id = %s AND l.id = s.listing_id)"
)

_IN_LISTS_SINCE = (
    "EXISTS (SELECT FROM listings_listingcard c "
    "WHERE c.listing_id = s.listing_id AND c.drawn_at > %s)"
)
# A listing that was in the lists when the search began is no news, even if it was held or paused since and came back.
# The `published_at` of a repost is the day of its source.
_NOT_SEEN_AT_FIRST = (
    "(published_at > %s OR COALESCE((SELECT e.after FROM listings_listingevent e "
    "WHERE e.listing_id = s.listing_id AND e.created_at <= %s ORDER BY e.id DESC LIMIT 1), '') "
    "<> 'published' OR COALESCE((SELECT e.after FROM accounts_employerevent e "
    "JOIN listings_listing l ON l.employer_id = e.employer_id WHERE l.id = s.listing_id "
    "AND e.created_at <= %s ORDER BY e.id DESC LIMIT 1), 'verified') <> 'verified')"
)

# Conditions of a search by its place and query, which many searches share.
type Plans = dict[tuple[int | None, str], list[SearchCondition]]


class DueSearch(NamedTuple):
    pk: int
    region_id: int | None
    looked_at: datetime
    query: str


def send_new_listing_mails(stopped: Callable[[], bool] = lambda: False) -> int:
    """Write what is due now; return for how many searches."""
    now, written = timezone.now(), 0
    due, without_news = _split_by_news(_list_due(now), now)
    plans: Plans = {}
    for start in range(0, min(len(due), MAX_SEARCHES_OF_RUN), SEARCHES_PER_TRANSACTION):
        if stopped():
            break
        numbers = [search.pk for search in due[start : start + SEARCHES_PER_TRANSACTION]]
        with transaction.atomic():
            written += _write_news(numbers, now, plans)
    # Not every minute: a longer period of search does no harm.
    old = [search.pk for search in without_news if search.looked_at < now - LOOKED_AT_INTERVAL]
    SavedSearch.objects.filter(pk__in=old).update(looked_at=now)
    return written


def _list_due(now: datetime) -> list[DueSearch]:
    """Return the searches to run now, the longest waiting first."""
    running = SavedSearch.objects.filter(
        Q(lapses_at__gt=now) | Q(lapses_at=None), ended_at=None, confirmed_at__isnull=False
    )
    local = timezone.localtime(now)
    morning = datetime.combine(local.date(), DAILY_MAIL_TIME, local.tzinfo)
    instant = running.filter(frequency=Frequency.INSTANT, looked_at__lt=now)
    daily = running.filter(frequency=Frequency.DAILY, looked_at__lt=morning)
    rows = instant if now < morning else instant | daily
    columns = rows.order_by("looked_at", "pk").values_list("pk", "region_id", "looked_at", "query")
    return [DueSearch._make(row) for row in columns]


def _split_by_news(due: list[DueSearch], now: datetime) -> tuple[list[DueSearch], list[DueSearch]]:
    """Split by whether anything came into the lists of their place since `looked_at`."""
    if not due:
        return [], []
    latest = _get_latest_arrivals(_get_start(due[0].looked_at, now))
    with_news: list[DueSearch] = []
    without_news: list[DueSearch] = []
    for search in due:
        is_national = "q=" in search.query or "mode=online" in search.query
        place = None if is_national else get_region(search.region_id)
        newest = latest.get(get_current_region(place).adcode if place else None)
        has_news = newest is not None and newest > _get_start(search.looked_at, now)
        (with_news if has_news else without_news).append(search)
    return with_news, without_news


def _get_latest_arrivals(since: datetime) -> dict[int | None, datetime]:
    """Return by place code (None: the nation) when a listing last came into the lists of the place.

    This may be later than its publication: it may have been held meanwhile, or its employer frozen.
    """
    rows = ListingSearch.objects.filter(listing__card__drawn_at__gt=since)
    latest: dict[int | None, datetime] = {}
    columns = ("province_id", "city_id", "district_id", "further_districts")
    for *codes, further, moment in rows.values_list(*columns).annotate(
        Max("listing__card__drawn_at")
    ):
        for code in {None, *codes, *(further or ())}:
            latest[code] = max(moment, latest.get(code, moment))
    return latest


def _get_start(looked_at: datetime, now: datetime) -> datetime:
    return max(looked_at - COMMIT_DELAY, now - MAX_LISTING_AGE)


def _write_news(ids: list[int], now: datetime, plans: Plans) -> int:
    """Write what is new for a batch; return for how many. Rows locked by another process are skipped."""
    rows = list(
        SavedSearch.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("user")
        .filter(pk__in=ids, ended_at=None, looked_at__lt=now)
        .order_by("pk")
    )
    new_ids = _find_new_listings(rows, now, plans)
    live = Listing.objects.live().select_related("employer").prefetch_related("employer__checks")
    listings = live.in_bulk({pk for listing_ids in new_ids.values() for pk in listing_ids})
    new_by_search = {
        row: [listings[pk] for pk in new_ids.get(row.pk, []) if pk in listings] for row in rows
    }
    new_by_search = {
        row: new_listings for row, new_listings in new_by_search.items() if new_listings
    }
    SavedSearchHit.objects.bulk_create(
        [
            SavedSearchHit(search=row, listing=new_listing, created_at=now)
            for row, listings_of_search in new_by_search.items()
            for new_listing in listings_of_search
        ],
        ignore_conflicts=True,
    )
    mails = [
        build_addressed_mail(row, listings_of_search, now)
        for row, listings_of_search in new_by_search.items()
    ]
    enqueue_messages(filter(None, mails))
    of_accounts = [row for row in new_by_search if is_account_subscription(row.user, row.email)]
    send_subscription_notices(
        (build_member_news(row, new_by_search[row], now) for row in of_accounts),
        NoticeKind.SEARCHES,
    )
    SavedSearch.objects.filter(pk__in=[row.pk for row in rows]).update(looked_at=now)
    return len(new_by_search)


def build_addressed_mail(
    row: SavedSearch, new_listings: list[Listing], looked_at: datetime
) -> Mail | None:
    """Return the mail and when it may leave; None for a member who wants none."""
    to = find_mail_address(row.user, row.email, NoticeKind.SEARCHES)
    if not to:
        return None
    further_count = len(new_listings[MAX_IN_MAIL:])
    mail = build_new_listings_mail(row, new_listings[:MAX_IN_MAIL], further_count, looked_at)
    mail.to, mail.not_before = to, find_mail_send_time(row.user, NoticeKind.SEARCHES)
    return mail


def _find_new_listings(
    rows: list[SavedSearch], now: datetime, plans: Plans
) -> dict[int, list[int]]:
    """Return by search the ids of the listings not sent yet, newest first. One query for all."""
    if not rows:
        return {}
    readers = _find_readers(rows)
    parts: list[str] = []
    params: list[Any] = []
    for row in rows:
        sql, values = join_conditions(_list_conditions(row, now, plans, readers.get(row.pk)))
        parts.append(
            f"(SELECT {int(row.pk)} AS search, listing_id FROM {TABLE} s WHERE {sql} "
            f"ORDER BY published_at DESC, listing_id DESC LIMIT {MAX_COUNTED})"
        )
        params += values
    new_ids: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for search, listing in cursor.fetchall():
            new_ids.setdefault(search, []).append(listing)
    return new_ids


def _find_readers(rows: list[SavedSearch]) -> dict[int, int]:
    """Return by search the account of its reader, who may have blocked employers. It is the member, or the owner of
    the mailbox. One more query if a search has a mailbox but no member."""
    readers = {
        row.pk: row.user.pk
        for row in rows
        if row.user and is_account_subscription(row.user, row.email)
    }
    mailboxes = {row.pk: row.email.lower() for row in rows if row.user is None and row.email}
    if mailboxes:
        blockers = User.objects.filter(
            Exists(BlockedEmployer.objects.filter(user=OuterRef("pk"))),
            email__in=set(mailboxes.values()),
        )
        owners = {(user.email or "").lower(): user.pk for user in blockers.only("pk", "email")}
        readers |= {pk: owners[email] for pk, email in mailboxes.items() if email in owners}
    return readers


def _list_conditions(
    row: SavedSearch, now: datetime, plans: Plans, reader: int | None
) -> list[SearchCondition]:
    key = row.region_id, row.query
    if key not in plans:
        plans[key] = _build_plan(*key)
    looked_at, confirmed_at = cast("datetime", row.looked_at), cast("datetime", row.confirmed_at)
    since = max(_get_start(looked_at, now), confirmed_at)
    not_sent = SearchCondition(
        "NOT EXISTS (SELECT 1 FROM listings_savedsearchhit h "
        "WHERE h.search_id = %s AND h.listing_id = s.listing_id)",
        (row.pk,),
    )
    in_lists = SearchCondition(_IN_LISTS_SINCE, (since,))
    not_seen = SearchCondition(_NOT_SEEN_AT_FIRST, (confirmed_at,) * 3)
    conditions = [*plans[key], in_lists, not_seen, not_sent]
    return [*conditions, SearchCondition(_NOT_BLOCKED, (reader,))] if reader else conditions


def _build_plan(region_id: int | None, query: str) -> list[SearchCondition]:
    search = parse_search_request(QueryDict(query), get_region(region_id)).search
    words = [SearchCondition("tokens @@ %s::tsquery", (search.tokens,))] if search.tokens else []
    return [*search.scope.conditions, *search.conditions, *search.list_base_conditions(), *words]
