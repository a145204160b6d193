"""The feeds, read as a feed reader would."""

from datetime import timedelta

import feedparser
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news.articles.transitions import withdraw_article
from news.models import Article
from news.pages.feed_views import FEED_SIZE
from sitekit.images.picture_files import write_picture_file
from sitekit.models import Picture
from sitekit.seo.feed_formats import make_addresses_absolute
from tests.articles import make_alert, make_article, make_source
from tests.clock import advance_clock
from tests.daily_tests import mark_each

HOUR = timedelta(hours=1)
LISTS = [
    "/news/",
    "/news/tag/%E7%BD%91%E8%AD%A6/",
    "/news/kind/alert/",
    "/alerts/",
    "/alerts/brushing_rebate/",
]
LISTS += [f"/xiangxi{address}" for address in LISTS]
ODD = "1 < 2 & “三” <b>不粗</b> 🐟\x0b]]>"


def read_feed_entries(client, address, form):
    """(titles, entries) of a feed, of either form in the same words."""
    response = client.get(f"{address}feed.{form}")
    assert response.status_code == 200
    if form == "json":
        feed = response.json()
        assert response["Content-Type"] == "application/feed+json; charset=utf-8"
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        return [
            {**item, "link": item["url"], "content": item["content_html"], "labels": item["tags"]}
            for item in feed["items"]
        ]
    assert response["Content-Type"] == f"application/{form}+xml; charset=utf-8"
    feed = feedparser.parse(response.content, sanitize_html=False)
    assert not feed.bozo
    assert feed.version == {"atom": "atom10", "rss": "rss20"}[form]
    return [
        {
            **entry,
            "content": entry.content[0].value,
            "labels": [tag.label or tag.term for tag in entry.tags],
            "authors": [{"name": author.name} for author in entry.authors],
        }
        for entry in feed.entries
    ]


def list_titles(client, address, form="json"):
    return [entry["title"] for entry in read_feed_entries(client, address, form)]


@pytest.mark.parametrize("form", ["atom", "json", "rss"])
@pytest.mark.parametrize("address", mark_each(3, LISTS))
def test_an_alert_is_told_whole(client, places, address, form):
    source = make_source("湘西 & 反诈")
    body = '<p>先交钱的 &lt;都&gt; 不做。<a href="/alerts/?a=1&amp;b=2">更多</a></p>'
    article = make_alert(
        ODD, body, places=[places["jishou"]], tags=["网警"], source=source, at=timezone.now() - HOUR
    )
    (entry,) = read_feed_entries(client, address, form)
    city = "/xiangxi" if address.startswith("/xiangxi") else ""
    assert entry["title"] == ODD.replace("\x0b", "")
    assert entry["link"] == f"http://testserver{city}/news/{article.pk}/"
    assert entry["id"] == f"http://testserver/news/{article.pk}/"
    assert '<a href="http://testserver/alerts/?a=1&amp;b=2"' in entry["content"]
    assert "&lt;都&gt;" in entry["content"]
    assert entry["labels"] == ["预警", "刷单返利", "网警"]
    assert entry["authors"] == [{"name": "湘西 & 反诈"}]


def test_times_are_those_of_publication_and_of_the_last_change(client):
    at = timezone.now() - 3 * HOUR
    article = make_article(at=at)
    (item,) = read_feed_entries(client, "/news/", "json")
    (entry,) = read_feed_entries(client, "/news/", "atom")
    assert item["date_published"] == at.isoformat() == entry["published"]
    changed = Article.objects.get(pk=article.pk).updated_at.isoformat()
    assert item["date_modified"] == changed == entry["updated"]


def test_the_hero_goes_along_with_its_length(client):
    picture = Picture.objects.create(digest="a" * 32, width=960, height=600, widths=[480, 960])
    make_article(hero=picture)
    name = f"aa/{'a' * 32}-960.webp"
    whole = f"http://testserver/media/pictures/{name}"
    assert read_feed_entries(client, "/news/", "json")[0]["image"] == whole
    lost = [read_enclosure(client, form) for form in ("atom", "rss")]
    assert lost == [(whole, "image/webp", None), (whole, "image/webp", "0")]  # there is no file
    write_picture_file(name, b"x" * 321)
    enclosures = [read_enclosure(client, form) for form in ("atom", "rss")]
    assert enclosures == [(whole, "image/webp", "321")] * 2


def read_enclosure(client, form):
    links = read_feed_entries(client, "/news/", form)[0]["links"]
    (link,) = [link for link in links if link["rel"] == "enclosure"]
    return link["href"], link["type"], link.get("length")


def test_a_city_has_its_own_and_what_concerns_it_from_further_around(client, places):
    make_alert("吉首", places=[places["jishou"]])
    make_alert("长沙", places=[places["changsha"]])
    make_alert("湖南", places=[places["hunan"]])
    make_alert("哪都")
    assert list_titles(client, "/xiangxi/alerts/") == ["哪都", "湖南", "吉首"]
    assert list_titles(client, "/alerts/") == ["哪都", "湖南", "长沙", "吉首"]


