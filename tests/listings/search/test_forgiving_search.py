"""Questions in people's own words: other words, wrong words, too many words, numbers."""

import datetime
import re
from html import unescape

import pytest
from django.http import QueryDict
from django.utils import timezone

from listings.search import listing_search
from listings.search.search_request import parse_search_request
from listings.search.sort_orders import MATCH
from listings.vocabulary.work_slots import encode_slots
from tests.listings.lists import client
from tests.listings.search.test_search import find_listing_titles

__all__ = ["client"]

pytestmark = pytest.mark.django_db
LIST = "/xiangxi/jobs/"


@pytest.fixture(scope="module")
def board(publish_once):
    weekend = {"slots": encode_slots(["6a", "7a"]), "term": "weekend"}
    weekdays = {"slots": encode_slots(["1m"]), "term": "long_term"}
    publish_once(title="新品券派发", category="flyer", pay_min=21, pay_max=21, **weekend)
    publish_once(title="午晚高峰骑手", category="food_delivery", mode="mobile", **weekdays)
    publish_once(title="高二物理家教", category="tutor", settlement="weekly", **weekdays)
    publish_once(
        title="农家乐端茶", category="waiter", perks=["meals"], settlement="weekly", **weekdays
    )
    publish_once(title="布光助手", category="photo_video", duties="布置猕猴桃拍摄台。", **weekdays)


def open_list(client, **query):
    html = client.get(LIST, query).content.decode()
    notices = re.findall(r'<p class="alert calm" role="status">(.*?)</p>', html, re.DOTALL)
    return html, [" ".join(re.sub(r"<.*?>", "", notice).split()) for notice in notices]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("发传单", "新品券派发"),
        ("派单", "新品券派发"),
        ("周末发传单", "新品券派发"),
        ("送外卖", "午晚高峰骑手"),
        ("外卖员", "午晚高峰骑手"),
        ("补课", "高二物理家教"),
        ("tutor", "高二物理家教"),
        ("端盘子", "农家乐端茶"),
        ("管饭", "农家乐端茶"),
        ("包吃", "农家乐端茶"),
    ],
)
def test_other_words_find_the_same(client, board, words, title):
    assert find_listing_titles(client, LIST, q=words) == [title]


def test_a_code_or_the_pinyin_of_a_kind_of_work_finds_as_many_as_its_name(client, board, publish):
    publish(title="放学后陪伴", category="homework_care")  # its group is called 家教培训
    publish(title="骑电动车来", category="driver", duties="外卖送餐，自备车。")
    for name, others in {
        "家教": ("jiajiao", "tutor", "Jia Jiao", "xiangxi jiajiao"),
        "外卖送餐": ("food_delivery", "food delivery", "waimaisongcan"),
    }.items():
        titles = find_listing_titles(client, LIST, q=name)
        assert len(titles) == 2, titles
        for other in others:
            assert find_listing_titles(client, LIST, q=other) == titles, other


@pytest.mark.parametrize("words", ["清茗", "乾州清茗饮品店", "清茗饮品"])
def test_an_employer_is_found_by_name(client, board, words):
    assert len(find_listing_titles(client, LIST, q=words)) == 5


def test_a_word_that_sounds_right_is_offered_and_not_forced(client, board):
    html, notices = open_list(client, q="家叫", settlement="weekly")
    assert notices == ["是不是要找：家教"]
    assert "<h3>" not in html
    assert "湘西周结“家叫”兼职</h1>" in html
    address = unescape(re.search(r'是不是要找：<a href="([^"]+)"', html)[1])
    assert address == "/xiangxi/jobs/?q=%E5%AE%B6%E6%95%99&settlement=weekly"
    assert find_listing_titles(client, address) == ["高二物理家教"]


def test_a_word_of_a_title_is_offered_too_and_nothing_that_finds_nothing(client, board):
    assert open_list(client, q="弥猴桃")[1] == []  # it stands in running text only
    assert open_list(client, q="补光")[1] == ["是不是要找：布光"]
    assert open_list(client, q="保按")[1] == []  # there is no 保安
    assert open_list(client, q="家教")[1] == []


