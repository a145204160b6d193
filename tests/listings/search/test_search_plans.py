"""That lists stay cheap where there are many listings: by plans and bounds, never by the clock."""

import datetime
import random
from itertools import product

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from cities.directory.points import get_region_point
from listings.search import facets, listing_search
from listings.search.filters import ListingFilter
from listings.search.listing_search import ListingSearchQuery
from listings.search.scope import get_search_scope
from listings.search.sort_orders import RINGS_KM, SORTS, build_near_order
from tests.databases import forget_statistics
from tests.listings.lists import client

__all__ = ["client"]

pytestmark = pytest.mark.django_db
SCOPES = ("nation", "province", "city")


@pytest.fixture
def where(place):
    return {"nation": None, "province": place("hunan"), "city": place("xiangxi")}


@pytest.fixture
def plans(django_assert_max_num_queries):
    """Collects the plans of what is asked; few rows must not lead the planner to read them all."""
    with connection.cursor() as cursor:
        forget_statistics(cursor, "listings_listingsearch", "listings_listingcard")
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    query_plans = []

    def explain(execute, sql, params, many, context):
        if sql.startswith(("SELECT", "WITH")) and "listings_listingsearch" in sql:
            context["cursor"].cursor.execute("EXPLAIN (COSTS OFF) " + sql, params)
            query_plans.append("\n".join(row[0] for row in context["cursor"].cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield query_plans


@pytest.mark.parametrize("scope", SCOPES)
def test_filters_and_counts_are_read_from_the_index_alone(plans, where, publish, scope):
    publish()
    asked = QueryDict("category=flyer&slots=6a&pay_min=9&fit=student&perks=meals&when=today")
    conditions = ListingFilter(asked, where[scope], where[scope]).build_conditions()
    assert len(conditions) == 6
    facets._count_options(
        ListingSearchQuery(get_search_scope(where[scope]), list(conditions.values())), conditions
    )
    assert plans[-1].count(f"Index Only Scan using search_{scope}_newest") == 2
    facets._count_options(ListingSearchQuery(get_search_scope(where[scope])), {})
    assert plans[-1].count(f"Index Only Scan using search_{scope}_newest") == 1
    assert "Index Only Scan using search_online" in plans[-1]


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("sort", SORTS.keys() - {"near"})
def test_a_late_page_starts_in_the_index_where_the_last_one_ended(plans, where, scope, sort):
    newest = "20260101120000000000-7"
    last = {"match": newest, "newest": newest, "pay": "2200-7", "start": "99991231-7"}[sort]
    search = ListingSearchQuery(get_search_scope(where[scope]), sort=SORTS[sort], after=last)
    if sort == "match":
        search.tokens = search.closest = "'t:家教'"
    search.fetch_page()
    assert f"using search_{scope}_{'newest' if sort in ('match', 'newest') else sort}" in plans[0]
    column = SORTS[sort].column
    assert f"ROW({column}, " in plans[0].split("Index Cond:")[1].splitlines()[0]
    assert "Sort" not in plans[0]


@pytest.mark.parametrize("scope", SCOPES)
def test_rings_behind_a_full_page_are_not_measured(publish, place, where, scope, monkeypatch):
    monkeypatch.setattr(listing_search, "LISTING_PAGE_SIZE", 1)
    for _ in range(2):
        publish(region_id=place("jishou").adcode)
    start = get_region_point(place("jishou"))
    search = ListingSearchQuery(get_search_scope(where[scope]), sort=build_near_order(start))
    sql, params = search._build_measured_query([])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, COSTS OFF) " + sql, params)
        plan = [row[0] for row in cursor.fetchall()]
    scans = [line for line in plan if "listings_listingsearch" in line]
    assert sum("never executed" not in line for line in scans) == 1, "\n".join(plan)
    assert len(scans) == len(RINGS_KM)


def test_rings_have_the_order_of_all_rows_measured_at_once(publish, place, monkeypatch):
    """From within a list, from nearby and from another part of the country; rows lie around their county."""
    monkeypatch.setattr(listing_search, "LISTING_PAGE_SIZE", 3)
    chance = random.Random(4)
    for slug in ("jishou", "fenghuang", "yuelu") * 4:
        latitude, longitude = (
            at + chance.uniform(-0.4, 0.4) for at in get_region_point(place(slug))
        )
        typed = f"{longitude:.5f},{latitude:.5f}"
        publish(region_id=place(slug).adcode, coordinates=chance.choice(("", typed)))
    publish(region_id=place("xiangxi").adcode)
    scopes = (place("xiangxi"), place("fenghuang"), place("hunan"), None)
    for start, scope in product(("jishou", "changsha", "chengdu", "nangang"), scopes):
        order = build_near_order(get_region_point(place(start)), scope)
        search, listing_ids = ListingSearchQuery(get_search_scope(scope), sort=order), []
        conditions, params = listing_search.join_conditions(search.list_conditions())
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT listing_id FROM {listing_search.TABLE} WHERE {conditions} "  # noqa: S608
                f"ORDER BY {order.measured}, listing_id DESC",
                params,
            )
            expected = [pk for (pk,) in cursor.fetchall()]
        while not listing_ids or search.after:
            rows, search.after = search.fetch_page()
            listing_ids += [row.pk for row in rows]
        assert listing_ids == expected, (start, scope)


