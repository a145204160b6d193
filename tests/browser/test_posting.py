"""An employer posts in a real browser: what was typed is kept whatever is pressed, and what the
public sees changes only when it is approved."""

import pytest
from playwright.sync_api import expect

from listings.models import Listing, ListingDraft
from listings.publication.transitions import approve_listing_edit, find_waiting_revision
from tests.daily_tests import mark_each
from tests.listings.posting import CONTACT, format_day_from_today
from tests.people import sign_in_browser_page

HOME = "/employer/"
# Each task is walked through with a script or without one at each change, the other way in the night.
NAMES = {True: "with script", False: "without script"}
WITH_SCRIPT = pytest.mark.parametrize("script", mark_each(2, [True, False]), ids=NAMES.get)
WITHOUT_SCRIPT = pytest.mark.parametrize("script", mark_each(2, [False, True]), ids=NAMES.get)


@pytest.fixture
def shop_page(open_page, live_server, owner):
    return lambda **options: sign_in_browser_page(
        open_page(width=390, **options), owner, live_server
    )


def press_button(page, name, exact=True):
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=exact).first.click()


def get_heading(page):
    return page.locator("main h1").first.inner_text()


def get_form_field(page, name):
    return page.locator(f"main [name={name}]")


def fill_posting_form(page, title):
    get_form_field(page, "title").fill(title)
    get_form_field(page, "category").select_option("waiter")
    get_form_field(page, "address").fill("人民北路 12 号")
    get_form_field(page, "headcount").fill("２")
    get_form_field(page, "duties").fill("端粉、收碗、擦桌子，忙的时候帮着打包外卖。")
    get_form_field(page, "requirements").fill("手脚利索。")


def fill_the_rest(page):
    get_form_field(page, "term").select_option("weekend")
    get_form_field(page, "pay_min").fill("18")
    get_form_field(page, "pay_unit").select_option("hour")
    get_form_field(page, "settlement").select_option("daily")
    get_form_field(page, "contact_phone").fill("13900001111")


def submit_posting(page):
    """The button stands there once nothing is missing: with script by itself."""
    again = page.get_by_role("button", name="改好了，再看一遍", exact=True)
    if again.count():
        press_button(page, "改好了，再看一遍")
    page.locator("#send [value=submit]").wait_for()
    press_button(page, "提交")


@WITH_SCRIPT
def test_a_draft_is_kept_right_or_wrong_and_gone_on_with(shop_page, script):
    page = shop_page(java_script_enabled=script)
    page.goto(HOME)
    press_button(page, "发一条兼职")
    fill_posting_form(page, "周末粉馆帮工")
    get_form_field(page, "headcount").fill("很多")
    press_button(page, "保存草稿")
    page.get_by_role("link", name="周末粉馆帮工", exact=True).click()
    assert get_form_field(page, "headcount").input_value() == "很多"
    expect(page.locator("#says-headcount")).to_contain_text("请填整数")
    expect(page.locator("#send")).to_contain_text("还差 3 处")
    get_form_field(page, "headcount").fill("２")
    fill_the_rest(page)
    submit_posting(page)
    expect(page.locator("#trouble")).to_contain_text("请先勾选承诺")
    if script:
        expect(page.locator("#trouble")).to_be_focused()
    get_form_field(page, "no_fee").check()
    submit_posting(page)
    listing = Listing.objects.get()
    assert (listing.title, listing.headcount) == ("周末粉馆帮工", 2)
    assert listing.status in {"pending", "published"} and not ListingDraft.objects.exists()


@WITHOUT_SCRIPT
def test_of_two_tabs_neither_overwrites_the_other_unasked(shop_page, script):
    page = shop_page(java_script_enabled=script)
    page.goto(HOME)
    press_button(page, "发一条兼职")
    other = page.context.new_page()
    other.goto(page.url)
    fill_posting_form(page, "先存的标题")
    press_button(page, "保存草稿")
    fill_posting_form(other, "后存的标题")
    press_button(other, "保存草稿")
    expect(other.get_by_text("这份草稿在别的窗口里改过了")).to_be_visible()
    assert get_form_field(other, "title").input_value() == "后存的标题", (
        "what was typed is still there"
    )
    assert ListingDraft.objects.get().data["title"] == ["先存的标题"]
    press_button(other, "保存草稿")
    assert ListingDraft.objects.get().data["title"] == ["后存的标题"]


@pytest.mark.full
def test_the_back_button_loses_nothing_and_submits_nothing_twice(shop_page):
    page = shop_page()
    page.goto(HOME)
    press_button(page, "发一条兼职")
    fill_posting_form(page, "周末粉馆帮手")
    press_button(page, "上传照片")
    page.go_back()
    assert get_form_field(page, "title").input_value() == "周末粉馆帮手"
    fill_the_rest(page)
    get_form_field(page, "no_fee").check()
    submit_posting(page)
    listing = Listing.objects.get()
    page.go_back()  # fetched anew: there is nothing left to submit
    assert get_heading(page) == "周末粉馆帮手"
    expect(page.get_by_text("现在没有在改的内容")).to_be_visible()
    assert Listing.objects.get().status == listing.status and listing.revisions.count() == 1


@WITH_SCRIPT
def test_an_edit_leaves_the_approved_text_public_until_it_is_approved(
    shop_page, open_page, publish, script
):
    listing = publish(duties="介绍新口味。")
    public = open_page(width=390, java_script_enabled=False)
    page = shop_page(java_script_enabled=script)
    page.goto(f"/employer/listings/{listing.pk}/")
    press_button(page, "修改")
    get_form_field(page, "duties").fill(f"介绍新口味。{CONTACT}")
    public.goto(listing.get_absolute_url())
    get_form_field(page, "no_fee").check()
    submit_posting(page)
    expect(page.get_by_text("有一版修改在等审核，公开的还是原来那版")).to_be_visible()
    public.reload()
    assert CONTACT not in public.content() and "介绍新口味。" in public.content()
    page.goto(f"/employer/listings/{listing.pk}/preview/")
    assert CONTACT in page.content(), "its author sees the waiting one"
    approve_listing_edit(listing.pk, None)
    public.reload()
    assert CONTACT in public.content()


@pytest.mark.full
@WITHOUT_SCRIPT
def test_pause_fill_renew_copy_withdraw(shop_page, publish, script):
    listing = publish(title="商场派发")
    page = shop_page(java_script_enabled=script)
    page.goto(f"/employer/listings/{listing.pk}/")
    press_button(page, "暂停")
    expect(page.get_by_text("已暂停")).to_be_visible()
    press_button(page, "重新招人")
    press_button(page, "招满了")
    expect(page.locator("main").get_by_text("已招满", exact=True).first).to_be_visible()
    press_button(page, "重新招人")
    page.get_by_role("link", name="续期").click()
    get_form_field(page, "valid_through").fill(format_day_from_today(40))
    get_form_field(page, "no_fee").check()
    press_button(page, "续期")
    listing.refresh_from_db()
    assert listing.valid_through.isoformat() == format_day_from_today(40)
    press_button(page, "招满了")
    press_button(page, "再发一条")
    assert get_form_field(page, "title").input_value() == "商场派发"
    page.goto(f"/employer/listings/{listing.pk}/")
    page.get_by_role("link", name="撤回").click()
    press_button(page, "撤回")
    listing.refresh_from_db()
    assert listing.status == "withdrawn"
    assert find_waiting_revision(listing) is None
