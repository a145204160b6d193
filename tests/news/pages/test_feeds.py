from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.pages.views import ARTICLE_PAGE_SIZE as PAGE_SIZE
from tests.answers import get_page_text
from tests.articles import make_alert, make_article, make_source
from tests.daily_tests import count_examples

HOUR = timedelta(hours=1)
PAGES = [
    "/news/",
    "/xiangxi/news/",
    "/news/tag/%E7%BD%91%E8%AD%A6/",
    "/xiangxi/news/tag/%E7%BD%91%E8%AD%A6/",
    "/alerts/",
    "/xiangxi/alerts/",
    "/alerts/brushing_rebate/",
    "/xiangxi/alerts/brushing_rebate/",
]


class Rows(HTMLParser):
    """Titles of the rows: links inside h2 of a list item; and the address of the next page."""

    def __init__(self, page):
        super().__init__()
        self.titles, self.next, self._stack = [], None, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._stack.append(tag)
        if dict(attrs).get("rel") == "next":
            self.next = dict(attrs)["href"]

    def handle_endtag(self, tag):
        while self._stack and self._stack.pop() != tag:
            pass

    def handle_data(self, data):
        if self._stack[-3:] == ["li", "h2", "a"]:
            self.titles.append(data)


def list_titles(client, address):
    return Rows(get_page_text(client, address)).titles


@pytest.mark.parametrize("address", PAGES)
def test_each_page_has_one_heading_a_canonical_link_and_its_row(client, places, address):
    make_alert("吉首学生被骗", places=[places["jishou"]], tags=["网警"], source=make_source())
    page = get_page_text(client, address)
    assert page.count("<h1") == 1
    assert f'<link rel="canonical" href="http://testserver{address}">' in page
    assert "吉首学生被骗" in page
    assert "湘西州反诈中心" in page


@pytest.mark.parametrize("address", PAGES[:2] + PAGES[4:])
def test_an_empty_page_says_so_and_what_to_do(client, address):
    page = get_page_text(client, address)
    assert 'class="empty"' in page
    assert "96110" in page


def test_a_city_shows_what_belongs_to_it_then_what_concerns_it_from_further_around(client, places):
    make_article("吉首", places=[places["jishou"]])
    make_article("长沙", places=[places["changsha"]])
    make_article("湖南", places=[places["hunan"]])
    make_article("河北", places=[places["hebei"]])
    make_article("哪都")
    assert list_titles(client, "/xiangxi/news/") == ["吉首", "哪都", "湖南"]
    assert list_titles(client, "/jishou/news/") == ["吉首", "哪都", "湖南"]
    assert list_titles(client, "/fenghuang/news/") == ["哪都", "湖南"]
    assert list_titles(client, "/hunan/news/") == ["湖南", "长沙", "吉首", "哪都"]
    assert len(list_titles(client, "/news/")) == 5
    page = get_page_text(client, "/xiangxi/news/")
    assert '<span class="chip">全省</span>' in page
    assert '<span class="chip">全国</span>' in page
    assert "全省和全国" in page


def test_pages_follow_one_another_without_gaps_or_repeats(client, places):
    moment = timezone.now() - HOUR
    for number in range(2 * PAGE_SIZE + 3):
        make_article(f"第{number}篇", places=[places["xiangxi"]], at=moment)
    seen, address = [], "/xiangxi/news/"
    while address:
        rows = Rows(get_page_text(client, address))
        seen += rows.titles
        address = rows.next and f"/xiangxi/news/{rows.next}"
    assert seen == [f"第{number}篇" for number in reversed(range(2 * PAGE_SIZE + 3))]


def test_a_cursor_of_no_use_is_said_and_the_newest_are_shown(client):
    make_article("网警上线")
    page = get_page_text(client, "/news/?after=abc")
    assert "翻页的位置认不出来" in page
    assert "网警上线" in page
    assert "翻页的位置认不出来" not in get_page_text(client, "/news/")


def test_after_the_last_page_there_is_a_word_not_an_error(client):
    make_article("网警上线")
    page = get_page_text(client, "/news/?after=0-0")
    assert "到底了" in page
    assert '<a class="btn" rel="first" href="/news/">回到最新</a>' in page


@pytest.mark.parametrize("status", ["draft", "withdrawn", "scheduled"])
def test_what_is_not_public_is_on_no_page(client, places, status):
    at = timezone.now() + HOUR if status == "scheduled" else None
    make_alert("不给看", places=[places["xiangxi"]], tags=["网警"], status=status, at=at)
    for address in PAGES:
        assert "不给看" not in get_page_text(client, address)


def test_alerts_are_alerts_of_their_type(client, places):
    make_alert("刷单案", places=[places["xiangxi"]])
    make_alert("打字案", places=[places["xiangxi"]], fraud_type="typing_scam")
    make_article("刷单指南", places=[places["xiangxi"]], kind="guide", fraud_type="brushing_rebate")
    assert list_titles(client, "/xiangxi/alerts/") == ["打字案", "刷单案"]
    assert list_titles(client, "/xiangxi/alerts/typing_scam/") == ["打字案"]


@pytest.mark.parametrize(
    "address",
    [
        "/xiangxi/alerts/unheard_of/",
        "/alerts/%E5%88%B7%E5%8D%95/",
        "/xiangxi/news/tag/none/",
        f"/news/tag/{'x' * 3000}/",
        "/nowhere/news/",
    ],
)
def test_what_does_not_exist_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_six_queries_at_most_however_many_rows(places, django_assert_max_num_queries):
    for number in range(12):
        make_alert(
            f"第 {number} 起",
            places=[places["jishou"] if number % 2 else places["hunan"]],
            tags=["网警", "刷单"],
            source=make_source(f"来源 {number}"),
        )
    for address in PAGES:
        client = Client()
        get_page_text(client, address)
        with django_assert_max_num_queries(6, info=address):
            get_page_text(client, address)


@pytest.mark.parametrize("query", ["after=%00", "after=" + "9" * 10_000, "after=1-" + "9" * 30])
@pytest.mark.parametrize("address", PAGES[1:2] + PAGES[4:5])
def test_hostile_cursors_give_a_page(client, address, query):
    assert client.get(f"{address}?{query}").status_code == 200


@settings(
    max_examples=count_examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    address=st.sampled_from(PAGES),
    query=st.one_of(
        st.text(max_size=200).map(lambda words: "after=" + quote(words)),
        st.from_regex(r"\Aafter=[0-9]{1,20}-[0-9]{1,20}\Z"),
        st.from_regex(r"\A[a-z]{1,8}(\[\])?=[ -~]{0,80}(&[a-z]{1,8}=%[0-9a-f]{2}){0,5}\Z"),
    ),
)
def test_no_query_string_is_an_error(client, address, query):
    assert client.get(f"{address}?{query}").status_code in {200, 404}
