"""Who searches for a number, or tells of a fraud, looks for help: the page leads to it, and no log names it."""

import logging
import re

import pytest
from django.urls import reverse

from listings.models import SearchedWord
from listings.search_suggestions.search_counts import SEARCH_COUNTER
from tests.answers import read_body

pytestmark = pytest.mark.django_db
CONTACTS = ["13800138765", "138 0013 8765", "微信xiaolong2024", "VX：xiaolong2024", "xiao@qq.com"]
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile MicroMessenger/8.0.50"
WORDS = ["家教", "20元", "python", "ps", "2026", "wei xin", "送外卖 200元一天", ""]


def find_way_to_checker(client, typed):
    page = read_body(client.get("/xiangxi/jobs/", {"q": typed}))
    notices = re.findall(r'<p[^>]*role="status".*?</p>', page, re.DOTALL)
    return [notice for notice in notices if reverse("safety:check") in notice]


@pytest.mark.parametrize("typed", CONTACTS)
def test_a_searched_contact_leads_to_the_checker(client, typed):
    (notice,) = find_way_to_checker(client, typed)
    assert "兼职里找不到" in notice and typed not in notice


@pytest.mark.parametrize("typed", WORDS)
def test_words_are_searched_without_it(client, typed):
    assert not find_way_to_checker(client, typed)


@pytest.mark.parametrize("typed", ["孩子被骗了", "押金被骗 13800138765", "怎么报警", "是不是骗子"])
def test_who_searches_for_help_reads_whom_to_call(client, typed):
    (notice,) = find_way_to_checker(client, typed)
    assert 'href="tel:110"' in notice and 'href="tel:96110"' in notice


@pytest.mark.parametrize("path", ["/jobs/", "/xiangxi/jobs/", "/cities/", "/nowhere/", "/check/"])
def test_what_is_typed_into_a_search_stands_in_no_log(client, caplog, path):
    caplog.set_level(logging.DEBUG)
    for query in ({"q": "13800138765"}, {"q": "13800138765", "after": "x"}):
        client.get(path, query)
    client.get(path, {"text": "13800138765"})
    lines = [row.getMessage() for row in caplog.records if not row.name.startswith("django.db")]
    assert not [line for line in lines if "13800138765" in line]
    assert path != "/nowhere/" or [line for line in lines if path in line]


def test_no_number_is_counted_as_a_searched_word(client):
    for typed in ("13800138765", "送外卖"):
        client.get("/jobs/", {"q": typed}, headers={"user-agent": PHONE})
    SEARCH_COUNTER.write()
    assert [word.text for word in SearchedWord.objects.all()] == ["送外卖"]
