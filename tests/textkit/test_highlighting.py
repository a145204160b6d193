"""Marking what was found: the words stand out, and nothing of the text becomes markup."""

import re

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from textkit.highlighting import build_match_pattern, cut_highlighted_snippet, highlight_matches

TEXT = st.text(max_size=120) | st.text("<>&\"'家教a ", max_size=60)
WORDS = st.lists(st.text(max_size=6) | st.sampled_from(["<", "&", "a", "家教", ".*", "(", "mark"]))


def remove_marks(html):
    return re.sub(r"</?mark>", "", html)


@given(TEXT, WORDS)
def test_without_its_marks_it_is_the_text_escaped(text, words):
    html = highlight_matches(text, build_match_pattern(words))
    assert remove_marks(html) == remove_marks(escape(text))
    assert html.count("<mark>") == html.count("</mark>")
    assert set(re.findall(r"<[^>]*>", html)) <= {"<mark>", "</mark>"}


@given(TEXT, WORDS)
def test_a_snippet_is_a_piece_of_the_text_and_holds_a_find(text, words):
    pattern = build_match_pattern(words)
    html = cut_highlighted_snippet(text, pattern)
    if pattern is None or not pattern.search(text):
        assert html == ""
        return
    assert set(re.findall(r"<[^>]*>", html)) <= {"<mark>", "</mark>"}
    inside = remove_marks(html).removeprefix("…").removesuffix("…")
    assert inside in escape(" ".join(text.split()))


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        ("周末传单", ["传单"], "周末<mark>传单</mark>"),
        ("App推广", ["app"], "<mark>App</mark>推广"),
        ("传单派发", ["传单", "传单派发"], "<mark>传单派发</mark>"),
        ("a.b", ["."], "a<mark>.</mark>b"),
        ("1 < 2", ["<"], "1 <mark>&lt;</mark> 2"),
        ("<b>传单</b>", ["传单"], "&lt;b&gt;<mark>传单</mark>&lt;/b&gt;"),
        ("周末传单", [], "周末传单"),
        ("周末传单", ["", "家教"], "周末传单"),
        ("", ["家教"], ""),
    ],
)
def test_found_words_are_marked(text, words, html):
    assert highlight_matches(text, build_match_pattern(words)) == html


def test_nothing_to_mark_is_no_pattern():
    assert build_match_pattern([]) is None
    assert build_match_pattern([""]) is None
    assert cut_highlighted_snippet("周末传单", None) == ""


def test_a_snippet_stands_around_the_find():
    text = "前" * 100 + "家教" + "后" * 100
    html = cut_highlighted_snippet(text, build_match_pattern(["家教"]), width=30)
    assert html == "…" + "前" * 10 + "<mark>家教</mark>" + "后" * 18 + "…"
    assert cut_highlighted_snippet("家教", build_match_pattern(["家教"])) == "<mark>家教</mark>"


def test_a_very_long_text_is_marked_too():
    text = "家教<" * 33_000
    html = highlight_matches(text, build_match_pattern(["家教", "家", "教<"]))
    assert html.count("<mark>") == 33_000
    assert len(cut_highlighted_snippet(text, build_match_pattern(["家教"]))) < 2000
