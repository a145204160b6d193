"""The number of online listings, which each city offers beside its own, is counted once for all cities."""

import pytest
from django.db import connection

from cities.directory.regions import get_region_by_slug
from listings.publication.transitions import move_listing
from listings.search.facets import count_facets
from listings.search.listing_search import ListingSearchQuery, match_any_value
from listings.search.scope import get_search_scope
from sitekit.kept_pages import store
from tests.jobsite.heard_changes import wait_until_all_is_heard

pytestmark = pytest.mark.usefixtures("heard")
WEEKLY = {"settlement": match_any_value("settlement", ["weekly"])}


def count_in(slug, by_filter=WEEKLY, hidden=()):
    """Return the counts of a place, and whether online listings were counted for them."""
    queries = []

    def note_query(execute, sql, params, many, context):
        queries.append(sql)
        return execute(sql, params, many, context)

    search = ListingSearchQuery(
        get_search_scope(get_region_by_slug(slug)), [*by_filter.values()], hidden=hidden
    )
    with connection.execute_wrapper(note_query):
        counts = count_facets(search, by_filter)
    assert len(queries) == 1
    return counts, "'online', ''" in queries[0]


def count_anew(slug, monkeypatch, **search):
    with monkeypatch.context() as patch:
        patch.setattr(store, "_VALUES", store.KeptStore(2**20))
        return count_in(slug, **search)[0]


def test_what_one_city_counted_serves_the_others_until_an_online_listing_changes(
    publish, monkeypatch
):
    online = [publish(title=f"线上校对{n}", mode="online", settlement="weekly") for n in range(2)]
    publish(title="传单", settlement="weekly")
    wait_until_all_is_heard()
    counts, is_counted = count_in("xiangxi")
    assert (counts["online"], is_counted) == ({"": 2}, True)
    publish(title="又一份传单", settlement="weekly", duties="在广场发节目单，一小时换一次班。")
    wait_until_all_is_heard()
    for slug in ("xiangxi", "changde"):
        counts, is_counted = count_in(slug)
        assert not is_counted
        assert counts == count_anew(slug, monkeypatch)
    assert count_in("changde", {})[1]  # other conditions
    move_listing(online[0].pk, "removed", None, "不再招了")
    wait_until_all_is_heard()
    counts, is_counted = count_in("changde")
    assert (counts["online"], is_counted) == ({"": 1}, True)
    assert count_in("xiangxi")[0] == count_anew("xiangxi", monkeypatch)


def test_none_is_a_number_that_is_kept_as_well(publish, monkeypatch):
    publish(title="传单", settlement="weekly")
    wait_until_all_is_heard()
    count_in("xiangxi")
    counts, is_counted = count_in("xiangxi")
    assert not is_counted and "online" not in counts
    assert counts == count_anew("xiangxi", monkeypatch)


def test_who_hides_listings_is_counted_for_alone(publish):
    hidden = publish(title="线上校对", mode="online", settlement="weekly")
    wait_until_all_is_heard()
    assert count_in("xiangxi")[0]["online"] == {"": 1}
    for _ in range(2):
        counts, is_counted = count_in("xiangxi", hidden=(hidden.pk,))
        assert is_counted and "online" not in counts
    assert count_in("xiangxi")[0]["online"] == {"": 1}
