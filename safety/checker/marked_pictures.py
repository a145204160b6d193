"""Pictures with their findings: an outline around the words, its number in a gutter beside the picture.

In units of the drawing: a picture is 360 wide, the gutter 30.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from safety.checker.findings import WEAK_MARK
from sitekit.ocr.picture_text import PictureArea, PictureText
from sitekit.ocr.readings import PictureReading
from textkit.marked_text import MarkSpan

WIDTH, GUTTER = 360, 30
NUMBER_X, NUMBER_ROOM = WIDTH + GUTTER / 2, 23  # from one number to the next
PADDING = 2


@dataclass(frozen=True)
class MarkedBox:
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class PictureMark:
    """All places of one finding in a picture; the line leads from the first to the number at `y`."""

    number: int
    is_weak: bool
    boxes: tuple[MarkedBox, ...]
    tie: str
    y: float

    @property
    def number_top(self) -> float:
        return self.y - 9.5


@dataclass(frozen=True, repr=False)
class MarkedPicture:
    """`source` is the picture itself as an address; a picture that could not be used has an `error`."""

    number: int
    source: str
    height: int
    marks: tuple[PictureMark, ...]
    error: str
    has_text: bool


def mark_pictures(
    readings: Sequence[PictureReading], read: PictureText, spans: Iterable[MarkSpan]
) -> list[MarkedPicture]:
    """Mark pictures that somebody sent; `spans` point into the text of `read`."""
    spans = list(spans)
    return [
        mark_picture(number, reading, _encode_source(reading.copy), read, spans)
        for number, reading in enumerate(readings)
    ]


def mark_picture(
    number: int,
    reading: PictureReading,
    source: str,
    read: PictureText,
    spans: Iterable[MarkSpan],
) -> MarkedPicture:
    """Mark the picture of this number, from 0, in `read`, the text of all of them."""
    marks: dict[int, tuple[bool, list[PictureArea]]] = {}
    for span in spans:
        areas = [area for area in read.find_areas(span.start, span.end) if area.picture == number]
        if areas:
            marks.setdefault(span.number, (WEAK_MARK in span.tone.split(), []))[1].extend(areas)
    return MarkedPicture(
        number=number + 1,
        source=source,
        height=round(reading.height * WIDTH / reading.width) if reading.width else 0,
        marks=_draw_marks(marks, reading),
        error=reading.error,
        has_text=bool(reading.lines),
    )


def _encode_source(copy: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(copy).decode()}" if copy else ""


def _draw_marks(
    marks: dict[int, tuple[bool, list[PictureArea]]], reading: PictureReading
) -> tuple[PictureMark, ...]:
    """Return the marks from top to bottom; numbers that would overlap move down."""
    scale = WIDTH / reading.width if reading.width else 1.0
    drawn: list[PictureMark] = []
    free = NUMBER_ROOM / 2
    order = sorted(
        marks.items(),
        key=lambda numbered_mark: (numbered_mark[1][1][0].top, numbered_mark[1][1][0].left),
    )
    for number, (is_weak, areas) in order:
        boxes = tuple(_draw_box(area, scale) for area in areas)
        first = boxes[0]
        right, middle = first.left + first.width, first.top + first.height / 2
        y = max(free, middle)
        free = y + NUMBER_ROOM
        tie = f"M{right:.0f} {middle:.0f}H{WIDTH - 6}L{NUMBER_X - 9:.0f} {y:.0f}"
        drawn.append(PictureMark(number, is_weak, boxes, tie, round(y, 1)))
    return tuple(drawn)


def _draw_box(area: PictureArea, scale: float) -> MarkedBox:
    left, top = area.left * scale - PADDING, area.top * scale - PADDING
    return MarkedBox(
        left=round(left, 1),
        top=round(top, 1),
        width=round((area.right - area.left) * scale + 2 * PADDING, 1),
        height=round((area.bottom - area.top) * scale + 2 * PADDING, 1),
    )
