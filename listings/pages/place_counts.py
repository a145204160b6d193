"""The number of live listings of every place of the country, for the page that offers them."""

from collections import Counter
from collections.abc import Mapping

from django.utils import timezone

from listings.search.listing_search import TABLE
from listings.search.search_index import PROVINCE_OF_ONLINE
from sitekit.databases.replica_routing import open_read_cursor
from sitekit.kept_pages.changes import Dependency
from sitekit.kept_pages.store import keep_value


def count_listings_by_place() -> Mapping[int, int]:
    """Return the numbers by code; one query, none until a listing changes."""
    return keep_value(("place counts", timezone.localdate()), [Dependency("rows")], _read_counts)


def _read_counts() -> Mapping[int, int]:
    counts: Counter[int] = Counter()
    with open_read_cursor() as cursor:
        cursor.execute(
            "SELECT province_id, city_id, district_id, further_districts, count(*) "  # noqa: S608
            f"FROM {TABLE} WHERE live_until >= %s AND province_id <> %s GROUP BY 1, 2, 3, 4",
            [timezone.localdate(), PROVINCE_OF_ONLINE],
        )
        for *codes, further, number in cursor.fetchall():
            # A municipality is its own province.
            counts.update(dict.fromkeys({*codes, *(further or ())} - {None}, number))
    return counts