def test_lists_hold_only_what_they_are_about(client):
    make_alert("刷单", tags=["网警"])
    make_alert("打字", fraud_type="typing_scam")
    make_article("指南", kind="guide")
    assert list_titles(client, "/alerts/typing_scam/") == ["打字"]
    assert list_titles(client, "/news/kind/guide/") == ["指南"]
    assert list_titles(client, "/news/tag/网警/") == ["刷单"]
    assert list_titles(client, "/xiangxi/news/tag/网警/") == ["刷单"]


def test_the_newest_thirty_and_no_more(client):
    at = timezone.now() - HOUR
    for number in range(FEED_SIZE + 2):
        make_article(f"第{number}篇", at=at + timedelta(seconds=number))
    assert list_titles(client, "/news/") == [f"第{n}篇" for n in reversed(range(2, FEED_SIZE + 2))]


@pytest.mark.parametrize("form", ["atom", "json", "rss"])
@pytest.mark.parametrize("address", mark_each(3, LISTS))
def test_what_is_not_public_is_in_no_feed(client, places, address, form):
    for status in ("draft", "withdrawn", "scheduled"):
        at = timezone.now() + HOUR if status == "scheduled" else None
        make_alert(status, places=[places["xiangxi"]], tags=["网警"], status=status, at=at)
    assert read_feed_entries(client, address, form) == []


def ask_again(client, response, header="ETag", as_header="If-None-Match"):
    address = response.wsgi_request.get_full_path()
    return client.get(address, headers={as_header: response[header]}).status_code


def test_who_has_it_already_is_told_so(client):
    make_article(at=timezone.now() - HOUR)
    for form in ("atom", "json", "rss"):
        response = client.get(f"/news/feed.{form}")
        assert response["Cache-Control"] == "public, max-age=1"
        assert ask_again(client, response) == 304
    assert client.get("/news/feed.atom")["ETag"] != client.get("/news/feed.json")["ETag"]


def test_a_withdrawn_article_is_gone_at_once_for_every_reader(client, monkeypatch):
    make_article("留下的")
    gone = make_article("撤回的")
    advance_clock(monkeypatch, HOUR)
    before = client.get("/news/feed.json")
    assert ask_again(client, before, "Last-Modified", "If-Modified-Since") == 304
    withdraw_article(gone.pk, "有误")
    advance_clock(monkeypatch, HOUR)
    assert list_titles(client, "/news/") == ["留下的"]
    assert ask_again(client, before) == 200
    assert ask_again(client, before, "Last-Modified", "If-Modified-Since") == 200


def test_a_scheduled_article_appears_when_it_is_due(client, monkeypatch):
    make_article("早的", at=timezone.now() - HOUR)
    make_article("定时的", status="scheduled", at=timezone.now() + HOUR)
    before = client.get("/news/feed.json")
    assert list_titles(client, "/news/") == ["早的"]
    advance_clock(monkeypatch, 2 * HOUR)
    assert list_titles(client, "/news/") == ["定时的", "早的"]
    assert ask_again(client, before) == 200


def test_what_has_just_changed_has_no_date_yet(client):
    """Dates count seconds: a second change within the same one would be missed."""
    make_article()
    assert "Last-Modified" not in client.get("/news/feed.json")


def test_three_queries_at_most_however_many_rows(places):
    for number in range(7):
        make_alert(
            f"第 {number} 起",
            places=[places["jishou"] if number % 2 else places["hunan"]],
            tags=["网警", "刷单"],
            source=make_source(f"来源 {number}"),
        )
    for address in LISTS:
        client = Client()
        client.get(f"{address}feed.atom")
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"{address}feed.atom")
        # the tag where there is one, which articles, the articles
        assert len(queries) == 2 + ("tag" in address), address
        with CaptureQueriesContext(connection) as queries:
            assert ask_again(client, response) == 304
        assert len(queries) == 1 + ("tag" in address), address


@pytest.mark.parametrize(
    "address",
    [
        "/news/tag/none/feed.atom",
        "/news/kind/none/feed.atom",
        "/alerts/none/feed.json",
        "/nowhere/news/feed.atom",
        "/news/feed.xml",
    ],
)
def test_what_does_not_exist_has_no_feed(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", [a for a in LISTS if "kind/alert" not in a])
def test_the_page_names_its_feeds(client, places, address):
    make_alert(places=[places["xiangxi"]], tags=["网警"])
    page = client.get(address).content.decode()
    for form, kind in (("atom", "atom+xml"), ("rss", "rss+xml"), ("json", "feed+json")):
        link = f'<link rel="alternate" type="application/{kind}"'
        assert link in page
        assert page.count(f'href="{address}feed.{form}"') == 2
        assert client.get(f"{address}feed.{form}").status_code == 200


def test_the_page_of_a_type_leads_to_mails_of_it(client):
    page = client.get("/xiangxi/alerts/typing_scam/").content.decode()
    assert 'href="/xiangxi/alerts/subscribe/?type=typing_scam"' in page


def test_addresses_become_whole_inside_of_tags_only():
    html = '<p>a href="/x" <img src="/media/a.webp" alt="b &gt; href="><a href="?q#x">y</a></p>'
    absolute = make_addresses_absolute(html, "https://a.cn/news/1/")
    assert 'a href="/x" <img src="https://a.cn/media/a.webp"' in absolute
    assert '<a href="https://a.cn/news/1/?q#x">' in absolute
    bad = '<a href="http://[x">y</a>'
    assert make_addresses_absolute(bad, "https://a.cn/") == bad
