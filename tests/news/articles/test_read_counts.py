"""Reads are counted without a write for each, and none is lost or made up."""

import logging
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from news.articles import read_counts
from news.models import Article, ArticleViews
from tests.articles import make_article

BROWSER = (
    "Mozilla/5.0 (Linux; Android 14; CUBOT X70) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def hasty():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture(autouse=True)
def tally(monkeypatch, clock, timed_reads):
    made = read_counts.ReadCounter(clock)
    monkeypatch.setattr(read_counts, "READ_COUNTER", made)
    return made


def visit_article_page(client, article, times=1, method="get", **headers):
    headers = {"user-agent": BROWSER} | headers
    for _ in range(times):
        getattr(client, method)(f"/news/{article.pk}/", headers=headers)


def get_view_count(article):
    return ArticleViews.objects.filter(pk=article.pk).values_list("count", flat=True).first()


def list_insert_queries(queries):
    return [q["sql"] for q in queries if "articleviews" in q["sql"] and "INSERT" in q["sql"]]


def test_nothing_is_written_until_ten_seconds_have_passed_and_then_all_at_once(client, clock):
    first, second = make_article("一"), make_article("二")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        visit_article_page(client, first, 3)
        visit_article_page(client, second, 2)
        assert (list_insert_queries(queries), get_view_count(first)) == ([], None)
        clock.now = 10
        client.get("/about/")
        assert len(list_insert_queries(queries)) == 1
    assert (get_view_count(first), get_view_count(second)) == (3, 2)


def test_two_hundred_reads_do_not_wait(client):
    article = make_article()
    for _ in range(198):
        read_counts.READ_COUNTER.add(article.pk)
    visit_article_page(client, article)
    assert get_view_count(article) is None
    visit_article_page(client, article)
    assert get_view_count(article) == 200


def test_the_page_and_only_the_page_says_how_often_it_was_read(client, clock):
    article = make_article()
    assert "阅读" not in client.get(f"/news/{article.pk}/").content.decode()
    ArticleViews.objects.create(article=article, count=1233)
    visit_article_page(client, article)
    clock.now = 10
    client.get("/")
    assert "<span>阅读 1,234</span>" in client.get(f"/news/{article.pk}/").content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": ""},
        {"user-agent": "curl/8.9"},
        {"user-agent": "python-requests/2.32"},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user-agent": "Mozilla/5.0 (compatible; Baiduspider-render/2.0)"},
        {
            "user-agent": "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (compatible; Bytespider)"
        },
        {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0 Safari/537.36"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
    ],
)
def test_programs_and_pages_fetched_ahead_are_no_reads(client, tally, headers):
    visit_article_page(client, make_article(), **headers)
    assert not tally


def test_a_look_at_the_head_is_no_read_and_neither_is_what_is_not_public(client, tally):
    visit_article_page(client, make_article(), method="head")
    for status in ("draft", "withdrawn"):
        visit_article_page(client, make_article(status=status))
    client.get("/news/999999/", headers={"user-agent": BROWSER})
    assert not tally
    visit_article_page(client, make_article())
    assert tally


def test_a_read_under_a_city_is_one_of_the_article(client, tally):
    article = make_article()
    visit_article_page(client, article)
    client.get(f"/xiangxi/news/{article.pk}/", headers={"user-agent": BROWSER})
    tally.write()
    assert get_view_count(article) == 2


def test_several_processes_add_up(clock):
    article = make_article()
    for number in (5, 7):
        tally = read_counts.ReadCounter(clock)
        for _ in range(number):
            tally.add(article.pk)
        tally.write()
    assert get_view_count(article) == 12


def test_an_article_that_is_gone_meanwhile_costs_the_others_nothing(tally):
    gone, there = Article(title="一", body="<p>一</p>"), make_article()
    gone.save()
    tally.add(gone.pk)
    tally.add(there.pk)
    gone.delete()
    tally.write()
    assert get_view_count(there) == 1
    assert ArticleViews.objects.count() == 1


def test_when_the_database_fails_the_page_is_fine_and_nothing_is_lost(
    client, clock, monkeypatch, caplog
):
    article, add = make_article(), read_counts._ADD
    monkeypatch.setattr(read_counts, "_ADD", "SELECT no_such_thing(%s, %s)")
    clock.now = 10
    with caplog.at_level(logging.CRITICAL, logger="news.articles.read_counts"):
        response = client.get(f"/news/{article.pk}/", headers={"user-agent": BROWSER})
    assert response.status_code == 200
    monkeypatch.setattr(read_counts, "_ADD", add)
    visit_article_page(client, article)
    assert get_view_count(article) is None, "it tries again after a while, not at once"
    clock.now = 20
    client.get("/about/")
    assert get_view_count(article) == 2


def test_threads_lose_no_read(monkeypatch, tally, hasty):
    """Eight threads count while two write, and every third write fails."""
    written, calls, lock = Counter(), [0], threading.Lock()

    class Cursor:
        def __enter__(self):
            return self

        def __exit__(self, *args):
            return False

        def execute(self, sql, values):
            with lock:
                calls[0] += 1
                if calls[0] % 3 == 0:
                    raise DatabaseError
                written.update(dict(zip(*values, strict=True)))

    class Connection:
        cursor = Cursor

    monkeypatch.setattr(read_counts, "connection", Connection)
    monkeypatch.setattr(read_counts.transaction, "atomic", Cursor)
    monkeypatch.setattr(logging.getLogger(read_counts.__name__), "disabled", True)

    def work(number):
        for turn in range(2000):
            tally.add(turn % 7)
            if number < 2 and turn % 20 == 0:
                tally.write()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    while tally:
        tally.write()
    assert calls[0] > 100
    assert sum(written.values()) == 16_000
