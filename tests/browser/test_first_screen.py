"""What stands on the first screen of a phone, in points from its top, with and without a larger letter."""

from datetime import timedelta

import pytest
from django.utils import timezone

from listings.models import Listing
from listings.vocabulary.work_slots import encode_slots
from tests.browser.looks import SHIFT
from tests.people import make_person, sign_in_browser_page

TOP = "(part) => document.querySelector(part).getBoundingClientRect().top"
WHOLE_ROWS = """() => {
  const bar = document.querySelector(".tabs").getBoundingClientRect().top;
  return [...document.querySelectorAll(".job")].filter((row) => row.getBoundingClientRect().bottom <= bar).length;
}"""
HEADING = """(words) => [...document.querySelectorAll("h2")].find((e) => e.innerText === words)
  .getBoundingClientRect()"""
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
# What of a button lies outside the window, or is cut off by what it stands in.
OUTSIDE = """(part) => [...document.querySelectorAll(part)].filter((e) => e.checkVisibility()).flatMap((e) => {
  const box = e.getBoundingClientRect();
  return box.left < 0 || box.right > innerWidth + 1 || e.scrollWidth > e.clientWidth + 1 ? [e.innerText] : [];
})"""
TITLES = (
    "周末商场奶茶新品派单",
    "凤凰古城游客引导员",
    "初二数学一对一家教",
    "快递驿站晚班分拣上架",
    "米粉馆早班服务员",
)


@pytest.fixture
def listings(publish):
    return [
        publish(
            title=title,
            slots=encode_slots(["6a", "7a"]),
            work_hours="14:00–18:00",
            perks=["meals"],
            flags=["student_welcome"],
            contact_phone="13900001111",
        )
        for title in TITLES
    ]


def double_text_size(page):
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def test_the_work_stands_on_the_first_screen_of_a_listing(phone, listings):
    phone.goto(listings[0].get_absolute_url())
    tops = [phone.evaluate(TOP, part) for part in (".lead h1", ".lead .pay", ".key", ".firm")]
    assert tops == sorted(tops)
    what = phone.evaluate(HEADING, "做什么")
    assert what["bottom"] <= 640, what
    assert phone.evaluate(TOP, ".act") > what["bottom"]
    # the hours in full are one press away
    assert not phone.locator(".key .slots").is_visible()
    phone.locator(".key summary").first.click()
    assert phone.locator(".key .slots").is_visible()


@pytest.mark.full
def test_why_a_listing_is_closed_stands_in_whole_lines(phone, listings, publish):
    closed = publish(title="开学季文具店店员", valid_through=timezone.localdate())
    Listing.objects.filter(pk=closed.pk).update(valid_through=timezone.localdate() - timedelta(1))
    phone.goto(closed.get_absolute_url())
    notice = phone.locator(".alert", has_text="看看相似的、还在招的。")
    why, hint = (notice.locator(part).bounding_box() for part in ("> b", "> span"))
    assert hint["y"] >= why["y"] + why["height"] - 1
    assert why["x"] == hint["x"]
    assert phone.evaluate(HEADING, "做什么")["bottom"] <= 640


def test_three_rows_stand_on_the_first_screen_of_list_and_home(phone, listings):
    for address in ("/xiangxi/jobs/", "/xiangxi/", "/jobs/"):
        phone.goto(address)
        assert phone.evaluate(WHOLE_ROWS) >= 3, address


def test_nothing_moves_while_a_page_comes_in_slowly(phone, listings):
    # given a visitor who has the style sheet, in a network of 9,000 bytes a second
    phone.goto("/about/")
    connection = phone.context.new_cdp_session(phone)
    connection.send("Network.enable")
    speed = {"offline": False, "latency": 20, "downloadThroughput": 9000, "uploadThroughput": 90000}
    connection.send("Network.emulateNetworkConditions", speed)
    # when a page is drawn piece by piece, then what stands there already stays where it is
    for address in ("/xiangxi/jobs/", listings[0].get_absolute_url()):
        phone.goto(address)
        assert phone.evaluate(SHIFT) < 0.01, address


@pytest.mark.full
def test_other_ways_to_prove_oneself_can_be_hit_by_a_thumb(phone, listings):
    phone.goto(f"{listings[0].get_absolute_url()}contact/")
    for words in ("没有手机号？用邮箱", "用手机号登录"):
        assert phone.get_by_role("link", name=words).bounding_box()["height"] >= 24, words


@pytest.mark.full
@pytest.mark.parametrize("width", [320, 390])
def test_letters_of_twice_the_size_push_nothing_out(open_page, listings, width):
    page = open_page(width=width, height=844)
    for address in (listings[0].get_absolute_url(), "/xiangxi/jobs/", "/xiangxi/"):
        page.goto(address)
        double_text_size(page)
        assert page.evaluate(SIDEWAYS) <= 0, address
        assert page.evaluate(OUTSIDE, ".mast :is(a, button, input), .act .btn, .tabs a") == [], (
            address
        )


def test_one_press_saves_in_place_and_one_takes_it_back(open_page, live_server, listings):
    page = sign_in_browser_page(
        open_page(width=390, height=844), make_person("seeker"), live_server
    )
    page.goto(listings[0].get_absolute_url())
    page.evaluate("window.sameDocument = true")
    page.get_by_role("button", name="收藏").click()
    page.get_by_role("button", name="已收藏").wait_for()
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("button", name="收藏", exact=True).wait_for()
    page.get_by_role("button", name="收藏", exact=True).click()
    page.get_by_role("button", name="已收藏").wait_for()
    assert page.evaluate("window.sameDocument === true")
    # then its row says so, and that the other was read, and no row has moved for it
    page.goto("/xiangxi/jobs/")
    row = page.locator(".job", has_text=TITLES[0])
    row.locator(".mark-own", has_text="已收藏").wait_for()
    assert page.locator(".mark-own").count() == 1


def test_without_script_a_press_saves_and_comes_back(open_page, live_server, listings):
    page = open_page(width=390, height=844, java_script_enabled=False)
    sign_in_browser_page(page, make_person("seeker"), live_server)
    page.goto(listings[0].get_absolute_url())
    page.get_by_role("button", name="收藏").click()
    page.get_by_role("button", name="已收藏").wait_for()
    assert page.url.endswith(listings[0].get_absolute_url())
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("button", name="收藏", exact=True).wait_for()


def test_what_a_visitor_read_is_known_in_this_browser_only(phone, listings):
    asked = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(listings[1].get_absolute_url())
    phone.goto("/xiangxi/jobs/")
    row = phone.locator(".job.seen")
    assert TITLES[1] in row.inner_text() and "看过" in row.inner_text()
    assert not [address for address in asked if "/me/" in address]
