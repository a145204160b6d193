"""Who is told of which new listings: one mail a search, no listing twice, only what is live.

Instant searches are looked at every minute, daily ones once after eight in the morning. A batch of
searches costs the same number of queries, however many there are: their questions are put to the
search table in one statement. Searches whose place has nothing new are not even read.
"""

from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.http import QueryDict
from django.utils import timezone

from cities.directory.regions import get_region
from listings.choices import Frequency
from listings.models import Listing, ListingSearch, SavedSearch, SavedSearchHit
from listings.search.listing_search import TABLE, join_conditions
from listings.search.scope import SearchCondition
from listings.search.search_request import parse_search_request
from listings.search_subscriptions.mails import of_news
from sitekit.messages.outbox import enqueue_messages

MORNING = time(8)
RECENT = timedelta(days=7)  # what is older is no news, even if nothing could be sent for a while
# A listing may show up in the table a little after the moment it says it was published at.
LATE = timedelta(minutes=2)
REST = timedelta(hours=1)  # after which it is noted that nothing was found
MOST = 10  # in a mail
COUNTED = 50
BATCH = 100
A_RUN = 2_000  # searches; what is left waits a minute


def send_new_listing_mails(stopped=lambda: False) -> int:
    """Write the mails that are due now; how many."""
    now, written = timezone.now(), 0
    due, quiet = _with_news(_due(now), now)
    plans: dict = {}  # what a query asks of a place is found out once
    for start in range(0, min(len(due), A_RUN), BATCH):
        if stopped():
            break
        numbers = [pk for pk, *_ in due[start : start + BATCH]]
        with transaction.atomic():
            written += _tell(numbers, now, plans)
    _note(quiet, now)
    return written


def _due(now):
    """(number, place, when it was looked at, query) of what may be told now, longest ago first."""
    running = SavedSearch.objects.filter(
        ended_at=None, confirmed_at__isnull=False, lapses_at__gt=now
    )
    local = timezone.localtime(now)
    morning = datetime.combine(local.date(), MORNING, local.tzinfo)
    instant = running.filter(frequency=Frequency.INSTANT, looked_at__lt=now)
    daily = running.filter(frequency=Frequency.DAILY, looked_at__lt=morning)
    rows = instant if now < morning else instant | daily
    return list(
        rows.order_by("looked_at", "pk").values_list("pk", "region_id", "looked_at", "query")
    )


def _with_news(due, now):
    """Split by whether anything was published in their place since they were looked at."""
    if not due:
        return [], []
    latest = _latest(_since(due[0][2], now))
    fresh, quiet = [], []
    for search in due:
        _pk, place, looked_at, query = search
        anywhere = place is None or "q=" in query or "mode=online" in query
        newest = latest.get(None if anywhere else place)
        (fresh if newest and newest > _since(looked_at, now) else quiet).append(search)
    return fresh, quiet


def _latest(since):
    """By code of the place, None for the nation: when something was published there last."""
    rows = ListingSearch.objects.filter(published_at__gt=since)
    latest: dict = {}
    for *codes, moment in rows.values_list("province_id", "city_id", "district_id").annotate(
        Max("published_at")
    ):
        for code in {None, *codes}:
            latest[code] = max(moment, latest.get(code, moment))
    return latest


def _since(looked_at, now):
    return max(looked_at - LATE, now - RECENT)


def _note(quiet, now):
    """Not every minute: nothing was missed, only the stretch that is looked at grows."""
    old = [pk for pk, _place, looked_at, _query in quiet if looked_at < now - REST]
    SavedSearch.objects.filter(pk__in=old).update(looked_at=now)


def _tell(numbers, now, plans):
    """The mails of a batch; another process that is at some of them keeps those."""
    rows = list(
        SavedSearch.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk__in=numbers, ended_at=None, looked_at__lt=now)
        .order_by("pk")
    )
    found = _find(rows, now, plans)
    listings = _listings({pk for pks in found.values() for pk in pks})
    mails, hits = [], []
    for row in rows:
        fresh = [listings[pk] for pk in found.get(row.pk, []) if pk in listings]
        if fresh:
            mails.append(of_news(row, fresh[:MOST], len(fresh[MOST:])))
            hits += [SavedSearchHit(search=row, listing=listing) for listing in fresh]
    SavedSearchHit.objects.bulk_create(hits, ignore_conflicts=True)
    enqueue_messages(mails)
    SavedSearch.objects.filter(pk__in=[row.pk for row in rows]).update(looked_at=now)
    return len(mails)


def _find(rows, now, plans):
    """By search: the listings it was not told of, newest first. One query for all."""
    if not rows:
        return {}
    parts, params = [], []
    for row in rows:
        sql, values = join_conditions(_conditions(row, now, plans))
        parts.append(
            f"(SELECT {int(row.pk)} AS search, listing_id FROM {TABLE} s WHERE {sql} "
            f"ORDER BY published_at DESC, listing_id DESC LIMIT {COUNTED})"
        )
        params += values
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for search, listing in cursor.fetchall():
            found.setdefault(search, []).append(listing)
    return found


def _conditions(row, now, plans):
    key = row.region_id, row.query
    if key not in plans:
        plans[key] = _plan(*key)
    since = max(_since(row.looked_at, now), row.confirmed_at)
    untold = SearchCondition(
        "NOT EXISTS (SELECT 1 FROM listings_savedsearchhit h "
        "WHERE h.search_id = %s AND h.listing_id = s.listing_id)",
        (row.pk,),
    )
    return [*plans[key], SearchCondition("published_at > %s", (since,)), untold]


def _plan(region, query):
    search = parse_search_request(QueryDict(query), get_region(region)).search
    words = [SearchCondition("tokens @@ %s::tsquery", (search.tokens,))] if search.tokens else []
    return [*search.scope.conditions, *search.conditions, *search.always(), *words]


def _listings(numbers):
    """Only those that visitors may see at this moment."""
    live = Listing.objects.live().select_related("employer").prefetch_related("employer__checks")
    return live.in_bulk(numbers)
