"""Puts the lines read in a picture together to messages, and tells who says them.

In a chat the other person's messages begin at the left, one's own end at the right, on another ground.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sitekit.ocr.readings import PictureReading, TextLine

# Shares of the picture's width and height.
LEFT_BEGIN, RIGHT_END, STATUS_BAR, CENTRE = 0.24, 0.76, 0.045, 0.06
# Of the height of a line.
LINE_GAP, SAME_LEFT = 0.95, 0.9
WRAPPED_GAP = 0.6  # lines farther apart are not one sentence that wrapped
OTHER_GROUND = 40  # a greater distance of two colours: another ground
FULL_LINE = 0.92  # of the widest line of its message: the text goes on in the next line

# Clock, battery, network, carrier.
_STATUS = re.compile(r"(?:[\d:：.,%\s/+GHDKBMVWiFLTEs]|上午|下午|中国|移动|联通|电信)*")
_LATIN_END, _LATIN_BEGIN = re.compile(r"[A-Za-z]$"), re.compile(r"^[A-Za-z]")


class Side(StrEnum):
    OTHER = "other"
    OWN = "own"
    NONE = ""


@dataclass(repr=False)
class Message:
    """Lines that belong together; `picture` is the number of the picture, from 0."""

    picture: int
    lines: list[TextLine]
    side: Side = Side.NONE

    @property
    def left(self) -> int:
        return min(line.left for line in self.lines)

    @property
    def right(self) -> int:
        return max(line.right for line in self.lines)

    @property
    def ground(self) -> tuple[int, int, int]:
        return self.lines[0].ground

    def list_separators(self) -> list[str]:
        """Return what stands between each line and the next: nothing where the text only wrapped."""
        width = self.right - self.left
        separators = []
        for line, following in zip(self.lines, self.lines[1:], strict=False):
            if following.top < line.top + line.height / 2:  # two pieces of one row
                separators.append(" ")
            elif (
                line.right - self.left < FULL_LINE * width
                or following.top - line.bottom > WRAPPED_GAP * line.height
            ):
                separators.append("\n")
            else:
                is_word = _LATIN_END.search(line.text) and _LATIN_BEGIN.search(following.text)
                separators.append(" " if is_word else "")
        return separators

    @property
    def text(self) -> str:
        separators = [*self.list_separators(), ""]
        pairs = zip(self.lines, separators, strict=True)
        return "".join(line.text + separator for line, separator in pairs)


def arrange_messages(readings: Sequence[PictureReading]) -> list[Message]:
    """Return the messages of all pictures in order; what the end of one picture and the beginning of the
    next show both is told once."""
    messages: list[Message] = []
    for number, reading in enumerate(readings):
        own = _group_lines(number, reading)
        _tell_sides(own, reading.width)
        messages += own[_count_repeated(messages, own) :]
    return messages


def _group_lines(number: int, reading: PictureReading) -> list[Message]:
    messages: list[Message] = []
    for line in reading.lines:
        if line.bottom < STATUS_BAR * reading.height and _STATUS.fullmatch(line.text):
            continue
        message = next((m for m in reversed(messages[-3:]) if _continues(m, line)), None)
        if message:
            message.lines.append(line)
        else:
            messages.append(Message(number, [line]))
    return messages


def _continues(message: Message, line: TextLine) -> bool:
    last = message.lines[-1]
    if _get_distance(last.ground, line.ground) > OTHER_GROUND:
        return False
    height = min(last.height, line.height)
    if line.top < last.top + height / 2:  # beside it, in one row
        return 0 <= line.left - last.right < 2 * height
    is_below = line.top - last.bottom < LINE_GAP * height
    is_aligned = abs(line.left - message.left) < SAME_LEFT * height
    is_alike = max(last.height, line.height) < 1.6 * height
    return is_below and is_aligned and is_alike


def _tell_sides(messages: Sequence[Message], width: int) -> None:
    """Set the sides where the picture is a chat of two; a poster or a message alone has none."""
    at_right = [m for m in messages if m.left > LEFT_BEGIN * width and m.right >= RIGHT_END * width]
    at_left = [m for m in messages if m.left <= LEFT_BEGIN * width]
    own = [
        message
        for message in at_right
        if all(_get_distance(message.ground, m.ground) > OTHER_GROUND for m in at_left)
    ]
    if not own or not at_left:
        return
    own_ground = own[0].ground
    for message in messages:
        is_centred = abs(message.left + message.right - width) < 2 * CENTRE * width
        if _get_distance(message.ground, own_ground) <= OTHER_GROUND:
            message.side = Side.OWN
        elif message.left <= LEFT_BEGIN * width and not (
            is_centred and len(message.lines) == 1 and message.left > 0.3 * width
        ):
            message.side = Side.OTHER


def _get_distance(one: tuple[int, int, int], other: tuple[int, int, int]) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _count_repeated(before: Sequence[Message], messages: Sequence[Message]) -> int:
    """Return how many of the messages at the beginning stand at the end of those before as well."""
    told, texts = [m.text for m in before], [m.text for m in messages]
    most = min(len(told), len(texts))
    return next((n for n in range(most, 0, -1) if told[-n:] == texts[:n]), 0)