def test_a_place_spelled_as_it_is_said_in_the_south_is_offered(client, board):
    assert open_list(client, q="xianxi")[1] == ["是不是要找：湘西"]
    assert open_list(client, q="xianxi", settlement="semi_monthly")[1] == []  # there is none
    assert open_list(client, q="zhangjiajei")[1] == []


def test_a_word_that_nothing_has_is_dropped_and_named(client, board):
    html, notices = open_list(client, q="潜水教练 家教")
    assert notices == ["没有“潜水教练”，下面是“家教”的结果。"]
    assert html.count("<h3>") == 1
    assert '<span class="n">1</span> 条' in html
    assert "<h1>湘西“家教”兼职</h1>" in html, "the heading names what is in the list"
    assert open_list(client, q="潜水")[1] == []


def test_of_words_that_nothing_has_together_the_best_remain(client, board):
    _, notices = open_list(client, q="家教 猕猴桃 物理")
    assert notices == ["没有“家教 猕猴桃 物理”都符合的，下面是“家教 物理”的结果。"]
    assert find_listing_titles(client, LIST, q="家教 猕猴桃 物理") == ["高二物理家教"]


def test_characters_that_nobody_sees_are_no_part_of_a_question(client, board):
    """Some would turn the heading and the title around."""
    html, _ = open_list(client, q="\u202e潜水\u200b")
    assert "<h1>湘西“潜水”兼职</h1>" in html and "\u202e" not in html


def test_where_nothing_is_found_one_way_on_is_not_called_kinds_of_work(client, board):
    html, _ = open_list(client, q="潜水")
    assert "<h2>在家就能做的</h2>" in html and "按类别找" not in html
    assert "<h2>按类别找</h2>" in open_list(client, q="家教")[0]


def test_where_few_have_all_words_those_with_fewer_stand_below(client, board, publish):
    publish(title="初一英语家教", category="tutor")
    html = client.get(LIST, {"q": "物理家教"}).content.decode()
    first, others = html.split("只有“家教”的")
    assert "初一英语" not in first.split("<h1>")[1]
    assert "初一英语" in others
    assert others.count("物理") == 0
    assert 'href="/xiangxi/jobs/?q=%E5%AE%B6%E6%95%99"' in others


def test_a_place_in_a_list_that_is_none_is_told_also_where_words_are_dropped(client, board):
    html, _ = open_list(client, q="周末 0x10", after="-1")
    assert "翻页的位置认不出来" in html and "下面按其余条件找" in html
    titles = find_listing_titles(client, LIST, q="周末 0x10", after="-1")
    assert titles and titles == find_listing_titles(client, LIST, q="周末 0x10")


def test_conditions_stand_where_none_of_the_words_is_known(client, board):
    html, _ = open_list(client, q="周末能做的，离吉大近")
    assert "没有“" in html and "下面按其余条件找" in html
    assert find_listing_titles(client, LIST, q="周末能做的，离吉大近") == find_listing_titles(
        client, LIST, q="周末"
    )
    # a word that is known is not dropped, and without a condition nothing is left
    for words in ("数学 半月结", "离吉大近"):
        assert "下面按其余条件找" not in open_list(client, q=words)[0]
    assert find_listing_titles(client, LIST, q="不收押金的传单") == find_listing_titles(
        client, LIST, q="传单"
    )


def test_what_nothing_is_searched_for_is_said(client, board):
    html, notices = open_list(client, q="不要押金")
    assert "<h1>湘西兼职</h1>" in html
    assert notices == ["“不要押金”不用写：这些钱，这里的兼职一律不许收。"]
    assert open_list(client, q="日结 不交押金的")[1] == [
        "“不交押金的”不用写：这些钱，这里的兼职一律不许收。"
    ]
    for text in ("👍", "مرحبا"):
        assert open_list(client, q=text)[1] == [
            f"“{text}”里没有汉字、字母或数字，没法搜，下面没有按它找。"
        ]
    # nothing is lost of noise words, of a place and of conditions
    for text in ("兼职", "吉首", "日结", ""):
        assert not [notice for notice in open_list(client, q=text)[1] if "“" in notice]


