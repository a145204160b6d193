"""Bar charts as SVG drawn on the server: attributes only, since the page takes no inline styles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# As wide as a phone, so that words in it are not drawn smaller there.
WIDTH, HEIGHT, GAP = 360, 120, 4
ROW, LABEL, LONGEST = 34, 140, 180
SPARK_WIDTH, SPARK_HEIGHT, SPARK_GAP = 136, 36, 2


@dataclass(frozen=True)
class ChartBar:
    label: str
    value: int
    x: float
    y: float
    width: float
    height: float
    middle: float


def draw_vertical_bars(rows: Sequence[tuple[str, int]], least_top: int = 1) -> dict[str, Any]:
    """Return the template context of vertical bars for [(label, value)], left to right. The full height stands for the
    largest value, but at least for `least_top`."""
    top = max(least_top, *(value for _, value in rows)) if rows else least_top
    step = WIDTH / max(len(rows), 1)
    bars = []
    for number, (label, value) in enumerate(rows):
        height = round(HEIGHT * value / top, 1)
        x = round(number * step + GAP / 2, 1)
        width = round(step - GAP, 1)
        middle = round(x + width / 2, 1)
        bars.append(ChartBar(label, value, x, HEIGHT - height + 20, width, height, middle))
    return {"bars": bars, "width": WIDTH, "height": HEIGHT + 44, "base": HEIGHT + 20}


def draw_horizontal_bars(rows: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Return the template context of horizontal bars for [(label, value)], from the top."""
    top = max((value for _, value in rows), default=0) or 1
    bars = []
    for number, (label, value) in enumerate(rows):
        width = round(LONGEST * value / top, 1)
        y = number * ROW + 6
        bars.append(ChartBar(label, value, LABEL, y, max(width, 1), ROW - 12, y + (ROW - 12) / 2))
    return {"bars": bars, "width": WIDTH, "height": max(len(bars), 1) * ROW}


def draw_spark_bars(rows: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Return the template context of small bars without words. A zero is drawn as a line of one pixel."""
    top = max((value for _, value in rows), default=0) or 1
    step = SPARK_WIDTH / max(len(rows), 1)
    bars = []
    for number, (label, value) in enumerate(rows):
        height = max(round((SPARK_HEIGHT - 2) * value / top, 1), 1)
        x, width = round(number * step + SPARK_GAP / 2, 1), round(step - SPARK_GAP, 1)
        y = round(SPARK_HEIGHT - height, 1)
        bars.append(ChartBar(label, value, x, y, width, height, round(x + width / 2, 1)))
    return {"bars": bars, "width": SPARK_WIDTH, "height": SPARK_HEIGHT}
