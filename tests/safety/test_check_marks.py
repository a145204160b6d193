"""The marks in a checked text: where they stand, which numbers, and that nothing in it acts."""

import pytest

from safety import check_marks
from safety.check_marks import Span

TEXT = "先垫付再返佣金"


def marked(*spans, text=TEXT, **piece):
    return check_marks.html(text, [Span(*span) for span in spans], **piece)


def link(number):
    return f'<a href="#reason-{number}">{number}</a>'


def test_a_mark_carries_its_number_where_it_ends():
    expected = f'先<mark class="fraud">垫付</mark><sup>{link(1)}</sup>再返佣金'
    assert marked((1, 3, 1, "fraud")) == expected


def test_spans_that_overlap_are_one_mark_with_all_their_numbers():
    page = marked((1, 4, 2, "contact"), (3, 7, 1, "fraud"))
    assert page == f'先<mark class="fraud">垫付再返佣金</mark><sup>{link(1)}{link(2)}</sup>'


def test_a_chain_of_overlaps_is_one_mark_and_a_neighbour_is_none_of_it():
    page = marked((0, 2, 1, "fraud"), (1, 4, 2, "fraud"), (3, 5, 3, "fraud"), (5, 7, 4, "fraud"))
    assert page.count("<mark") == 2
    assert f"<sup>{link(1)}{link(2)}{link(3)}</sup>" in page and f"<sup>{link(4)}</sup>" in page


def test_the_same_number_twice_in_a_mark_stands_there_once():
    assert marked((0, 3, 1, "fraud"), (2, 5, 1, "fraud")).count(link(1)) == 1


def test_a_finding_of_no_place_marks_nothing():
    assert marked((0, 0, 1, "fraud"), (5, 4, 2, "fraud")) == TEXT


def test_what_reaches_beyond_a_piece_is_cut_to_it():
    spans = ((0, 99, 1, "fraud"),)
    assert ">垫付<" in marked(*spans, start=1, end=3)
    assert marked(*spans, start=7) == ""


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b < c > d ' \""]
)
def test_markup_is_words_inside_marks_and_between_them(text):
    for spans in ((), ((0, len(text), 1, "fraud"),), ((2, 5, 1, "fraud"),)):
        page = marked(*spans, text=text)
        for tag in ("<mark", "</mark>", "<sup>", "</sup>", '<a href="#', "</a>"):
            page = page.replace(tag, "")
        assert "<" not in page and "<script" not in page and "<img" not in page


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\x01", "\x7f", "\u2028"]
)
def test_what_hides_or_turns_a_line_is_seen_and_keeps_its_place(hidden):
    text = f"刷{hidden}单返利"
    assert check_marks.holds_hidden(text)
    assert marked((0, 3, 1, "fraud"), text=text).startswith('<mark class="fraud">刷▯单</mark>')


def test_emoji_and_line_feeds_stay_as_they_are():
    text = "加薇❤️\n👩‍👩‍👧‍👦 来"
    assert marked(text=text) == text and not check_marks.holds_hidden(text)


def test_a_long_quote_leaves_its_middle_out():
    assert check_marks.quote("垫付\n 佣金", 0, 6) == "垫付 佣金"
    words = check_marks.quote("一" * 30 + "二" * 30, 0, 60)
    assert words == "一" * 12 + "…" + "二" * 12
    assert check_marks.quote("a\u202eb", 0, 3) == "a▯b"
