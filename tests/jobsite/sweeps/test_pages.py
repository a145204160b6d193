"""The pages that the composing app gives by itself: for errors, for machines, and the homes."""

from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import get_resolver

from jobsite import views
from jobsite.operations import readiness
from jobsite.seo.sitemaps import refresh_sitemaps
from tests.json_ld import read_schemas

pytestmark = pytest.mark.django_db
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def count_main_headings(response):
    return response.content.decode().count("<h1")


@pytest.fixture
def stock(stock_of_the_module):
    return stock_of_the_module


MISSING = [
    "/atlantis/",
    "/atlantis/jobs/",
    "/xiangxi/nothing/",
    "/nothing.html",
    "/jobs/999999999/",
    "/xiangxi/jobs/999999999/",
    "/jobs/99999999999999999999999/",
    "/news/999999999/",
    "/xiangxi/news/99999999999999999999999/",
    "/news/tag/no-such-tag/",
    "/xiangxi/alerts/no_such_type/",
    "/seal/atlantis.svg",
    "/sitemap-nothing.xml",
    "/sitemap-listings.xml?p=99999",
    "/sitemap-listings.xml?p=x",
]


@pytest.mark.parametrize("address", MISSING)
def test_what_is_not_there_is_said_with_a_way_on(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert count_main_headings(response) == 1
    html = response.content.decode()
    assert "没有这一页" in html
    assert '<meta name="robots" content="noindex">' in html
    assert "canonical" not in html
    assert 'href="/cities/' in html
    assert not response.cookies


def test_a_missing_page_under_a_city_keeps_no_city_it_cannot_know(client):
    assert "湘西" not in client.get("/xiangxi/nothing/").content.decode()


def test_a_removed_fraud_leaves_a_page_that_says_so(client, stock):
    response = client.get(f"/xiangxi/jobs/{stock['removed_fraud']}/")
    assert response.status_code == 410
    assert count_main_headings(response) == 1
    assert "不再招的活" not in response.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [(OperationalError, 503, "现在人多，稍等一下"), (ValueError, 500, "这一页出错了")],
)
def test_an_error_of_ours_gets_a_page_that_needs_nothing(monkeypatch, error, status, words):
    def broken(city):
        raise error("the database is away")

    monkeypatch.setattr("jobsite.context_processors._get_operator", broken)
    client = Client(raise_request_exception=False)
    response = client.get("/about/")
    assert response.status_code == status
    assert count_main_headings(response) == 1
    assert words in response.content.decode()
    assert '<a href="/about/">' in response.content.decode(), "where to ask"
    assert "the database is away" not in response.content.decode()


def test_more_parameters_than_anybody_needs_are_refused_not_an_error(client):
    query = "&".join(f"slots={number}" for number in range(10_000))
    for address in ("/jobs/", "/xiangxi/news/", "/cities/"):
        response = client.get(f"{address}?{query}")
        assert response.status_code == 400
        assert count_main_headings(response) == 1


def test_a_zero_byte_in_a_path_is_refused(client):
    response = client.get("/news/tag/a%00b/")
    assert response.status_code == 400
    assert count_main_headings(response) == 1


def test_a_zero_byte_in_a_query_is_dropped(client, stock):
    html = client.get("/xiangxi/jobs/?q=%E6%B4%BE%00%E5%8F%91").content.decode()
    assert 'name="q" value="派发"' in html
    assert "周末传单<mark>派发</mark>" in html


def test_a_zero_byte_hidden_in_another_is_refused(admin_client):
    """Where the inner one is dropped, the rest would be one."""
    address = "/admin/listings/listing/?status__exact={}"
    assert admin_client.get(address.format("%%0000")).status_code == 400
    assert admin_client.get(address.format("published%00%00")).status_code == 200


def test_a_form_without_its_token_is_refused_with_a_page():
    response = Client(enforce_csrf_checks=True).post("/cities/switch/", {"city": "xiangxi"})
    assert response.status_code == 403
    assert "写了很多的，先复制下来" in response.content.decode()
    assert count_main_headings(response) == 1
    assert "没有提交成功" in response.content.decode()
    assert "city" not in response.cookies


def test_a_foreign_host_name_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_host_that_a_visitor_claims_stands_in_no_page(client):
    page = client.get("/xiangxi/", headers={"x-forwarded-host": "evil.example"})
    assert page.status_code == 200 and b"evil.example" not in page.content


def addresses_in(client, section):
    response = client.get(section)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/xml")
    assert not response.cookies
    root = ElementTree.fromstring(response.content)
    return [element.text for element in root.iter(f"{MAP}loc")]


def kind_of(address):
    """Its route, with the level of the city and the kind of page that it names."""
    match = get_resolver().resolve(urlsplit(address).path)
    city = match.kwargs.get("city")
    return match.route, city and city.level, match.kwargs.get("kind")


