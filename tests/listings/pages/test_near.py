"""Distances from a place that the visitor names, in rows, in the order of a list, and on a listing."""

import re

import pytest
from django.http import QueryDict

from cities.directory.regions import get_region_ancestors
from listings.models import ListingSearch
from listings.pages import detail_views
from listings.pages.near_place import StartForm, describe_near
from listings.search.search_request import parse_search_request
from tests.json_ld import read_schemas
from tests.listings.lists import client
from tests.listings.posting import make_filled_draft, sign_in_member

__all__ = ["client"]

pytestmark = pytest.mark.django_db
# About 2 km from the centre of 吉首, about 5 km, and in 凤凰.
AT_2, AT_5, IN_FENGHUANG = "109.70900,28.27800", "109.73900,28.31200", "109.59950,27.94800"
FENGHUANG_SHOP = f"凤凰县 虹桥中路 12 号 {IN_FENGHUANG}"


def read_rows(html):
    """(title, what is said of the distance) of each row."""
    rows = re.findall(r'<li class="job".*?</li>', html, re.DOTALL)
    return [
        (
            re.sub(r"<.*?>", "", re.search(r"<h3>(.*?)</h3>", row)[1]),
            (re.search(r'<span class="away">(.*?)</span>', row) or ["", ""])[1],
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def shops(publish_once, place):
    """Published from the farthest to the nearest, but the online one."""
    return {
        "市里某处": publish_once(title="市里某处", region_id=place("xiangxi").adcode),
        "凤凰古城": publish_once(title="凤凰古城", region_id=place("fenghuang").adcode),
        "吉首五公里": publish_once(title="吉首五公里", coordinates=AT_5),
        "吉首两公里": publish_once(title="吉首两公里", coordinates=AT_2),
        "吉首某处": publish_once(title="吉首某处"),
    }


def test_a_list_is_ordered_from_the_place_that_is_named(
    client, shops, django_assert_max_num_queries
):
    html = client.get("/xiangxi/jobs/?near=吉首&sort=near").content.decode()
    rows = read_rows(html)
    assert [title for title, _ in rows] == [
        "吉首某处",
        "吉首两公里",
        "吉首五公里",
        "凤凰古城",
        "市里某处",
    ]
    words = dict(rows)
    assert words["吉首某处"] == "就在吉首"
    assert re.fullmatch(r"[12](?:\.\d)? 公里", words["吉首两公里"])
    assert re.fullmatch(r"[4-7](\.\d)? 公里", words["吉首五公里"])
    assert re.fullmatch(r"约 \d+ 公里", words["凤凰古城"])
    assert words["市里某处"] == ""
    assert "距离从吉首市的中心算起" in html
    assert "不知道在哪的排在最后" in html
    assert 'aria-current="true">离得近' in html
    for path in ("/xiangxi/jobs/?near=吉首&sort=near", "/jobs/?near=吉首&sort=near"):
        client.get(path)
        with django_assert_max_num_queries(6):
            client.get(path)


def test_the_nation_and_a_province_go_on_from_ring_to_ring(client, shops, publish, place):
    publish(title="长沙的活", region_id=place("yuelu").adcode)
    publish(title="线上的活", mode="online", category="copywriting")
    publish(title="哈尔滨的活", region_id=place("nangang").adcode)
    near = ["吉首某处", "吉首两公里", "吉首五公里", "凤凰古城", "长沙的活"]
    for path, rest in (("/hunan/jobs/", []), ("/jobs/", ["哈尔滨的活", "线上的活"])):
        rows = read_rows(client.get(f"{path}?near=jishou&sort=near").content.decode())
        assert [title for title, _ in rows if title != "市里某处"] == near + rest
        assert {title for title, _ in rows} >= {"市里某处"}


def test_the_pages_of_the_order_have_each_listing_once(client, publish, place, monkeypatch):
    monkeypatch.setattr("listings.search.listing_search.LISTING_PAGE_SIZE", 2)
    for number in range(3):
        publish(title=f"吉首 {number}")
        publish(title=f"凤凰 {number}", region_id=place("fenghuang").adcode)
        publish(title=f"没写 {number}", region_id=place("xiangxi").adcode)
    for path in ("/xiangxi/jobs/", "/jobs/"):
        seen, address = [], f"{path}?near=jishou&sort=near"
        while address:
            html = client.get(address).content.decode()
            seen += [title for title, _ in read_rows(html)]
            following = re.search(r'href="([^"]*after=[^"]*)"', html)
            address = following and following[1].replace("&amp;", "&")
        assert seen == [f"{where} {n}" for where in ("吉首", "凤凰", "没写") for n in (2, 1, 0)]


def test_a_place_filters_nothing_and_stays_with_filters_and_order(client, shops):
    html = client.get("/xiangxi/jobs/?near=jishou&settlement=daily").content.decode()
    assert len(read_rows(html)) == 5
    assert read_rows(html)[0] == ("吉首某处", "就在吉首")
    assert "/xiangxi/jobs/?settlement=daily&amp;near=jishou&amp;sort=near" in html
    assert '<input type="hidden" name="settlement" value="daily">' in html
    # A link to a narrower list has one filter alone, and the place beside it.
    response = client.get("/xiangxi/jobs/?category=flyer&near=jishou", follow=False)
    assert response["Location"] == "/xiangxi/jobs/flyer/?near=jishou"
    assert "near" not in re.search(r'href="(/searches/new/[^"]*|[^"]*searches/new/[^"]*)"', html)[1]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "写一个地方，才能按离那里的远近排"),
        ("潜水艇", "没有找到这个地方"),
        ("湖南", "湖南省太大了"),
        ("鼓楼", "不止一个"),
        ("<?>", "没有找到这个地方"),
    ],
)
def test_what_is_no_place_is_said_at_the_field(client, shops, typed, message):
    html = client.get("/xiangxi/jobs/", {"near": typed, "sort": "near"}).content.decode()
    field = html[html.index('<details class="near"') :].partition("</details>")[0]
    assert message in field
    assert f'value="{typed.replace("<", "&lt;").replace(">", "&gt;")}"' in field
    assert next(title for title, _ in read_rows(html)) == "吉首某处"


