"""Sitemaps that the worker writes, and the index over all."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobsite.seo.sitemaps import refresh_sitemaps
from listings.models import ListingSearch
from sitekit.models import SitemapEntry

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 11, 1, 8, tzinfo=datetime.UTC)


def read_lines(client, address):
    page = client.get(address).content.decode()
    lines = re.findall(r"<loc>http://testserver([^<]+)</loc>(?:<lastmod>([^<]+)</lastmod>)?", page)
    return dict(lines)


@pytest.fixture
def board(publish, place):
    publish(title="家教", category="tutor", at=AT)
    publish(
        title="凤凰家教",
        category="tutor",
        region_id=place("fenghuang").adcode,
        at=AT - datetime.timedelta(1),
    )
    publish(title="文案", category="copywriting", mode="online", at=AT)


def test_lists_with_listings_stand_in_it_with_a_time_and_each_answers(client, board):
    refresh_sitemaps()
    lines = read_lines(client, "/sitemap-lists.xml")
    works = {
        f"{place}/jobs/{work}/"
        for place in ("", "/hunan", "/xiangxi")
        for work in ("tutor", "education")
    }
    places = {
        "/hunan/jobs/",
        "/xiangxi/jobs/",
        "/xiangxi/jobs/in/jishou/",
        "/xiangxi/jobs/in/fenghuang/",
    }
    assert set(lines) == {*works, *places, "/jobs/online/", "/jobs/copywriting/"}
    assert (
        lines["/xiangxi/jobs/in/jishou/"] == lines["/xiangxi/jobs/"] == "2026-11-01T16:00:00+08:00"
    )
    assert lines["/xiangxi/jobs/in/fenghuang/"] == "2026-10-31T16:00:00+08:00"
    for path in lines:
        page = client.get(path)
        html = page.content.decode()
        assert page.status_code == 200 and 'name="robots"' not in html
        assert f'<link rel="canonical" href="http://testserver{path}">' in html


def test_what_has_no_listings_any_more_goes_and_the_rest_stays(client, board, place):
    assert refresh_sitemaps() > 300
    numbers = dict(SitemapEntry.objects.values_list("path", "pk"))
    assert refresh_sitemaps() == 0
    ListingSearch.objects.filter(district_id=place("fenghuang").adcode).delete()
    ListingSearch.objects.filter(mode="online").update(
        live_until=timezone.localdate() - datetime.timedelta(1)
    )
    assert refresh_sitemaps() == 3
    gone = {"/xiangxi/jobs/in/fenghuang/", "/jobs/online/", "/jobs/copywriting/"}
    left = dict(SitemapEntry.objects.values_list("path", "pk"))
    assert left == {path: pk for path, pk in numbers.items() if path not in gone}


def test_cities_stand_in_it_with_their_alerts(client, board):
    refresh_sitemaps()
    lines = read_lines(client, "/sitemap-cities.xml")
    assert lines["/xiangxi/"] == "2026-11-01T16:00:00+08:00"
    assert lines["/beijing/"] == "" and "/beijing/alerts/" in lines
    assert "/jishou/" not in lines


def test_who_asks_reads_stored_lines_only(client, board):
    refresh_sitemaps()
    for address, most in (
        ("/sitemap.xml", 1),
        ("/sitemap-lists.xml", 3),
        ("/sitemap-cities.xml", 3),
    ):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert len(asked) <= most
        assert all("sitekit_sitemapentry" in query["sql"] for query in asked)


def test_the_index_is_made_at_once_where_no_worker_ever_ran(client, board):
    made = read_lines(client, "/sitemap.xml")
    refresh_sitemaps()
    assert list(read_lines(client, "/sitemap.xml")) == list(made)
    assert "/sitemap-listings.xml" in made and "/sitemap-lists.xml" in made
