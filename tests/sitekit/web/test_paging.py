"""Pages by a cursor: the addresses they have, and what becomes of one that is no cursor."""

from datetime import UTC, date, datetime, timedelta

import pytest

from news.models import Article
from sitekit.web.paging import (
    DAY_KEY,
    MICROSECONDS_KEY,
    MOMENT_KEY,
    NUMBER_KEY,
    BadCursor,
    IdOrder,
    TimeOrder,
    decode_cursor,
    encode_cursor,
    encode_other_parameters,
    paginate,
)
from tests.articles import make_article

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "cursor_key", "cursor"),
    [
        (1850, NUMBER_KEY, "1850-7"),
        (date(2026, 1, 2), DAY_KEY, "20260102-7"),
        (date(1, 1, 1), DAY_KEY, "00010101-7"),
        (MOMENT, MOMENT_KEY, "20260102030405000006-7"),
        (MOMENT, MICROSECONDS_KEY, "1767323045000006-7"),
    ],
)
def test_cursors_keep_the_form_of_links_that_are_in_the_world(key, cursor_key, cursor):
    assert encode_cursor(key, 7, cursor_key) == cursor
    assert decode_cursor(cursor, cursor_key) == (key, 7)


@pytest.mark.parametrize("cursor_key", [NUMBER_KEY, DAY_KEY, MOMENT_KEY, MICROSECONDS_KEY])
@pytest.mark.parametrize(
    "text",
    ["", "7", "-7", "1-", "1-2-3", "１-７", "x-7", "1-x", "-1-7", "1.5-7", "9" * 18 + "-7",
     "1-" + "9" * 19, "\0", " 1-7", "99999999999999999999-7"],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(text, cursor_key):
    with pytest.raises(BadCursor):
        decode_cursor(text, cursor_key)


@pytest.fixture
def articles(db):
    """Three pages of one; two of the articles came at the same moment."""
    moments = [MOMENT, MOMENT + timedelta(hours=1), MOMENT + timedelta(hours=1)]
    return [make_article(f"第{number}篇", at=moment) for number, moment in enumerate(moments)]


def read_all_pages(rf, order, **options):
    """The articles in the order in which the pages show them, and the pages."""
    shown, pages, href = [], [], ""
    while True:
        request = rf.get(f"/list/{href}")
        pages.append(paginate(Article.objects.all(), request, size=1, order=order, **options))
        shown += pages[-1].rows
        href = pages[-1].next_href
        if not href:
            return shown, pages


def test_by_id_the_newest_come_first(rf, articles):
    shown, pages = read_all_pages(rf, IdOrder())
    assert shown == articles[::-1]
    assert pages[0].next_href == f"?after={articles[2].pk}"


def test_by_id_the_oldest_may_come_first(rf, articles):
    shown, _pages = read_all_pages(rf, IdOrder(oldest_first=True))
    assert shown == articles


def test_by_time_rows_of_one_moment_come_once_each(rf, articles):
    shown, pages = read_all_pages(rf, TimeOrder())
    assert shown == articles[::-1]
    assert pages[1].next_href == f"?after=1767326645000006-{articles[1].pk}"


def test_by_time_another_column_may_hold_the_moment(rf, articles):
    later = dict(zip(articles, (3, 2, 1), strict=True))
    for article, days in later.items():
        Article.objects.filter(pk=article.pk).update(updated_at=MOMENT + timedelta(days=days))
    request = rf.get("/list/")
    page = paginate(Article.objects.all(), request, size=3, order=TimeOrder("updated_at"))
    assert page.rows == articles


def test_the_links_of_the_first_and_the_last_page(rf, articles):
    _shown, pages = read_all_pages(rf, IdOrder(), kept_query="part=over&")
    assert [page.is_first for page in pages] == [True, False, False]
    assert [page.first_href for page in pages] == ["", "?part=over&", "?part=over&"]
    assert pages[0].next_href == f"?part=over&after={articles[2].pk}"
    assert pages[-1].links == {"is_first": False, "next_href": "", "first_href": "?part=over&"}


def test_the_first_page_may_have_another_address(rf, articles):
    _shown, pages = read_all_pages(rf, IdOrder(), first_href="/list/")
    assert [page.first_href for page in pages] == ["", "/list/", "/list/"]


@pytest.mark.parametrize(
    ("order", "notice"),
    [(IdOrder(), ""), (TimeOrder(), "翻页的位置认不出来，已从最新的开始。")],
)
@pytest.mark.parametrize("after", ["x", "9" * 40, "1--1"])
def test_a_cursor_that_is_none_shows_the_first_page(rf, articles, after, order, notice):
    request = rf.get("/list/", {"after": after})
    page = paginate(Article.objects.all(), request, size=1, order=order)
    assert (page.rows, page.is_first, page.notice) == (articles[2:], True, notice)


@pytest.mark.parametrize("order", [IdOrder(), TimeOrder()])
def test_a_page_that_asks_for_no_cursor_says_nothing_of_it(rf, articles, order):
    assert paginate(Article.objects.all(), rf.get("/list/"), size=1, order=order).notice == ""


def test_what_else_the_address_asks_for_is_kept(rf):
    assert encode_other_parameters(rf.get("/list/?a=1&after=7&a=二&b=")) == "a=1&a=%E4%BA%8C&b=&"
    assert encode_other_parameters(rf.get("/list/?after=7")) == ""