def test_a_typed_condition_is_a_filter_that_can_be_taken_away(client, board):
    html, _ = open_list(client, q="传单 20元 周末 日结")
    chips = re.findall(r'href="([^"]+)" aria-label="去掉 ([^"]+)"', html)
    assert [label for _, label in chips] == ["日结", "周末有空", "时薪 20 元起", "“传单”"]
    without_pay = unescape({label: href for href, label in chips}["时薪 20 元起"])
    assert "pay_min" not in without_pay
    assert "settlement=daily" in without_pay
    assert find_listing_titles(client, without_pay) == ["新品券派发"]
    assert 'value="传单 20元 周末 日结"' in html


def test_a_filter_that_is_set_is_not_changed_by_words(client, board):
    html, _ = open_list(client, q="20元", pay_min="30")
    assert "时薪 30 元起" in html
    assert "时薪 20 元起" not in html


@pytest.mark.parametrize(
    ("query", "heading", "note"),
    [
        ({"q": "25元一小时"}, "湘西时薪 25 元起的兼职", ""),
        ({"pay_min": "25"}, "湘西时薪 25 元起的兼职", ""),
        (
            {"q": "一天200以上"},
            "湘西时薪 25 元起（一天 200 元）的兼职",
            "一天 200 元按 8 小时算，就是时薪 25 元。",
        ),
        (
            {"q": "周薪1000"},
            "湘西时薪 25 元起（一周 1000 元）的兼职",
            "一周 1000 元按 5 天、每天 8 小时算，就是时薪 25 元。",
        ),
        (
            {"q": "月薪3480"},
            "湘西时薪 20 元起（一个月 3480 元）的兼职",
            "一个月 3480 元按 21.75 天、每天 8 小时算，就是时薪 20 元。",
        ),
        (
            {"q": "一天200以上", "pay_min": "18"},
            "湘西时薪 18 元起的兼职",
            "“一天200以上”没有用上，按筛选里的时薪 18 元找。",
        ),
    ],
)
def test_a_list_by_pay_says_what_is_compared_whatever_unit_was_typed(
    client, board, query, heading, note
):
    html, _ = open_list(client, **query)
    assert f"<h1>{heading}</h1>" in html
    assert f"{note}按天、周、月算的都折成时薪来比" in html and "按件、单、次、课时算的" in html


def test_pay_by_the_piece_is_not_compared(client, publish):
    publish(title="串珠", pay_min=5, pay_max=5, pay_unit="piece")
    publish(title="传单", pay_min=200, pay_max=200, pay_unit="day")
    assert find_listing_titles(client, LIST, pay_min="1") == ["传单"]
    html, _ = open_list(client, q="5元一件")
    assert "时薪" not in html.partition("<h1>")[2].partition("</h1>")[0]
    assert "没写几小时的" not in open_list(client, q="传单")[0]


def test_what_the_title_says_comes_first_and_pages_show_each_once(publish, place, monkeypatch):
    monkeypatch.setattr(listing_search, "LISTING_PAGE_SIZE", 3)
    now = timezone.now()
    expected = []
    for number in range(10):
        at = now - datetime.timedelta(hours=number)
        in_title = number % 3 == 0
        listing = publish(
            title="超市家教" if in_title else "托管",
            category="homework_care",
            duties="做作业，做家教，陪小朋友。" if not in_title else "陪小朋友写作业。",
            at=at,
        )
        expected.append((not in_title, number, listing.pk))
    query, seen, after = QueryDict("q=家教"), [], ""
    while True:
        search = parse_search_request(query, place("xiangxi")).search
        assert search.sort is MATCH
        search.after = after
        rows, after = search.fetch_page()
        seen += [row.pk for row in rows]
        if not after:
            break
    assert seen == [pk for _, _, pk in sorted(expected)]


def test_common_words_do_not_hide_a_rare_title(publish, place, monkeypatch):
    monkeypatch.setattr(listing_search, "LISTING_PAGE_SIZE", 2)
    monkeypatch.setattr(listing_search, "NEWEST_ROWS_WALKED", 3)
    now = timezone.now()
    rare = publish(title="猕猴桃分拣", category="sorter", at=now - datetime.timedelta(days=9))
    common = [
        publish(duties="果园里，有猕猴桃要装箱。", at=now - datetime.timedelta(hours=n)).pk
        for n in range(4)
    ]
    search = parse_search_request(QueryDict("q=猕猴桃"), place("xiangxi")).search
    rows, search.after = search.fetch_page()
    assert [row.pk for row in rows] == [rare.pk, common[0]]
    assert [row.pk for row in search.fetch_page()[0]] == common[1:3]