@pytest.mark.parametrize("sort", ["pay", "start"])
def test_paging_through_many_with_one_key_loses_none(publish, monkeypatch, where, sort):
    monkeypatch.setattr(listing_search, "LISTING_PAGE_SIZE", 2)
    published = {publish().pk for _ in range(5)}
    seen, after = [], ""
    while True:
        rows, after = ListingSearchQuery(
            get_search_scope(where["city"]), sort=SORTS[sort], after=after
        ).fetch_page()
        seen += [row.pk for row in rows]
        if not after:
            break
    assert seen == sorted(published, reverse=True)


def test_counts_beyond_the_sample_are_said_to_be_at_least(client, publish, monkeypatch):
    for _ in range(4):
        publish()
    html = client.get("/xiangxi/jobs/").content.decode()
    assert '<span class="n">4</span> 条' in html
    monkeypatch.setattr(facets, "FACET_SAMPLE_SIZE", 3)
    monkeypatch.setattr(facets._count_options, "__defaults__", (3,))
    html = client.get("/xiangxi/jobs/").content.decode()
    assert '<span class="n">3+</span> 条' in html
    assert '<small class="n">3+</small>' in html


def test_only_the_own_options_of_a_filter_are_at_least_when_only_others_were_cut(
    client, publish, monkeypatch
):
    monkeypatch.setattr(facets, "OWN_SAMPLE", 2)
    publish(category="flyer")
    for _ in range(3):
        publish(category="tutor")
    html = client.get("/xiangxi/jobs/", {"category": "promotion.flyer"}).content.decode()
    html += client.get("/xiangxi/jobs/", {"category": "flyer"}).content.decode()
    assert '<span class="n">1</span> 条' in html
    assert '家教培训<small class="n">2+</small>' in html
    assert '日结<small class="n">1</small>' in html


def test_counts_of_a_county_are_at_least_where_not_all_of_it_was_looked_at(
    client, publish, place, monkeypatch
):
    for category in ("tutor", "flyer", "flyer", "flyer"):
        publish(category=category, region=place("jishou"))
    html = client.get("/jishou/jobs/", {"slots": "3a"}).content.decode()
    assert '<span class="n">4</span> 条' in html and '家教培训<small class="n">1</small>' in html
    monkeypatch.setattr(facets, "WIDE_WALK", 4)
    html = client.get("/jishou/jobs/", {"slots": "3a"}).content.decode()
    assert '<span class="n">4+</span> 条' in html and '家教培训<small class="n">1+</small>' in html


def test_what_a_filter_with_tokens_lets_pass_in_a_county_is_looked_up_and_not_walked_to(
    client, publish, place, monkeypatch
):
    for category in ("tutor", "flyer", "flyer", "flyer"):
        publish(category=category, region=place("jishou"))
    monkeypatch.setattr(facets, "WIDE_WALK", 1)
    html = client.get("/jishou/jobs/", {"category": "flyer", "slots": "3a"}).content.decode()
    assert '<span class="n">3</span> 条' in html and '家教培训<small class="n">1</small>' in html
    monkeypatch.setattr(facets, "PASSING_SAMPLE", 3)
    monkeypatch.setattr(facets, "OWN_SAMPLE", 1)
    html = client.get("/jishou/jobs/", {"category": "flyer"}).content.decode()
    assert '<span class="n">3+</span> 条' in html and '家教培训<small class="n">1+</small>' in html


@pytest.mark.parametrize(
    ("scope", "asked", "by_tokens"),
    [
        ("jishou", "category=flyer&slots=3a", True),
        ("jishou", "slots=3a", False),
        ("xiangxi", "category=flyer&slots=3a", False),
    ],
)
def test_a_county_with_few_that_a_filter_with_tokens_lets_pass_does_not_read_all_of_its_city(
    publish, place, scope, asked, by_tokens
):
    county = publish(category="flyer", region=place("jishou"))
    publish(category="flyer", region=place("fenghuang"))
    scope = get_search_scope(place(scope))
    conditions = ListingFilter(QueryDict(asked), scope.place, scope.place).build_conditions()
    search = ListingSearchQuery(scope, list(conditions.values()))
    with CaptureQueriesContext(connection) as queries:
        rows, _ = search.fetch_page()
    walk, rest = [query["sql"] for query in queries]
    assert "tokens @@" not in walk and ("tokens @@" in rest) is by_tokens
    assert county.pk in [row.pk for row in rows]


@pytest.mark.parametrize("sort", SORTS)
def test_an_order_leaves_out_nothing(client, publish, today, sort):
    publish(start_date=today - datetime.timedelta(days=1))
    publish(pay_min=None, pay_max=None, pay_unit="")
    html = client.get("/jobs/", {"sort": sort, "q": "派发"}).content.decode()
    assert '<span class="n">2</span> 条' in html
    assert html.count("<h3>") == 2


def test_a_word_with_many_finds_is_counted_among_the_newest_and_a_rare_one_everywhere(
    publish, monkeypatch, where
):
    monkeypatch.setattr(listing_search, "NEWEST_ROWS_WALKED", 3)
    monkeypatch.setattr(facets, "MIN_RECENT_MATCHES", 2)
    publish(title="钢琴陪练")
    for _ in range(4):
        publish(title="奶茶店员")

    def total(word):
        counts = facets.count_facets(
            ListingSearchQuery(get_search_scope(where["city"]), tokens=f"'{word}'"), {}
        )
        return counts["total"][""], "total" in counts.get("more", {})

    assert total("奶茶") == (3, True)
    assert total("陪练") == (1, False)
