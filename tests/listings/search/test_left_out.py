"""What is typed as not wanted: 不要夜班, 除了家教, 家教 -英语."""

import datetime
import re
from html import unescape

import pytest
from django.http import QueryDict
from django.utils import timezone

from listings.search.search_request import parse_search_request
from listings.search.wider_suggestions import suggest_wider_searches
from listings.search_subscriptions.saved_searches import build_search_title, canonicalise_query
from listings.search_suggestions import hot_words
from listings.vocabulary.query_conditions import read_conditions
from listings.vocabulary.work_slots import encode_slots
from tests.listings.lists import client
from tests.listings.search.test_forgiving_search import open_list
from tests.listings.search.test_search import find_listing_titles

__all__ = ["client"]

pytestmark = pytest.mark.django_db
LIST = "/xiangxi/jobs/"


@pytest.fixture(scope="module")
def board(publish_once):
    now = timezone.now()
    for number, fields in enumerate(
        (
            {"title": "初一英语家教", "category": "tutor"},
            {"title": "高二物理家教", "category": "tutor", "settlement": "weekly"},
            {"title": "展会销售", "category": "sales", "duties": "介绍产品。"},
            {"title": "夜班保安", "category": "security"},
            {"title": "仓库值守", "category": "security", "slots": encode_slots(["1n", "2n"])},
            {"title": "发传单", "category": "flyer", "duties": "派发，不要求带货。"},
        )
    ):
        publish_once(at=now - datetime.timedelta(minutes=number), **fields)


ALL = ["初一英语家教", "高二物理家教", "展会销售", "夜班保安", "仓库值守", "发传单"]


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("不要夜班", ["夜班保安", "仓库值守"]),
        ("不上夜班", ["夜班保安", "仓库值守"]),
        ("除了家教", ["初一英语家教", "高二物理家教"]),
        ("不要销售", ["展会销售"]),
        ("不想做销售、家教", ["初一英语家教", "高二物理家教", "展会销售"]),
        ("非销售", ["展会销售"]),
        ("-家教 -保安", ["初一英语家教", "高二物理家教", "夜班保安", "仓库值守"]),
        ("不要周结", ["高二物理家教"]),
        ("除了补课都可以", ["初一英语家教", "高二物理家教"]),  # another word for it
    ],
)
def test_no_listing_has_what_is_left_out(client, board, text, left_out):
    assert find_listing_titles(client, LIST, q=text) == [t for t in ALL if t not in left_out]
    total = re.search(r'<span class="n">(\d+)</span> 条', open_list(client, q=text)[0])[1]
    assert int(total) == len(ALL) - len(left_out)


@pytest.mark.parametrize(
    "text", ["家教 不要英语", "家教 -英语", "不要英语的家教", "家教，不要 英语"]
)
def test_the_other_words_are_searched_for(client, board, text):
    assert find_listing_titles(client, LIST, q=text) == ["高二物理家教"]


def test_what_was_left_out_is_said_with_a_link_that_takes_it_back(client, board):
    html, notices = open_list(client, q="家教 不要英语")
    assert notices == ["已去掉含“英语”的兼职。也要看这些"]
    assert "<h1>湘西不要英语的“家教”兼职</h1>" in html
    assert 'value="家教 不要英语"' in html, "the search field holds what was typed"
    address = unescape(re.search(r'<a href="([^"]+)">也要看这些', html)[1])
    assert find_listing_titles(client, address) == ["初一英语家教", "高二物理家教"]
    assert open_list(client, q="不要夜班和销售")[1] == ["已去掉含“夜班”、“销售”的兼职。也要看这些"]
    assert '<input type="hidden" name="without" value="英语">' in html, "a further filter keeps it"
    assert not open_list(client, q="家教")[1]


def test_pages_and_orders_lead_to_the_same_list(client, board, monkeypatch):
    monkeypatch.setattr("listings.search.listing_search.LISTING_PAGE_SIZE", 2)
    html, _ = open_list(client, q="不要夜班")
    titles = find_listing_titles(client, LIST, q="不要夜班")
    following = unescape(re.search(r'href="([^"]*after=[^"]*)"', html)[1])
    titles += find_listing_titles(client, following)
    assert titles == ["初一英语家教", "高二物理家教", "展会销售", "发传单"]


