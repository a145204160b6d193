"""Finds the lines of text in an image with RapidOCR, whose models come inside its package.

Loading takes a second, and half a gigabyte of memory: only the reader process does it.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image
from rapidocr import RapidOCR

from sitekit.ocr.readings import TextLine

# The narrow side, to which an image is shrunk before it is read: at 720 px the text of a screenshot is read
# as well as at 1080, in two thirds of the time.
NARROW_SIDE = 720
# A long screenshot is read in pieces, which overlap by more than a line is high.
PIECE_HEIGHT, OVERLAP = 1600, 80
# Lines are looked for in an image whose long side is at most this: enough for their places.
SEARCHED_SIDE = 1280
# More boxes of a piece, and more lines of a picture, are no message to somebody, and take too long to read.
MAX_BOXES, MAX_LINES = 300, 500
# The library would leave out the boxes beyond this without a word, those at the top first.
ALL_BOXES = 1_000_000
MIN_SCORE = 0.6
# A picture whose lines are mostly taller than wide lies on its side; one that is read worse than this may
# stand on its head.
UPRIGHT_SCORE = 0.8
THREADS = (
    1  # with two, half of their time goes in waiting for each other, more where others work too
)
# The edge of a bubble: columns, least change of a colour, share of the height of a line.
EDGE_WIDTH, EDGE_STEP, EDGE_SHARE = 5, 5, 0.8


class ReadingTooLong(Exception):
    """There is more text in the picture than may be read. Nothing that was read is returned, because the rest would
    look empty."""


class _BoundedEngine(RapidOCR):
    """Counts the boxes before it reads what stands in them, which takes most of the time."""

    def detect_and_crop(self, *image: Any) -> Any:
        cropped, boxes = super().detect_and_crop(*image)
        if len(cropped) > MAX_BOXES:
            raise ReadingTooLong
        return cropped, boxes


class TextRecognizer:
    def __init__(self) -> None:
        self._engine = _BoundedEngine(
            params={
                "Global.log_level": "critical",
                "Global.text_score": 0.0,  # also badly read lines tell how a picture lies
                "Det.limit_type": "max",
                "Det.limit_side_len": SEARCHED_SIDE,
                "Det.max_candidates": ALL_BOXES,
                "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read_upright(
        self, image: Image.Image, is_over: Callable[[], bool] = lambda: False
    ) -> tuple[Image.Transpose | None, list[TextLine]]:
        """Return the turn that puts the text upright, and its lines from top to bottom, with places in the
        turned image. Raise `ReadingTooLong` once `is_over` says so before a further piece, or where there is more than
        may be read."""
        best: tuple[Image.Transpose | None, _Reading] = None, self._read(image, is_over)
        if len(best[1].lines) >= MAX_LINES:
            turns: list[Image.Transpose] = []
        elif best[1].is_sideways:
            turns = [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270]
        elif best[1].lines and best[1].score < UPRIGHT_SCORE:
            turns = [Image.Transpose.ROTATE_180]
        else:
            turns = []
        for turn in turns:
            turned = self._read(image.transpose(turn), is_over)
            if best[1].is_sideways or turned.score > best[1].score:
                best = turn, turned
        best_turn, reading = best
        return best_turn, [line for line, score in reading.lines if score >= MIN_SCORE]

    def _read(self, image: Image.Image, is_over: Callable[[], bool]) -> "_Reading":
        scale = min(1.0, NARROW_SIDE / min(image.size))
        small = image
        if scale < 1:
            size = round(image.width * scale), round(image.height * scale)
            small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        points = np.asarray(small.convert("RGB"))
        lines: list[tuple[TextLine, float]] = []
        for top, bottom in _list_pieces(small.height):
            if len(lines) >= MAX_LINES or is_over():
                raise ReadingTooLong
            piece = points[top:bottom]
            result: Any = self._engine(np.ascontiguousarray(piece[:, :, ::-1]), use_cls=False)
            if result.boxes is None or result.txts is None:
                continue
            for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
                left, upper = box.min(axis=0)
                right, lower = box.max(axis=0)
                # A line in the overlap is taken from the piece in which its middle is farther from the edge.
                middle = (upper + lower) / 2
                is_above = top > 0 and middle < OVERLAP / 2
                is_below = bottom < small.height and middle >= bottom - top - OVERLAP / 2
                if is_above or is_below:
                    continue
                place = (left, upper + top, right, lower + top)
                lines.append((_make_line(text, place, points, scale), float(score)))
        return _Reading(sorted(lines, key=lambda pair: (pair[0].top, pair[0].left)))


@dataclass(frozen=True, repr=False)
class _Reading:
    """The lines of a picture, each with a score from 0 to 1."""

    lines: list[tuple[TextLine, float]]

    @property
    def score(self) -> float:
        """The average of the scores, weighted by the number of characters."""
        characters = sum(len(line.text) for line, _score in self.lines)
        return sum(score * len(line.text) for line, score in self.lines) / max(1, characters)

    @property
    def is_sideways(self) -> bool:
        """Whether most lines are taller than wide."""
        long_lines = [line for line, _score in self.lines if len(line.text) > 1]
        tall = [line for line in long_lines if line.height > 1.5 * (line.right - line.left)]
        return len(tall) * 2 > len(long_lines) > 0


def _list_pieces(height: int) -> Iterator[tuple[int, int]]:
    """Yield where each piece begins and ends; all are of about the same height."""
    count = max(1, math.ceil((height - OVERLAP) / (PIECE_HEIGHT - OVERLAP)))
    step = math.ceil((height - OVERLAP) / count)
    for number in range(count):
        yield number * step, min(height, (number + 1) * step + OVERLAP)


def _make_line(
    text: str, place: tuple[float, float, float, float], points: np.ndarray, scale: float
) -> TextLine:
    left, top, right, bottom = (max(0, round(float(value))) for value in place)
    border = points[top : bottom + 1, left : right + 1].reshape(-1, 3)
    # Most points of a line are ground, not ink.
    ground = np.median(border, axis=0) if len(border) else np.full(3, 255)
    ground_left, ground_right = _measure_ground(points, (left, top, right, bottom))
    return TextLine(
        text=text.strip(),
        left=round(left / scale),
        top=round(top / scale),
        right=round(right / scale),
        bottom=round(bottom / scale),
        ground=(int(ground[0]), int(ground[1]), int(ground[2])),
        ground_left=round(ground_left / scale),
        ground_right=round(ground_right / scale),
    )


def _measure_ground(points: np.ndarray, box: tuple[int, int, int, int]) -> tuple[int, int]:
    """Return how far the ground of a line goes to both sides in its strip of the image: to where the colour
    changes within a few columns from top to bottom, not only at an emoji. A colour that changes slowly is
    one ground."""
    left, top, right, bottom = box
    width = points.shape[1]
    strip = points[top : bottom + 1]
    if not strip.size:
        return 0, width
    colours = strip.astype(np.int16)
    changes = np.abs(colours[:, EDGE_WIDTH:] - colours[:, :-EDGE_WIDTH]).max(axis=2) > EDGE_STEP
    steps = changes.mean(axis=0) > EDGE_SHARE
    before, after = (
        np.flatnonzero(steps[: max(0, left - EDGE_WIDTH)]),
        np.flatnonzero(steps[right:]),
    )
    return (
        int(before[-1]) + EDGE_WIDTH if len(before) else 0,
        right + int(after[0]) if len(after) else width,
    )
