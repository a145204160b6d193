"""Marks in a picture: an outline around the words, numbers in the gutter that do not overlap."""

from itertools import pairwise

from safety.checker.marked_pictures import NUMBER_ROOM, mark_pictures
from sitekit.ocr.picture_text import join_readings
from sitekit.ocr.readings import PictureReading, TextLine
from textkit.marked_text import MarkSpan

LINES = ("先交三百押金", "做完一起退给你", "加微信细说")


def make_reading(lines=LINES):
    return PictureReading(
        copy=b"jpeg",
        width=720,
        height=1440,
        lines=tuple(
            TextLine(line, 100, 100 + 60 * number, 100 + 40 * len(line), 140 + 60 * number)
            for number, line in enumerate(lines)
        ),
    )


def build_marked_pictures(*spans, readings=None):
    readings = readings or [make_reading()]
    return mark_pictures(readings, join_readings(readings), [MarkSpan(*span) for span in spans])


def test_the_outline_lies_around_the_words_in_units_of_the_drawing():
    (picture,) = build_marked_pictures((1, 4, 1, "fraud"))
    (box,) = picture.marks[0].boxes
    assert (box.left, box.top) == (68, 48)
    assert (box.width, box.height) == (64, 24)
    assert picture.height == 720 and picture.source.startswith("data:image/jpeg;base64,")


def test_numbers_of_lines_close_together_move_down_and_keep_their_room():
    (picture,) = build_marked_pictures(
        (0, 3, 3, "fraud"), (3, 6, 1, "fraud weak"), (7, 9, 2, "contact weak")
    )
    assert [(m.number, m.is_weak) for m in picture.marks] == [(3, False), (1, True), (2, True)]
    heights = [m.y for m in picture.marks]
    assert all(lower - upper >= NUMBER_ROOM for upper, lower in pairwise(heights))


def test_one_finding_over_two_lines_has_two_outlines_and_one_number():
    (picture,) = build_marked_pictures((4, 9, 1, "fraud"))
    assert len(picture.marks) == 1 and len(picture.marks[0].boxes) == 2


def test_marks_stand_in_their_own_picture_and_a_bad_one_has_its_reason():
    readings = [make_reading(LINES[:1]), PictureReading(error="打不开"), make_reading(LINES[1:])]
    first, bad, last = build_marked_pictures(
        (0, 2, 1, "fraud"), (7, 9, 2, "fraud"), readings=readings
    )
    assert [m.number for m in first.marks] == [1] and [m.number for m in last.marks] == [2]
    assert (bad.number, bad.error, bad.source, bad.marks) == (2, "打不开", "", ())
