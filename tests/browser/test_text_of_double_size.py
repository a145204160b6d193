"""Text twice as large as usual, as many people over sixty read (WCAG 1.4.4).

Nothing is cut, covered, past the edge of its card or a column of single characters.
"""

import pytest
from django.utils import timezone

from cities.directory.regions import get_region_by_slug
from listings.applications.arrivals import ArrivalPlan
from listings.applications.transitions import move_application
from listings.models import Listing, SavedListing
from tests import addresses, world
from tests.browser.looks import OVER
from tests.conftest import build_listing_publisher, tea_shop
from tests.daily_tests import mark_each
from tests.listings.seeking import make_seeker_user, sign_up
from tests.people import sign_in_browser_page

LONG_TITLE = "奶茶店晚班店员，可学做饮品，离学校近，熟手优先"
PUBLIC = (
    "/",
    "/xiangxi/",
    "/xiangxi/jobs/",
    "/xiangxi/jobs/{listing}/",
    "/xiangxi/news/{alert}/",
    "/check/",
    "/accounts/login/",
    "/report/listing/{listing}/",
    "/employers/{employer}/",
    "/xiangxi/employers/",
    "/employers/post/",
    "/cities/?initial=J",
)
OWN = ("/me/", "/me/saved/", "/me/applications/", "/xiangxi/jobs/{listing}/apply/")
# The first of each route besides these.
OTHERS = sorted({group[0] for group in (addresses.PAGES | addresses.FORMS).values()} - {*PUBLIC})
OTHERS_OWN = (
    *(
        "/me/inbox/",
        "/me/searches/",
        "/me/blocked/",
        "/me/profile/",
        "/me/notices/",
        "/me/reports/",
    ),
    *("/me/export/", "/me/close/", "/me/applications/{signed_up}/", "/accounts/"),
)

OF_EMPLOYER = (
    *("/employer/", "/employer/today/", "/employer/upload/", "/employer/applications/"),
    "/employer/listings/{listing}/renew/",
)
DOUBLED = "() => document.documentElement.style.setProperty('font-size', '200%')"
# Words of which hardly one stands in a line.
SINGLE_FILE = r"""() => [...document.querySelectorAll("main :is(h1, h2, h3, p, li, td, th, dd, b, span)")]
  .filter((e) => e.checkVisibility() && !e.closest(".vh, svg, [aria-hidden=true], .slots, .pills"))
  .filter((e) => !e.querySelector(".btn, *:not(a, b, time, br, small)"))
  .filter((e) => { const range = document.createRange(); range.selectNodeContents(e);
    const lines = range.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight);
    const words = e.innerText.replace(/\s/g, "").length;
    return words >= 4 && words / Math.round(lines) < 1.8; })
  .map((e) => `one character a line: ${e.outerHTML.slice(0, 90)}`)"""
# The first lines of a text that goes on elsewhere (`p`) may be cut; what it is called may not.
CUT = r"""() => [...document.querySelectorAll("main :is(h1, h2, h3, h3 a, b, button, .btn, label, select)")]
  .filter((e) => e.checkVisibility() && !e.closest(".vh, svg"))
  .filter((e) => getComputedStyle(e).overflowY !== "visible" && e.scrollHeight > e.clientHeight + 2
    || e.matches("select") && e.clientWidth < 2.5 * parseFloat(getComputedStyle(e).fontSize))
  .map((e) => `cut: ${e.outerHTML.slice(0, 90)}`)"""
COVERED = r"""() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const buttons = [...document.querySelectorAll("main :is(button, .btn)")]
    .filter((e) => e.checkVisibility() && !e.closest(".vh, .act, .tabs, .send, [aria-modal]"));
  const faults = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!node.data.trim() || !holder.checkVisibility() || holder.closest(".vh, .act, .send, svg")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const text of range.getClientRects()) for (const button of buttons) {
      if (button.contains(holder)) continue;
      const box = button.getBoundingClientRect();
      if (Math.min(text.right, box.right) - Math.max(text.left, box.left) > 2
        && Math.min(text.bottom, box.bottom) - Math.max(text.top, box.top) > 6)
        faults.push(`covered by ${button.innerText}: ${node.data.trim().slice(0, 30)}`);
    }
  }
  return [...new Set(faults)];
}"""
# Past the edge of the card that it stands in.
OUTSIDE = r"""() => [...document.querySelectorAll("main :is(.box, .board)")].flatMap((card) =>
  [...card.querySelectorAll(":is(b, td, th, p, a, .chip, .muted, input, select)")]
  .filter((e) => e.checkVisibility() && !e.closest(".vh, .pills, .ways, .months-scroll, .strip"))
  .filter((e) => e.getBoundingClientRect().right > card.getBoundingClientRect().right + 1)
  .map((e) => `past its card: ${e.outerHTML.slice(0, 90)}`))"""
