"""Lists of one kind of work, and of one place, at addresses of their own."""

import re

import pytest

from listings.search import listing_search
from tests.json_ld import read_schemas

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def board(publish_once, place):
    publish_once(title="初二数学家教", category="tutor", settlement="per_piece")
    publish_once(title="小学英语家教", category="tutor", region_id=place("fenghuang").adcode)
    publish_once(title="凤凰检票", category="event_staff", region_id=place("fenghuang").adcode)
    publish_once(title="合肥家教", category="tutor", region_id=place("hefei").adcode)
    publish_once(title="字幕校对", category="copywriting", mode="online")


def list_titles(response):
    return re.findall(r"<h3><a [^>]*><!--t-->(.*?)<!--/t--></a></h3>", response.content.decode())


def find_link(html, rel):
    match = re.search(rf'<link rel="{rel}" href="([^"]+)"', html)
    return match and match[1].removeprefix("http://testserver")


@pytest.mark.parametrize(
    ("address", "heading", "shown", "canonical"),
    [
        ("/xiangxi/jobs/tutor/", "湘西家教兼职", ["小学英语家教", "初二数学家教"], None),
        ("/xiangxi/jobs/education/", "湘西家教培训兼职", ["小学英语家教", "初二数学家教"], None),
        ("/jobs/tutor/", "全国家教兼职", ["合肥家教", "小学英语家教", "初二数学家教"], None),
        ("/hunan/jobs/tutor/", "湖南家教兼职", ["小学英语家教", "初二数学家教"], None),
        ("/xiangxi/jobs/in/fenghuang/", "湘西凤凰兼职", ["凤凰检票", "小学英语家教"], None),
        ("/xiangxi/jobs/online/", "全国线上兼职", ["字幕校对"], "/jobs/online/"),
        ("/jobs/in/hunan/", "湖南兼职", ["凤凰检票", "小学英语家教", "初二数学家教"], "/hunan/jobs/"),
        ("/fenghuang/jobs/", "凤凰兼职", ["凤凰检票", "小学英语家教"], "/xiangxi/jobs/in/fenghuang/"),
    ],
)  # fmt: skip
def test_a_list_has_an_address_a_heading_and_words_of_its_own(
    client, board, address, heading, shown, canonical
):
    response = client.get(address)
    html = response.content.decode()
    assert list_titles(response) == shown
    assert f"<h1>{heading}</h1>" in html and f"<title>{heading} - " in html
    assert f'content="{heading}现在有 {len(shown)} 条' in html
    assert find_link(html, "canonical") == (canonical or address)
    assert 'name="robots"' not in html
    items = read_schemas(response)["ItemList"]["itemListElement"]
    assert len(items) == len(shown)
    assert all(client.get(item["url"]).status_code == 200 for item in items)


def test_its_sentence_is_made_of_what_it_holds(client, board):
    assert (
        "湘西家教兼职现在有 2 条：吉首 1 条、凤凰 1 条；日结 1 条、按件结 1 条。"
        in client.get("/xiangxi/jobs/tutor/").content.decode()
    )


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ("/xiangxi/jobs/?category=tutor", "/xiangxi/jobs/tutor/"),
        ("/xiangxi/jobs/?mode=&category=tutor&pay_min=", "/xiangxi/jobs/tutor/"),  # of the form
        ("/jobs/?category=education&sort=pay", "/jobs/education/?sort=pay"),
        ("/jobs/?category=education&category=education", "/jobs/education/"),  # of a link put together
        ("/xiangxi/jobs/?mode=online", "/xiangxi/jobs/online/"),
        ("/xiangxi/jobs/?district={fenghuang}", "/xiangxi/jobs/in/fenghuang/"),
        ("/jobs/?district={hunan}", "/jobs/in/hunan/"),
        ("/jobs/?category=tutor&after=20260102030405000000-7", "/jobs/tutor/?after=20260102030405000000-7"),
    ],
)  # fmt: skip
def test_who_asks_for_nothing_else_is_led_there(client, place, asked, own):
    codes = {slug: place(slug).adcode for slug in ("fenghuang", "hunan")}
    response = client.get(asked.format(**codes))
    assert (response.status_code, response.headers["Location"]) == (301, own)
    assert client.get(own).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "category=tutor&settlement=daily", "category=tutor&category=flyer", "category=nothing",
        "category=online", "category=tutor&q=数学", "mode=on_site", "district=341000",
        "district=x", "district=99999999999999", "settlement=daily", "sort=pay",
        "category=tutor&district=433123",
    ],
)  # fmt: skip
def test_all_else_stays_in_the_query_and_out_of_search_engines(client, board, query):
    response = client.get(f"/xiangxi/jobs/?{query}")
    assert response.status_code == 200
    html = response.content.decode()
    assert '<meta name="robots" content="noindex, follow">' in html
    assert find_link(html, "canonical") is None and "ld+json" not in html


