"""Every kind of page at every width, in light and in dark: nothing cut off, nothing unreadable.

With SCREENS=1 pictures are written to var/screens/.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import addresses

SCREENS = Path(__file__).resolve().parents[2] / "var" / "screens"
WIDTHS = {"320": 320, "phone": 390, "tablet": 768, "desktop": 1280}
BAD = {"serious", "critical"}
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

# Links and buttons that a finger misses; those of running text may be as low as a line.
SMALL = """() => [...document.querySelectorAll("a, button, input, label")]
  .filter((e) => e.checkVisibility())
  .filter((e) => !e.closest("p:not(.row, .pills), dd, li p, td, .read li, .nevers li, .opt span"))
  .filter((e) => !e.closest(".skip, [aria-hidden=true]"))
  .filter((e) => !(e.matches("input") && e.closest("label")))
  .filter((e) => { const box = e.getBoundingClientRect();
    const cover = getComputedStyle(e, "::after");
    return box.width > 1 && box.height < 24 && cover.position !== "absolute"; })
  .map((e) => e.outerHTML.slice(0, 100))"""


def shoot(page, name):
    if os.environ.get("SCREENS") == "1":
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}.png", full_page=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(open_page, stock, width):
    page = open_page(width=WIDTHS[width], height=800)
    wide = {}
    for address in addresses.of(addresses.PAGES, stock):
        page.goto(address)
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            wide[address] = over
    assert wide == {}


def test_no_page_scrolls_sideways_in_large_text_on_the_smallest_phone(open_page, stock):
    page = open_page(width=320, height=640)
    page.add_init_script("localStorage.setItem('large', '1')")
    wide = {}
    for name, address in KINDS.items():
        page.goto(address.format(**stock))
        assert page.locator("html[data-large]").count() == 1
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            wide[name] = over
    assert wide == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_every_kind_of_page_is_accessible(open_page, stock, scheme, width):
    page = open_page(width=WIDTHS[width], height=844, color_scheme=scheme)
    found = {}
    for name, address in KINDS.items():
        page.goto(address.format(**stock))
        shoot(page, f"{name}-{width}-{scheme}")
        violations = Axe().run(page).response["violations"]
        bad = {
            v["id"]: [node["html"][:160] for node in v["nodes"]][:3]
            for v in violations
            if v["impact"] in BAD
        }
        if bad:
            found[name] = bad
    assert found == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_filters_are_accessible(open_page, stock, scheme):
    page = open_page(width=390, height=844, color_scheme=scheme)
    page.goto("/xiangxi/jobs/#filters")
    shoot(page, f"filters-{scheme}")
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in violations if v["impact"] in BAD] == []


def test_the_first_tab_stop_leads_past_the_header(page):
    page.goto("/about/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("address", ["/xiangxi/", "/xiangxi/jobs/", "/cities/", "/xiangxi/alerts/"])
@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_focus_can_be_seen_wherever_it_goes(open_page, stock, address, width):
    page = open_page(width=WIDTHS[width], height=844)
    page.goto(address)
    unseen, seen = [], set()
    for _ in range(40):
        page.keyboard.press("Tab")
        name, shown = page.evaluate(
            """() => {
              const element = document.activeElement;
              const drawn = (node, pseudo) => {
                const style = getComputedStyle(node, pseudo);
                return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
              };
              const around = element.closest("label, form.search");  // draw it for what is inside
              const isDrawn = drawn(element) || drawn(element, "::after") || drawn(around ?? element);
              return [element.outerHTML.slice(0, 90), element === document.body || isDrawn];
            }"""
        )
        seen.add(name)
        if not shown:
            unseen.append(name)
    assert len(seen) > 15
    assert unseen == []


def test_a_finger_finds_what_it_aims_at(phone, stock):
    """Links and buttons outside running text are at least 24 px high (WCAG 2.5.8)."""
    small = {}
    for name, address in KINDS.items():
        phone.goto(address.format(**stock))
        found = phone.evaluate(SMALL)
        if found:
            small[name] = found[:4]
    assert small == {}


def test_in_print_only_what_matters_is_left(page, stock):
    page.goto(f"/xiangxi/jobs/{stock['listing']}/")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    for away in ("nav.tabs", "nav.nav", "form.search", "a.switch"):
        assert not page.locator(away).first.is_visible(), away
