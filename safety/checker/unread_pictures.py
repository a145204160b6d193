"""Pictures in which nothing was read: a reader must know that the verdict says nothing about them."""

from collections.abc import Sequence

from sitekit.ocr.readings import PictureReading

NOTHING_READ = "图里没有读到字。可能太暗、太小或拍歪了；换一张原图，或者把话贴成文字。"
UNREAD_BESIDE_OTHERS = "有 {count} 张图没有读到字，结果没算上：{reasons}"
NO_LETTERS = "可能太暗、太小或拍歪了，请换一张原图。"


def explain_nothing_read(readings: Sequence[PictureReading]) -> str:
    """Return why nothing at all was read in these pictures."""
    return "".join(_list_errors(readings)) or NOTHING_READ


def describe_unread_pictures(readings: Sequence[PictureReading]) -> str:
    """Return how many of the pictures the verdict leaves out and why; "" for none."""
    unread = [reading for reading in readings if not (reading.lines or reading.codes)]
    if not unread:
        return ""
    reasons = _list_errors(unread)
    if not all(reading.error for reading in unread):
        reasons.append(NO_LETTERS)
    return UNREAD_BESIDE_OTHERS.format(count=len(unread), reasons="".join(reasons))


def _list_errors(readings: Sequence[PictureReading]) -> list[str]:
    return list(dict.fromkeys(reading.error for reading in readings if reading.error))
