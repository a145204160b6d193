"""Large text, kept in the browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.looks import SHIFT


def get_root_font_size(page):
    return page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")


def test_large_text_is_kept_for_every_page_until_it_is_turned_off(phone):
    # given a page in usual size
    phone.goto("/")
    usual = get_root_font_size(phone)
    toggle = phone.get_by_role("button", name="大字")
    assert toggle.get_attribute("aria-pressed") == "false"
    # when large text is asked for
    toggle.click()
    # then it stands, after a reload and on other pages too
    for address in (None, "/", "/xiangxi/jobs/"):
        if address:
            phone.goto(address)
        assert get_root_font_size(phone) > usual * 1.2
        assert toggle.get_attribute("aria-pressed") == "true"
    # and nothing is pushed out of the screen
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    # until it is turned off
    toggle.click()
    phone.reload()
    assert get_root_font_size(phone) == usual


@pytest.mark.full
def test_large_text_follows_in_another_tab(phone):
    phone.goto("/")
    usual = get_root_font_size(phone)
    other = phone.context.new_page()
    other.goto("/about/")
    phone.get_by_role("button", name="大字").click()
    expect(other.locator("html[data-large]")).to_have_count(1)
    assert get_root_font_size(other) > usual


def get_box(page, part):
    """Where a part stands, in points from the corner of the window."""
    box = page.locator(part).first.bounding_box()
    return box | {"right": box["x"] + box["width"], "bottom": box["y"] + box["height"]}


# What of the filters is wider than its place.
CUT = """() => [...document.querySelectorAll("#filters :is(legend, .opt, .help, label, td, th, .btn)")]
  .filter((e) => e.checkVisibility() && e.clientWidth && e.scrollWidth > e.clientWidth + 1).map((e) => e.innerText)"""
WIDE = [(1024, 768), (1280, 800), (1440, 900), (1920, 1080)]


@pytest.fixture
def listing(publish):
    titles = ("奶茶店晚班店员", "凤凰古城游客引导员", "快递驿站晚班分拣")
    rows = [publish(title=title, contact_phone="13900001111") for title in titles]
    return rows[0]


@pytest.mark.parametrize(("width", "height"), WIDE)
def test_on_a_desk_the_list_and_what_one_can_do_stand_on_the_first_screen(
    open_page, listing, width, height
):
    page = open_page(width=width, height=height)
    page.goto("/xiangxi/jobs/")
    assert get_box(page, "#filters")["right"] < get_box(page, "h1")["x"], "beside the list"
    # when large text is asked for, where one reads
    page.get_by_role("button", name="大字").first.click()
    for _load in range(2):
        # then the heading and the jobs stay in sight, and so does the button that asked for it
        assert get_box(page, "h1")["bottom"] < height / 3
        assert get_box(page, ".jobs")["bottom"] < height
        assert get_box(page, "[aria-pressed=true]")["bottom"] < height / 4
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # and the filters stand beside them, or behind the button of a phone
        assert page.locator("#filters").is_visible() == (width >= 1200)
        assert page.get_by_role("link", name="更多筛选").is_visible() == (width < 1200)
        if width >= 1200:
            assert get_box(page, "#filters")["right"] < get_box(page, "h1")["x"]
            assert page.evaluate(CUT) == []
        page.reload()
    page.goto(listing.get_absolute_url())
    for words in ("报名", "看联系方式", "收藏"):
        button = page.locator(".act .btn", has_text=words)
        box = button.bounding_box()
        assert button.is_visible() and box["y"] > 0 and box["y"] + box["height"] <= height, words
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, words
    # and all is as it was when it is turned off
    page.get_by_role("button", name="大字").first.click()
    page.goto("/xiangxi/jobs/")
    assert get_box(page, "#filters")["right"] < get_box(page, "h1")["x"]
    assert get_box(page, "#filters")["width"] == 240


def test_filters_that_large_text_folds_open_over_the_page_and_let_it_go(open_page, listing):
    page = open_page(width=1024, height=768)
    page.add_init_script("localStorage.setItem('large', '1')")
    page.goto("/xiangxi/jobs/")
    page.get_by_role("link", name="更多筛选").click()
    sheet = page.get_by_role("dialog", name="筛选")
    assert sheet.bounding_box() == {"x": 0, "y": 0, "width": 1024, "height": 768}
    assert page.evaluate(CUT) == []
    assert page.locator(".list-title").evaluate("(e) => Boolean(e.closest('[inert]'))")
    # closed, or in a window in which they stand beside the list, they hold nothing back
    page.get_by_role("link", name="关闭").click()
    sheet.wait_for(state="hidden")
    page.get_by_role("link", name="更多筛选").click()
    sheet.wait_for()
    page.set_viewport_size({"width": 1280, "height": 768})
    sheet.wait_for(state="detached")
    assert get_box(page, "#filters")["right"] < get_box(page, "h1")["x"]
    assert page.locator("[inert]").count() == 0


def test_a_page_is_drawn_at_once_in_the_layout_of_large_text(open_page, listing):
    page = open_page(width=1024, height=768)
    page.add_init_script("localStorage.setItem('large', '1')")
    page.goto("/xiangxi/jobs/")
    page.locator(".job").first.wait_for()
    assert page.evaluate(SHIFT) < 0.01


@pytest.mark.full
@pytest.mark.parametrize("width", [600, 768])
def test_the_button_stands_in_a_narrow_masthead_that_has_room(open_page, width):
    page = open_page(width=width, height=900)
    page.goto("/xiangxi/nothing/")
    assert get_box(page, ".mast .larger")["bottom"] < 70
    assert page.locator(".foot .larger").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_without_script_there_is_no_button_that_does_nothing(open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/")
    assert not page.get_by_role("button", name="大字").is_visible()
