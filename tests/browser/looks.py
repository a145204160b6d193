"""What every page is looked at for in one visit, at each width, in light and dark, in large text.

With SCREENS=1 pictures are written to var/screens/.
"""

import os
from pathlib import Path
from typing import Any, NamedTuple

from axe_playwright_python.base import AXE_SCRIPT

SCREENS = Path(__file__).resolve().parents[2] / "var" / "screens"
BAD = {"serious", "critical"}

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
# On a desk, where one works all day, a finger finds everything that is pressed.
SMALL_ON_A_DESK = """() => [...document.querySelectorAll("main, .desk #content")].flatMap(part =>
  [...part.querySelectorAll("a:is(.btn, .button), button, input, select, summary")])
  .filter(el => el.checkVisibility() && !el.closest(".vh, .visually-hidden, [type=hidden]"))
  .map(el => [el, (el.closest("label") ?? el).getBoundingClientRect()])
  // seven days and a name stand in a row of the grid of hours
  .filter(([el, box]) => box.height < 43.5 || box.width < (el.closest(".slots") ? 36 : 43.5))
  .map(([el]) => el.outerHTML.slice(0, 100))"""
# Words of a sentence in a language that is not the reader's; browsers' and apps' names are none, nor is program code.
ENGLISH = r"""() => [...document.querySelectorAll("main pre")]
  .reduce((words, code) => words.replace(code.innerText, ""), document.querySelector("main").innerText + document.title)
  .match(/\b[A-Za-z]+[ ,]+[a-z]+[ ,]+[a-z]+\b/g) ?? []"""
# Where the browser would answer in words and a look of its own.
BUBBLES = """() => [...document.querySelectorAll("main form:not([novalidate])")]
  .filter((form) => !form.checkValidity() || form.querySelector("[required]"))
  .map((form) => form.outerHTML.slice(0, 120))"""
HEADINGS = """() => document.querySelectorAll("h1").length === 1 ? [] : ["not one heading"]"""
# What leads whom hears a page astray: an id that is there twice, a description or a target that is
# not there, a level of headings left out.
STRUCTURE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  const names = (e, name) => (e.getAttribute(name) ?? "").split(" ").filter(Boolean);
  const wanted = [...document.querySelectorAll("main *, #content *")].flatMap((e) =>
    [...names(e, "for"), ...names(e, "aria-describedby"), ...names(e, "aria-labelledby")]);
  const levels = [...document.querySelectorAll(":is(h1, h2, h3, h4)")]
    .filter((e) => e.checkVisibility()).map((e) => +e.tagName[1]);
  return [
    ...ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `twice: #${id}`),
    ...wanted.filter((id) => !ids.includes(id)).map((id) => `not there: #${id}`),
    ...levels.filter((level, place) => level > (levels[place - 1] ?? 0) + 1).map((level) => `jumps to h${level}`),
  ];
}"""
# How far things moved after they were first drawn.
SHIFT = """() => new Promise((tell) => {
  let moved = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { moved += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => tell(moved))));
})"""
# As another tab of the same reader would: what is kept has changed.
SET_LARGE = """(isLarge) => {
  isLarge ? localStorage.setItem("large", "1") : localStorage.removeItem("large");
  dispatchEvent(new StorageEvent("storage", { key: "large" }));
}"""
# The page is scrolled to its end: the bar at the bottom of a phone must leave it all in sight.
COVERED = """() => {
  scrollTo(0, document.documentElement.scrollHeight);
  const bars = [...document.querySelectorAll(".tabs, .act")]
    .filter((bar) => getComputedStyle(bar).position === "fixed" && bar.checkVisibility());
  const end = document.querySelector(".foot .wrap").getBoundingClientRect().bottom;
  scrollTo(0, 0);
  return bars.some((bar) => bar.getBoundingClientRect().top < end)
    ? ["covered by the bar at the bottom"] : [];
}"""
# Words in a column of three characters: a grid or a flexible row has put them beside what is wide.
SQUEEZED = r"""() => [...document.querySelectorAll("main :is(h1, h2, h3, p:not(.row, .pills), li, dd)")]
  .filter((e) => e.checkVisibility() && !e.querySelector(".btn, *:not(a, b, span, time, br, svg, use)"))
  .filter((e) => { const words = e.innerText.replace(/\s/g, "").length;
    const lines = e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight);
    return words >= 10 && words / lines < 4; })
  .map((e) => `squeezed: ${e.outerHTML.slice(0, 100)}`)"""
# Words that stand in a field until something is typed, of which the end is not seen.
CUT_PLACEHOLDERS = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  return [...document.querySelectorAll("input[placeholder]")].filter((e) => e.checkVisibility())
    .filter((field) => { const style = getComputedStyle(field, "::placeholder");
      pen.font = style.font;
      return pen.measureText(field.placeholder).width > parseFloat(style.width) + 1; })
    .map((field) => `cut: ${field.placeholder}`); }"""