def test_what_is_no_place_is_said_where_the_list_is_empty_too(client):
    html = client.get("/xiangxi/jobs/", {"near": "潜水艇", "sort": "near"}).content.decode()
    field = html[html.index('<details class="near"') :].partition("</details>")[0]
    assert "没有找到这个地方" in field and 'value="潜水艇"' in field
    assert '<details class="near"' not in client.get("/xiangxi/jobs/").content.decode()


@pytest.mark.parametrize("city", [None, "shaanxi", "hunan", "xiangxi", "hainan", "beijing"])
def test_what_the_field_suggests_it_takes(place, city):
    around = place(city) if city else None
    suggested = describe_near(parse_search_request(QueryDict(), around))["places"]
    assert len(suggested) > 4
    for name in suggested:
        form = StartForm({"near": name}, around)
        assert form.is_valid(), (name, form.errors)
        start = form.cleaned_data["near"]
        assert around is None or around in get_region_ancestors(start), name
        assert name in (start.short_name, start.name, start.hot_name)


def test_of_places_with_one_name_that_in_the_city_is_meant(client, publish, place):
    publish(title="朝阳门店", region_id=place("chaoyang-beijing").adcode)
    html = client.get("/beijing/jobs/?near=朝阳&sort=near").content.decode()
    assert read_rows(html) == [("朝阳门店", "就在朝阳")]


def test_a_listing_says_how_far_it_is_and_how_long_the_way_takes(client, shops):
    exact, county = shops["吉首两公里"], shops["吉首某处"]
    plain = client.get(exact.get_absolute_url()).content.decode()
    assert "地图、距离" in plain
    assert "直线约" not in plain
    rows = client.get("/xiangxi/jobs/?near=jishou").content.decode()
    assert f'href="{exact.get_absolute_url()}?near=jishou"' in rows
    html = client.get(f"{exact.get_absolute_url()}?near=jishou").content.decode()
    assert re.search(r"离吉首市中心直线约 [12](?:\.\d)? 公里，步行约 \d+ 分钟", html)
    assert "路程按直线的 1.3 倍估" in html
    assert "路程按直线" not in plain
    assert f'rel="canonical" href="http://testserver{exact.get_absolute_url()}"' in html
    html = client.get(f"{county.get_absolute_url()}?near=吉首").content.decode()
    assert "就在吉首市，对方没有标出具体位置" in html
    html = client.get(f"{exact.get_absolute_url()}?near=没有").content.decode()
    assert "没有找到这个地方" in html
    assert 'value="没有"' in html


