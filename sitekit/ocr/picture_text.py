"""The text of the pictures as one text to judge, and where its words stand in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sitekit.ocr.chat_layout import Message, arrange_messages
from sitekit.ocr.readings import PictureReading, TextLine, count_columns


@dataclass(frozen=True)
class PictureArea:
    """Where words stand in a picture, in its pixels."""

    picture: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, repr=False)
class PlacedLine:
    """A line with the span of its text in the whole text."""

    start: int
    end: int
    picture: int
    line: TextLine


@dataclass(frozen=True, repr=False)
class PictureText:
    """The text of the pictures. `messages` are (start in `text`, end in `text`, message)."""

    text: str
    messages: tuple[tuple[int, int, Message], ...]
    lines: tuple[PlacedLine, ...]

    def find_areas(self, start: int, end: int) -> Iterator[PictureArea]:
        """Yield the places of the words from `start` to `end` of the text, an area for each line."""
        for placed in self.lines:
            first, last = max(start, placed.start), min(end, placed.end)
            if first < last:
                yield _compute_text_area(placed, first - placed.start, last - placed.start)


def join_readings(readings: Sequence[PictureReading]) -> PictureText:
    """Return all that was read, a paragraph for each message."""
    pieces: list[str] = []
    messages: list[tuple[int, int, Message]] = []
    lines: list[PlacedLine] = []
    length = 0
    for message in arrange_messages(readings):
        if pieces:
            pieces.append("\n")
            length += 1
        begin = length
        for line, separator in zip(message.lines, [*message.list_separators(), ""], strict=True):
            end = length + len(line.text)
            lines.append(PlacedLine(length, end, message.picture, line))
            pieces += (line.text, separator)
            length = end + len(separator)
        messages.append((begin, length, message))
    return PictureText("".join(pieces), tuple(messages), tuple(lines))


def _compute_text_area(placed: PlacedLine, first: int, last: int) -> PictureArea:
    """Return where the characters from `first` to `last` of the line are, as if each of one kind were equally wide."""
    line = placed.line
    step = (line.right - line.left) / max(1, count_columns(line.text))
    return PictureArea(
        picture=placed.picture,
        left=round(line.left + step * count_columns(line.text[:first])),
        top=line.top,
        right=round(line.left + step * count_columns(line.text[:last])),
        bottom=line.bottom,
    )