@pytest.mark.parametrize(
    "is_whole", [False, pytest.param(True, marks=pytest.mark.full)], ids=["each kind", "all"]
)
def test_every_address_of_the_sitemap_answers(client, stock, is_whole):
    refresh_sitemaps()
    sections = addresses_in(client, "/sitemap.xml")
    assert [s.removeprefix("http://testserver") for s in sections] == [
        f"/sitemap-{name}.xml"
        for name in (
            "pages",
            "cities",
            "lists",
            "governance",
            "listings",
            "employers",
            "articles",
            "news",
        )
    ]
    *others, news = [addresses_in(client, section) for section in sections]
    assert news and set(news) <= set(others[-1])  # the articles of the last days, said once more
    addresses = [address for section in others for address in section]
    assert len(addresses) == len(set(addresses)) > 286
    kinds = {kind_of(address): address for address in addresses}  # every address leads to a route
    assert len(kinds) > 15
    asked = addresses if is_whole else kinds.values()
    wrong = {a: code for a in asked if (code := client.get(a).status_code) != 200}
    assert wrong == {}


def test_the_sitemap_holds_what_is_public_and_nothing_else(client, stock):
    listings = addresses_in(client, "/sitemap-listings.xml")
    assert f"http://testserver/xiangxi/jobs/{stock['listing']}/" in listings
    assert f"http://testserver/jobs/{stock['online']}/" in listings
    for state in ("filled", "held", "removed_fraud"):
        assert not [a for a in listings if a.endswith(f"/{stock[state]}/")]
    articles = addresses_in(client, "/sitemap-articles.xml")
    assert f"http://testserver/news/{stock['alert']}/" in articles


def test_robots_are_told_where_the_sitemap_is_and_what_to_leave_alone(client):
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()
    assert response["Content-Type"].startswith("text/plain")
    assert lines[0] == "User-agent: *"
    assert "Disallow: /admin/" in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines


def test_it_is_alive_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_it_is_ready_when_the_places_are_loaded(client):
    assert client.get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cities_region")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content.startswith(b"not ready\n")


def test_it_is_not_ready_without_its_database(client, monkeypatch):
    class Away:
        def cursor(self):
            raise OperationalError("the database is away")

    monkeypatch.setattr(readiness, "connection", Away())
    assert client.get("/readyz").status_code == 503


def test_a_city_home_shows_its_listings_alerts_and_neighbours(client, stock):
    html = client.get("/xiangxi/").content.decode()
    for words in ("周末传单派发 &lt;b&gt;&amp;", "刷单先返小钱", "附近城市", "张家界"):
        assert words in html
    assert "字幕校对" not in html
    assert "不再招的活" not in html


@pytest.mark.parametrize(
    ("address", "name", "search"),
    [("/", "兼职信息网", "/jobs/"), ("/xiangxi/", "湘西兼职信息网", "/xiangxi/jobs/")],
)
def test_a_home_tells_how_the_site_is_searched(client, address, name, search):
    site = read_schemas(client.get(address))["WebSite"]
    assert (site["name"], site["url"]) == (name, f"http://testserver{address}")
    template = site["potentialAction"]["target"]["urlTemplate"]
    assert template == f"http://testserver{search}?q={{search_term_string}}"
    assert client.get(template.format(search_term_string="家教")).status_code == 200


def test_a_province_lists_the_places_inside(client):
    html = client.get("/hunan/").content.decode()
    assert "湖南各地" in html
    assert 'href="/xiangxi/"' in html
    assert "湘西各地" not in client.get("/xiangxi/").content.decode()


def test_a_home_without_listings_says_what_to_do(client):
    html = client.get("/hefei/").content.decode()
    assert "合肥还没有兼职" in html
    assert 'href="/hefei/jobs/online/">看线上兼职</a>' in html


@pytest.fixture(scope="module")
def long_stock(stock_of_the_module, publish_once):
    for number in range(12):
        publish_once(title=f"派发 {number}")


@pytest.mark.parametrize("address", ["/", "/xiangxi/", "/hunan/"])
def test_a_home_asks_the_database_six_times_at_most(
    client, long_stock, address, django_assert_max_num_queries
):
    client.get(address)
    with django_assert_max_num_queries(6):
        client.get(address)


def test_the_nations_home_offers_a_likely_city_and_goes_nowhere(client, monkeypatch, place):
    monkeypatch.setattr(views, "guess_city_by_ip", lambda _: place("xiangxi"))
    response = client.get("/")
    assert response.status_code == 200
    assert '你可能在 <a href="/xiangxi/"><b>湘西</b></a>' in response.content.decode()


def test_the_seal_is_a_picture_that_may_be_kept(client):
    response = client.get("/seal/xiangxi.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert "max-age=86400" in response["Cache-Control"]
    assert [e.text for e in ElementTree.fromstring(response.content).iter() if e.text] == [
        "湘",
        "西",
    ]


def test_every_page_forbids_what_it_does_not_need(client):
    response = client.get("/")
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
