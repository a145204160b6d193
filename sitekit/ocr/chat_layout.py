"""Puts the lines read in a picture together to messages, and tells who says them.

In a chat each message has a bubble: the other person's stand at the left, one's own at the right.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from sitekit.ocr.phone_bars import drop_phone_bars
from sitekit.ocr.readings import PictureReading, TextLine, count_columns

# Shares of the picture's width.
EDGE, SAME_EDGE = 0.01, 0.03
SIDE_MARGIN_SHARE = 0.05  # a bubble whose margins differ by more belongs to a side
SURELY_SHIFTED = 0.1
WIDE_LEFT = 0.1  # left of a bubble is room for a picture of the person, also where it is wide
NAME_LEFT, CENTRED = 0.3, 0.12
# As shares of the height of a line.
LINE_GAP, SAME_LEFT = 0.95, 0.9
WRAPPED_GAP = 0.6  # lines farther apart are not one sentence that wrapped
NAME_GAP = 1.5  # between a name and the bubble below it
COLUMN_GAP = 2  # between the columns of a table
OTHER_GROUND = 40  # a greater distance of two colours: another ground
SAME_GROUND = 10
MAX_GREY_DIFFERENCE = 12  # the most by which red, green and blue of a grey differ
SPARE_ROOM = 0.6  # of a character

# What stays together where a line wraps: a word or number, a character with the marks after it.
_FIRST_WORD = re.compile(r"[!-~]+|.[，。！？、；：…）】》”’]*")
_LATIN_END, _LATIN_BEGIN = re.compile(r"[A-Za-z]$"), re.compile(r"^[A-Za-z]")


class Side(StrEnum):
    OTHER = "other"
    OWN = "own"
    NONE = ""


@dataclass(repr=False)
class Message:
    """Rows of lines that belong together, mostly of one line each; `picture` is the number of the picture,
    from 0."""

    picture: int
    rows: list[list[TextLine]]
    side: Side = Side.NONE

    @property
    def lines(self) -> list[TextLine]:
        return [line for row in self.rows for line in row]

    @property
    def left(self) -> int:
        return min(line.left for line in self.lines)

    @property
    def right(self) -> int:
        return max(line.right for line in self.lines)

    @property
    def top(self) -> int:
        return self.lines[0].top

    @property
    def bottom(self) -> int:
        return self.lines[-1].bottom

    @property
    def ground(self) -> tuple[int, int, int]:
        return self.lines[0].ground

    def list_separators(self) -> list[str]:
        """Return what stands between each line and the next: nothing where the text only wrapped."""
        separators: list[str] = []
        for number, row in enumerate(self.rows):
            if number:
                separators.append(self._get_separator(self.rows[number - 1], row))
            separators += [" "] * (len(row) - 1)
        return separators

    def _get_separator(self, row: list[TextLine], following: list[TextLine]) -> str:
        last, first = row[-1], following[0]
        is_table = any(b.left - a.right >= COLUMN_GAP * a.height for a, b in pairwise(row))
        is_far = first.top - last.bottom > WRAPPED_GAP * last.height
        if is_table or is_far or self._has_room(last, first):
            return "\n"
        is_word = _LATIN_END.search(last.text) and _LATIN_BEGIN.search(first.text)
        return " " if is_word else ""

    def _has_room(self, line: TextLine, following: TextLine) -> bool:
        """Whether the first word of the next line would have fitted into this one, so that somebody broke it."""
        padding = self.left - max(line.ground_left for line in self.lines)
        room = max(line.ground_right for line in self.lines) - padding - line.right
        word = _FIRST_WORD.match(following.text)
        character = 2 * (following.right - following.left) / max(1, count_columns(following.text))
        needed = character * (count_columns(word[0]) / 2 if word else 1)
        return room > needed + SPARE_ROOM * character

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
        screenshot_messages = _group_lines(number, reading)
        _tell_sides(screenshot_messages, reading.width)
        messages += screenshot_messages[_count_repeated(messages, screenshot_messages) :]
    return messages


# -- lines to messages


def _group_lines(number: int, reading: PictureReading) -> list[Message]:
    messages: list[Message] = []
    for row in _list_rows(drop_phone_bars(reading)):
        message = next(
            (m for m in reversed(messages[-3:]) if _is_message_continued(m, row, reading)), None
        )
        if message:
            message.rows.append(row)
        else:
            messages.append(Message(number, [row]))
    return messages


def _list_rows(lines: Sequence[TextLine]) -> Iterator[list[TextLine]]:
    """Yield the lines that stand beside each other on one ground, from left to right."""
    level: list[TextLine] = []
    for line in [*sorted(lines, key=lambda line: line.top + line.bottom), None]:
        if line and (
            not level or line.top + line.bottom < 2 * level[0].bottom - level[0].height / 2
        ):
            level.append(line)
            continue
        level.sort(key=lambda line: line.left)
        row = level[:1]
        for before, after in pairwise(level):
            if not _is_beside(before, after):
                yield row
                row = []
            row.append(after)
        if row:
            yield row
        level = [line] if line else []


def _is_beside(line: TextLine, following: TextLine) -> bool:
    """Whether two lines of one level stand on the same ground, with nothing else between them."""
    is_open = line.ground_right > following.left - 0.3 * following.height
    return is_open and _get_distance(line.ground, following.ground) <= OTHER_GROUND


def _is_message_continued(message: Message, row: list[TextLine], reading: PictureReading) -> bool:
    last, line = message.rows[-1][0], row[0]
    height = min(last.height, line.height)
    is_below = -height / 2 < line.top - last.bottom < LINE_GAP * height
    is_aligned = abs(line.left - message.left) < SAME_LEFT * height
    is_alike = max(last.height, line.height) < 1.6 * height
    return is_below and is_aligned and is_alike and _is_same_ground(last, line, reading.width)


def _is_same_ground(line: TextLine, other_line: TextLine, width: int) -> bool:
    distance = _get_distance(line.ground, other_line.ground)
    same_edges = [
        abs(line.ground_left - other_line.ground_left) < SAME_EDGE * width,
        abs(line.ground_right - other_line.ground_right) < SAME_EDGE * width,
    ]
    # An emoji in a bubble is read as its edge.
    return distance <= OTHER_GROUND and (
        all(same_edges) or (distance <= SAME_GROUND and any(same_edges))
    )


# -- sides


def _tell_sides(messages: Sequence[Message], width: int) -> None:
    """Set the sides of the messages if the picture shows a chat of two people. On a poster, or if only one person
    writes, no side is set."""
    bubbles = [bubble for bubble in (_find_bubble(m, width) for m in messages) if bubble]
    at_left, at_right = _find_sides(bubbles, width)
    wide = [b for b in bubbles if b not in at_left + at_right and b.left > WIDE_LEFT * width]
    # Where all of one person's bubbles are wide, they have another colour than the other's, and the same margin.
    if at_right and not at_left:
        edge = width - max(b.right for b in at_right)
        at_left = [
            b
            for b in wide
            if abs(b.left - edge) < SAME_EDGE * width and not b.has_colour_of(at_right)
        ]
    elif at_left and not at_right:
        edge = width - min(b.left for b in at_left)
        at_right = [
            b
            for b in wide
            if abs(b.right - edge) < SAME_EDGE * width and not b.has_colour_of(at_left)
        ]
    if not at_left or not at_right or _stand_beside(at_left, at_right):
        return
    for bubble in bubbles:
        difference_left = min(
            (not bubble.has_colour_of([b]), abs(bubble.left - b.left)) for b in at_left
        )
        difference_right = min(
            (not bubble.has_colour_of([b]), abs(bubble.right - b.right)) for b in at_right
        )
        is_own = bubble in at_right or (
            bubble not in at_left and difference_right < difference_left
        )
        bubble.message.side = Side.OWN if is_own else Side.OTHER
    for message, following in pairwise(messages):
        if _is_name(message, following, width):
            message.side = Side.OTHER


def _find_sides(bubbles: "Sequence[_Bubble]", width: int) -> "tuple[list[_Bubble], list[_Bubble]]":
    """Return those at the left and those at the right. A wide bubble may end nearer to the other border than it
    begins at its own: the one that is shifted most tells where its side ends, beyond which nobody of that side
    stands, and who stands there in its colour is of that side. Where all are wide, phones leave the other's grey."""
    at_left = [b for b in bubbles if b.shift < -SIDE_MARGIN_SHARE * width]
    at_right = [b for b in bubbles if b.shift > SIDE_MARGIN_SHARE * width]
    surest = max(at_left + at_right, key=lambda bubble: abs(bubble.shift), default=None)
    if surest is None:
        return at_left, at_right
    shifted = at_left + at_right
    grey = [b for b in shifted if b.is_grey]
    if abs(surest.shift) < SURELY_SHIFTED * width and at_left and at_right and grey:
        return grey, [b for b in shifted if b not in grey]
    same = SAME_EDGE * width
    if surest in at_right:
        own_lines = [
            b for b in at_left if abs(b.right - surest.right) < same and b.has_colour_of([surest])
        ]
        at_left = [b for b in at_left if b not in own_lines]
        at_right = own_lines + [b for b in at_right if b.right < surest.right + same]
    else:
        others = [
            b for b in at_right if abs(b.left - surest.left) < same and b.has_colour_of([surest])
        ]
        at_right = [b for b in at_right if b not in others]
        at_left = others + [b for b in at_left if b.left > surest.left - same]
    return at_left, at_right


