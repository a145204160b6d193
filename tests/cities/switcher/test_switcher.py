import re

import pytest

from cities.directory import regions
from cities.switcher.redirects import build_switched_url, clean_local_path

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_ip_data(settings):
    settings.IP_DATA_FILE = "/nowhere/at/all.xdb"


def list_city_buttons(response):
    """(slug, words) of every button that chooses a place."""
    html = response.content.decode()
    pattern = r'<button[^>]*name="city" value="([^"]*)"[^>]*>(.*?)</button>'
    return [
        (slug, " ".join(re.sub("<[^>]+>", "", words).split()))
        for slug, words in re.findall(pattern, html)
    ]


def test_places_near_the_city_one_comes_from_stand_first(client):
    asked = {"q": "js", "part": "results"}
    assert list_city_buttons(client.get("/cities/", asked))[0][0] != "jishou"
    assert (
        list_city_buttons(client.get("/cities/", {**asked, "next": "/xiangxi/jobs/"}))[0][0]
        == "jishou"
    )
    assert list_city_buttons(client.get("/cities/", {**asked, "next": "/jobs/"}))[0][0] != "jishou"
    client.cookies["city"] = "xiangxi"
    assert list_city_buttons(client.get("/cities/", asked))[0][0] == "jishou"


def get_section_html(response, heading):
    return response.content.decode().split(f"<h2>{heading}</h2>")[1].split("</section>")[0]


def test_the_286_hot_names_stand_in_order_each_a_button(client):
    html = get_section_html(client.get("/cities/"), "热门城市")
    words = re.findall(r'name="city"[^>]*>(.*?)</button>', html)
    assert [re.sub("( |<br>)?<small>.*", "", w) for w in words] == [
        r.hot_name for r in regions.list_hot_regions()
    ]
    assert len(words) == 286


def test_a_renamed_hot_city_has_its_present_name_beside_it(client):
    words = dict(list_city_buttons(client.get("/cities/")))
    html = get_section_html(client.get("/cities/"), "热门城市")
    assert "襄樊<br><small>今襄阳</small>" in html
    assert "绍兴县<br><small>今柯桥</small>" in html
    assert html.count("今") == 2
    assert "keqiao" in words


def test_the_page_has_one_h1_and_the_search_field_before_the_list(client):
    html = client.get("/cities/").content.decode()
    assert len(re.findall("<h1", html)) == 1
    assert html.index('placeholder="如 吉首、jishou、js') < html.index("<h2>热门城市")


@pytest.mark.parametrize("asked", ["湘西", "xiangxi", "xiang xi"])
def test_search_shows_the_exact_place_first(client, asked):
    response = client.get("/cities/", {"q": asked})
    html = response.content.decode()
    first = html.index('name="city" value="xiangxi"')
    assert html.index("可能是") < first < html.index("<h2>热门城市")


def test_search_by_initials_and_by_an_old_name(client):
    assert "湖南</small>" in get_section_html(client.get("/cities/", {"q": "xx"}), "你找的可能是")
    assert "襄阳市" in get_section_html(client.get("/cities/", {"q": "襄樊"}), "你找的可能是")


def test_a_search_that_finds_nothing_says_what_to_try(client):
    response = client.get("/cities/", {"q": "<script>x"})
    assert "没有找到" in response.content.decode()
    assert "<script>x" not in response.content.decode()


def test_the_script_may_ask_for_the_results_alone(client):
    html = client.get("/cities/", {"q": "jishou", "part": "results"}).content.decode()
    assert "吉首市" in html
    assert "<html" not in html


def test_counties_are_listed_by_initial_with_what_they_lie_in(client):
    html = get_section_html(client.get("/cities/", {"initial": "f"}), "拼音 F 开头的区县")
    assert "凤凰县 <small>湖南 湘西</small>" in html
    assert "吉首市" not in html


def test_counties_are_listed_by_province(client):
    html = client.get("/cities/", {"province": "hunan"}).content.decode()
    part = html.split("湖南的区县")[1].split("热门城市")[0]
    assert "凤凰县" in part
    assert "岳麓区" in part
    assert "合肥" not in part


def test_a_municipality_lists_its_districts(client):
    html = client.get("/cities/", {"province": "beijing"}).content.decode()
    assert "密云区" in html.split("北京的区县")[1].split("热门城市")[0]


@pytest.mark.parametrize(
    "query",
    [
        {"initial": "%00"},
        {"initial": "中"},
        {"initial": "AB"},
        {"province": "nowhere"},
        {"province": "hefei"},
        {"q": "\0"},
        {"q": "x" * 5000},
        {"next": "//evil.example/"},
        {"next": ["a", "b"]},
        {"part": "other"},
    ],
)
def test_odd_queries_give_the_page(client, query):
    response = client.get("/cities/", query)
    assert response.status_code == 200
    assert "热门城市" in response.content.decode()
    assert "evil" not in response.content.decode()


def test_choosing_a_city_remembers_it_and_goes_there(client):
    response = client.post("/cities/switch/", {"city": "xiangxi"})
    assert response.status_code == 302
    assert response.headers["Location"] == "/xiangxi/"
    cookie = response.cookies["city"]
    assert cookie.value == "xiangxi"
    assert cookie["max-age"] == 365 * 24 * 3600
    assert cookie["samesite"] == "Lax"
    assert cookie["httponly"]
    assert not cookie["secure"]