@pytest.mark.parametrize(
    ("text", "rest", "filters"),
    [
        ("不要经验", "", {"fit": ["no_experience"]}),
        ("不要求经验的", "", {"fit": ["no_experience"]}),
        ("不要 工作经验", "", {"fit": ["no_experience"]}),
        ("不要求学历", "", {"fit": ["no_degree"]}),
        ("不要健康证", "", {"fit": ["no_health_certificate"]}),
        ("不要押金", "", {}),
        ("不要交押金", "", {}),
        ("不要面试 传单", "不要面试 传单", {}),
        ("不要求带货", "不要求带货", {}),
        ("要不要夜班", "要不要夜班", {}),
        ("不上班", "不上班", {}),
        ("不要兼职", "不要兼职", {}),
        ("非遗讲解", "非遗讲解", {}),
        ("非遗传承", "非遗传承", {}),
        ("非常好的兼职", "非常好的兼职", {}),
        ("非全日制", "非全日制", {}),
        ("非本科可做", "非本科可做", {}),
        ("家教-英语", "家教-英语", {}),
        ("10-15号", "10-15号", {}),
        ("-", "-", {}),
        ("不要", "不要", {}),
        ("不要夜班日结", "", {"without": ["夜班"], "settlement": ["daily"]}),
        ("不要日结", "", {"without": ["日结"]}),
        ("不要夜班不要销售", "", {"without": ["夜班", "销售"]}),
        ("除了家教还有什么兼职", "兼职", {"without": ["家教"]}),
        ("不做饭 保姆", "保姆", {"without": ["做饭"]}),
    ],
)
def test_demands_and_other_words_leave_nothing_out(text, rest, filters):
    assert read_conditions(text)[:2] == (rest, filters)


def test_words_of_the_address_are_joined_to_those_that_are_typed(client, board):
    titles = find_listing_titles(client, LIST, q="不要销售", without=["家教", "的", "x" * 80])
    assert titles == ["夜班保安", "仓库值守", "发传单"]


def test_a_feed_and_a_saved_search_leave_out_the_same(client, board, place):
    feed = client.get("/xiangxi/jobs/feed.atom", {"q": "家教 不要英语"}).content.decode()
    assert "高二物理家教" in feed and "初一英语家教" not in feed
    asked = parse_search_request(QueryDict("q=家教 不要英语"), place("xiangxi"))
    assert build_search_title(asked) == "湘西不要英语的“家教”兼职"
    saved = parse_search_request(QueryDict(canonicalise_query(asked)), place("xiangxi"))
    assert [row.pk for row in saved.search.fetch_page()[0]] == [
        row.pk for row in asked.search.fetch_page()[0]
    ]
    assert canonicalise_query(saved) == canonicalise_query(asked)


def test_a_title_of_a_saved_search_has_no_html_of_what_is_left_out(place):
    query = QueryDict(mutable=True)
    query["without"] = "<b>英语</b>"
    assert build_search_title(parse_search_request(query, place("xiangxi"))) == "湘西不要英语的兼职"


def test_where_nothing_is_left_it_is_offered_and_each_number_is_that_of_its_list(
    client, board, place
):
    asked = parse_search_request(QueryDict("q=物理 -家教&settlement=weekly"), place("xiangxi"))
    offers = suggest_wider_searches(asked.search, asked.filters, asked.keyword_query)
    assert "“家教”也行" in [offer.label for offer in offers]
    for offer in offers:
        assert len(find_listing_titles(client, offer.address)) == offer.count, offer.label
    asked = parse_search_request(QueryDict("q=物理 传单 -家教"), place("xiangxi"))
    offers = suggest_wider_searches(asked.search, asked.filters, asked.keyword_query)
    assert "只搜“传单”" in [offer.label for offer in offers]
    assert "只搜“物理”" not in [offer.label for offer in offers], "all of them are tutors"


@pytest.mark.parametrize(
    "query", ["settlement=daily&settlement=weekly&category=tutor", "settlement=monthly&fit=student"]
)
def test_of_several_values_of_a_filter_one_is_left_out(client, board, place, query):
    asked = parse_search_request(QueryDict(query), place("xiangxi"))
    for offer in suggest_wider_searches(asked.search, asked.filters, asked.keyword_query):
        assert len(find_listing_titles(client, offer.address)) == offer.count, offer.label


def test_what_is_left_out_is_no_hot_word(board, place, monkeypatch):
    monkeypatch.setattr(hot_words, "MIN_LISTINGS", 1)
    assert hot_words._finds_enough("传单", place("xiangxi"))
    assert not hot_words._finds_enough("不要夜班", place("xiangxi"))


def test_what_nobody_sees_is_no_part_of_what_is_left_out(client, board):
    html, _ = open_list(client, without="\u202e夜班\u200b")
    assert "\u202e" not in html and "<h1>湘西不要夜班的兼职</h1>" in html
