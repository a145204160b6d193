"""Tells search engines of listings and articles that were published, changed or taken away.

The worker reads the events of both, each engine at its own pace. What an engine does not take is told again, later
each time; the first time nothing is told: what is older stands in the sitemaps.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Max, Q
from django.utils import timezone

from listings.choices import ListingStatus
from listings.models import Listing, ListingEvent
from news.choices import ArticleStatus
from news.models import Article, ArticleEvent
from sitekit.models import PushProgress
from sitekit.seo.search_engines import PushFailed, SearchEngine, list_search_engines
from sitekit.web.absolute_urls import build_absolute_url

# An event of a transaction that commits late has a lower number than others that were read already.
PUSH_DELAY = timedelta(seconds=30)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=6)


class EventBatch(NamedTuple):
    reached: int
    public_paths: list[str]
    removed_paths: list[str]


def push_changes() -> int:
    """Push the changes to all search engines; return how many addresses they accepted."""
    return sum(
        _push_source(engine, source) for engine in list_search_engines() for source in EVENT_READERS
    )


def _push_source(engine: SearchEngine, source: str) -> int:
    newest, read_batch = EVENT_READERS[source]
    progress, is_new = PushProgress.objects.get_or_create(
        engine=engine.name, source=source, defaults={"reached": newest()}
    )
    if is_new or (progress.next_try_at and progress.next_try_at > timezone.now()):
        return 0
    # Nobody knows how much of the day's quota is left: each failure halves the batch, each success doubles it.
    batch = read_batch(progress.reached, max(1, engine.batch_size >> progress.failures))
    paths = batch.public_paths + (batch.removed_paths if engine.takes_removed else [])
    try:
        if paths:
            engine.push([build_absolute_url(path) for path in paths])
    except PushFailed as failure:
        progress.failures = min(progress.failures + 1, 30)
        pause = min(FIRST_PAUSE * 2 ** (progress.failures - 1), LONGEST_PAUSE)
        progress.next_try_at = timezone.now() + pause
        progress.last_error = str(failure)[:200]
        progress.save()
        return 0
    if batch.reached != progress.reached or progress.failures:
        progress.reached, progress.failures = batch.reached, max(progress.failures - 1, 0)
        progress.next_try_at, progress.last_error = None, ""
        progress.save()
    return len(paths)


def _read_listing_batch(reached: int, size: int) -> EventBatch:
    public = ListingStatus.PUBLISHED
    events = list(
        ListingEvent.objects.filter(
            Q(before=public) | Q(after=public), pk__gt=reached, created_at__lt=_get_settled_moment()
        )
        .order_by("pk")
        .values_list("pk", "listing_id")[:size]
    )
    numbers = {listing_id for _, listing_id in events}
    live = set(Listing.objects.live().filter(pk__in=numbers).values_list("pk", flat=True))
    listings = Listing.objects.filter(pk__in=numbers).only("pk", "mode", "region_id")
    return _build_batch(reached, events, ((row, row.pk in live) for row in listings))


def _read_article_batch(reached: int, size: int) -> EventBatch:
    public = ArticleStatus.PUBLISHED
    events = list(
        ArticleEvent.objects.filter(
            Q(before=public) | Q(after=public), pk__gt=reached, at__lt=_get_settled_moment()
        )
        .order_by("pk")
        .values_list("pk", "article_id")[:size]
    )
    articles = Article.objects.filter(pk__in={article_id for _, article_id in events}).only(
        "pk", "status", "published_at"
    )
    return _build_batch(reached, events, ((row, row.is_public) for row in articles))


def _build_batch(
    reached: int,
    events: list[tuple[int, int]],
    rows: Iterable[tuple[Listing | Article, bool]],
) -> EventBatch:
    public: list[str] = []
    removed: list[str] = []
    for row, is_public in rows:
        (public if is_public else removed).append(row.get_absolute_url())
    return EventBatch(events[-1][0] if events else reached, sorted(public), sorted(removed))


def _get_settled_moment() -> datetime:
    return timezone.now() - PUSH_DELAY


def _find_newest_listing_event() -> int:
    return ListingEvent.objects.aggregate(Max("pk"))["pk__max"] or 0


def _find_newest_article_event() -> int:
    return ArticleEvent.objects.aggregate(Max("pk"))["pk__max"] or 0


type _EventReader = tuple[Callable[[], int], Callable[[int, int], EventBatch]]
EVENT_READERS: dict[str, _EventReader] = {
    "listing": (_find_newest_listing_event, _read_listing_batch),
    "article": (_find_newest_article_event, _read_article_batch),
}
