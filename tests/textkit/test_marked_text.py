"""Numbered marks in a text: where they stand, which numbers, and that nothing in it acts."""

import re

import pytest

from textkit.marked_text import (
    MarkSpan,
    NumberedReason,
    has_hidden_characters,
    number_reasons,
    render_marks,
)

TEXT = "先垫付再返佣金"


SPAN = '<span class="nb">', "</span>"


def render_text_marks(*spans, text=TEXT, overlap="merge", **piece):
    """As the checker shows a text."""
    marks = [MarkSpan(*span) for span in spans]
    return render_marks(text, marks, overlap=overlap, show_hidden=True, **piece)


def build_reason_link(number):
    return f'<a href="#reason-{number}">{number}</a>'


def build_mark_html(words, *numbers, tone="fraud"):
    """The numbers keep to the line of the first character."""
    links = "".join(map(build_reason_link, numbers))
    head = f'<span class="nb"><sup>{links}</sup>{words[0]}</span>{words[1:]}' if links else words
    return f'<mark class="{tone}">{head}</mark>'


def test_a_mark_carries_its_number_where_it_begins():
    assert render_text_marks((1, 3, 1, "fraud")) == f"先{build_mark_html('垫付', 1)}再返佣金"


def test_spans_that_overlap_are_one_mark_with_all_their_numbers():
    page = render_text_marks((1, 4, 2, "contact"), (3, 7, 1, "fraud"))
    assert page == f"先{build_mark_html('垫付再返佣金', 1, 2)}"


def test_a_chain_of_overlaps_is_one_mark_and_a_neighbour_is_none_of_it():
    page = render_text_marks(
        (0, 2, 1, "fraud"), (1, 4, 2, "fraud"), (3, 5, 3, "fraud"), (5, 7, 4, "fraud")
    )
    assert page.count("<mark") == 2
    assert (
        f"<sup>{build_reason_link(1)}{build_reason_link(2)}{build_reason_link(3)}</sup>" in page
        and f"<sup>{build_reason_link(4)}</sup>" in page
    )


def test_the_same_number_twice_in_a_mark_stands_there_once():
    assert (
        render_text_marks((0, 3, 1, "fraud"), (2, 5, 1, "fraud")).count(build_reason_link(1)) == 1
    )


def test_a_finding_of_no_place_marks_nothing():
    assert render_text_marks((0, 0, 1, "fraud"), (5, 4, 2, "fraud")) == TEXT


def test_what_reaches_beyond_a_piece_is_cut_to_it():
    spans = ((0, 99, 1, "fraud"),)
    assert render_text_marks(*spans, start=1, end=3) == build_mark_html("垫付", 1)
    assert render_text_marks(*spans, start=7) == ""


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b < c > d ' \""]
)
def test_markup_is_words_inside_marks_and_between_them(text):
    for spans in ((), ((0, len(text), 1, "fraud"),), ((2, 5, 1, "fraud"),)):
        page = render_text_marks(*spans, text=text)
        for tag in ("<mark", "</mark>", "<sup>", "</sup>", '<a href="#', "</a>", *SPAN):
            page = page.replace(tag, "")
        assert "<" not in page and "<script" not in page and "<img" not in page


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\x01", "\x7f", "\u2028"]
)
def test_what_hides_or_turns_a_line_is_seen_and_keeps_its_place(hidden):
    text = f"刷{hidden}单返利"
    assert has_hidden_characters(text)
    assert render_text_marks((0, 3, 1, "fraud"), text=text).startswith(build_mark_html("刷▯单", 1))


def test_emoji_and_line_feeds_stay_as_they_are():
    text = "加薇❤️\n👩‍👩‍👧‍👦 来"
    assert render_text_marks(text=text) == text and not has_hidden_characters(text)


@pytest.mark.parametrize(
    ("spans", "html"),
    [
        ([(0, 2)], "<mark>[1]一二</mark>三四"),
        ([(0, 3), (1, 4)], "<mark>[1]一</mark><mark>[2]二三</mark><mark>四</mark>"),
        ([(0, 4), (1, 2)], "<mark>[1]一</mark><mark>[2]二</mark><mark>三四</mark>"),
        ([(0, 2), (0, 4)], "<mark>[1]一二</mark><mark>[2]三四</mark>"),
        ([(0, 2), (0, 1)], "<mark>[12]一</mark><mark>二</mark>三四"),
        ([(2, 99)], "一二<mark>[1]三四</mark>"),
        ([(9, 12)], "一二三四"),
        ([(2, 2), (3, 1)], "一二三四"),
    ],
)
def test_overlaps_that_are_split_are_marks_side_by_side(spans, html):
    numbered = [(*span, number) for number, span in enumerate(spans, 1)]
    page = render_text_marks(*numbered, text="一二三四", overlap="split")
    page = re.sub(r"<sup>(.*?)</sup>", r"[\1]", re.sub(r"</?(?:a|span)[^>]*>", "", page))
    assert page == html


def test_split_marks_have_the_tone_of_the_lowest_number_and_stay_within_the_piece():
    page = render_text_marks(
        (0, 5, 2, "contact"), (2, 7, 1, "fraud"), overlap="split", start=1, end=4
    )
    assert page == build_mark_html("垫", 2, tone="contact") + build_mark_html("付再", 1)


def test_what_only_a_space_parts_is_one_mark_and_no_other_number_stands_on_the_space():
    page = render_text_marks((0, 2, 1), (3, 5, 1), (0, 5, 2), text="加微 信dz", overlap="split")
    assert re.sub("<[^>]*>", "", page) == "12加微 信dz" and page.count("<mark") == 1


def test_overlapping_places_of_one_number_are_one_mark():
    page = render_text_marks(
        (0, 4, 1, "fraud"),
        (2, 6, 1, "fraud"),
        (3, 5, 1, "fraud"),
        text="先交押金五十",
        overlap="split",
    )
    assert page == build_mark_html("先交押金五十", 1)


def test_hidden_characters_are_shown_only_where_that_is_asked_for():
    assert render_marks("刷\u200b单", [], overlap="split") == "刷\u200b单"


def test_equal_signals_share_a_number_and_spans_are_sorted_by_field():
    def signal(field, start, end, code="fee", reason="写了收费"):
        return {"field": field, "start": start, "end": end, "code": code, "reason": reason}

    signals = [
        signal("duties", 1, 3),
        signal("title", None, None, code="copy", reason=""),
        signal("title", 0, 2),
        signal("duties", -1, 4, code="minus", reason="在外面"),
    ]
    reasons, spans = number_reasons(signals)
    assert reasons == [
        NumberedReason(1, "写了收费", "fee"),
        NumberedReason(2, "copy", "copy"),
        NumberedReason(3, "在外面", "minus"),
    ]
    assert spans == {"duties": [MarkSpan(1, 3, 1)], "title": [MarkSpan(0, 2, 1)]}
