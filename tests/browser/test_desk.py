"""A moderator at the desk in a real browser: by keys with script, by mouse without."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.models import Notice
from safety.models import Decision
from safety.moderation.claims import get_claim
from sitekit.models import Mail
from tests.conftest import tea_shop
from tests.daily_tests import mark_each
from tests.people import make_person, sign_in_browser_page
from tests.safety.desks import (
    get_stored_status,
    make_moderator_user,
    make_pending_listing,
    waiting_text,
)

QUEUE = "/admin/desk/listings/"


@pytest.fixture
def shop():
    """With an owner who reads mail."""
    made = tea_shop()
    made.memberships.create(user=make_person("owner"), role="owner")
    return made


@pytest.fixture
def mod(transactional_db):
    return make_moderator_user()


@pytest.fixture
def desk(open_page, live_server, mod):
    """`desk()` with script, `desk(java_script_enabled=False)` without."""
    return lambda user=mod, **options: sign_in_browser_page(open_page(**options), user, live_server)


def press_key(page, name):
    """A key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(name)


def press_button(page, name, exact=True):
    with page.expect_navigation():
        page.locator("#content").get_by_role("button", name=name, exact=exact).first.click()


def get_heading(page):
    return page.locator("h1").last.inner_text()


def count_decision_messages():
    """Mails that wait until the decision can't be undone any more, and the notices beside them."""
    mails = Mail.objects.filter(key__startswith="decision-", sent_at=None)
    assert all(mail.not_before > mail.created_at for mail in mails)
    return mails.count(), Notice.objects.filter(key__startswith="decision-").count()


def test_the_keys_lead_from_case_to_case(desk, shop):
    first, second = (
        make_pending_listing(shop, title="先来的"),
        make_pending_listing(shop, title="后来的"),
    )
    page = desk()
    page.goto(QUEUE)
    press_key(page, "n")
    assert get_heading(page) == "先来的"
    assert get_claim("listing", first.pk).moderator.name == "mod"

    page.keyboard.press("?")
    expect(page.get_by_text("正在打字时不起作用")).to_be_visible()
    page.keyboard.press("r")  # the reason is missing: the reasons, by number
    reasons = page.get_by_role("list", name="按数字选理由")
    expect(reasons.get_by_role("listitem")).to_have_count(9)
    page.keyboard.press("Enter")
    page.keyboard.press("r")
    reason = page.locator("#id_reason")
    assert reason.input_value() == "" and get_stored_status(first) == "pending", "none was chosen"
    page.keyboard.press("7")
    assert len(reason.input_value()) > 10
    page.keyboard.press("0")
    expect(reason).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("arhnu?")  # typing decides nothing
    assert reason.input_value().endswith("arhnu?") and get_stored_status(first) == "pending"

    page.keyboard.press("Escape")
    press_key(page, "r")
    assert (get_heading(page), get_stored_status(first)) == ("后来的", "rejected")
    assert count_decision_messages() == (1, 1)
    press_key(page, "u")
    assert (get_heading(page), get_stored_status(first)) == ("先来的", "pending")
    assert count_decision_messages() == (0, 0), "nobody hears of what was undone"
    press_key(page, "a")
    press_key(page, "a")
    assert (get_stored_status(first), get_stored_status(second)) == ("published", "published")
    assert count_decision_messages() == (2, 2)
    expect(page.get_by_text("这一队都处理完了")).to_be_visible()


@pytest.mark.full
def test_five_cases_are_decided_by_keys_alone(desk, shop):
    cases = [
        make_pending_listing(shop, title=f"第{n}件", level="high" if n == 1 else "low")
        for n in range(1, 7)
    ]
    page = desk()
    page.goto(QUEUE)
    row = page.locator(".queue > li[aria-current] h2")
    expect(row).to_have_text("第1件")
    press_key(page, "a")
    expect(page.get_by_text("风险高，90 分")).to_be_visible()
    assert get_stored_status(cases[0]) == "pending"
    press_key(page, "a")
    expect(row).to_have_text("第2件")
    page.keyboard.press("r")
    page.keyboard.press("2")
    press_key(page, "Enter")
    expect(row).to_have_text("第3件")
    assert Decision.objects.get(number=cases[1].pk).canned == "contact"
    press_key(page, "s")
    expect(row).to_have_text("第4件")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("k")
    press_key(page, "a")
    expect(row).to_have_text("第6件")
    press_key(page, "o")
    page.keyboard.press("r")
    page.keyboard.press("2")
    press_key(page, "Enter")
    assert get_heading(page) == "第3件", "skipped, so the last"
    outcomes = ["published", "rejected", "pending", "published", "published", "rejected"]
    assert [get_stored_status(case) for case in cases] == outcomes


