"""What pages load: one style sheet and one script of ours; no class with rules in two files."""

import gzip
import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings

from sitekit.web.static_bundles import join_parts
from tests import addresses

STATIC = Path(__file__).resolve().parents[3] / "static"
TEMPLATES = STATIC.parent / "templates"
VERDICT = re.compile(r'<section class="verdict.*?</section>', re.DOTALL)
SIGNED = re.compile(r"\.[\w-]+::before")
OUR_SHEET = re.compile(r'<link rel="stylesheet" href="/static/((?:css|bundles)/[^"]+)">')
OUR_SCRIPT = re.compile(r'<script src="/static/((?:js|bundles)/[^"]+)"')
# What is hidden and plain on paper names the classes of all the others.
PAPER = {"css/print.css", "css/printed.css"}  # they change what the others define
MAX_BYTES = 25_000  # compressed, of the two files of a page


def parts_of(kind):
    parts = dict.fromkeys(part for bundle in settings.STATIC_BUNDLES.values() for part in bundle)
    return [part for part in parts if kind in part]


def list_selectors(css):
    """Every selector of a style sheet, those within media queries and layers too."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for heads in re.findall(r"([^{};]+)\{", css):
        if not heads.strip().startswith("@"):
            yield from (selector.strip() for selector in re.split(r",(?![^(]*\))", heads))


def find_defined_classes(css):
    """Classes that have a rule of their own: `.alert`, not `.alert p` and not `.box .alert`."""
    return {s[1:] for s in list_selectors(css) if re.fullmatch(r"\.[\w-]+", s)}


def find_collisions(sheets):
    """Classes that two of the sheets define; `sheets` are texts by name."""
    places = defaultdict(list)
    for name, css in sheets.items():
        for defined in find_defined_classes(css):
            places[defined].append(name)
    return {name: sorted(files) for name, files in places.items() if len(files) > 1}


@pytest.mark.parametrize("bundle", [name for name in settings.STATIC_BUNDLES if "css" in name])
def test_a_class_is_defined_in_one_file(bundle):
    parts = [part for part in settings.STATIC_BUNDLES[bundle] if part not in PAPER]
    assert find_collisions({part: (STATIC / part).read_text() for part in parts}) == {}


def test_a_class_defined_twice_is_found():
    first = "@layer x { .qr { color: red } .qr img { top: 0 } }"
    second = "/* .a {} */ @media print { .b, .qr { top: 0 } } .a { top: 0 }"
    assert find_collisions({"1": first, "2": second}) == {"qr": ["1", "2"]}


def test_a_verdict_bears_no_sign_of_another_part():
    """A tick before the words of a warning says that all is well."""
    sheets = [(STATIC / part).read_text() for part in settings.STATIC_BUNDLES["bundles/site.css"]]
    selectors = {selector for css in sheets for selector in list_selectors(css)}
    signed = {s.removesuffix("::before")[1:] for s in selectors if SIGNED.fullmatch(s)}
    assert {"ok", "no"} <= signed
    texts = {path: path.read_text() for path in TEMPLATES.rglob("*.html")}
    verdicts = {path: VERDICT.findall(text) for path, text in texts.items() if VERDICT.search(text)}
    assert len(verdicts) == 3
    used = {
        name for parts in verdicts.values() for name in re.findall(r'class="([^"]*)"', str(parts))
    }
    assert not signed & {word for names in used for word in names.split()}


def test_every_style_sheet_of_ours_is_in_a_bundle_and_in_none_twice():
    assert set(parts_of("css/")) == {f"css/{path.name}" for path in STATIC.glob("css/*.css")}
    for parts in settings.STATIC_BUNDLES.values():
        assert len(parts) == len(set(parts))


@pytest.mark.parametrize("part", parts_of("css/"))
def test_no_part_names_another_file(part):
    """A bundle lies elsewhere than its parts."""
    assert not re.search(r"url\(|@import|@charset", (STATIC / part).read_text())


@pytest.mark.parametrize("part", parts_of("js/"))
def test_no_script_has_a_string_of_several_lines(part):
    """Bundles are joined without the blanks at the beginning of lines."""
    text = (STATIC / part).read_text()
    assert not re.search(r"\\$", text, re.MULTILINE)
    assert all("\n" not in words for words in re.findall(r"`[^`]*`", text))


def test_the_order_of_the_layers_comes_first():
    first = (STATIC / settings.STATIC_BUNDLES["bundles/site.css"][0]).read_text()
    assert re.match(r"\s*(/\*.*?\*/\s*)*@layer [\w, ]+;", first, flags=re.DOTALL)


def test_style_sheet_and_script_are_small():
    files = [join_parts(f"bundles/site.{kind}") for kind in ("css", "js")]
    assert sum(len(gzip.compress(file)) for file in files) <= MAX_BYTES


@pytest.mark.django_db
def test_a_page_loads_one_style_sheet_and_one_script(client, stock):
    loaded = {}
    for address in addresses.fill_addresses(addresses.PAGES | addresses.FORMS, stock):
        html = client.get(address).content.decode()
        loaded[address] = (*OUR_SHEET.findall(html), *OUR_SCRIPT.findall(html))
    assert set(loaded.values()) == {("bundles/site.css", "bundles/site.js")}


@pytest.mark.django_db
def test_a_page_of_the_staff_loads_one_style_sheet(admin_client, stock):
    for address in ("/admin/", "/admin/desk/", f"/admin/desk/listings/{stock['held']}/graph/"):
        html = admin_client.get(address).content.decode()
        assert OUR_SHEET.findall(html) == ["bundles/staff.css"]
        assert len(OUR_SCRIPT.findall(html)) <= 1


def read_admin_colours():
    """The colours of the admin when it is light, when the system is dark, when dark was chosen."""
    css = (STATIC / "css/admin.css").read_text()
    blocks = re.findall(r":root[^{]*\{([^}]*)\}", css)
    light, *dark = [dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{3,6});", block)) for block in blocks]
    return [light, *({**light, **colours} for colours in dark)]


def compute_luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    shares = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    ]
    return sum(
        weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def compute_contrast(colour, other):
    dim, bright = sorted(compute_luminance(each) for each in (colour, other))
    return (bright + 0.05) / (dim + 0.05)


def test_buttons_and_fields_of_the_admin_stand_out_in_light_and_dark():
    schemes = read_admin_colours()
    assert len(schemes) == 3
    buttons = ("button", "default-button", "delete-button", "close-button", "object-tools")
    faults = []
    for number, colours in enumerate(schemes):
        edges = ["--border-color", *(f"--{button}-bg" for button in buttons)]
        edges += [f"--{button}-hover-bg" for button in buttons]
        pairs = [(edge, page, 3) for edge in edges for page in ("--body-bg", "--darkened-bg")]
        pairs += [(edge, "--button-fg", 4.5) for edge in edges[1:]]
        pairs += [("--body-quiet-color", page, 4.5) for page in ("--body-bg", "--darkened-bg")]
        faults += [
            (number, name, other, round(contrast, 2))
            for name, other, least in pairs
            if (contrast := compute_contrast(colours[name], colours[other])) < least
        ]
    assert faults == []
