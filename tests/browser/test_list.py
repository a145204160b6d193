"""The list with script on a desktop: filters act at once, and the address tells."""

import pytest
from playwright.sync_api import expect

from tests.browser import looks


@pytest.fixture
def desk(page, stock):
    page.goto("/xiangxi/jobs/")
    page.evaluate("window.sameDocument = true")
    return page


def is_same_document(page):
    return page.evaluate("window.sameDocument === true")


def list_titles(page):
    return page.locator("li.job h3").all_inner_texts()


def test_a_filter_refreshes_the_list_in_place_and_in_the_address(desk):
    # given a list of three
    assert len(list_titles(desk)) == 3
    # when a kind of work is ticked
    desk.locator("#filters").get_by_label("家教培训").check()
    # then the list, the heading, the title and the address follow, without a reload
    desk.wait_for_url("**/xiangxi/jobs/education/")
    assert list_titles(desk) == ["家教"]
    assert "家教培训" in desk.locator("h1").inner_text()
    assert "家教培训" in desk.title()
    assert is_same_document(desk)
    # and the same address shows the same list to somebody else
    desk.reload()
    assert list_titles(desk) == ["家教"]
    assert not is_same_document(desk)


@pytest.mark.full
def test_chips_appear_with_the_list_and_taking_one_away_clears_its_box(desk):
    box = desk.locator("#filters").get_by_label("家教培训")
    box.check()
    desk.get_by_role("link", name="去掉 家教培训").click()
    desk.wait_for_url(lambda url: "category" not in url)
    assert len(list_titles(desk)) == 3
    assert not desk.locator("#filters").get_by_label("家教培训").is_checked()


@pytest.mark.full
def test_several_changes_in_a_row_end_at_the_last(desk):
    for name in ("家教培训", "超市零售"):
        desk.locator("#filters").get_by_label(name).check()
    desk.wait_for_url("**category=*category=*")
    assert sorted(list_titles(desk)) == ["家教", "门店导购"]
    assert is_same_document(desk)


@pytest.mark.full
def test_a_wrong_pay_is_said_beside_its_field(desk):
    desk.get_by_label("最低时薪（元）").fill("abc")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**pay_min=abc*")
    assert desk.get_by_label("最低时薪（元）").input_value() == "abc"
    assert "要填数字" in desk.locator("#pay_min_error").inner_text()


def test_on_a_phone_the_button_counts_while_the_sheet_is_open(phone, stock):
    phone.goto("/xiangxi/jobs/")
    phone.get_by_role("link", name="更多筛选").click()
    button = phone.locator("#filters .go button")
    assert "3" in button.inner_text()
    phone.locator("#filters").get_by_label("家教培训").check()
    expect(button).to_have_text("看 1 条")
    button.click()
    phone.wait_for_url("**/jobs/education/")
    assert list_titles(phone) == ["家教"]


def test_when_the_server_does_not_answer_the_form_still_goes_its_way(desk):
    asked = []
    desk.route("**/jobs/?*", lambda route: (asked.append(1), route.abort())[1], times=1)
    desk.locator("#filters").get_by_label("家教培训").check()
    desk.wait_for_url("**/jobs/education/")
    assert asked == [1]
    assert not is_same_document(desk)
    assert list_titles(desk) == ["家教"]


def test_places_are_found_while_they_are_typed(page):
    page.goto("/cities/")
    page.evaluate("window.sameDocument = true")
    page.get_by_role("searchbox", name="城市").press_sequentially("xx")
    page.locator("#found").get_by_role("button", name="湘西").first.wait_for()
    assert is_same_document(page)
    page.get_by_role("searchbox", name="城市").fill("")
    page.locator("#found button").first.wait_for(state="detached")