# "1 …" of "1 小时内回复" says something else: it is shown whole or not at all.
CUT_RECORDS = """() => [...document.querySelectorAll(".record")].filter((e) => e.checkVisibility())
  .filter((record) => { const words = document.createRange();
    words.selectNodeContents(record);
    const box = record.getBoundingClientRect(), line = words.getBoundingClientRect();
    return line.right > box.right + 1 && line.top < box.bottom; })
  .map((record) => `cut: ${record.innerText}`)"""
# Of what a job pays the end is never out of sight: neither a digit nor the unit.
CUT_PAY = """() => [...document.querySelectorAll(".job .pay")]
  .filter((pay) => { const words = document.createRange();
    words.selectNodeContents(pay);
    return words.getBoundingClientRect().right > pay.closest(".money").getBoundingClientRect().right + 1; })
  .map((pay) => `cut: ${pay.innerText}`)"""
OVER = """() => { const over = document.documentElement.scrollWidth - innerWidth;
  return over > 0 ? [`scrolls sideways by ${over}`] : []; }"""
# Of many elements alike side by side (hundreds of links to places) axe looks at the first dozen.
# A colour on its way from light to dark is brought to its end.
AXE = """([part, alike, options]) => {
  document.getAnimations().forEach((animation) => animation.cancel());
  const seen = new Map();
  const exclude = [...document.querySelectorAll("main *")].filter((element) => {
    const kind = `${element.tagName} ${element.className}`;
    const counts = seen.get(element.parentNode) ?? new Map();
    seen.set(element.parentNode, counts.set(kind, (counts.get(kind) ?? 0) + 1));
    return counts.get(kind) > alike;
  });
  const include = [document.querySelector(part) ?? document.documentElement];
  return axe.run({include, ...(exclude.length && {exclude})},
    {resultTypes: ["violations"], ...options}).then(({violations}) =>
    violations.map(({id, impact, nodes}) => [id, impact, nodes[0].html]));
}"""
ALIKE = 12
WHOLE_PAGE, MAIN_PART = "html", "main"
EVERY_RULE: dict[str, Any] = {}
CONTRAST = {"runOnly": ["color-contrast"]}


class Setting(NamedTuple):
    """How a page is shown, and what of it is looked at there besides whether it scrolls sideways."""

    width: int
    scheme: str
    is_large: bool = False
    layout: bool = False
    rules: dict[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.width} {self.scheme}{' large' * self.is_large}"