def test_enter_in_the_field_of_a_reason_never_approves(desk, shop):
    for script in (True, False):
        case = make_pending_listing(shop, title="写了收费的")
        page = desk(java_script_enabled=script)
        page.goto(QUEUE)
        page.get_by_label("选中「写了收费的」").check()
        page.get_by_label("或者自己写一个原因").fill("请写清楚工资")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert get_stored_status(case) == "rejected"


@pytest.mark.full
def test_the_key_that_holds(desk, shop, publish):
    page, listing = desk(), publish(by=shop, title="在招的")
    page.goto(f"{QUEUE}{listing.pk}/")
    press_button(page, "由我处理")
    page.locator("#id_reason").fill("有人说要押金，先核实。")
    page.locator("#id_reason").blur()
    press_key(page, "h")
    assert get_stored_status(listing) == "held"


@pytest.mark.full
def test_by_mouse_without_script(desk, shop):
    first, second = (
        make_pending_listing(shop, title="先来的"),
        make_pending_listing(shop, title="后来的"),
    )
    page = desk(java_script_enabled=False)
    page.goto(QUEUE)
    press_button(page, "处理下一件")
    press_button(page, "不通过")
    expect(page.get_by_text("请写明原因")).to_be_visible()
    page.locator("#id_canned").select_option("duties")
    press_button(page, "填入")
    assert len(page.locator("#id_reason").input_value()) > 10
    press_button(page, "不通过")
    assert (get_heading(page), get_stored_status(first)) == ("后来的", "rejected")
    assert count_decision_messages() == (1, 1)
    press_button(page, "撤销")
    assert (get_heading(page), get_stored_status(first)) == ("先来的", "pending")
    assert count_decision_messages() == (0, 0)

    page.goto(QUEUE)
    page.get_by_label("选中「先来的」").check()
    page.get_by_label("选中「后来的」").check()
    press_button(page, "批量通过")
    assert (get_stored_status(first), get_stored_status(second)) == ("published", "published")
    expect(page.get_by_text("没有待审的兼职")).to_be_visible()


@pytest.mark.parametrize(
    "script", mark_each(2, [True, False]), ids=["with script", "without script"]
)
def test_a_removal_for_fraud_is_asked_twice_and_final(desk, shop, publish, script):
    page, listing = desk(java_script_enabled=script), publish(by=shop, title="先垫钱的")
    page.goto(f"{QUEUE}{listing.pk}/")
    press_button(page, "由我处理")
    page.locator("#id_reason").fill("群里让人先垫钱，有聊天记录。")
    press_button(page, "涉诈下架…")
    assert get_stored_status(listing) == "published" and get_heading(page) == "涉诈下架「先垫钱的」"
    page.locator("[name=fraud_type]").select_option("brushing_rebate")
    page.locator("[name=sure]").check()
    press_button(page, "涉诈下架")
    assert get_stored_status(listing) == "removed_fraud"
    assert page.get_by_role("button", name="撤销").count() == 0
    assert page.goto(listing.get_absolute_url()).status == 410


def test_a_ban_is_asked_twice_and_takes_its_listings_away(desk, shop, publish):
    page, listing = desk(), publish(by=shop)
    page.goto(f"/admin/desk/employers/{shop.pk}/")
    press_button(page, "由我处理")
    page.locator("#id_reason").fill("查实收了求职者的押金。")
    press_button(page, "列入黑名单…")
    expect(page.get_by_text("它的 1 条兼职全部不再公开")).to_be_visible()
    page.locator("[name=sure]").check()
    press_button(page, "列入黑名单")
    assert get_stored_status(shop) == "banned"
    page.goto(listing.get_absolute_url())
    assert listing.title not in page.content()


