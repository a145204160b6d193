"""The desk on paper, in colours that the system forces, with the keyboard alone and without script: nothing is out of
sight, and nothing is dead."""

import pytest
from playwright.sync_api import expect

from safety.case_queues.case_notes import add_case_note
from safety.moderation.claims import claim_case
from tests.conftest import tea_shop
from tests.people import sign_in_browser_page
from tests.safety.desks import make_moderator_user, make_pending_listing
from tools.demo.factories import make_employer

QUEUE = "/admin/desk/listings/"
SIGNAL = {"field": "duties", "start": 0, "end": 4, "reason": "像骗局。", "code": "x"}
# What a box cuts off, of itself or of the page; hidden and closed parts are asked nothing.
CUT = """() => [...document.querySelectorAll("#content *")]
  .filter((e) => e.checkVisibility() && !["visible", "clip"].includes(getComputedStyle(e).overflow))
  .filter((e) => e.clientWidth > 1 && !e.matches("iframe, input, textarea, select"))
  .filter((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
  .map((e) => e.outerHTML.slice(0, 80))"""
# Where the focus is: in the middle of it something else stands, or nothing.
COVERED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return top && (at.contains(top) || top.contains(at) || [...(at.labels ?? [])].some((e) => e.contains(top)))
    ? [] : [at.outerHTML.slice(0, 80)];
}"""


@pytest.fixture
def mod(transactional_db):
    return make_moderator_user()


@pytest.fixture
def desk(open_page, live_server, mod):
    return lambda **options: sign_in_browser_page(open_page(**options), mod, live_server)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_forced_colours_numbers_and_what_is_chosen_are_seen(desk, scheme):
    make_pending_listing(tea_shop(), title="先垫钱的", level="high", signals=[SIGNAL])
    page = desk(forced_colors="active", color_scheme=scheme)
    page.goto(QUEUE)
    style = lambda part, name: page.locator(part).first.evaluate(  # noqa: E731
        "(e, name) => getComputedStyle(e)[name]", name
    )
    ink, paper = style("body", "color"), style("body", "backgroundColor")
    number = [style(".queue mark sup b", name) for name in ("color", "backgroundColor")]
    assert number == [ink, paper]
    pills = ".risk-pills [aria-pressed]", ".risk-pills button:not([aria-pressed])"
    assert style(pills[0], "borderColor") != style(pills[1], "borderColor")
    assert style(".queue > li[aria-current]", "outlineStyle") == "solid"


@pytest.mark.parametrize(("width", "height"), [(680, 1000), (1100, 680)], ids=["high", "wide"])
def test_on_paper_a_case_is_whole_and_has_no_forms(desk, mod, width, height):
    """A wide sheet has room for two columns: the second one scrolls on the screen."""
    case = make_pending_listing(tea_shop(), title="先垫钱的", level="high", signals=[SIGNAL])
    claim_case("listing", case.pk, mod)
    for number in range(12):
        add_case_note("listing", case.pk, mod, f"第 {number} 条备注")
    page = desk(width=width, height=height)
    page.goto(f"{QUEUE}{case.pk}/")
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []
    expect(page.get_by_text("第 11 条备注")).to_be_visible()
    assert page.locator("#content :is(button, textarea, select):visible").count() == 0
    mark = page.locator(".case mark").first.evaluate("e => getComputedStyle(e).borderBottomStyle")
    assert mark == "solid", "backgrounds are not printed"
    page.goto("/admin/desk/load/")
    assert page.evaluate(CUT) == []
    expect(page.locator(".load-table td button").first).to_be_visible()


def test_the_buttons_that_stay_in_sight_never_cover_the_field_that_has_the_focus(desk, mod):
    shop = make_employer("米粉店")
    type(shop).objects.filter(pk=shop.pk).update(status="pending", recheck_due=None)
    claim_case("employer", shop.pk, mod)
    make_pending_listing(shop, title="先垫钱的", level="high", signals=[SIGNAL])
    page = desk(width=1280, height=640)
    covered = []
    for address, part in (
        (f"/admin/desk/employers/{shop.pk}/", ".decide form"),
        (QUEUE, ".beside"),
    ):
        page.goto(address)
        fields = page.locator(f"{part} :is(input, select, textarea, button):visible")
        fields.first.focus()
        for _field in range(fields.count()):
            covered += page.evaluate(COVERED)
            page.keyboard.press("Tab")
    assert covered == []


def test_on_a_narrow_screen_every_entry_is_whole_when_it_has_the_focus(desk):
    page = desk(width=320, height=700)
    page.goto("/admin/desk/search/")
    entries = page.locator(".desk-nav a")
    entries.first.focus()
    outside = []
    for _entry in range(entries.count()):
        box = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        if box["left"] < 0 or box["right"] > 321:
            outside.append(box)
        page.keyboard.press("Tab")
    assert outside == []


@pytest.mark.parametrize("script", [True, False])
def test_without_script_a_field_says_that_it_needs_one_and_no_button_is_dead(
    open_page, live_server, admin_user, script
):
    page = open_page(java_script_enabled=script)
    sign_in_browser_page(page, admin_user, live_server)
    page.goto("/admin/jobsite/announcement/add/")
    words = page.locator(".field-place noscript p")  # `get_by_text` leaves out what is in it
    expect(words).to_be_visible(visible=not script)
    dead = ":is(.theme-toggle, #toggle-nav-sidebar, #action-toggle, .action-counter):visible"
    counts = [page.locator(dead).count()]
    page.goto("/admin/safety/cannedreason/")
    counts.append(page.locator(dead).count())
    assert counts == ([2, 3] if script else [0, 0])


def test_with_forced_colours_a_button_of_a_form_has_an_edge(open_page, live_server, admin_user):
    page = open_page(forced_colors="active")
    sign_in_browser_page(page, admin_user, live_server)
    for address, button in (
        ("jobsite/announcement/add/", ".submit-row input"),
        ("news/article/add/", ".form-bar .button"),
    ):
        page.goto(f"/admin/{address}")
        widths = page.locator(button).evaluate_all(
            "buttons => buttons.map((e) => getComputedStyle(e).borderTopWidth)"
        )
        assert widths and "0px" not in widths, address
