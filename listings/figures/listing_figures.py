"""The results of a listing, by day and in total: seen, saved, contact seen, signed up, accepted, done.

Everything except the views is counted from existing rows, each person once a day.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from listings.choices import ApplicationStatus, ListingStatus
from listings.models import ApplicationEvent, Listing, ListingViews

KINDS = {
    "viewed": "看到",
    "saved": "收藏",
    "revealed": "看电话",
    "applied": "报名",
    "accepted": "录用",
    "done": "做完",
}
SPARK_DAYS = 14
MAX_DAYS = 90

_EVENTS = """
    SELECT listing_id, created_at AS at, 'revealed' AS kind, coalesce(user_id, -id) AS who
    FROM listings_contactreveal WHERE listing_id = ANY(%(listings)s)
    UNION ALL
    SELECT listing_id, created_at, 'saved', user_id
    FROM listings_savedlisting WHERE listing_id = ANY(%(listings)s)
    UNION ALL
    SELECT listing_id, applied_at, 'applied', seeker_id
    FROM listings_application WHERE listing_id = ANY(%(listings)s)
    UNION ALL
    SELECT listing_id, event.created_at, event.after, seeker_id
    FROM listings_application application
    JOIN listings_applicationevent event ON event.application_id = application.id
    WHERE listing_id = ANY(%(listings)s) AND event.after IN ('accepted', 'done')
"""
_BY_DAY = f"""
    SELECT (at AT TIME ZONE %(zone)s)::date, kind, count(DISTINCT who)
    FROM ({_EVENTS}) AS happened GROUP BY 1, 2
"""  # noqa: S608 - no part of it comes from outside
# A contact seen on two days counts twice, as a page does; all other events happen only once.
_IN_ALL = f"""
    SELECT listing_id, kind, count(DISTINCT (who,
        CASE kind WHEN 'revealed' THEN (at AT TIME ZONE %(zone)s)::date END))
    FROM ({_EVENTS}) AS happened GROUP BY 1, 2
    UNION ALL
    SELECT listing_id, 'viewed', sum(viewers)
    FROM listings_listingviews WHERE listing_id = ANY(%(listings)s) GROUP BY 1
"""  # noqa: S608


@dataclass
class ListingFigures:
    """`spark` is the number of people who saw the listing on each of the last days, ending with today."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    spark: list[tuple[datetime.date, int]] = field(default_factory=list)

    @property
    def pairs(self) -> list[tuple[str, int]]:
        return [(label, self.counts[kind]) for kind, label in KINDS.items()]

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())


@dataclass
class DayFigures:
    day: datetime.date
    counts: dict[str, int]

    @property
    def values(self) -> list[int]:
        return [self.counts.get(kind, 0) for kind in KINDS]


def load_figures(listings: Iterable[Listing]) -> dict[int, ListingFigures]:
    """Return the total figures of each listing, by its id. Two queries."""
    numbers = [listing.pk for listing in listings]
    figures = {pk: ListingFigures() for pk in numbers}
    if not figures:
        return {}
    for pk, kind, count in _fetch_figure_rows(_IN_ALL, numbers):
        figures[pk].counts[kind] = int(count)
    days = list_last_days(SPARK_DAYS)
    viewers = ListingViews.objects.filter(listing__in=numbers, day__gte=days[0])
    viewers_by_day = {
        (pk, day): n for pk, day, n in viewers.values_list("listing_id", "day", "viewers")
    }
    for pk, row in figures.items():
        row.spark = [(day, viewers_by_day.get((pk, day), 0)) for day in days]
    return figures


def load_daily_figures(listing: Listing) -> list[DayFigures]:
    """Return the days since it was published, the latest first, `MAX_DAYS` at most. Two queries."""
    counts: dict[datetime.date, dict[str, int]] = defaultdict(dict)
    for day, kind, count in _fetch_figure_rows(_BY_DAY, [listing.pk]):
        counts[day][kind] = count
    for day, viewers in listing.views_by_day.values_list("day", "viewers"):
        counts[day]["viewed"] = viewers
    today = timezone.localdate()
    first = min(counts, default=today)
    if listing.published_at:
        first = min(first, timezone.localdate(listing.published_at))
    days = reversed(list_last_days(min((today - first).days + 1, MAX_DAYS)))
    return [DayFigures(day, counts.get(day, {})) for day in days]


def measure_days_to_fill(listing: Listing) -> int | None:
    """Return how many days passed until the listing was marked as filled or had accepted as many people as it asks
    for.

    None if it is not filled yet. Two queries.
    """
    if listing.published_at is None:
        return None
    moments = list(
        listing.events.filter(action=ListingStatus.FILLED).values_list("created_at", flat=True)
    )
    accepted: dict[int, datetime.datetime] = {}
    events = ApplicationEvent.objects.filter(
        application__listing=listing, after=ApplicationStatus.ACCEPTED
    )
    for pk, at in events.order_by("created_at").values_list("application_id", "created_at"):
        accepted.setdefault(pk, at)
    if 0 < listing.headcount <= len(accepted):
        moments.append(sorted(accepted.values())[listing.headcount - 1])
    return (min(moments) - listing.published_at).days if moments else None


def list_last_days(number: int) -> list[datetime.date]:
    today = timezone.localdate()
    return [today - datetime.timedelta(days=back) for back in range(number - 1, -1, -1)]


def _fetch_figure_rows(statement: str, numbers: Collection[int]) -> list[tuple]:
    zone = timezone.get_current_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(statement, {"listings": list(numbers), "zone": zone})
        return cursor.fetchall()