@pytest.mark.parametrize("after", ["1_", "2_20260101120000000000-7", "1_x-7", "_", "1_1_2-3"])
def test_a_broken_cursor_of_words_goes_back_to_the_first_page(client, board, after):
    html, _ = open_list(client, q="家教", after=after)
    assert "高二物理" in html


def test_an_empty_list_takes_few_queries(client, board, django_assert_max_num_queries):
    client.get(LIST)
    # Rows, counts, words by themselves, two corrections, wider offers with their counts, alerts.
    with django_assert_max_num_queries(16):
        client.get(LIST, {"q": "潜水 滑雪", "settlement": "daily"})
    with django_assert_max_num_queries(9):
        client.get(LIST, {"q": "物理 滑雪"})


def list_ways(html):
    """(what leads on, address) to the next page and to other orders."""
    order = re.search(r'<nav class="sorts".*?</nav>', html, re.DOTALL)[0]
    further = re.findall(r'<a class="btn next" rel="next" href="([^"]*)"', html)
    return [unescape(href) for href in (*re.findall(r'href="([^"]*)"', order), *further)]


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ({"q": "一天200以上"}, "湘西时薪 25 元起（一天 200 元）的兼职"),
        ({"q": "派发 日结200"}, "湘西时薪 25 元起（一天 200 元）的日结“派发”兼职"),
        ({"q": "派发 无此词 一天200元"}, "湘西时薪 25 元起（一天 200 元）的“派发”兼职"),
        ({"q": "派发", "pay_min": "25"}, "湘西时薪 25 元起的“派发”兼职"),
        ({"q": "一天200以上", "pay_min": "18"}, "湘西时薪 18 元起的兼职"),
    ],
)
def test_each_page_and_order_of_a_list_has_the_same_heading_and_note(
    client, publish, monkeypatch, query, heading
):
    monkeypatch.setattr(listing_search, "LISTING_PAGE_SIZE", 3)
    for number in range(5):
        publish(title=f"派发员 {number}", pay_min=30, pay_max=30)
    first, _ = open_list(client, **query)
    ways = list_ways(first)
    assert len(ways) > 2 and "after=" in ways[-1]
    notes = re.findall(r'<p class="near-note muted small">(.*?)</p>', first)
    for html in (first, *(client.get(way).content.decode() for way in ways)):
        assert re.search("<h1>(.*?)</h1>", html)[1] == heading
        assert re.findall(r'<p class="near-note muted small">(.*?)</p>', html)[-1:] == notes[-1:]
    last = client.get(ways[-1]).content.decode()
    assert last.count("<h3>") == 2, "the rest of the list"
    back = unescape(re.search(r'rel="first" href="([^"]*)"', last)[1])
    assert client.get(back).content.decode().count("<h3>") == 3


@pytest.mark.parametrize("words", ["周结工资", "周结 工资高", "湘西 工资周结", "薪资待遇 周结"])
def test_pay_as_a_word_beside_a_condition_is_not_searched_for(client, board, words):
    html, notices = open_list(client, q=words)
    assert sorted(find_listing_titles(client, LIST, q=words)) == ["农家乐端茶", "高二物理家教"]
    assert notices == [] and "<h1>湘西周结兼职</h1>" in html


def test_pay_as_a_word_beside_others_is_not_searched_for_but_by_itself(client, board, publish):
    publish(title="后厨帮工", category="kitchen", duties="工资面谈。")
    assert find_listing_titles(client, LIST, q="家教 工资") == ["高二物理家教"]
    assert find_listing_titles(client, LIST, q="工资") == ["后厨帮工"]
    assert find_listing_titles(client, LIST, q="工资", settlement="weekly") == []


def test_an_empty_list_offers_to_drop_the_words_and_keep_the_filters(client, board):
    for query in ({"q": "猕猴桃"}, {"q": "湘西 猕猴桃"}):
        html, _ = open_list(client, **query, settlement="weekly", category="tutor")
        offer = re.search(
            r'<a class="pill" href="([^"]*)">\s*去掉“猕猴桃” <small class="n">1 条', html
        )
        assert find_listing_titles(client, unescape(offer[1])) == ["高二物理家教"]