def test_filters_work_on_top_of_it_and_can_be_taken_away(client, board):
    response = client.get("/xiangxi/jobs/tutor/?settlement=daily")
    assert list_titles(response) == ["小学英语家教"]
    html = response.content.decode()
    chips = dict(re.findall(r'href="([^"]+)" aria-label="去掉 ([^"]+)"', html))
    assert chips == {"/xiangxi/jobs/tutor/": "日结", "/xiangxi/jobs/?settlement=daily": "家教"}
    assert 'name="category" value="tutor" checked' in html
    assert '<form class="filters" method="get" action="/xiangxi/jobs/"' in html
    assert 'content="noindex, follow"' in html


def test_a_filter_given_twice_is_one(client, board):
    html = client.get("/xiangxi/jobs/tutor/?settlement=daily&settlement=daily").content.decode()
    assert "<h1>湘西日结家教兼职</h1>" in html
    assert html.count('aria-label="去掉 日结"') == 1
    assert 'href="/searches/new/?category=tutor&amp;settlement=daily&amp;city=xiangxi"' in html


def test_its_pages_go_on_there(client, publish, monkeypatch):
    monkeypatch.setattr(listing_search, "LISTING_PAGE_SIZE", 3)
    for number in range(5):
        publish(title=f"家教 {number}", category="tutor")
    first = client.get("/xiangxi/jobs/tutor/")
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())[1]
    assert following.startswith("/xiangxi/jobs/tutor/?after=")
    second = client.get(following)
    assert len(list_titles(second)) == 2 and not {*list_titles(first)} & {*list_titles(second)}
    html = second.content.decode()
    assert 'rel="first" href="/xiangxi/jobs/tutor/"' in html
    assert 'content="noindex, follow"' in html


@pytest.mark.parametrize(
    "address",
    [
        "/xiangxi/jobs/nothing/", "/xiangxi/jobs/in/hefei/", "/jobs/in/fenghuang/", "/xiangxi/jobs/in/",
        "/xiangxi/jobs/in/xiangxi/", "/xiangxi/jobs/promotion.flyer/",
    ],
)  # fmt: skip
def test_what_is_no_kind_of_work_and_no_place_inside_is_not_there(client, address):
    assert client.get(address).status_code == 404


def test_an_empty_one_is_no_page_for_search_engines(client, board):
    response = client.get("/xiangxi/jobs/driver/")
    assert response.status_code == 200
    assert 'content="noindex, follow"' in response.content.decode()


def test_home_and_lists_lead_to_them(client, board):
    home, jobs = (client.get(f"/xiangxi/{path}").content.decode() for path in ("", "jobs/"))
    listing = client.get(re.search(r'<h3><a href="([^"]+)"', jobs)[1]).content.decode()
    assert (
        'href="/xiangxi/jobs/education/"' in home and 'href="/xiangxi/jobs/in/fenghuang/"' in home
    )
    assert (
        'href="/xiangxi/jobs/education/"' in jobs and 'href="/xiangxi/jobs/in/fenghuang/"' in jobs
    )
    assert 'href="/xiangxi/jobs/event_staff/"' in listing


def test_crawlers_may_read_later_pages_and_no_filters(client):
    rules = client.get("/robots.txt").content.decode().splitlines()
    assert [r for r in rules if "?" in r] == ["Disallow: /*?", "Allow: /*?after=", "Allow: /*?p="]
