"""How templates are written: short lines, addresses by name, each component once."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
LONGEST_LINE = 120
TYPED_ADDRESS = re.compile(r'\b(?:href|action|formaction|src)="(/[^"]*)"')
# Shown while the site is broken, perhaps its addresses too: they need nothing.
STAND_ALONE = ("stand_alone.html", "400.html", "500.html", "503.html")


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


def find_broken_sentences(text):
    """The ends of lines behind which a Chinese sentence goes on: a browser shows a space there, except in `oneline`."""
    text = re.sub(
        r"{% oneline %}.*?{% endoneline %}|{% comment %}.*?{% endcomment %}",
        "",
        text,
        flags=re.DOTALL,
    )
    return re.findall(
        r".{1,12}[一-鿿，、；：。）](?=\n\s*(?:[一-鿿（「“]|<(?:a|b|code)[ >]))", text
    )


def test_no_chinese_sentence_is_broken_by_a_space():
    broken = {
        str(path.relative_to(TEMPLATES)): ends
        for path in TEMPLATES.rglob("*.html")
        if (ends := find_broken_sentences(path.read_text(encoding="utf-8")))
    }
    assert broken == {}


def test_a_broken_sentence_is_found():
    assert find_broken_sentences("<p>先交押金的，\n  都是骗局。</p>") == ["<p>先交押金的，"]
    assert find_broken_sentences("{% oneline %}先交押金的，\n都是骗局。{% endoneline %}") == []


def test_a_dot_between_two_facts_stays_with_the_first():
    """On a phone the line would begin with it."""
    folders = (
        "news/pages",
        "listings/own_states",
        "listings/search_subscriptions",
        "listings/applications",
    )
    folders += "listings/pages", "listings/detail", "safety/reports", "safety/appeals"
    loose = [
        str(path.relative_to(TEMPLATES))
        for folder in folders
        for path in (TEMPLATES / folder).glob("*.html")
        if " · " in path.read_text(encoding="utf-8")
    ]
    assert loose == []


def test_no_sentence_is_a_field():
    """A field is a grid: each piece of a sentence would be a row of it."""
    sentences = [
        path for path in TEMPLATES.rglob("*.html") if '<p class="field' in path.read_text()
    ]
    assert sentences == []


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


# Class of a component → the one template that writes it.
COMPONENTS = {
    "alert": "components/_notice.html",
    "crumbs": "components/_crumbs.html",
    "head": "components/_board_head.html",
    "never": "components/_banner.html",
    "empty": "_empty.html",
    "pager": "_pager.html",
    "job": "listings/search/_row.html",
}
# The head of the filters' sheet; a box with neither drawing nor heading; a warning with a list.
OTHER_MARKUP = {
    ("head", "listings/search/_filters.html"),
    ("empty", "news/related/_related.html"),
    ("never", "news/pages/_group_card.html"),
}


def find_written_classes(text):
    """The first class of every element, or the second where the first is `box`."""
    return re.findall(r'class="(?:box )?([\w-]+)', text)


def test_a_component_is_written_once():
    written = {
        (name, str(path.relative_to(TEMPLATES)))
        for path in template_files()
        if path.name not in STAND_ALONE and path.suffix == ".html"
        for name in find_written_classes(path.read_text(encoding="utf-8"))
        if name in COMPONENTS
    }
    assert written - OTHER_MARKUP == set(COMPONENTS.items())


def test_markup_of_a_component_is_found():
    assert find_written_classes('<p class="alert amber"><div class="box empty">') == [
        "alert",
        "empty",
    ]


# A role takes the list's own away: its items are then heard as items of nothing.
LIST_WITH_ROLE = re.compile(r'<[ou]l\b[^>]*\brole="(?!list")[^"]*"')


def test_no_list_has_another_role():
    lists = {
        str(path.relative_to(TEMPLATES)): names
        for path in TEMPLATES.rglob("*.html")
        if (names := LIST_WITH_ROLE.findall(path.read_text(encoding="utf-8")))
    }
    assert lists == {}