# A label of the bar at the bottom that does not fit.
TABS = """() => [...document.querySelectorAll(".tabs a")]
  .filter((e) => e.checkVisibility())
  .filter((e) => { const box = e.getBoundingClientRect(), words = document.createRange();
    words.selectNodeContents(e);
    const label = words.getBoundingClientRect();
    return label.left < box.left - 1 || label.right > box.right + 1 || label.bottom > box.bottom + 1; })
  .map((e) => `past its tab: ${e.innerText}`)"""
LOOKS = (
    f"() => [{OVER}, {SINGLE_FILE}, {CUT}, {COVERED}, {OUTSIDE}, {TABS}].flatMap((look) => look())"
)


@pytest.fixture(scope="module")
def cast(kept_site):
    publish = build_listing_publisher(shop := tea_shop())
    people, values = world.make_site_data(publish, get_region_by_slug, shop)
    listing = Listing.objects.get(pk=values["listing"])
    publish(title=LONG_TITLE)
    sign_up(listing, make_seeker_user("waiting"), name="小江")
    move_application(
        sign_up(listing, make_seeker_user("comer"), name="小向").pk,
        "accepted",
        people["employer"],
        arrival=ArrivalPlan(day=timezone.localdate(), time="14:00-18:00"),
    )
    SavedListing.objects.create(user=people["seeker"], listing=listing)
    return people, values


@pytest.fixture(scope="module")
def windows(kept_site, cast):
    people, _values = cast
    return {
        "visitor": kept_site.open(height=844),
        "seeker": sign_in_browser_page(kept_site.open(height=844), people["seeker"], kept_site),
        "employer": sign_in_browser_page(kept_site.open(height=844), people["employer"], kept_site),
        "moderator": sign_in_browser_page(
            kept_site.open(height=844), people["moderator"], kept_site
        ),
    }


@pytest.fixture(autouse=True)
def places(kept_site, cast):
    """The data stay as they are; what no page may do is held against each test."""
    yield
    kept_site.require_no_faults()


@pytest.mark.parametrize(
    ("role", "address"),
    mark_each(2, [("visitor", address) for address in PUBLIC])
    + mark_each(2, [("seeker", address) for address in OWN])
    + mark_each(2, [("employer", address) for address in OF_EMPLOYER])
    + mark_each(32, [("visitor", address) for address in OTHERS])
    + mark_each(32, [("seeker", address) for address in OTHERS_OWN]),
)
def test_no_words_are_lost_in_letters_of_double_size(windows, cast, role, address):
    page, (_people, values) = windows[role], cast
    assert page.goto(address.format(**values)).status == 200
    page.evaluate(DOUBLED)
    faults = []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        faults += [f"{width}: {fault}" for fault in page.evaluate(LOOKS)]
    assert not faults, "\n".join(faults)


# Parts of the masthead that lie on each other.
OVERLAPPING = """() => {
  const parts = [...document.querySelectorAll(".mast :is(.home, .switch, .search, .larger, .nav a)")]
    .filter((e) => e.checkVisibility()).map((e) => [e.innerText || e.className, e.getBoundingClientRect()]);
  return parts.flatMap(([name, box], at) => parts.slice(at + 1).filter(([, other]) =>
    Math.min(box.right, other.right) - Math.max(box.left, other.left) > 1
    && Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 1)
    .map(([other]) => `${name} on ${other}`)); }"""


@pytest.mark.parametrize("width", [960, 1280])
def test_the_masthead_has_room_on_a_desk_too(windows, width):
    page = windows["visitor"]
    page.goto("/xiangxi/nothing/")
    page.set_viewport_size({"width": width, "height": 844})
    page.evaluate(DOUBLED)
    assert page.evaluate(OVERLAPPING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".search input").bounding_box()["width"] > 200