def test_on_a_phone_the_filters_are_a_dialog_that_holds_the_focus(phone, stock):
    phone.goto("/xiangxi/jobs/")
    opener = phone.get_by_role("link", name="更多筛选")
    opener.click()
    dialog = phone.get_by_role("dialog", name="筛选")
    expect(dialog).to_be_visible()
    inside = "document.querySelector('#filters').contains(document.activeElement)"
    assert phone.evaluate(inside)
    phone.keyboard.press("Shift+Tab")  # past the first: to the browser or to the last, never behind
    assert phone.evaluate(f"{inside} || document.activeElement === document.body")
    phone.keyboard.press("Escape")
    expect(phone.locator("#filters")).to_be_hidden()
    expect(opener).to_be_focused()
    assert phone.evaluate("!document.querySelector('[inert]')")


@pytest.mark.full
def test_on_a_phone_a_kind_of_work_is_two_taps_away(phone, stock):
    phone.goto("/xiangxi/jobs/")
    phone.locator("summary", has_text="类别").click()
    phone.locator("details.menu").get_by_role("link", name="家教培训").click()
    expect(phone.locator("h1")).to_have_text("湘西家教培训兼职")
    expect(phone.locator("summary", has_text="类别")).to_have_count(0)
    phone.get_by_role("link", name="去掉 家教培训").click()
    expect(phone.locator("h1")).to_have_text("湘西兼职")
    phone.locator("summary", has_text="类别").click()
    phone.keyboard.press("Escape")
    expect(phone.locator("details.menu[open]")).to_have_count(0)


def test_suggestions_are_asked_for_once_and_never_with_what_is_typed(phone, stock):
    asked = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto("/xiangxi/jobs/")
    field = phone.get_by_role("combobox", name="搜索兼职")
    options = phone.get_by_role("listbox", name="搜索建议").get_by_role("option")
    asked.clear()
    field.press_sequentially("jiaj", delay=30)
    expect(options.first).to_contain_text("家教")
    field.press_sequentially("iao", delay=200)
    expect(options.first).to_contain_text("家教")
    assert [url for url in asked if "suggestions" in url] == asked and len(asked) == 1
    assert "jia" not in asked[0]
    field.press("Escape")
    expect(options).to_have_count(0)
    assert field.input_value() == "jiajiao"
    field.fill("导购")
    expect(options.first).to_contain_text("店员导购")
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    field.press("Enter")
    phone.wait_for_url("**/xiangxi/jobs/shop_assistant/")
    assert list_titles(phone) == ["门店导购"]


@pytest.mark.full
def test_what_was_searched_for_last_stands_in_the_empty_field_and_goes_at_a_press(phone, stock):
    def search(words):
        phone.goto("/xiangxi/jobs/")
        field().fill(words)
        field().press("Enter")
        phone.wait_for_url("**/jobs/*q=*")

    def field():
        return phone.get_by_role("combobox", name="搜索兼职")

    options = phone.get_by_role("listbox", name="搜索建议").get_by_role("option")
    phone.goto("/xiangxi/jobs/")
    field().focus()
    expect(options).to_have_count(0)
    for words in ("传单 <b>", "导购", "传单 <b>"):
        search(words)
    asked = []
    phone.goto("/xiangxi/jobs/")
    phone.on("request", lambda request: asked.append(request.url))
    field().focus()
    expect(options).to_contain_text(["传单 <b>", "导购", "清空最近搜过的"])
    assert [url for url in asked if "suggestions" in url] == []
    options.nth(1).click()
    phone.wait_for_url("**/jobs/*q=*")
    assert list_titles(phone) == ["门店导购"]
    phone.goto("/xiangxi/jobs/")
    field().focus()
    options.last.click()
    expect(options).to_have_count(0)
    phone.reload()
    field().focus()
    phone.wait_for_timeout(200)
    expect(options).to_have_count(0)


def test_pay_of_five_digits_is_whole_on_the_smallest_phone_and_beside_a_listing(open_page, publish):
    much = {"pay_min": 10000, "pay_max": 99999, "pay_unit": "month", "settlement": "monthly"}
    shown, _similar = (
        publish(**much, latest_pay_days=7, title=title) for title in ("店长", "领班")
    )
    for width, address in ((320, "/xiangxi/jobs/"), (1280, shown.get_absolute_url())):
        page = open_page(width=width)
        page.goto(address)
        assert page.locator(".job .pay").count(), address
        assert page.evaluate(looks.CUT_PAY) == [], address
