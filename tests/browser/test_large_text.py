"""Large text, kept in the browser."""

import pytest
from playwright.sync_api import expect


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