@dataclass(frozen=True, repr=False, eq=False)
class _Bubble:
    """The ground of a message, which ends at both sides; `shift` is how much farther it stands from the left
    border than from the right one."""

    message: Message
    left: int
    right: int
    shift: int

    @property
    def is_grey(self) -> bool:
        return max(self.message.ground) - min(self.message.ground) <= MAX_GREY_DIFFERENCE

    def has_colour_of(self, others: "Sequence[_Bubble]") -> bool:
        ground = self.message.ground
        return any(_get_distance(ground, o.message.ground) <= OTHER_GROUND for o in others)


def _find_bubble(message: Message, width: int) -> _Bubble | None:
    left = min(line.ground_left for line in message.lines)
    right = max(line.ground_right for line in message.lines)
    if left <= EDGE * width or right >= (1 - EDGE) * width:
        return None
    return _Bubble(message, left, right, left - (width - right))


def _stand_beside(at_left: Sequence[_Bubble], at_right: Sequence[_Bubble]) -> bool:
    """Whether a bubble at the left stands beside one at the right. In a chat they stand below each other, so this is a
    page of two columns."""
    pairs = ((a.message, b.message) for a in at_left for b in at_right)
    return any(
        min(a.bottom, b.bottom) - max(a.top, b.top) > min(a.lines[0].height, b.lines[0].height) / 2
        for a, b in pairs
    )


def _is_name(message: Message, following: Message, width: int) -> bool:
    """Whether the message is the name that a group chat shows above the message that follows."""
    is_centred = abs(message.left + message.right - width) < CENTRED * width
    return (
        message.side is Side.NONE
        and following.side is Side.OTHER
        and message.left < NAME_LEFT * width
        and not is_centred
        and following.top - message.bottom < NAME_GAP * message.lines[-1].height
    )


def _get_distance(colour: tuple[int, int, int], other_colour: tuple[int, int, int]) -> int:
    return max(abs(a - b) for a, b in zip(colour, other_colour, strict=True))


def _count_repeated(before: Sequence[Message], messages: Sequence[Message]) -> int:
    """Return how many of the messages at the beginning stand at the end of those before as well."""
    texts_before, texts = [m.text for m in before], [m.text for m in messages]
    most = min(len(texts_before), len(texts))
    return next((n for n in range(most, 0, -1) if texts_before[-n:] == texts[:n]), 0)
