"""Moderators' tasks by keys, counted; the figures are those of docs/usability.md."""

import time

import pytest
from playwright.sync_api import expect

from listings.models import RevisionAssessment
from safety.models import CaseQuestion, Decision, Postponement
from tests.browser.walks import Walk, require_desk_figures
from tests.conftest import tea_shop
from tests.people import sign_in_browser_page
from tests.safety.desks import get_stored_status, make_moderator_user, make_pending_listing
from tools.demo.factories import make_employer

QUEUE = "/admin/desk/listings/"
READING = 4  # seconds a case, which a moderator was taken to need
SIX_MINUTES = 360


@pytest.fixture
def desk(open_page, live_server, transactional_db):
    return sign_in_browser_page(open_page(), make_moderator_user(), live_server)


def row_title(page):
    return page.locator(".queue > li:is(:focus-within, [aria-current]) h2")


@pytest.mark.parametrize("count", [10, pytest.param(50, marks=pytest.mark.full)])
def test_fifty_ordinary_cases_take_less_than_six_minutes(desk, count):
    """Daily a fifth of them, in a fifth of the time."""
    shops = [make_employer(f"米粉店{n}") for n in range(10)]
    cases = [
        make_pending_listing(shops[n % 10], title=f"第{n:02}件", duties="端盘子" * 30)
        for n in range(count)
    ]
    walk = Walk(desk)
    began = time.monotonic()
    desk.goto(QUEUE)
    skipped, refused = 0, 5
    for number in range(count - 5):
        expect(row_title(desk)).to_have_text(f"第{number:02}件")
        if number % 9 == 4:
            walk.press_on("s")
            skipped += 1
        elif number % 9 in (2, 6):
            walk.press("r")
            walk.press("2")
            walk.press_on("Enter")
            refused += 1
        else:
            walk.press_on("a")
    for _case in range(4):
        walk.press("x")
        walk.press("j")
    walk.press("x")
    walk.press("r")
    walk.press("3")
    walk.press_on("Enter")
    spent = time.monotonic() - began
    statuses = [get_stored_status(case) for case in cases]
    counts = (statuses.count("published"), statuses.count("rejected"), statuses.count("pending"))
    assert counts == (count - refused - skipped, refused, skipped)
    assert Postponement.objects.count() == skipped
    assert Decision.objects.count() == count - skipped
    whole = spent + count * READING
    print(f"{count} cases: {spent:.0f} s of pages, {whole:.0f} s with reading")
    assert whole <= SIX_MINUTES * count / 50, (
        "the pages wait for whoever decides, not the other way round"
    )
    if count == 50:
        task = "fifty ordinary cases are decided, skipped or ticked in the list"
        require_desk_figures(task, walk, 80)


@pytest.mark.parametrize(
    ("key", "field"), [("d", "days"), ("m", "words"), ("@", "asked"), ("!", "reason")]
)
def test_what_asks_for_words_is_reached_from_the_list(desk, key, field):
    """The page of the case opens with the field that the key is for, once."""
    case = make_pending_listing(tea_shop(), title="拿不准的")
    desk.goto(QUEUE)
    with desk.expect_navigation():
        desk.keyboard.press(key)
    desk.wait_for_load_state()
    assert desk.url.endswith(f"/desk/listings/{case.pk}/")
    focus = "[document.activeElement.name, !!document.activeElement.closest('#notes')]"
    assert desk.evaluate(focus) == [field, key == "m"]


def test_reasons_come_to_the_row_that_is_decided(desk):
    """Where there is no room beside the list they stand in the form below fifty rows; a reason is chosen with
    the text in sight."""
    shop = tea_shop()
    cases = [
        make_pending_listing(shop, title=f"第{n:02}件", duties="端盘子" * 30) for n in range(9)
    ]
    desk.set_viewport_size({"width": 1100, "height": 860})
    desk.goto(QUEUE)
    for count in (1, 7):
        for _row in range(count):
            desk.keyboard.press("j")
        title = row_title(desk).inner_text()
        desk.keyboard.press("r")
        desk.keyboard.press("2")
        row, panel = desk.locator(".queue > li.is-decided"), desk.locator(".bulk")
        expect(row.locator("h2")).to_have_text(title)
        read, chosen = row.bounding_box(), panel.bounding_box()
        assert read["y"] >= 0 and read["y"] + read["height"] <= chosen["y"] + 1
        assert chosen["y"] + chosen["height"] <= 861
        desk.keyboard.press("Escape")
        expect(row_title(desk)).to_have_text(title)
        expect(row).to_have_count(0)
    desk.keyboard.press("r")
    desk.keyboard.press("2")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    assert [get_stored_status(case) for case in cases].count("rejected") == 1