def test_what_a_page_says_without_a_place_is_kept_with_it(client, shops, monkeypatch):
    kept, typed = {}, []
    draw = detail_views.draw_travel

    def keep(key, _topics, make, _size=0):
        if key not in kept:
            kept[key] = make()
        return kept[key]

    def draw_and_note(listing, near, around):
        typed.append(near)
        return draw(listing, near, around)

    monkeypatch.setattr(detail_views, "keep_while_told", keep)
    monkeypatch.setattr(detail_views, "draw_travel", draw_and_note)
    address = shops["吉首两公里"].get_absolute_url()
    pages = [client.get(address + query).content.decode() for query in ("", "", "?near=jishou", "")]
    assert typed == ["", "jishou"]
    assert pages[0] == pages[1] == pages[3] != pages[2]
    assert "从哪里算距离" in pages[0] and "离吉首市中心直线约" in pages[2]


def test_what_lies_nowhere_says_nothing(client, publish):
    online = publish(title="字幕校对", mode="online", category="copywriting", address="")
    assert "从哪里算" not in client.get(online.get_absolute_url()).content.decode()
    assert " 处</span>" not in client.get("/jobs/").content.decode(), (
        "on line there is one place or none"
    )


def test_several_places_are_known_to_lists_page_map_and_engines(client, publish):
    listing = publish(title="两家店都要人", coordinates=AT_5, further_places=FENGHUANG_SHOP)
    row = ListingSearch.objects.get(pk=listing.pk)
    assert (row.further_districts, len(row.further_points)) == ([433123], 2)
    for path in ("/xiangxi/jobs/", "/jishou/jobs/", "/fenghuang/jobs/",
                 "/xiangxi/jobs/in/fenghuang/", "/xiangxi/jobs/?district=433123&settlement=daily",
                 "/xiangxi/jobs/?q=虹桥中路", "/xiangxi/jobs/?q=凤凰"):  # fmt: skip
        html = client.get(path).content.decode()
        assert [title for title, _ in read_rows(html)] == ["两家店都要人"], path
    assert "吉首市等 2 处" in html
    # A county counts what its list shows.
    html = client.get("/xiangxi/jobs/").content.decode()
    assert '凤凰<small class="n">1</small>' in html
    assert '吉首<small class="n">1</small>' in html
    assert "凤凰县" in client.get("/cities/?province=hunan").content.decode()
    # The nearest counts.
    rows = read_rows(client.get("/xiangxi/jobs/?near=fenghuang&sort=near").content.decode())
    assert re.fullmatch(r"\d\.\d 公里", rows[0][1])
    html = client.get(listing.get_absolute_url()).content.decode()
    assert "凤凰县 虹桥中路 12 号" in html
    assert "27.94800" not in html
    assert "一共 2 处" in html
    for start in ("https://uri.amap.com/search?keyword=", "https://api.map.baidu.com/geocoder?address=",
                  "https://apis.map.qq.com/uri/v1/search?keyword=", "geo:0,0?q="):  # fmt: skip
        assert html.count(start) == 2
    places = read_schemas(client.get(listing.get_absolute_url()))["JobPosting"]["jobLocation"]
    assert [place["address"]["streetAddress"] for place in places] == [
        "乾州新区商业街",
        "虹桥中路 12 号",
    ]
    assert (
        "凤凰县 虹桥中路 12 号"
        in client.get(f"{listing.get_absolute_url()}poster/").content.decode()
    )


def test_an_employer_writes_the_places_and_is_told_what_is_wrong(client, employer):
    sign_in_member(client, employer)
    typed = {"coordinates": "116.40739,39.90421", "further_places": "岳麓区 麓山南路"}
    pk = make_filled_draft(client, **typed)
    html = client.get(f"/employer/listings/{pk}/draft/").content.decode()
    assert "这个坐标离吉首市有" in html
    assert "开头认不出湘西的区县" in html
    assert "116.40739,39.90421" in html
    assert "岳麓区 麓山南路" in html


def test_centres_of_counties_are_given_to_all(client, django_assert_num_queries):
    client.get("/cities/centres.json")
    with django_assert_num_queries(0):
        response = client.get("/cities/centres.json")
    centres = response.json()
    assert len(centres) > 2800
    assert any(slug == "jishou" and 28 < latitude < 29 for slug, latitude, _ in centres)
    assert "max-age=86400" in response["Cache-Control"]
