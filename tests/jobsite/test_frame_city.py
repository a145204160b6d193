"""Whoever is in a city stays in it, on pages that belong to none as well."""

import re

import pytest

from tests.answers import read_body
from tests.articles import make_alert
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
SCAM = "点赞员，先垫付本金，完成后本金佣金一起返，连单三单一组，补一单就能提现。"
HERE = "xiangxi.%E6%B9%98%E8%A5%BF"


@pytest.fixture
def stock(stock_of_the_module):
    return stock_of_the_module


def read_masthead_links(response):
    """The addresses of the masthead, and the place that it names."""
    head = response.content.decode().split("</header>")[0]
    place = re.search(r'<a class="switch"[^>]*><span[^>]*>([^<]*)<', head)[1]
    return place, re.findall(r'href="([^"]*)"', head.split("<nav")[1])


def test_a_page_of_a_city_is_remembered_for_those_that_belong_to_none(client, stock):
    visited = client.get("/xiangxi/jobs/")
    assert visited.cookies["here"].value == HERE
    for address in ("/check/", "/accounts/login/", "/report/status/", "/cities/", "/nowhere/x/"):
        place, links = read_masthead_links(client.get(address))
        assert (place, links[0]) == ("湘西", "/xiangxi/jobs/"), address
    sign_in(client, make_person("seeker"))
    for address in ("/me/", "/me/saved/", "/employer/", "/searches/new/"):
        assert read_masthead_links(client.get(address))[0] == "湘西", address
    client.get("/hefei/")
    assert read_masthead_links(client.get("/check/"))[0] == "合肥"


def test_the_nation_s_own_pages_stay_the_nation_s(client, stock):
    client.get("/xiangxi/")
    for address in ("/jobs/", "/news/", "/alerts/", "/governance/"):
        place, links = read_masthead_links(client.get(address))
        assert (place, links[0]) == ("全国", "/jobs/"), address


def test_a_page_that_is_the_same_for_everybody_leads_back_by_asking(client, stock):
    for address in (f"/employers/{stock['shop']}/", f"/jobs/{stock['online']}/", "/about/"):
        place, links = read_masthead_links(client.get(address))
        assert (place, links[0]) == ("城市", "/here/jobs/"), address
    assert client.get("/here/jobs/?q=%E4%BC%A0%E5%8D%95").url == "/jobs/?q=%E4%BC%A0%E5%8D%95"
    client.get("/xiangxi/")
    assert (
        client.get("/here/jobs/?q=%E4%BC%A0%E5%8D%95").url == "/xiangxi/jobs/?q=%E4%BC%A0%E5%8D%95"
    )
    assert client.get("/here/alerts/").url == "/xiangxi/alerts/"
    assert client.get("/here/home/").url == "/xiangxi/"
    assert client.get("/here/jobs/tutor/").url == "/xiangxi/jobs/tutor/"
    assert client.get("/here/alerts/typing_scam/").url == "/xiangxi/alerts/typing_scam/"
    assert client.get("/here/me/").status_code == 404
    assert "no-store" in client.get("/here/jobs/")["Cache-Control"]


def test_links_in_the_text_of_a_page_without_a_city_stay_in_the_city_too(client, stock, place):
    make_alert("吉首有人刷单被骗", places=[place("xiangxi")], fraud_type="brushing_rebate")
    far = make_alert("合肥也有", places=[place("hefei")], fraud_type="brushing_rebate")
    client.get("/xiangxi/")
    answer = read_body(client.post("/check/", {"text": SCAM}))
    assert 'href="/xiangxi/alerts/brushing_rebate/"' in answer and "吉首有人刷单被骗" in answer
    assert not re.findall(r'href="/(?:jobs|alerts|news)/[^"]*"', answer)
    for address in ("/check/about/high/brushing_rebate/", f"/news/{far.pk}/"):
        assert 'href="/here/alerts/brushing_rebate/"' in read_body(client.get(address)), address
    sign_in(client, make_person("seeker"))
    assert 'href="/xiangxi/jobs/"' in read_body(client.get("/me/searches/")).split("<main")[1]


def test_a_link_of_a_mail_leads_back_to_the_city_of_what_was_subscribed(client, stock):
    client.get("/hefei/")
    place, links = read_masthead_links(client.get(f"/alerts/subscribe/renew/{stock['renew']}/"))
    assert (place, links[0]) == ("湘西", "/xiangxi/jobs/")
    assert read_masthead_links(client.get("/searches/new/?city=xiangxi"))[0] == "湘西"


def test_only_pages_are_remembered(client, stock):
    for address in ("/xiangxi/news/feed.atom", "/xiangxi/governance.json", "/xiangxi/jobs/99999/"):
        assert "here" not in client.get(address).cookies, address
    client.get("/xiangfan/")  # a former name leads to 襄阳
    assert "here" not in client.cookies


@pytest.mark.parametrize("cookie", ["nowhere.x", "xiangxi", ".", "../admin.x", "x" * 3000])
def test_an_odd_cookie_is_no_city_or_the_one_it_names(client, stock, cookie):
    client.cookies["here"] = cookie
    response = client.get("/check/")
    assert read_masthead_links(response)[0] == ("湘西" if cookie == "xiangxi" else "全国")


def test_who_asks_for_the_whole_country_is_in_no_city_any_more(client, stock):
    client.get("/xiangxi/")
    client.post("/cities/switch/", {"city": "", "next": "/xiangxi/"})
    assert read_masthead_links(client.get("/check/"))[0] == "全国"


def test_the_first_page_offers_the_last_city_and_goes_where_one_types(client, stock):
    assert "回到" not in read_body(client.get("/"))
    client.get("/xiangxi/jobs/")
    assert "回到湘西" in read_body(client.get("/"))
    for typed, target in (
        ("吉首", "/jishou/"), ("changsha", "/changsha/"), ("长沙", "/changsha/"), ("襄樊", "/xiangyang/"),
    ):  # fmt: skip
        assert client.get("/cities/", {"q": typed, "go": "1"}).url == target
    for typed in ("朝阳区", "js", "没有这个地方", ""):
        assert client.get("/cities/", {"q": typed, "go": "1"}).status_code == 200, typed


def test_the_switcher_says_where_one_was_and_how_much_there_is(client, stock):
    client.get("/xiangxi/jobs/")
    page = client.get("/cities/")
    assert "回到湘西</a>" in read_body(page)
    html = page.content.decode()
    assert "名字后面的数字，是那里的兼职条数。" in html
    number = re.search(r'value="xiangxi">湘西\s*<small class="n">(\d+)</small>', html)
    listed = re.search(
        r'<span class="n">(\d+)</span> 条', client.get("/xiangxi/jobs/").content.decode()
    )
    assert number[1] == listed[1] != "0"
    assert 'value="hefei">合肥 <small' not in html
