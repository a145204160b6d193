"""Every kind of public page at every width, in light and in dark: nothing cut off or unreadable."""

import pytest

from cities.directory.regions import get_region_by_slug
from tests import addresses, listing_rows
from tests.browser import looks
from tests.conftest import build_listing_publisher, tea_shop
from tests.daily_tests import mark_each

WIDTHS = {"phone": 390, "desktop": 1280}
# One of each kind of page, named for its picture.
KINDS = {
    "home": "/",
    "city": "/xiangxi/",
    "empty-city": "/hefei/",
    "list": "/xiangxi/jobs/",
    "list-filtered": "/xiangxi/jobs/?q=派发&settlement=daily&slots=6a&slots=7a&pay_min=abc",
    "list-empty": "/xiangxi/jobs/?q=潜水&settlement=daily",
    "listing": "/xiangxi/jobs/{listing}/",
    "repost": "/xiangxi/jobs/{repost}/",
    "filled": "/xiangxi/jobs/{filled}/",
    "held": "/xiangxi/jobs/{held}/",
    "fraud": "/xiangxi/jobs/{removed_fraud}/",
    "news": "/xiangxi/news/",
    "article": "/xiangxi/news/{alert}/",
    "tag": "/news/tag/{tag}/",
    "alerts": "/xiangxi/alerts/",
    "alerts-type": "/alerts/brushing_rebate/",
    "guides": "/xiangxi/news/kind/guide/",
    "group": "/xiangxi/group/",
    "subscribe": "/xiangxi/alerts/subscribe/",
    "subscribe-sent": "/xiangxi/alerts/subscribe/sent/",
    "subscribe-step": "/alerts/subscribe/confirm/{confirm}/",
    "cities": "/cities/",
    "cities-found": "/cities/?q=xx",
    "cities-counties": "/cities/?province=hunan",
    "about": "/about/",
    "privacy": "/privacy/",
    "missing": "/xiangxi/nothing/",
}
STATUSES = {"missing": 404, "fraud": 410}
# The head and the foot are the same everywhere: axe looks at them on a page of the nation's and
# on one of a city's.
WITH_FRAME = {"about", "city"}


def _list_other_addresses():
    """Addresses that are no kind of their own; those past the first of a route only in full."""
    for group in addresses.PAGES.values():
        is_shown = bool({*group} & {*KINDS.values()})
        for address in group:
            if address not in KINDS.values():
                marks = [pytest.mark.full] if is_shown else []
                yield pytest.param(address, marks=marks)
                is_shown = True


@pytest.fixture(scope="module")
def stock(kept_site):
    return listing_rows.make_page_rows(build_listing_publisher(tea_shop()), get_region_by_slug)


@pytest.fixture(scope="module")
def reader(kept_site):
    """The window of somebody who reads one page after the other."""
    return kept_site.open(width=390, height=844)


@pytest.fixture(autouse=True)
def places(kept_site, stock):
    """The data stay as they are; what no page may do is held against each test."""
    yield
    kept_site.require_no_faults()


@pytest.mark.parametrize("name", mark_each(8, KINDS))
def test_every_kind_of_page_is_whole_readable_and_still(reader, stock, name):
    address = KINDS[name].format(**stock)
    part = looks.WHOLE_PAGE if name in WITH_FRAME else looks.MAIN_PART
    settings = looks.list_page_settings([*KINDS].index(name))
    how = {"settings": settings, "part": part, "status": STATUSES.get(name, 200)}
    assert looks.find_faults(reader, address, name, looks.READERS, **how) == []


@pytest.mark.parametrize("address", mark_each(32, _list_other_addresses()))
def test_no_other_page_scrolls_sideways(reader, stock, address):
    settings = [setting._replace(rules=None) for setting in looks.list_page_settings(len(address))]
    assert (
        looks.find_faults(reader, address.format(**stock), "", looks.READERS, settings=settings)
        == []
    )


@pytest.mark.full
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_page_under_every_setting(reader, stock, name):
    address = KINDS[name].format(**stock)
    status = STATUSES.get(name, 200)
    assert looks.visit_in_full(reader, address, name, looks.READERS, status=status) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_filters_are_accessible(reader, scheme):
    reader.set_viewport_size({"width": 390, "height": 844})
    reader.emulate_media(color_scheme=scheme)
    reader.goto("/xiangxi/jobs/#filters")
    looks.take_screenshot(reader, f"filters-{scheme}")
    assert looks.axe_faults(reader) == []