def test_over_https_the_cookie_is_secure(client):
    response = client.post("/cities/switch/", {"city": "xiangxi"}, secure=True)
    assert response.cookies["city"]["secure"]


def test_the_national_site_forgets_the_city(client):
    client.post("/cities/switch/", {"city": "xiangxi"})
    response = client.post("/cities/switch/", {"city": "", "next": "/xiangxi/jobs/"})
    assert response.headers["Location"] == "/jobs/"
    assert response.cookies["city"]["max-age"] == 0


def test_a_name_out_of_use_means_the_place_that_took_over(client):
    response = client.post("/cities/switch/", {"city": "xiangfan"})
    assert response.headers["Location"] == "/xiangyang/"
    assert response.cookies["city"].value == "xiangyang"


@pytest.mark.parametrize("city", ["nowhere", "../admin", "\0", "x" * 5000])
def test_an_unknown_city_is_not_found_and_not_remembered(client, city):
    response = client.post("/cities/switch/", {"city": city})
    assert response.status_code == 404
    assert "city" not in response.cookies


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_only_post_changes_the_city(client, method):
    response = getattr(client, method)("/cities/switch/?city=xiangxi")
    assert response.status_code == 405
    assert "city" not in response.cookies


def test_a_post_without_the_token_is_refused():
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/cities/switch/", {"city": "xiangxi"})
    assert response.status_code == 403


def test_the_whole_way_works_without_script(client):
    page = client.get("/cities/", {"next": "/xiangxi/jobs/"}).content.decode()
    assert '<input type="hidden" name="next" value="/xiangxi/jobs/">' in page
    response = client.post("/cities/switch/", {"city": "hefei", "next": "/xiangxi/jobs/"})
    assert response.headers["Location"] == "/hefei/jobs/"


@pytest.mark.parametrize(
    ("next_", "target"),
    [
        ("/xiangxi/", "/hefei/"),
        ("/", "/hefei/"),
        ("/jobs/", "/hefei/jobs/"),
        ("/xiangxi/jobs/?q=家教&slots=weekend", "/hefei/jobs/?q=%E5%AE%B6%E6%95%99&slots=weekend"),
        ("/xiangxi/jobs/?district=jishou&after=abc", "/hefei/jobs/"),
        ("/xiangxi/news/", "/hefei/news/"),
        ("/xiangxi/alerts/", "/hefei/alerts/"),
        ("/xiangxi/jobs/annotation/?sort=pay", "/hefei/jobs/annotation/?sort=pay"),
        (
            "/xiangxi/jobs/customer_service.customer_service/",
            "/hefei/jobs/customer_service.customer_service/",
        ),
        ("/xiangxi/jobs/annotation.x/", "/hefei/"),
        ("/xiangxi/jobs/in/jishou/?slots=weekend", "/hefei/jobs/?slots=weekend"),
        ("/xiangxi/news/kind/guide/", "/hefei/news/kind/guide/"),
        ("/xiangxi/jobs/1/", "/hefei/"),
        ("/xiangxi/news/1/", "/hefei/"),
        ("/about/", "/hefei/"),
        ("/cities/", "/hefei/"),
        ("/admin/", "/hefei/"),
        ("/nowhere/jobs/", "/hefei/"),
    ],
)
def test_the_same_list_is_shown_in_the_new_city(next_, target):
    assert build_switched_url(next_, regions.get_region_by_slug("hefei")) == target


@pytest.mark.parametrize(
    "next_",
    [
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "https://evil.example/jobs/",
        "https:/evil.example",
        "javascript:alert(1)",
        "/%2f%2fevil.example/",
        "/%5cevil.example/",
        "/\tevil.example/",
        "/jobs/\r\nSet-Cookie: a=b",
        " /jobs/",
        "/jobs/../../evil/",
        "/jobs/#@evil",
        "/@evil.example/",
        "evil.example/jobs/",
        "http://[evil/",
        "/\u2215evil/",
        "\0",
        "/" + "a/" * 3000,
        "",
    ],
)
def test_a_hostile_next_is_ignored(client, next_):
    assert clean_local_path(next_) == ""
    response = client.post("/cities/switch/", {"city": "hefei", "next": next_})
    assert response.headers["Location"] == "/hefei/"


def test_a_retired_address_redirects_for_good_with_its_query(client):
    response = client.get("/xiangfan/jobs/?q=%E5%AE%B6%E6%95%99")
    assert response.status_code == 301
    assert response.headers["Location"] == "/xiangyang/jobs/?q=%E5%AE%B6%E6%95%99"


def test_an_unknown_city_is_a_404(client):
    assert client.get("/nowhere/").status_code == 404


def test_the_switcher_page_needs_few_queries(client, django_assert_max_num_queries):
    regions.list_regions()
    with django_assert_max_num_queries(2):
        client.get("/cities/")


def test_provinces_are_folded_but_for_the_one_nearby(client, place):
    html = client.get("/cities/?next=/jishou/jobs/").content.decode()
    provinces = html.split("按省份找")[1].split("</form>")[0]
    assert provinces.count("<details") == 34 and provinces.count("<details open>") == 1
    opened = provinces.split("<details open>")[1].split("</details>")[0]
    assert "湖南" in opened and 'value="xiangxi"' in opened
    assert "<details open>" not in client.get("/cities/").content.decode()
