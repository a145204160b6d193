import re

import pytest

from listings.search.keyword_query import parse_keyword_query

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def board(publish_once, place):
    publish_once(title="初二数学一对一家教", category="tutor", term="long_term")
    publish_once(title="周末超市派发传单", category="flyer")
    publish_once(
        title="小区夜班值守",
        category="security",
        duties="大门保安岗位，登记来访车辆。",
        term="night_shift",
    )
    publish_once(title="合肥展会销售", category="sales", region_id=place("hefei").adcode)
    publish_once(title="酒楼传菜", category="waiter", duties="忙时端菜，收台面。", term="long_term")


def find_listing_titles(client, address, **query):
    html = client.get(address, query).content.decode()
    titles = re.findall(r"<h3><a [^>]*>(.*?)</a></h3>", html, re.DOTALL)
    return [re.sub(r"<.*?>", "", title) for title in titles]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("家教", "初二数学一对一家教"),
        ("jiajiao", "初二数学一对一家教"),
        ("湘西 家教", "初二数学一对一家教"),
        ("湘西家教", "初二数学一对一家教"),
        ("周末 传单", "周末超市派发传单"),
        ("周末传单", "周末超市派发传单"),
        ("發傳單 周末", "周末超市派发传单"),
        ("週末 傳單", "周末超市派发传单"),
        ("chuandan", "周末超市派发传单"),
        ("zhoumo", "周末超市派发传单"),
        ("baoan", "小区夜班值守"),
        ("保安", "小区夜班值守"),
        ("服务员", "酒楼传菜"),
        ("找家教的兼职", "初二数学一对一家教"),
        ("数学", "初二数学一对一家教"),
    ],
)
def test_words_find_what_they_should(client, board, words, expected):
    assert find_listing_titles(client, "/xiangxi/jobs/", q=words) == (
        [expected] if expected else []
    )


def test_a_place_in_the_question_changes_where_to_look(client, board):
    assert find_listing_titles(client, "/jobs/", q="合肥 销售") == ["合肥展会销售"]
    assert find_listing_titles(client, "/xiangxi/jobs/", q="合肥 销售") == ["合肥展会销售"]
    assert find_listing_titles(client, "/jobs/", q="hefei xiaoshou") == ["合肥展会销售"]
    html = client.get("/xiangxi/jobs/", {"q": "合肥 销售"}).content.decode()
    assert "<b>合肥</b>的结果" in html


def test_a_district_in_the_question_narrows_its_city(place):
    asked = parse_keyword_query("凤凰 导游", place("xiangxi"))
    assert (asked.place.slug, asked.words) == ("fenghuang", ("导游",))


def test_an_ordinary_word_is_no_county_far_away(place):
    assert parse_keyword_query("和平 路口", place("xiangxi")).place is None


def test_found_words_are_marked_and_escaped(client, publish):
    publish(title="<b>家教</b>老师", category="tutor")
    html = client.get("/xiangxi/jobs/", {"q": "家教"}).content.decode()
    assert "&lt;b&gt;<mark>家教</mark>&lt;/b&gt;老师" in html
    assert "<b>家教</b>老师" not in html
    publish(title="家教老师", category="tutor")
    assert "<mark>家教</mark>老师" in client.get("/xiangxi/jobs/", {"q": "家教"}).content.decode()


def test_a_find_in_the_text_shows_its_piece(client, board):
    html = client.get("/xiangxi/jobs/", {"q": "车辆"}).content.decode()
    assert '<p class="snippet">' in html
    assert "<mark>车辆</mark>" in html


def test_words_of_noise_alone_filter_nothing(client, board):
    assert len(find_listing_titles(client, "/xiangxi/jobs/", q="兼职")) == 4
