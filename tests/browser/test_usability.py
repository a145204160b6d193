"""The tasks of seekers, counted; the figures are those of docs/usability.md."""

import re

import pytest
from django.utils import timezone

from tests.browser.walks import Walk, require_figures
from tests.listings.seeking import FORM, make_proved_seeker, sign_in_browser
from tests.people import sign_in_browser_page

PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


@pytest.fixture
def listing(publish):
    return publish(
        title="周末商场奶茶新品派单",
        contact_phone="13900001111",
        flags=["student_welcome"],
        start_date=timezone.localdate(),
    )


@pytest.fixture
def member(open_page, live_server, publish):
    """Signed up for something before."""
    user = make_proved_seeker()
    sign_in_browser(user).post(
        f"{publish(title='米粉馆早班服务员').get_absolute_url()}apply/", FORM
    )
    return sign_in_browser_page(open_page(**PHONE), user, live_server)


def test_a_member_saves_with_one_tap(member, listing):
    walk = Walk(member)
    member.goto(listing.get_absolute_url())
    walk.tap(member.get_by_role("button", name="收藏"))
    member.get_by_role("button", name="已收藏").wait_for()
    require_figures("a member saves a listing", walk, 1)


def test_a_returning_member_signs_up_with_three_taps(member, listing):
    walk = Walk(member)
    member.goto(listing.get_absolute_url())
    walk.tap(member.get_by_role("link", name="报名"))
    member.wait_for_url("**/apply/")
    walk.tap(member.get_by_role("checkbox", name=re.compile("^同意")))
    walk.tap(member.get_by_role("button", name=re.compile("报名")))
    member.get_by_text("已报名").first.wait_for()
    require_figures("a returning member signs up for a listing", walk, 3)


def test_work_for_students_that_begins_today_is_four_taps_away(phone, listing):
    walk = Walk(phone)
    phone.goto("/xiangxi/")
    walk.tap(phone.get_by_role("link", name=re.compile("^今天可做")))
    walk.tap(phone.get_by_role("link", name="更多筛选"))
    walk.tap(phone.locator("#filters").get_by_label(re.compile("^学生可做")))
    walk.tap(phone.locator("#filters .go button"))
    phone.wait_for_url("**fit=student*")
    phone.locator("li.job", has_text=listing.title).wait_for()
    task = "from the home of a city to work for students that begins today"
    require_figures(task, walk, 4)


def test_a_false_listing_is_reported_with_three_taps(phone, listing):
    walk = Walk(phone)
    phone.goto(listing.get_absolute_url())
    walk.tap(phone.get_by_role("link", name=re.compile("举报")))
    phone.wait_for_url("**/report/**")
    walk.tap(phone.locator("input[name=reason][value=fake_info]"))
    walk.type(phone.locator("textarea[name=words]"), "到了才说要先交服装费。")
    walk.tap(phone.get_by_role("button", name=re.compile("提交")))
    phone.get_by_text("收到").first.wait_for()
    require_figures("a false listing is reported, from the listing", walk, 3)
