"""That what is found in the archive is found by short walks: by the rows visited, never by the clock."""

import json

import pytest
from django.db import connection

from cities.directory.regions import get_city, get_province, get_region_by_slug, list_regions
from news.analysis.near_duplicates import find_same_story
from news.models import Article
from news.pages import feed_views
from news.pages.article_views import select_page_columns
from news.pages.guides import find_guides
from news.related.fitting_alert import find_fitting_alert
from news.related.local_alerts import get_danger_and_alerts, list_latest_articles
from news.related.related_articles import find_related_articles
from screening.fraud_types import list_fraud_types
from tests.databases import forget_statistics
from tools.bench.filling.articles import fill_articles

pytestmark = pytest.mark.django_db
NUMBER = 2000
TABLES = (
    "news_article",
    "news_articleterm",
    "news_article_tags",
    "news_articleregion",
    "news_source",
)


@pytest.fixture
def unknown_archive():
    """Many articles, and no statistics: as it is just after an import."""
    with connection.cursor() as cursor:
        forget_statistics(cursor, *TABLES)
        cursor.execute("CREATE TEMP TABLE bench_city (city int, province int) ON COMMIT DROP")
        cities = [place for place in list_regions() if get_city(place) == place]
        rows = [(place.adcode, get_province(place).adcode) for place in cities[:320]]
        cursor.executemany("INSERT INTO bench_city VALUES (%s, %s)", rows)
        fill_articles(cursor, NUMBER)


@pytest.fixture
def archive(unknown_archive):
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")


@pytest.fixture
def visited():
    """Of each query: how many rows of tables it looked at, those it dropped included."""
    numbers = []

    def explain(execute, sql, params, many, context):
        if sql.lstrip().startswith(("SELECT", "WITH", "(SELECT")):
            cursor = context["cursor"].cursor
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, params)
            top_plan = cursor.fetchone()[0]
            plan = json.loads(top_plan) if isinstance(top_plan, str) else top_plan
            numbers.append(round(_count_plan_rows(plan[0]["Plan"])))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield numbers


def _count_plan_rows(node):
    node_rows = 0
    if "Relation Name" in node:
        dropped = sum(node[key] for key in node if key.startswith("Rows Removed"))
        node_rows = (node["Actual Rows"] + dropped) * node["Actual Loops"]
    return node_rows + sum(map(_count_plan_rows, node.get("Plans", [])))


def assert_few_rows_read(visited):
    pages = list(select_page_columns(Article.objects.filter(pk__in=range(100, NUMBER, 400))))
    visited.clear()
    for place in (None, get_region_by_slug("xiangxi"), get_region_by_slug("hunan")):
        for page in pages:
            assert find_related_articles(page, place)
    # A hundred for each of sixteen terms, and all of what qualifies; there are 30,000 rows.
    assert max(visited) < 6000


def tell_again(visited):
    article = Article.objects.get(pk=1000)
    visited.clear()
    assert find_same_story(article)
    assert find_same_story(Article(title="没有讲过", fingerprint="0", bands=[1], text="x")) == []
    assert max(visited) < 300


def test_related_content_and_the_same_story_just_after_an_import(unknown_archive, visited):
    assert_few_rows_read(visited)
    tell_again(visited)


def test_related_content_and_the_same_story(archive, visited):
    assert_few_rows_read(visited)
    tell_again(visited)


def test_what_stands_beside_listings_the_guides_and_the_feeds(archive, visited):
    for place in (None, get_region_by_slug("xiangxi"), get_region_by_slug("hunan")):
        get_danger_and_alerts(place)
        get_danger_and_alerts(place, ["brushing_rebate", "upfront_fee"])
        find_fitting_alert(place, ["handicraft_deposit", "agency_fee"], ["upfront_fee"])
        list_latest_articles(place)
        feed_views._list_rows(Article.objects.published(), place, {})
    for fraud_type in list(list_fraud_types()):
        assert find_guides(fraud_type)[0]
    assert max(visited) < 500