def test_the_first_tab_stop_leads_past_the_header(reader):
    reader.goto("/about/")
    reader.keyboard.press("Tab")
    skip = reader.get_by_role("link", name="跳到正文")
    assert reader.evaluate("document.activeElement.textContent") == "跳到正文"
    assert skip.bounding_box()["y"] >= 0
    reader.keyboard.press("Enter")
    reader.wait_for_url("**#main")
    assert reader.evaluate("document.activeElement.id") == "main"


FOCUS = """() => {
  const element = document.activeElement;
  const drawn = (node, pseudo) => {
    const style = getComputedStyle(node, pseudo);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const around = element.closest("label, form.search");  // draw it for what is inside
  const isDrawn = drawn(element) || drawn(element, "::after") || drawn(around ?? element);
  return [element.outerHTML.slice(0, 90), element === document.body || isDrawn];
}"""


# By day each page in one width, in turn.
@pytest.mark.parametrize(
    ("address", "width"),
    [
        pytest.param(address, width, marks=[pytest.mark.full] if (place + turn) % 2 else [])
        for place, address in enumerate(
            ("/xiangxi/", "/xiangxi/jobs/", "/cities/", "/xiangxi/alerts/")
        )
        for turn, width in enumerate(WIDTHS)
    ],
)
def test_focus_can_be_seen_wherever_it_goes(reader, address, width):
    reader.set_viewport_size({"width": WIDTHS[width], "height": 844})
    reader.goto(address)
    unseen, seen = [], set()
    for _ in range(40):
        reader.keyboard.press("Tab")
        name, shown = reader.evaluate(FOCUS)
        seen.add(name)
        if not shown:
            unseen.append(name)
    assert len(seen) > 15
    assert unseen == []


# How much of what has the focus lies in the window and under nothing else, of three points from its top to its bottom.
UNCOVERED = """() => {
  const element = document.activeElement, box = element.getBoundingClientRect();
  if (element === document.body) return null;
  const middle = Math.min((box.left + box.right) / 2, innerWidth - 1);
  const points = [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2];
  const free = points.filter((y) => {
    const top = document.elementFromPoint(middle, y);
    return top && (element.contains(top) || top.contains(element)
      || [...element.labels ?? []].some((label) => label.contains(top)));
  });
  return [element.outerHTML.slice(0, 90), free.length];
}"""


@pytest.mark.parametrize(
    ("address", "width", "presses"),
    [
        ("/xiangxi/jobs/", 390, 90),
        ("/xiangxi/jobs/{listing}/", 390, 60),
        ("/xiangxi/jobs/#filters", 390, 60),
        ("/employers/post/", 390, 70),
        ("/xiangxi/jobs/", 1280, 60),
    ],
)
def test_no_bar_at_an_edge_covers_what_has_the_focus(reader, stock, address, width, presses):
    reader.set_viewport_size({"width": width, "height": 700})
    reader.goto("about:blank")  # or a part of the same page would not be loaded
    reader.goto(address.format(**stock))
    stops = []
    for _ in range(presses):
        reader.keyboard.press("Tab")
        stops.append(reader.evaluate(UNCOVERED))
    stops = [stop for stop in stops if stop]
    assert len(stops) > 25
    assert [name for name, free in stops if free < 2] == []


def test_a_finger_finds_what_it_aims_at_on_a_touch_screen(kept_site, stock):
    """As on a phone of glass: what is small there is small in a narrow window too."""
    phone = kept_site.open(390, 844, is_mobile=True, has_touch=True, device_scale_factor=2)
    phone.goto("/xiangxi/jobs/")
    assert phone.evaluate(looks.SMALL) == []


def test_in_print_only_what_matters_is_left(reader, stock):
    reader.goto(f"/xiangxi/jobs/{stock['listing']}/")
    reader.emulate_media(media="print")
    assert reader.locator("h1").is_visible()
    for away in ("nav.tabs", "nav.nav", "form.search", "a.switch"):
        assert not reader.locator(away).first.is_visible(), away
    # whose paper it is, and nothing past its edge: A4 without margins is 718 px wide
    reader.set_viewport_size({"width": 718, "height": 1000})
    brand = reader.locator(".brand b").bounding_box()
    assert brand["width"] > 60 and brand["height"] > 12
    assert reader.evaluate("document.documentElement.scrollWidth") == 718
    reader.emulate_media(media="screen")
