"""The decision beside the list at 1280 px, by keys and by mouse; on a phone the list is as it was."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from safety.models import Decision
from safety.moderation.claims import claim_case
from safety.moderation.decisions import make_decision
from tests.conftest import tea_shop
from tests.people import sign_in_browser_page
from tests.safety.desks import (
    get_stored_status,
    make_moderator_user,
    make_pending_listing,
    waiting_text,
)

QUEUE = "/admin/desk/listings/"


@pytest.fixture
def shop(transactional_db):
    return tea_shop()


@pytest.fixture
def desk(open_page, live_server, transactional_db):
    user = make_moderator_user()
    return lambda width=1280, height=860, **options: sign_in_browser_page(
        open_page(width=width, height=height, **options), user, live_server
    )


def get_selected_panel(page):
    return page.get_by_role("complementary", name="选中的一件")


def measure_rows(page):
    return page.locator(".desk-head, .queue > li").evaluate_all(
        "rows => rows.map((row) => { const box = row.getBoundingClientRect(); return [box.top, box.height]; })"
    )


def press_key(page, key):
    with page.expect_navigation():
        page.keyboard.press(key)


def test_no_row_moves_when_the_script_arrives_late(desk, shop):
    duties = "微信 lulu-8866，先交押金两百元。" * 12
    for n in range(3):
        make_pending_listing(shop, title=f"第{n}件", duties=duties)
    page = desk()
    page.route("**/desk*.js", lambda route: route.abort())
    page.goto(QUEUE)
    without_script = measure_rows(page)
    page.unroute_all()
    page.goto(QUEUE)
    expect(get_selected_panel(page)).to_be_visible()
    assert measure_rows(page) == without_script


def test_a_row_under_the_mouse_stays_there_until_it_is_clicked(desk, shop):
    """The row above it shrinks when this one is the chosen one."""
    duties = "微信 lulu-8866，先交押金两百元，押一个月的工资，做满三个月再退。" * 12
    for n, words in enumerate((duties, "端盘子", "端盘子")):
        make_pending_listing(shop, title=f"第{n}件", duties=words)
    page = desk()
    page.goto(QUEUE)
    ticks = page.locator(".queue .pick input")
    for n in range(3):
        ticks.nth(n).hover()
        page.mouse.down()
        page.wait_for_timeout(100)  # as long as a finger is on the button
        page.mouse.up()
        expect(ticks.nth(n)).to_be_checked()
    expect(page.locator(".queue > li[aria-current]")).to_contain_text("第2件")


def test_a_row_is_refused_by_two_keys_and_the_words_are_seen_before(desk, shop):
    cases = [make_pending_listing(shop, title=f"第{n}件", duties="端盘子" * 30) for n in range(3)]
    page = desk()
    page.goto(QUEUE)
    beside = get_selected_panel(page)
    expect(beside.get_by_role("heading", level=2)).to_have_text("第0件")
    page.keyboard.press("j")
    expect(beside.get_by_role("heading", level=2)).to_have_text("第1件")
    page.keyboard.press("2")
    expect(beside.locator("[data-reason=contact]")).to_have_attribute("aria-pressed", "true")
    expect(beside.locator(".letter")).to_contain_text("正文里的删掉后再提交")
    page.keyboard.press("k")
    expect(beside.locator("[aria-pressed=true]")).to_have_count(0)
    expect(beside.locator(".letter")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("2")
    press_key(page, "Enter")
    assert [get_stored_status(case) for case in cases] == ["pending", "rejected", "pending"]
    assert Decision.objects.get().canned == "contact"
    expect(beside.get_by_role("heading", level=2)).to_have_text("第2件")
    expect(page.get_by_text("你今天 1 件")).to_be_visible()
    press_key(page, "Enter")  # without a reason it opens the case
    assert page.url.endswith(f"/{cases[2].pk}/")


def test_several_reasons_are_chosen_by_number_and_counted(desk, shop):
    case = make_pending_listing(shop, title="两处不对")
    page = desk()
    page.goto(QUEUE)
    refuse = page.locator("[data-list-key=r]")
    for key in "872":
        page.keyboard.press(key)
    expect(refuse).to_contain_text("不通过 · 3 条理由")
    page.keyboard.press("2")
    expect(refuse).to_contain_text("不通过 · 2 条理由")
    expect(get_selected_panel(page).locator(".letter")).to_contain_text("写得太少")
    press_key(page, "Enter")
    decision = Decision.objects.get()
    assert (get_stored_status(case), decision.canned) == ("rejected", "double")
    assert "写得太少" in decision.reason and "联系方式" not in decision.reason


def test_what_looks_selected_after_loading_is_what_the_keys_mean(desk, shop):
    case = make_pending_listing(shop, title="先垫钱的", level="high")
    page = desk()
    page.goto(QUEUE)
    press_key(page, "f")
    expect(page.get_by_role("heading", level=1)).to_contain_text("先垫钱的")
    assert get_stored_status(case) == "pending"


def test_the_note_on_a_row_is_seen_whole_after_a_decision(desk, shop):
    first, _second = (make_pending_listing(shop, title=f"第{n}件", level="high") for n in range(2))
    page = desk()
    make_decision("listing", first.pk, "rejected", User.objects.get(is_staff=True), "不清楚")
    page.goto(QUEUE)
    expect(page.locator(".undo-bar")).to_be_visible()
    note = get_selected_panel(page).get_by_text("风险高：通过要再确认一次。")
    bottom, top = note.evaluate(
        "el => [el.getBoundingClientRect().bottom,"
        " el.closest('.beside').querySelector('.buttons').getBoundingClientRect().top]"
    )
    assert bottom <= top


def test_a_row_is_decided_by_mouse(desk, shop):
    first, second, third = (make_pending_listing(shop, title=f"第{n}件") for n in range(3))
    page = desk()
    page.goto(QUEUE)
    beside = get_selected_panel(page)
    page.locator(".queue > li").nth(1).locator(".excerpt").click()
    expect(beside.get_by_role("heading", level=2)).to_have_text("第1件")
    beside.get_by_role("button", name="不通过").click()
    assert get_stored_status(second) == "pending", "no reason was chosen"
    beside.get_by_role("button", name="写了收费").click()
    with page.expect_navigation():
        beside.get_by_role("button", name="不通过").click()
    assert get_stored_status(second) == "rejected" and Decision.objects.get().canned == "fees"
    beside.get_by_role("heading", name="第2件").wait_for()
    with page.expect_navigation():
        beside.get_by_role("button", name="通过", exact=False).nth(1).click()
    assert (get_stored_status(first), get_stored_status(third)) == ("pending", "published")
    page.keyboard.press("0")
    page.keyboard.type("写清楚在哪里，几点到几点。")
    press_key(page, "Enter")
    assert get_stored_status(first) == "rejected"
    assert Decision.objects.order_by("-pk").first().reason == "写清楚在哪里，几点到几点。"


@pytest.mark.full
def test_what_is_ticked_is_decided_together_from_beside(desk, shop):
    cases = [make_pending_listing(shop, title=f"第{n}件") for n in range(3)]
    page = desk()
    page.goto(QUEUE)
    page.locator(".pick input").nth(0).check()
    page.locator(".pick input").nth(2).check()
    beside = get_selected_panel(page)
    expect(beside.get_by_role("heading", level=2)).to_have_text("勾选的 2 件")
    expect(beside.get_by_role("button", name="跳过")).to_be_disabled()
    beside.get_by_role("button", name="写了收费").click()
    with page.expect_navigation():
        beside.get_by_role("button", name="不通过").click()
    assert [get_stored_status(case) for case in cases] == ["rejected", "pending", "rejected"]


@pytest.mark.full
def test_marks_stand_at_the_reason_that_they_are_about_and_high_risk_is_said(desk, shop):
    mark = {"field": "duties", "start": 0, "end": 2, "code": "contact_evasion.wechat"}
    make_pending_listing(
        shop, title="加微信的", level="high", signals=[mark | {"reason": "留了微信。"}]
    )
    page = desk()
    page.goto(QUEUE)
    beside = get_selected_panel(page)
    expect(beside.locator("[data-reason=contact] sup")).to_have_text("1")
    expect(beside.locator("[data-reason=fees] sup")).to_have_count(0)
    expect(beside.get_by_text("通过要再确认一次")).to_be_visible()
    with page.expect_navigation():
        beside.get_by_role("button", name="涉诈").click()
    expect(page.get_by_text("它还没有公开过")).to_be_visible()


@pytest.mark.full
def test_a_held_listing_is_opened_and_reasons_of_edits_stand_at_edits(desk, shop, publish):
    held, edited = publish(by=shop, title="暂停的"), publish(by=shop, title="改了的")
    make_decision("listing", held.pk, "held", make_moderator_user("second"), "先核实")
    waiting_text(edited, title="改了的", duties="换成了发传单。")
    page = desk()
    page.goto(QUEUE)
    beside, heading = get_selected_panel(page), page.locator(".beside h2")
    other = beside.get_by_role("button", name="改成了另一份工作")
    titles = {"暂停的": False, "改了的": True}
    for _row in titles:
        is_edit = titles[heading.inner_text()]
        assert other.is_visible() == is_edit
        assert beside.get_by_role("button", name="不通过").is_disabled() != is_edit
        if not is_edit:
            page.keyboard.press("a")
            expect(page.get_by_role("status").get_by_text("暂停着的要打开")).to_be_visible()
        page.keyboard.press("j")
    assert (get_stored_status(held), get_stored_status(edited)) == ("held", "published")


@pytest.mark.full
def test_a_colleague_s_case_is_said_and_cannot_be_decided(desk, shop):
    case = make_pending_listing(shop, title="别人的")
    claim_case("listing", case.pk, make_moderator_user("second"))
    page = desk()
    page.goto(QUEUE)
    beside = get_selected_panel(page)
    expect(beside.get_by_text("second 在看")).to_be_visible()
    expect(beside.get_by_role("button", name="不通过")).to_be_disabled()


def test_all_of_it_is_in_sight_and_a_phone_has_the_list_alone(desk, shop):
    for number in range(8):
        make_pending_listing(shop, title=f"第{number}件", duties="端盘子" * 30)
    page = desk()
    page.goto(QUEUE)
    box = get_selected_panel(page).bounding_box()
    assert box["y"] + box["height"] <= 860 and box["x"] + box["width"] <= 1280
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    heights = page.locator(".queue > li").evaluate_all(
        "rows => rows.filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"
    )
    assert heights >= 4
    phone = desk(390, 844)
    phone.goto(QUEUE)
    expect(phone.locator(".beside")).to_be_hidden()
    expect(phone.locator("[aria-current=true]")).to_have_count(0)
    plain = desk(java_script_enabled=False)
    plain.goto(QUEUE)
    expect(plain.locator(".beside")).to_be_hidden()
    width = "el => el.getBoundingClientRect().width"
    assert plain.locator(".queue").evaluate(width) > 1100, (
        "without script the list has the whole width"
    )
