"""A moderator at the desk in a real browser: by keys with script, by mouse without."""

import pytest
from playwright.sync_api import expect

from accounts.models import Notice
from safety.models import Decision
from safety.moderation.claims import get_claim
from sitekit.models import Mail
from tests.conftest import tea_shop
from tests.people import enter, person
from tests.safety.desks import moderator, pending, status, waiting_text

QUEUE = "/admin/desk/listings/"


@pytest.fixture
def shop():
    """With an owner who reads mail."""
    made = tea_shop()
    made.memberships.create(user=person("owner"), role="owner")
    return made


@pytest.fixture
def mod(transactional_db):
    return moderator()


@pytest.fixture
def desk(open_page, live_server, mod):
    """`desk()` with script, `desk(java_script_enabled=False)` without."""
    return lambda user=mod, **options: enter(open_page(**options), user, live_server)


def key(page, name):
    """A key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(name)


def click(page, name, exact=True):
    with page.expect_navigation():
        page.locator("#content").get_by_role("button", name=name, exact=exact).first.click()


def heading(page):
    return page.locator("h1").last.inner_text()


def told():
    """Mails that wait until the decision can't be undone any more, and the notices beside them."""
    mails = Mail.objects.filter(key__startswith="decision-", sent_at=None)
    assert all(mail.not_before > mail.created_at for mail in mails)
    return mails.count(), Notice.objects.filter(key__startswith="decision-").count()


def test_the_keys_lead_from_case_to_case(desk, shop):
    first, second = pending(shop, title="先来的"), pending(shop, title="后来的")
    page = desk()
    page.goto(QUEUE)
    key(page, "n")
    assert heading(page) == "先来的"
    assert get_claim("listing", first.pk).moderator.name == "mod"

    page.keyboard.press("?")
    expect(page.get_by_text("正在打字时不起作用")).to_be_visible()
    page.keyboard.press("r")  # the reason is missing: to where one is chosen
    expect(page.locator("#id_canned")).to_be_focused()
    page.locator("#id_canned").select_option("duties")
    reason = page.locator("#id_reason")
    expect(reason).to_be_focused()
    assert len(reason.input_value()) > 10
    page.keyboard.type("arhnu?")  # typing decides nothing
    assert reason.input_value().endswith("arhnu?") and status(first) == "pending"

    reason.blur()
    key(page, "r")
    assert (heading(page), status(first)) == ("后来的", "rejected")
    assert told() == (1, 1)
    key(page, "u")
    assert (heading(page), status(first)) == ("先来的", "pending")
    assert told() == (0, 0), "nobody hears of what was undone"
    key(page, "a")
    key(page, "a")
    assert (status(first), status(second)) == ("published", "published")
    assert told() == (2, 2)
    expect(page.get_by_text("这一队都处理完了")).to_be_visible()


def test_the_key_that_holds(desk, shop, publish):
    page, listing = desk(), publish(by=shop, title="在招的")
    page.goto(f"{QUEUE}{listing.pk}/")
    click(page, "由我处理")
    page.locator("#id_reason").fill("有人说要押金，先核实。")
    page.locator("#id_reason").blur()
    key(page, "h")
    assert status(listing) == "held"


def test_by_mouse_without_script(desk, shop):
    first, second = pending(shop, title="先来的"), pending(shop, title="后来的")
    page = desk(java_script_enabled=False)
    page.goto(QUEUE)
    click(page, "处理下一件")
    click(page, "不通过")
    expect(page.get_by_text("请写明原因")).to_be_visible()
    page.locator("#id_canned").select_option("duties")
    click(page, "填入")
    assert len(page.locator("#id_reason").input_value()) > 10
    click(page, "不通过")
    assert (heading(page), status(first)) == ("后来的", "rejected")
    assert told() == (1, 1)
    click(page, "撤销")
    assert (heading(page), status(first)) == ("先来的", "pending")
    assert told() == (0, 0)

    page.goto(QUEUE)
    page.get_by_label("选中「先来的」").check()
    page.get_by_label("选中「后来的」").check()
    click(page, "一起通过")
    assert (status(first), status(second)) == ("published", "published")
    expect(page.get_by_text("没有等着处理的兼职")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_removal_for_fraud_is_asked_twice_and_final(desk, shop, publish, script):
    page, listing = desk(java_script_enabled=script), publish(by=shop, title="先垫钱的")
    page.goto(f"{QUEUE}{listing.pk}/")
    click(page, "由我处理")
    page.locator("#id_reason").fill("群里让人先垫钱，有聊天记录。")
    click(page, "涉诈下架…")
    assert status(listing) == "published" and heading(page) == "涉诈下架「先垫钱的」"
    page.locator("[name=fraud_type]").select_option("brushing_rebate")
    page.locator("[name=sure]").check()
    click(page, "涉诈下架")
    assert status(listing) == "removed_fraud"
    assert page.get_by_role("button", name="撤销").count() == 0
    assert page.goto(listing.get_absolute_url()).status == 410


def test_a_ban_is_asked_twice_and_takes_its_listings_away(desk, shop, publish):
    page, listing = desk(), publish(by=shop)
    page.goto(f"/admin/desk/employers/{shop.pk}/")
    click(page, "由我处理")
    page.locator("#id_reason").fill("查实收了求职者的押金。")
    click(page, "列入黑名单…")
    expect(page.get_by_text("它的 1 条兼职全部不再公开")).to_be_visible()
    page.locator("[name=sure]").check()
    click(page, "列入黑名单")
    assert status(shop) == "banned"
    page.goto(listing.get_absolute_url())
    assert listing.title not in page.content()


def test_of_two_moderators_one_has_the_case(desk, shop):
    case = pending(shop, title="只有这一条")
    one, other = desk(), desk(moderator("other"))
    one.goto(f"{QUEUE}{case.pk}/")
    other.goto(f"{QUEUE}{case.pk}/")
    click(one, "由我处理")
    click(other, "由我处理")
    expect(other.get_by_text("mod 在处理").first).to_be_visible()
    assert other.locator(".decide [name=action]").count() == 0
    other.keyboard.press("a")
    assert status(case) == "pending"
    click(one, "先放下")
    other.goto(f"{QUEUE}{case.pk}/")
    click(other, "由我处理")
    key(other, "a")
    assert (status(case), Decision.objects.get().moderator.name) == ("published", "other")


def test_an_edit_shows_what_it_changes(desk, shop, publish):
    listing = publish(by=shop, title="商场派发", duties="介绍新口味。")
    waiting_text(listing, title="商场派发", duties="介绍新口味，加微信领奖。")
    page = desk(width=390)
    page.goto(QUEUE)
    click(page, "处理下一件")
    assert page.locator(".changes ins").inner_text().endswith("，加微信领奖")
    key(page, "a")
    listing.refresh_from_db()
    assert listing.duties == "介绍新口味，加微信领奖。"
