"""The orders of a list, and that its pages show each listing once."""

import datetime
import re

import pytest
from django.utils import timezone

from listings.search import listing_search
from tests.answers import read_body
from tests.listings.lists import client, list_titles

__all__ = ["client"]

pytestmark = pytest.mark.django_db


def test_pay_sort_puts_the_higher_hour_first_and_what_cannot_be_compared_last(client, publish):
    publish(title="按天 160", pay_min=160, pay_max=200, pay_unit="day")
    publish(title="每小时 25", pay_min=25, pay_max=25)
    publish(title="按件", pay_min=3, pay_max=3, pay_unit="piece")
    assert list_titles(client.get("/xiangxi/jobs/?sort=pay")) == ["每小时 25", "按天 160", "按件"]


def test_a_sort_says_where_what_it_cannot_compare_stands(client, publish):
    publish(title="派发")
    notes = {
        "": "",
        "pay": "按件、按次的和面议的折不成，排在最后",
        "start": "随时可以开始的排在后面",
    }
    pages = {
        sort: read_body(client.get("/xiangxi/jobs/", {"sort": sort} if sort else {}))
        for sort in notes
    }
    for sort, page in pages.items():
        for other, note in notes.items():
            assert not note or (note in page) is (other == sort)


def test_start_sort_puts_the_soonest_first(client, publish, today):
    day = datetime.timedelta(days=1)
    publish(title="下周", start_date=today + 7 * day)
    publish(title="明天", start_date=today + day)
    publish(title="已开工", start_date=today - day)
    publish(title="随时")
    assert list_titles(client.get("/xiangxi/jobs/?sort=start")) == [
        "明天",
        "下周",
        "随时",
        "已开工",
    ]


def test_paging_shows_each_listing_once_and_keeps_the_filters(client, publish, monkeypatch):
    monkeypatch.setattr(listing_search, "LISTING_PAGE_SIZE", 4)
    at = timezone.now() - datetime.timedelta(hours=1)
    for number in range(11):
        publish(title=f"第{number}个", at=at, pay_min=20 + number // 7, pay_max=30)
    for sort in ("newest", "pay", "start"):
        address, seen = f"/xiangxi/jobs/?settlement=daily&sort={sort}", []
        for _ in range(3):
            response = client.get(address)
            seen += list_titles(response)
            following = re.search(r'rel="next" href="([^"]+)"', response.content.decode())
            if following:
                assert "settlement=daily" in following[1]
                address = following[1].replace("&amp;", "&")
        assert len(seen) == len(set(seen)) == 11, sort
        assert following is None, sort
