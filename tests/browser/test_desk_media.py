"""The desk in colours that the system forces, and with the keyboard alone: nothing is out of sight."""

import pytest

from safety.moderation.claims import claim_case
from tests.conftest import tea_shop
from tests.people import sign_in_browser_page
from tests.safety.desks import make_moderator_user, make_pending_listing
from tools.demo.factories import make_employer

QUEUE = "/admin/desk/listings/"
SIGNAL = {"field": "duties", "start": 0, "end": 4, "reason": "像骗局。", "code": "x"}
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


def test_the_buttons_that_stay_in_sight_never_cover_the_field_that_has_the_focus(desk, mod):
    shop = make_employer("米粉店")
    type(shop).objects.filter(pk=shop.pk).update(status="pending", recheck_due=None)
    claim_case("employer", shop.pk, mod)
    page = desk(width=1280, height=800)
    page.goto(f"/admin/desk/employers/{shop.pk}/")
    fields = page.locator(".decide form :is(input:not([type=hidden]), select, textarea):visible")
    fields.first.focus()
    covered = []
    for _field in range(fields.count()):
        covered += page.evaluate(COVERED)
        page.keyboard.press("Tab")
    assert covered == []
