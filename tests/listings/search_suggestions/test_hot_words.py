"""The words of home pages are those that many search for, found without storing who searched for what."""

import datetime
import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from listings.models import HotWords, SearchedWord
from listings.pages.home_overview import QUICK_SEARCHES
from listings.publication.transitions import move_listing
from listings.retention_rules import RULES
from listings.search_suggestions import search_counts
from listings.search_suggestions.hot_words import refresh_hot_words
from listings.search_suggestions.search_counts import (
    MIN_NETWORKS,
    drop_sketches_of_past_weeks,
    read_counted_word,
)
from tests.listings.seeking import sign_in_browser
from tools.demo.factories import make_user

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile MicroMessenger/8.0.50"
XIANGXI, NATION = 433100, 0


@pytest.fixture(autouse=True)
def counter(monkeypatch):
    made = search_counts.SearchCounter(clock=lambda: 0)
    monkeypatch.setattr(search_counts, "SEARCH_COUNTER", made)
    return made


def search_from_networks(
    word, networks=1, folder="/xiangxi/jobs/", more="", agent=PHONE, client=None
):
    for network in range(networks):
        (client or Client()).get(
            f"{folder}?q={quote(word)}{more}",
            headers={"user-agent": agent},
            REMOTE_ADDR=f"203.0.{network}.9",
        )
    search_counts.SEARCH_COUNTER.write()


def read_counts():
    rows = SearchedWord.objects.values_list("place", "text", "searchers")
    return sorted(rows)


def read_chips(address="/xiangxi/"):
    html = Client().get(address).content.decode().split('<div class="quick">')[1]
    return re.findall(r'<a class="pill" href="([^"]+)">([^<]+)</a>', html.split("</div>")[0])


def test_a_word_of_few_is_written_down_nowhere_and_one_of_the_site_is(counter):
    search_from_networks("王小芳", networks=MIN_NETWORKS - 1)
    search_from_networks("家教", networks=2)
    assert read_counts() == [
        (place, text, number)
        for place in (NATION, XIANGXI)
        for text, number in (("", MIN_NETWORKS - 1), ("家教", 2))
    ]
    assert not counter
    rows = [str(value) for row in SearchedWord.objects.values() for value in row.values()]
    assert not any("小芳" in value for value in rows)
    search_from_networks("王小芳", networks=MIN_NETWORKS)
    assert (XIANGXI, "王小芳", MIN_NETWORKS) in read_counts()


def test_who_asks_twice_counts_once_and_programs_filters_and_our_own_links_do_not():
    search_from_networks("家教", networks=3)
    search_from_networks("家教", networks=3)
    search_from_networks("家教", client=sign_in_browser(make_user("reader@example.com")))
    search_from_networks("ＪＩＡＪＩＡＯ", folder="/jishou/jobs/")
    for more in ("&sort=match", "&settlement=daily", "&after=x"):
        search_from_networks("传单", networks=3, more=more)
    search_from_networks("传单", networks=3, agent="python-requests/2")
    search_from_networks(
        "传单", folder="/xiangxi/jobs/in/jishou/"
    )  # a place inside is the same city
    assert read_counts() == [
        (place, text, number)
        for place in (NATION, XIANGXI)
        for text, number in (("", 1), ("传单", 1), ("家教", 3))
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "教",
        "13800138000",
        "微信 ab12345",
        "www.a.cn",
        "a@b.cn",
        "家教" * 7,
        "<b>家教</b>",
        "2026年",
    ],
)
def test_what_may_be_a_contact_or_is_no_word_is_not_counted(typed):
    assert read_counted_word(typed) is None
    search_from_networks(typed)
    assert read_counts() == []


def test_home_pages_offer_what_is_found_and_harmless_and_else_the_usual(publish, place):
    called, warned = "初{}数学家教 刷单 裸聊 代考", "约在学生家里上课。"
    listings = [publish(title=called.format(n), category="tutor", duties=warned) for n in "一二三"]
    usual = [label for label, _ in QUICK_SEARCHES]
    assert [label for _, label in read_chips()] == usual
    search_from_networks("家教", networks=2)
    search_from_networks("数学", networks=MIN_NETWORKS)
    # Fraud, forbidden, no work but in texts, a place, what nobody offers.
    for word in ("刷单", "裸聊", "代考", "上课", "吉首", "电焊"):
        search_from_networks(word, networks=MIN_NETWORKS + 2)
    search_from_networks("初一", networks=MIN_NETWORKS - 1)
    assert refresh_hot_words() == 2
    assert HotWords.objects.get(place=XIANGXI).words == ["数学", "家教"]
    for address, folder in (
        ("/xiangxi/", "/xiangxi/jobs/"),
        ("/jishou/", "/jishou/jobs/"),
        ("/", "/jobs/"),
    ):
        chips = read_chips(address)
        assert len(chips) == len(usual)
        assert [label for _, label in chips][:3] == ["数学", "家教", usual[0]]
        assert chips[0][0] == f"{folder}?q={quote('数学')}&amp;sort=match"
        html = Client().get(chips[0][0].replace("&amp;", "&")).content.decode()
        assert '<span class="n">3</span> 条' in html
    assert [label for _, label in read_chips("/hefei/")] == usual
    assert refresh_hot_words() == 0, "nothing has changed"
    move_listing(listings[0].pk, "withdrawn", None)
    assert refresh_hot_words() == 2
    assert [label for _, label in read_chips()] == usual
    assert not HotWords.objects.exists()


def test_words_of_two_weeks_ago_are_shown_no_more_and_deleted_in_time(publish, monkeypatch):
    for n in "一二三":
        publish(title=f"初{n}数学家教", category="tutor")
    search_from_networks("家教", networks=3)
    search_from_networks("王小芳")
    today = timezone.localdate()
    for days, words, rows in ((0, ["家教"], 4), (7, ["家教"], 2), (14, [], 2), (62, [], 0)):
        day = today + datetime.timedelta(days=days)
        monkeypatch.setattr(timezone, "localdate", lambda *_args, day=day: day)
        drop_sketches_of_past_weeks()
        if days == 62:
            before = timezone.now() + datetime.timedelta(days=days - 31)
            (rule,) = [rule for rule in RULES if rule.code == "searched_words"]
            rule.drop(rule.rows(before))
        refresh_hot_words()
        shown = HotWords.objects.filter(place=XIANGXI).values_list("words", flat=True)
        assert [*shown] == ([words] if words else [])
        assert SearchedWord.objects.count() == rows
        assert SearchedWord.objects.filter(sketch__isnull=False).exists() == (days == 0)


def test_there_is_room_for_so_many_words_and_for_those_of_the_site(monkeypatch):
    monkeypatch.setattr(
        search_counts, "_ADD", search_counts._ADD.replace(str(search_counts.MAX_ROWS), "4")
    )
    for word in ("甲乙丙", "丁戊己", "庚辛壬"):
        search_from_networks(word)
    assert SearchedWord.objects.count() == 4
    search_from_networks("家教")
    search_from_networks("甲乙丙", networks=2)
    assert SearchedWord.objects.count() == 6
    assert (XIANGXI, "", 2) in read_counts()
