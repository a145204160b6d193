"""Leaves out what a phone shows above and below the content: the status bar, counts and icons of the title
bar, the field to write in."""

import re

from sitekit.ocr.readings import PictureReading, TextLine

# Shares of the picture's width.
STATUS_BAR, TITLE_BAR, WRITING_BAR = 0.15, 0.22, 0.35
CORNER_SHARE = 0.28  # of the arrow back and the number of unread chats
MIN_HEIGHT = 1.2  # of a picture of a whole screen

_CLOCK = re.compile(r"(?:上午|下午|[AP]M)?\s*\d{1,2}[:：.]\d\d\s*(?:[AP]M)?")
_UNREAD = re.compile(r"\D?\s*(?:\d{1,3}\+?)?")
_ICONS = re.compile(r"[^\u3400-\u9fff]{0,4}")
_NOT_WORD = re.compile(r"[\W_]")
_WRITING_HINTS = (
    "短信 发送短信 信息 信息短信 短信彩信 iMessage iMessage信息 RCS消息 发消息 发送消息 按住说话 说点什么 发送"
).split()


def drop_phone_bars(reading: PictureReading) -> list[TextLine]:
    width, height = reading.width, reading.height
    clock = next((line for line in reading.lines if _is_clock(line, width)), None)
    if clock is None or height < MIN_HEIGHT * width:
        return list(reading.lines)
    return [
        line
        for line in reading.lines
        if not (
            _is_level(line, clock)
            or (line.top < TITLE_BAR * width and _is_in_corner(line, width))
            or (line.top > height - WRITING_BAR * width and _is_of_writing_bar(line, width))
        )
    ]


def _is_clock(line: TextLine, width: int) -> bool:
    """Whether the line is the clock of a phone, which stands in a corner; times within a chat stand in the middle."""
    is_aside = line.right < CORNER_SHARE * width or line.left > (1 - CORNER_SHARE) * width
    return line.bottom < STATUS_BAR * width and is_aside and bool(_CLOCK.fullmatch(line.text))


def _is_level(line: TextLine, clock: TextLine) -> bool:
    return clock.top < (line.top + line.bottom) / 2 < clock.bottom


def _is_in_corner(line: TextLine, width: int) -> bool:
    return line.right < CORNER_SHARE * width and bool(_UNREAD.fullmatch(line.text))


def _is_of_writing_bar(line: TextLine, width: int) -> bool:
    is_bubble = line.ground_left > 0 and line.ground_right < width
    is_hint = _NOT_WORD.sub("", line.text) in _WRITING_HINTS
    return is_hint or (not is_bubble and bool(_ICONS.fullmatch(line.text)))