def test_what_is_missing_of_a_listing_does_not_cover_the_form(windows):
    page = windows["visitor"]
    page.goto("/employers/post/")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator("#send").bounding_box()["y"] < 844, "in letters of the usual size in sight"
    page.evaluate(DOUBLED)
    assert page.locator("#send").bounding_box()["y"] > 844


# What stays at an edge of the window while the page moves, and takes more than a quarter of its height.
TALL_BARS = """() => [...document.querySelectorAll("body *")]
  .filter((e) => e.checkVisibility() && !e.matches(".sheet"))
  .filter((e) => { const style = getComputedStyle(e), edges = [style.top, style.bottom];
    return style.position === "fixed" || style.position === "sticky" && edges.some((edge) => edge !== "auto"); })
  .filter((e) => e.getBoundingClientRect().height > innerHeight / 4)
  .map((e) => `${e.className}: ${e.getBoundingClientRect().height} of ${innerHeight}`)"""


@pytest.mark.parametrize(
    ("role", "address"),
    mark_each(
        2,
        [
            ("visitor", "/xiangxi/jobs/{listing}/"),
            ("visitor", "/xiangxi/jobs/"),
            ("visitor", "/xiangxi/jobs/#filters"),
            ("visitor", "/employers/post/"),
            ("seeker", "/xiangxi/jobs/{listing}/"),
            ("seeker", "/me/"),
            ("moderator", "/admin/desk/listings/"),
            ("moderator", "/admin/desk/listings/{held}/"),
        ],
    ),
)
def test_no_bar_takes_more_than_a_quarter_of_a_phone(windows, cast, role, address):
    page, (_people, values) = windows[role], cast
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("about:blank")  # or a part of the same page would not be loaded
    page.goto(address.format(**values))
    for size in ("100%", "125%", "150%", "200%"):
        page.evaluate("(size) => { document.documentElement.style.fontSize = size }", size)
        page.wait_for_timeout(100)  # the script measures in the next frame
        assert page.evaluate(TALL_BARS) == [], size


def test_in_large_letters_the_main_button_of_a_listing_stays_and_the_others_lie_in_the_page(
    windows, cast
):
    page, (_people, values) = windows["visitor"], cast
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/xiangxi/jobs/{values['listing']}/")
    buttons = page.locator(".act > *")
    assert all(box["y"] + box["height"] <= 844 for box in map(get_box, buttons.all()))
    page.evaluate(DOUBLED)
    page.locator("html[data-huge]").wait_for()
    main, others = page.locator(".act > .p"), page.locator(".act > :not(.p)")
    assert get_box(main)["y"] + get_box(main)["height"] == 844
    assert get_box(main)["height"] < 100, "one line"
    assert others.count() == 2 and all(get_box(other)["y"] > 844 for other in others.all())
    others.first.scroll_into_view_if_needed()
    box = get_box(others.first)
    assert box["y"] + box["height"] <= get_box(main)["y"], "the main button does not cover them"


def get_box(locator):
    return locator.bounding_box()


def test_the_numbers_to_call_are_not_broken(windows):
    page = windows["visitor"]
    page.goto("/check/")
    page.fill("textarea[name=text]", "做单返佣，先垫付本金，做完本金和佣金一起返还。")
    page.get_by_role("button", name="查一查").click()
    page.locator(".verdict").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate(DOUBLED)
    numbers = page.locator(".verdict .calls b")
    assert numbers.all_inner_texts() == ["110", "96110"]
    assert all(
        numbers.nth(at).evaluate(
            "(e) => e.getClientRects().length === 1"
            " && e.getBoundingClientRect().height < 2 * parseFloat(getComputedStyle(e).fontSize)"
        )
        for at in range(2)
    )


def test_a_finger_finds_the_button_that_chooses_a_file(windows):
    page = windows["employer"]
    page.goto("/employer/upload/")
    style = "(e) => getComputedStyle(e, '::file-selector-button').minHeight"
    assert float(page.locator("input[type=file]").evaluate(style).removesuffix("px")) >= 44