@pytest.mark.full
def test_of_two_moderators_one_has_the_case(desk, shop):
    case = make_pending_listing(shop, title="只有这一条")
    own_desk, other = desk(), desk(make_moderator_user("other"))
    own_desk.goto(f"{QUEUE}{case.pk}/")
    other.goto(f"{QUEUE}{case.pk}/")
    press_button(own_desk, "由我处理")
    press_button(other, "由我处理")
    expect(other.get_by_text("mod 在处理").first).to_be_visible()
    assert other.locator(".decide [name=action]").count() == 0
    other.keyboard.press("a")
    assert get_stored_status(case) == "pending"
    press_button(own_desk, "释放")
    other.goto(f"{QUEUE}{case.pk}/")
    press_button(other, "由我处理")
    press_key(other, "a")
    assert (get_stored_status(case), Decision.objects.get().moderator.name) == (
        "published",
        "other",
    )


@pytest.mark.full
def test_an_edit_shows_what_it_changes(desk, shop, publish):
    listing = publish(by=shop, title="商场派发", duties="介绍新口味。")
    waiting_text(listing, title="商场派发", duties="介绍新口味，加微信领奖。")
    page = desk(width=390)
    page.goto(QUEUE)
    press_button(page, "处理下一件")
    assert page.locator(".changes ins").inner_text().endswith("，加微信领奖")
    press_key(page, "a")
    listing.refresh_from_db()
    assert listing.duties == "介绍新口味，加微信领奖。"


@pytest.mark.full
def test_a_case_that_was_offered_becomes_ones_own_with_the_first_thing_done(desk, shop):
    first, second = (
        make_pending_listing(shop, title="先来的"),
        make_pending_listing(shop, title="后来的"),
    )
    page = desk()
    page.goto(f"{QUEUE}{first.pk}/")
    press_key(page, "n")
    assert get_heading(page) == "后来的"
    offered = get_claim("listing", second.pk).until
    with page.expect_response(lambda answer: answer.url.endswith("/take/")):
        page.keyboard.press("?")
    assert get_claim("listing", second.pk).until - offered > timedelta(minutes=8)
    press_key(page, "n")
    expect(page.get_by_text("后面没有还没处理的了")).to_be_visible()
    press_key(page, "n")
    assert get_heading(page) == "先来的"


TOP = "(part) => document.querySelector(part).getBoundingClientRect().top"
WIDER = "document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize(("width", "height"), [(1280, 860), (390, 844)])
def test_what_one_reads_stands_on_the_first_screen(desk, shop, width, height):
    """The text of a case before its findings, the first row of the queue before a filter."""
    signals = [
        {
            "field": "duties",
            "start": n,
            "end": n + 2,
            "reason": f"第 {n} 处像骗局。",
            "code": f"x{n}",
        }
        for n in range(8)
    ]
    why = [f"第 {n} 个原因，写得长一些，占满一行还多。" for n in range(4)]
    case = make_pending_listing(
        shop, title="先垫付后返现", level="high", reasons=why, signals=signals
    )
    page = desk(width=width, height=height)
    page.goto(QUEUE)
    assert page.evaluate(TOP, ".queue > li") < 420 and page.evaluate(WIDER) == 0
    filters = page.get_by_label("城市")
    if width < 768:
        expect(filters).to_be_hidden()
        page.locator(".queue-filter summary").click()
    expect(filters).to_be_visible()
    page.goto(f"{QUEUE}{case.pk}/")
    text, findings = (page.evaluate(TOP, part) for part in (".case .words", ".findings"))
    assert text < 300 and page.evaluate(WIDER) == 0
    assert (findings < text + 40) if width > 768 else (findings > text)
    assert page.locator("main, #content").first.inner_text().count("第 3 处像骗局。") == 1


def test_a_single_key_does_nothing_for_who_switched_them_off(desk, shop, mod):
    make_pending_listing(shop, title="先来的")
    page = desk()
    page.goto("/admin/desk/keys/")
    page.get_by_label("用单键快捷键").uncheck()
    press_button(page, "保存")
    page.goto(QUEUE)
    page.keyboard.press("n")
    page.keyboard.press("?")
    expect(page.locator("details.keys")).not_to_have_attribute("open", "")
    assert page.url.endswith(QUEUE), "no key leads away"
    press_button(page, "处理下一件")
    assert get_heading(page) == "先来的"