def test_enter_presses_what_has_the_focus_while_reasons_stand_open(desk):
    shop = tea_shop()
    first = make_pending_listing(shop, title="先来的")
    make_pending_listing(shop, title="后来的")
    desk.goto(f"{QUEUE}{first.pk}/")
    with desk.expect_navigation():
        desk.get_by_role("button", name="由我处理").click()
    for key in ("r", "Tab", "Enter"):
        desk.keyboard.press(key)
    chosen = desk.locator(".reason-keys button").first
    expect(chosen).to_have_attribute("aria-pressed", "true")
    desk.get_by_role("button", name="下一件").focus()
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    assert get_stored_status(first) == "pending"
    expect(desk.locator("h1").last).to_have_text("后来的")


def test_a_reason_that_was_given_up_is_not_sent_by_the_next_press(desk):
    case = make_pending_listing(tea_shop(), title="先来的")
    desk.goto(f"{QUEUE}{case.pk}/")
    with desk.expect_navigation():
        desk.get_by_role("button", name="由我处理").click()
    reason = desk.locator("#id_reason")
    for key in ("r", "2"):
        desk.keyboard.press(key)
    expect(reason).not_to_have_value("")
    desk.keyboard.press("Escape")
    expect(reason).to_have_value("")
    desk.keyboard.press("r")
    expect(desk.locator(".reason-keys")).to_be_visible()
    assert get_stored_status(case) == "pending"
    for key in ("2", "0", "End", "9", "Escape", "Escape"):
        desk.keyboard.press(key)
    assert reason.input_value().endswith("9"), "one's own words stay"


@pytest.mark.full
def test_a_scam_is_called_fraud_and_a_colleague_is_asked_by_keys(desk):
    shop = tea_shop()
    scam, other = (
        make_pending_listing(shop, title="先垫钱的", level="high"),
        make_pending_listing(shop, title="拿不准的"),
    )
    RevisionAssessment.objects.filter(revision__listing=scam).update(fraud_type="brushing_rebate")
    desk.goto(QUEUE)
    walk = Walk(desk)
    walk.press_on("f")
    expect(desk.get_by_text("它还没有公开过")).to_be_visible()
    expect(desk.locator("[name=freeze]")).to_be_checked()
    assert get_stored_status(scam) == "pending"
    walk.press_on("Enter")
    assert (get_stored_status(scam), get_stored_status(shop)) == ("removed_fraud", "frozen")
    require_desk_figures("a waiting scam is removed for fraud with its employer frozen", walk, 3)

    desk.goto(f"{QUEUE}{other.pk}/")
    walk = Walk(desk)
    walk.press("@")
    expect(desk.locator("#id_ask_asked")).to_be_focused()
    walk.press("Tab")
    desk.keyboard.type("a!是中介吗？")
    walk.press_on("Control+Enter")
    assert (
        CaseQuestion.objects.get().words == "a!是中介吗？" and get_stored_status(other) == "pending"
    )
    require_desk_figures("a question to a colleague about a case", walk, 4)
    desk.keyboard.press("!")
    expect(desk.locator("#id_senior_reason")).to_be_focused()


@pytest.mark.full
def test_all_rows_or_a_range_are_ticked(desk):
    shop = tea_shop()
    for number in range(5):
        make_pending_listing(shop, title=f"第{number}件", duties=f"第{number}班，" * 90)
    desk.goto(QUEUE)
    ticks = desk.locator(".pick input")
    ticked = lambda: [ticks.nth(n).is_checked() for n in range(5)]  # noqa: E731
    every = desk.get_by_label("全选这一页")
    ticks.nth(1).click()
    ticks.nth(3).click(modifiers=["Shift"])
    assert ticked() == [False, True, True, True, False]
    assert every.evaluate("el => el.indeterminate")
    every.click()
    assert ticked() == [True] * 5
    desk.keyboard.press("Escape")
    desk.keyboard.press("*")
    assert ticked() == [False] * 5
    heights = lambda: desk.locator(".excerpt").evaluate_all(  # noqa: E731
        "els => els.map((el) => Math.round(el.clientHeight / parseFloat(getComputedStyle(el).lineHeight)))"
    )
    assert sorted(heights()) == [2, 2, 2, 2, 5], "the row that is shown beside"
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    assert sorted(heights()) == [2, 2, 2, 2, 5]
