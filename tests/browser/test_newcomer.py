"""A newcomer with a phone in the hand: from the first page to a phone number, counted in taps."""

import pytest

from tests.browser.walks import Walk, require_figures
from tests.daily_tests import mark_each
from tests.listings.seeking import read_code

PHONE, READER = "0743-5550178", "13712345678"
TASK = "a newcomer names a city and gets from `/` to a phone number"
MAX_TAPS = 5


@pytest.fixture(params=mark_each(2, ["湘西", "fenghuang"]))
def typed_city(request):
    return request.param


@pytest.mark.parametrize("scripted", [False, pytest.param(True, marks=pytest.mark.full)])
def test_from_the_first_page_to_a_phone_number_in_five_taps(
    open_page, publish, place, typed_city, scripted
):
    publish(title="周末传单派发", contact_phone=PHONE, region_id=place("fenghuang").adcode)
    page = open_page(
        width=390, height=844, is_mobile=True, has_touch=True, java_script_enabled=scripted
    )
    walk = Walk(page)
    page.goto("/")
    walk.type(page.get_by_role("searchbox", name="城市或区县"), typed_city)
    walk.tap(page.get_by_role("button", name="去这里"))
    walk.tap(page.get_by_role("link", name="周末传单派发"))
    walk.tap(page.get_by_role("link", name="看联系方式"))
    walk.type(page.get_by_label("手机号"), READER)
    walk.tap(page.get_by_role("button", name="发验证码"))
    page.get_by_label("验证码").wait_for()
    walk.copy_code(page.get_by_label("验证码"), read_code(f"+86{READER}"))
    walk.tap(page.get_by_role("button", name="看联系方式"))
    page.get_by_text(PHONE).wait_for()
    assert walk.taps <= MAX_TAPS
    if typed_city == "湘西":
        require_figures(TASK, walk, MAX_TAPS)
    # and the city stays: what belongs to no city knows it, and so does the first page
    page.locator("nav.tabs").get_by_role("link", name="查一查").tap()
    slug = "xiangxi"  # a listing of a county stands under the city that the county lies in
    page.wait_for_url("**/check/")
    assert page.locator("header .switch").inner_text().split() == [place(slug).short_name, "更换"]
    page.goto("/")
    page.get_by_role("link", name="回到").tap()
    page.wait_for_url(f"**/{slug}/")


def test_a_page_that_is_the_same_for_everybody_leads_back_to_the_city(phone, stock):
    phone.goto("/xiangxi/")
    phone.goto(f"/employers/{stock['shop']}/")
    assert phone.locator("header .switch").inner_text().split() == ["湘西", "更换"]
    phone.get_by_label("搜索兼职").fill("传单")
    phone.get_by_role("button", name="搜索").tap()
    phone.wait_for_url("**/xiangxi/jobs/?q=*")
    phone.goto("/about/")
    phone.locator("nav.tabs").get_by_role("link", name="兼职").tap()
    phone.wait_for_url("**/xiangxi/jobs/")
