"""What only somebody signed in sees, and every form: nothing cut off, unreadable or in English.

The addresses come from the table of roles, so that no page can be forgotten.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import access, addresses, world
from tests.browser.test_look import BAD, SMALL, shoot
from tests.conftest import tea_shop
from tests.people import enter
from tools.demo.factories import make_employer

ROLES = ("visitor", "seeker", "employer")
FILES = ("/template/", "/download/", "/pack/")
# What looks different as long as nothing was handed in.
NEWCOMERS = ["/employer/", "/employer/papers/", "/employer/phone/", "/employer/upload/"]


@pytest.fixture
def doors(places, publish, place, live_server):
    """{role: (person, the addresses that answer)}, each address once."""
    people, values = world.make(publish, place, tea_shop())
    found = {role: (people[role], []) for role in ROLES}
    found["visitor"][1].extend(addresses.of(addresses.FORMS, values))
    for group in access.GET.values():
        for ask in group:
            address = ask.address.format(**values)
            role = next((role for role in ROLES if ask.answers[role] == 200), None)
            if role and not address.endswith(FILES):
                found[role][1].append(address)
    newcomer = people["other_seeker"]
    make_employer("新开的店", status="unverified", checks="", member=newcomer)
    return found | {"newcomer": (newcomer, NEWCOMERS)}


@pytest.fixture
def walk(open_page, doors, live_server):
    """`walk(look, **options)`: what `look(page)` finds wrong, by address."""

    def walked(look, **options):
        faults, seen = {}, 0
        for role, (person, pages) in doors.items():
            page = open_page(**options)
            page.add_init_script(LARGE if options.get("width") == 320 else "")
            if person:
                enter(page, person, live_server)
            for address in pages:
                page.goto(address)
                fault = look(page)
                seen += 1
                if fault:
                    faults[f"{role} {address}"] = fault
        assert seen > 50, "the table of addresses was not read"
        return faults

    return walked


LARGE = "localStorage.setItem('large', '1')"
OVER = "document.documentElement.scrollWidth - window.innerWidth"
# Words of a sentence in a language that is not the reader's; browsers' and apps' names are none.
ENGLISH = r"""() => (document.querySelector("main").innerText + document.title)
  .match(/\b[A-Za-z]+[ ,]+[a-z]+[ ,]+[a-z]+\b/g)"""
# Where the browser would answer in words and a look of its own.
BUBBLES = """() => [...document.querySelectorAll("main form:not([novalidate])")]
  .filter((form) => !form.checkValidity() || form.querySelector("[required]"))
  .map((form) => form.outerHTML.slice(0, 120))"""
# How far things moved after they were first drawn.
SHIFT = """() => new Promise((tell) => {
  let moved = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { moved += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => tell(moved))));
})"""
# The page is scrolled to its end: the bar at the bottom of a phone must leave it all in sight.
COVERED = """() => {
  scrollTo(0, document.documentElement.scrollHeight);
  const bars = [...document.querySelectorAll(".tabs, .act")]
    .filter((bar) => getComputedStyle(bar).position === "fixed" && bar.checkVisibility());
  const end = document.querySelector(".foot .wrap").getBoundingClientRect().bottom;
  return bars.some((bar) => bar.getBoundingClientRect().top < end);
}"""


def moves(page):
    """Twice: on a busy machine a page may be drawn before all of it is there."""
    return page.evaluate(SHIFT) > 0 and page.reload() and page.evaluate(SHIFT) > 0


def test_in_large_text_on_the_smallest_phone_nothing_is_cut_off(walk):
    over = walk(lambda page: max(page.evaluate(OVER), 0), width=320, height=640)
    assert over == {}


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_keeps_still_and_speaks_chinese_in_our_own_words(walk, width):
    def look(page):
        faults = [moves(page) and "moves while it loads"]
        faults += [page.evaluate(OVER) > 0 and "scrolls sideways"]
        faults += page.evaluate(ENGLISH) or []
        faults += page.evaluate(BUBBLES)
        faults += page.evaluate(SMALL) if width == 390 else []
        faults += [page.evaluate(COVERED) and "covered by the bar at the bottom"]
        faults += [page.locator("h1").count() != 1 and "has not one heading"]
        return [fault for fault in faults if fault]

    assert walk(look, width=width, height=844) == {}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_is_accessible(walk, scheme, width):
    def look(page):
        name = page.evaluate("location.pathname").strip("/").replace("/", "-")
        shoot(page, f"own-{name}-{width}-{scheme}")
        violations = Axe().run(page).response["violations"]
        return {v["id"]: v["nodes"][0]["html"][:160] for v in violations if v["impact"] in BAD}

    assert walk(look, width=width, height=844, color_scheme=scheme) == {}
