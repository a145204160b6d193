"""Ten main pages look as they did: each is compared with the picture that is kept of it.

    PICTURES=renew pytest tests/browser/test_pictures.py

draws the pictures anew, to be looked at and committed. Letters are drawn differently by another
browser (but not by one with other security updates) or with other fonts: then nothing is compared, and the
test says so. What differs is shown
by var/pictures/<name>.webp: the page as it was, as it is, and where the two differ, in red.
"""

import datetime
import hashlib
import os
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from PIL import Image, ImageChops

from tests import world
from tests.people import sign_in_browser_page

KEPT = Path(__file__).parent / "pictures"
SHOWN = Path(__file__).resolve().parents[2] / "var" / "pictures"
RENEW = os.environ.get("PICTURES") == "renew"
DRAWN_WITH = KEPT / "drawn_with.txt"
WIDTHS = (390, 1280)
TALLEST = 2400  # what stands further down is left out
STEP = 16  # between two shades of a kept picture: fewer shades, smaller files
# A shade may be off by so much.
TOLERANCE = 24
# So many pixels may differ: a cursor, the edge of a letter.
MAX_DIFFERENT = 60
NOW = datetime.datetime(2026, 3, 18, 10, 30, tzinfo=datetime.UTC)
SCAM = "招聘打字员，日结 300 元，先交押金 200 元，做完退还。加微信 dz8866 领任务，垫付以后返还。"
# Address and who asks, by name; `check` is filled in and sent.
PAGES = {
    "home": ("/", None),
    "city": ("/xiangxi/", None),
    "list": ("/xiangxi/jobs/", None),
    "listing": ("/xiangxi/jobs/{listing}/", None),
    "article": ("/xiangxi/news/{alert}/", None),
    "check": ("/check/", None),
    "cities": ("/cities/", None),
    "desk": ("/employer/", "employer"),
    "case": ("/admin/desk/listings/{held}/", "moderator"),
    "sign-in": ("/accounts/login/", None),
}


@pytest.fixture
def frozen(monkeypatch):
    """The same day, hour and row numbers every time."""
    defaults = [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.default is timezone.now
    ]
    for field in defaults:  # they took the function when they were made
        monkeypatch.setitem(field.__dict__, "_get_default", lambda: NOW)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences")
        sequences = cursor.fetchall()
        for sequence, _last_value in sequences:
            cursor.execute(f"ALTER SEQUENCE {sequence} RESTART WITH 1")
    yield
    # Rows that came with the migrations have numbers too: the next test must not take them again.
    with connection.cursor() as cursor:
        for sequence, last_value in sequences:
            if last_value:
                cursor.execute("SELECT setval(%s, %s)", [sequence, last_value])


@pytest.fixture
def cast(frozen, publish, place, employer):
    call_command("load_guides", verbosity=0)
    return world.make_site_data(publish, place, employer)


def describe_machine(browser):
    """The browser, without the number of its last update, and the fonts that letters depend on."""
    command = ["fc-match", "--format=%{file} %{fontversion}", "system-ui:lang=zh-cn"]
    fonts = ""
    if shutil.which(command[0]):
        fonts = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    version = browser.version.rpartition(".")[0]
    return f"chromium {version}, font {hashlib.sha256(fonts.encode()).hexdigest()[:12]}\n"


def take_picture(page):
    page.evaluate("document.fonts.ready")
    picture = Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled")))
    return picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, TALLEST)))


def find_difference(before, after):
    """A picture that is black where both are alike, and how many pixels are not."""
    size = tuple(map(max, before.size, after.size))
    spread = [Image.new("RGB", size, "magenta"), Image.new("RGB", size, "cyan")]
    for canvas, picture in zip(spread, (before, after), strict=True):
        canvas.paste(picture)
    red, green, blue = ImageChops.difference(*spread).split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    mask = strongest.point(lambda value: 255 * (value > TOLERANCE))
    return mask, mask.histogram()[255]


def show_difference(name, before, after, mask):
    """Writes the three beside each other, for whoever wants to know."""
    SHOWN.mkdir(parents=True, exist_ok=True)
    marked = after.copy()
    marked.paste("red", (0, 0), mask.crop((0, 0, *after.size)))
    height = max(before.height, after.height)
    sheet = Image.new("RGB", (before.width + 2 * after.width, height), "white")
    for left, picture in ((0, before), (before.width, after), (before.width + after.width, marked)):
        sheet.paste(picture, (left, 0))
    path = SHOWN / f"{name}.webp"
    sheet.save(path, lossless=True)
    return path


def save_reference_picture(picture, path):
    path.parent.mkdir(exist_ok=True)
    shades = picture.point(lambda value: min(255, round(value / STEP) * STEP))
    shades.save(path, lossless=True, quality=100, method=6)


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.full)])
def test_the_main_pages_look_as_they_did(open_page, live_server, chromium, cast, width):
    machine = describe_machine(chromium)
    if RENEW:
        KEPT.mkdir(exist_ok=True)
        DRAWN_WITH.write_text(machine)
    elif DRAWN_WITH.read_text() != machine:
        pytest.skip(f"the pictures were drawn with {DRAWN_WITH.read_text()}, here is {machine}")
    people, values = cast
    changed = {}
    for name, (address, role) in PAGES.items():
        page = open_page(width=width, height=800, color_scheme="light", reduced_motion="reduce")
        if role:
            sign_in_browser_page(page, people[role], live_server)
        page.goto(address.format(**values))
        if name == "check":
            page.locator("main textarea").fill(SCAM)
            page.locator("main form button[type=submit]").first.click()
            page.locator(".verdict").wait_for()
        page.wait_for_load_state("networkidle")  # the number of new notices comes after the page
        after, path = take_picture(page), KEPT / f"{name}-{width}.webp"
        page.context.close()
        if RENEW:
            save_reference_picture(after, path)
            continue
        before = Image.open(path).convert("RGB")
        mask, different = find_difference(before, after)
        if different > MAX_DIFFERENT:
            changed[name] = f"{different} pixels: {show_difference(path.stem, before, after, mask)}"
    assert changed == {}


def test_a_small_change_is_found():
    before = Image.new("RGB", (100, 100), "white")
    after = before.copy()
    after.paste("#0e5a44", (10, 10, 20, 18))
    assert find_difference(before, before)[1] == 0
    assert find_difference(before, after)[1] == 80
    assert find_difference(before, after.crop((0, 0, 100, 99)))[1] == 180


def test_all_pictures_together_are_small():
    assert sum(path.stat().st_size for path in KEPT.glob("*.webp")) < 2_000_000