# Any two of 390 or 1280, light or dark, usual or large meet; the other widths, and the smallest
# phone in large text, only for what does not fit. In this order few things change at a time.
# How far things move is seen where a page is loaded: of every second page in a wide window.
FROM_NARROW = (
    Setting(390, "dark", layout=True, rules=EVERY_RULE),
    Setting(390, "light", is_large=True),
    Setting(320, "light", is_large=True),
    Setting(320, "light"),
    Setting(768, "light"),
    Setting(1280, "light", layout=True, rules=CONTRAST),
    Setting(1280, "dark", is_large=True),
)
FROM_WIDE = (
    Setting(1280, "light", layout=True, rules=EVERY_RULE),
    Setting(1280, "dark", is_large=True),
    Setting(768, "dark"),
    Setting(320, "dark"),
    Setting(320, "dark", is_large=True),
    Setting(390, "light", is_large=True),
    Setting(390, "dark", layout=True, rules=CONTRAST),
)
EVERY_SETTING = tuple(
    Setting(width, scheme, is_large, layout=not is_large, rules=EVERY_RULE)
    for width in (320, 390, 768, 1280)
    for scheme in ("light", "dark")
    for is_large in (False, True)
)


class Demands(NamedTuple):
    """What holds for the pages of a kind: scripts that return what is wrong."""

    everywhere: tuple[str, ...]
    on_a_phone: tuple[str, ...]


READERS = Demands((ENGLISH, BUBBLES, HEADINGS, STRUCTURE, COVERED, SQUEEZED), (SMALL,))


def take_screenshot(page, name):
    if os.environ.get("SCREENS") == "1":
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}.png", full_page=True)


def axe_faults(page, part=WHOLE_PAGE, rules=EVERY_RULE, alike=ALIKE):
    """The serious faults that axe finds, each with the first element that has it."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{rule}: {html[:160]}"
        for rule, impact, html in page.evaluate(AXE, [part, alike, rules])
        if impact in BAD
    ]


def is_moving(page):
    """Twice: on a busy machine a page may be drawn before all of it is there."""
    return page.evaluate(SHIFT) > 0 and page.reload() and page.evaluate(SHIFT) > 0


def list_page_settings(number):
    """The settings of the page of this number, in a row of pages: the first, and every third one of the rest."""
    first, *rest = FROM_WIDE if number % 2 else FROM_NARROW
    return (first, *rest[number // 2 % 3 :: 3])


def find_faults(page, address, name, demands, *, settings, part=MAIN_PART, status=200, alike=ALIKE):
    """All that is wrong with the page under each setting, loaded under the first one.

    `part` is what axe looks at.
    """
    faults, before = [], None
    for setting in settings:
        if before is None or setting.width != before.width:
            page.set_viewport_size({"width": setting.width, "height": 844})
        if before is None or setting.scheme != before.scheme:
            page.emulate_media(color_scheme=setting.scheme)
        found_faults = []
        if before is None:
            assert page.goto(address).status == status
            found_faults += ["moves while it loads"] if is_moving(page) else []
        before = setting
        found_faults += page.evaluate(_build_layout_script(setting, demands), setting.is_large)
        if setting.rules is not None:
            take_screenshot(page, f"{name}-{str(setting).replace(' ', '-')}")
            found_faults += axe_faults(page, part, setting.rules, alike)
        faults += [f"{setting}: {fault}" for fault in found_faults]
    page.evaluate(SET_LARGE, False)  # the next page is loaded in letters of the usual size
    return faults


def visit_in_full(page, address, name, demands, part=WHOLE_PAGE, *, status=200):
    """The same under every setting, each of them loaded, and axe looks at all of a list."""
    given = {"part": part, "status": status, "alike": 10_000}
    return [
        fault
        for setting in EVERY_SETTING
        for fault in find_faults(page, address, name, demands, settings=[setting], **given)
    ]


def _build_layout_script(setting: Setting, demands: Demands) -> str:
    """What sets the size of text and returns what is wrong with the layout then."""
    looks = [OVER, CUT_PLACEHOLDERS, CUT_RECORDS, CUT_PAY]
    if setting.layout:
        looks += [*demands.everywhere, *(demands.on_a_phone if setting.width == 390 else ())]
    return f"""(isLarge) => {{
      ({SET_LARGE})(isLarge);
      return [{", ".join(looks)}].flatMap((look) => look());
    }}"""
