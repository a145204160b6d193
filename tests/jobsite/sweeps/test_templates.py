"""How templates are written: short lines, addresses by name."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
LONGEST_LINE = 120
TYPED_ADDRESS = re.compile(r'\b(?:href|action|formaction|src)="(/[^"]*)"')
# Shown while the site is broken, perhaps its addresses too: they need nothing.
STAND_ALONE = ("400.html", "500.html")


def template_files():
    return sorted(path for path in TEMPLATES.rglob("*.*") if path.is_file())


def find_long_lines(text):
    """The numbers of the lines that are too long."""
    return [n for n, line in enumerate(text.splitlines(), 1) if len(line) > LONGEST_LINE]


def test_no_line_of_a_template_is_longer_than_a_screen():
    long_lines = {
        str(path.relative_to(TEMPLATES)): numbers
        for path in template_files()
        if (numbers := find_long_lines(path.read_text(encoding="utf-8")))
    }
    assert long_lines == {}


def test_a_long_line_is_found():
    assert find_long_lines("a" * 120 + "\n" + "字" * 121) == [2]


def test_addresses_of_the_site_are_made_of_their_names():
    typed = {
        str(path.relative_to(TEMPLATES)): addresses
        for path in template_files()
        if path.name not in STAND_ALONE
        if (addresses := TYPED_ADDRESS.findall(path.read_text(encoding="utf-8")))
    }
    assert typed == {}


def test_a_typed_address_is_found():
    line = """<a href="/me/">x</a> <a href="{% url 'me' %}"> <a href="#x"> <form action="/x/{{ y }}/">"""
    assert TYPED_ADDRESS.findall(line) == ["/me/", "/x/{{ y }}/"]
