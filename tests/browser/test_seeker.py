"""A seeker on a phone: from the city's home to a listing and back, with script and without."""

import datetime
import re

import pytest
from django.utils import timezone

PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


@pytest.fixture(
    params=[pytest.param(True, marks=pytest.mark.full), False],
    ids=["with script", "without script"],
)
def seeker(request, open_page):
    return open_page(**PHONE, java_script_enabled=request.param)


def list_titles(page):
    return page.locator("li.job h3").all_inner_texts()


def get_url_query(page):
    return page.url.partition("?")[2]


def test_seeker_searches_filters_and_reads(seeker, stock, publish):
    # given weekend leaflets in her city, among other work
    publish(title="工作日传单", settlement="weekly", term="long_term")
    # when she opens her city and searches for leaflets
    seeker.goto("/xiangxi/")
    seeker.get_by_label("搜索兼职").fill("传单")
    seeker.get_by_role("button", name="搜索").click()
    # then she sees both
    seeker.wait_for_url("**/xiangxi/jobs/?q=*")
    assert sorted(list_titles(seeker)) == ["周末传单派发 <b>&", "工作日传单"]
    assert seeker.locator("li.job mark").first.inner_text() == "传单"

    # when she opens the filters and asks for daily pay
    assert not seeker.locator("#filters").is_visible()
    seeker.get_by_role("link", name="更多筛选").click()
    seeker.locator("#filters").wait_for(state="visible")
    seeker.locator("#filters").get_by_label(re.compile("^日结")).check()
    seeker.locator("#filters .go button").click()
    # then the list is shorter, and a chip says why
    seeker.wait_for_url("**settlement=daily*")
    assert list_titles(seeker) == ["周末传单派发 <b>&"]
    assert not seeker.locator("#filters").is_visible()

    # when she takes the chip away
    seeker.get_by_role("link", name="去掉 日结").click()
    # then both are back, and her words still stand
    seeker.wait_for_url(lambda url: "settlement" not in url)
    assert len(list_titles(seeker)) == 2
    assert seeker.get_by_label("搜索兼职").input_value() == "传单"

    # when she opens one
    seeker.get_by_role("link", name="周末传单派发 <b>&").click()
    # then she reads what it pays, where, and what was checked
    seeker.wait_for_url(f"**/xiangxi/jobs/{stock['listing']}/")
    words = seeker.locator("main").inner_text()
    for fact in ("22", "日结", "乾州新区商业街", "招 4 人", "我们查过什么", "先交钱"):
        assert fact in words


@pytest.mark.full
def test_seeker_closes_the_filters_without_choosing(seeker, stock):
    seeker.goto("/xiangxi/jobs/")
    seeker.get_by_role("link", name="更多筛选").click()
    seeker.locator("#filters").wait_for(state="visible")
    seeker.locator("#filters").get_by_role("link", name="关闭").click()
    seeker.locator("#filters").wait_for(state="hidden")


def test_seeker_pages_on_and_comes_back_to_the_newest(seeker, publish):
    # given more daily-paid work than fits a page
    at = timezone.now() - datetime.timedelta(hours=1)
    for number in range(25):
        publish(title=f"派发 {number}", at=at - datetime.timedelta(minutes=number))
    seeker.goto("/xiangxi/jobs/?settlement=daily")
    first = list_titles(seeker)
    # when she pages on
    seeker.get_by_role("link", name="下一页").click()
    seeker.wait_for_url("**after=*")
    # then there are others, of the same kind
    assert "settlement=daily" in get_url_query(seeker)
    assert list_titles(seeker)
    assert not set(list_titles(seeker)) & set(first)
    # and the way back
    seeker.get_by_role("link", name="回到最新").click()
    seeker.wait_for_url(lambda url: "after" not in url)
    assert list_titles(seeker) == first


@pytest.mark.full
def test_seeker_reads_a_warning_of_her_city(seeker, stock):
    seeker.goto("/xiangxi/")
    seeker.locator("nav.tabs").get_by_role("link", name="反诈预警").click()
    seeker.wait_for_url("**/xiangxi/alerts/")
    seeker.get_by_role("link", name="刷单先返小钱").first.click()
    seeker.wait_for_url(f"**/xiangxi/news/{stock['alert']}/")
    assert "先交钱的都不要做" in seeker.locator("main").inner_text()
    assert "湘西州反诈中心" in seeker.locator("main").inner_text()


def test_seeker_moves_to_another_city_and_is_remembered(seeker, stock):
    # given she reads listings of one city
    seeker.goto("/xiangxi/jobs/")
    # when she chooses another
    seeker.locator("header").get_by_role("link", name="更换").click()
    seeker.wait_for_url("**/cities/**")
    choose_city(seeker, "合肥")
    # then she reads the same list there
    seeker.wait_for_url("**/hefei/jobs/")
    assert seeker.locator("h1").inner_text().startswith("合肥")
    # and the plain address leads there from now on
    seeker.goto("/")
    assert seeker.url.endswith("/hefei/")


def test_seeker_who_asks_for_the_whole_country_is_forgotten(seeker, live_server):
    # given a city was remembered
    seeker.goto("/cities/")
    choose_city(seeker, "合肥")
    seeker.wait_for_url("**/hefei/")
    # when she asks for the whole country
    seeker.goto("/cities/")
    seeker.get_by_role("button", name="去总站").click()
    # then she gets it, also the next time
    seeker.wait_for_url(f"{live_server.url}/")
    seeker.goto("/")
    assert seeker.url == f"{live_server.url}/"


@pytest.mark.full
def test_seeker_finds_her_county_by_province(seeker):
    seeker.goto("/cities/?next=/jobs/")
    province = seeker.locator(".places details", has=seeker.get_by_role("heading", name="湖南"))
    if province.get_attribute("open") is None:  # folded where the window is narrow
        province.locator("summary").click()
    province.get_by_role("link", name="看区县").click()
    seeker.wait_for_url("**province=hunan*")
    seeker.locator("#counties").get_by_role("button", name="凤凰县").click()
    seeker.wait_for_url("**/fenghuang/jobs/")


def choose_city(page, name):
    page.get_by_role("searchbox", name="城市").fill(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    page.locator("#found").get_by_role("button", name=name).first.click()
