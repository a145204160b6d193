"""The drawn screenshots with the text that they show, and how well a reading of one agrees with it."""

import re
import tomllib
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from sitekit.ocr.chat_layout import Side, arrange_messages
from sitekit.ocr.readings import PictureReading

FOLDER = Path(__file__).parent
# No model for reading text knows emoji: they are in the typed text, but not asked of the reader.
_LEFT_OUT = re.compile(r"\s|[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")


@dataclass(frozen=True)
class Screenshot:
    """`pieces` are what it says from top to bottom, and who says it; `code` is the text of its QR code."""

    id: str
    style: str
    is_scam: bool
    pieces: tuple[tuple[str, Side], ...]
    code: str

    @property
    def picture(self) -> bytes:
        (path,) = (p for p in FOLDER.glob(f"{self.id}.*") if p.suffix in (".jpg", ".webp"))
        return path.read_bytes()

    @property
    def typed(self) -> str:
        """What somebody would paste who has the text: the pieces and the code."""
        return "\n".join([text for text, _side in self.pieces] + [self.code] * bool(self.code))

    @property
    def has_two_sides(self) -> bool:
        return any(side is Side.OWN for _text, side in self.pieces)


@dataclass(frozen=True)
class Agreement:
    """Counts of characters without blanks and emoji; `sided` are those that were read."""

    characters: int
    errors: int
    sided: int
    right_sides: int
    is_in_order: bool


def load_screenshots(list_name: str) -> list[Screenshot]:
    rows = tomllib.loads((FOLDER / list_name).read_text("utf-8"))["screenshot"]
    return [_make_screenshot(row) for row in rows]


def _make_screenshot(row: dict) -> Screenshot:
    pieces = [(row["title"], Side.NONE)] if "title" in row else []
    for kind, *words in row["lines"]:
        match kind:
            case "code":
                shown = words[1:]
            case "columns":
                shown = [line for column in words for line in column]
            case _:
                shown = words
        pieces += [(text, _get_side(kind)) for text in shown]
    code = next((words[1] for words in row["lines"] if words[0] == "code"), "")
    return Screenshot(row["id"], row["style"], row["is_scam"], tuple(pieces), code)


def _get_side(kind: str) -> Side:
    if kind == "name":
        return Side.OTHER
    return next((side for side in (Side.OTHER, Side.OWN) if kind.startswith(side)), Side.NONE)


def compare_reading(shot: Screenshot, reading: PictureReading) -> Agreement:
    messages = [(message.text, message.side) for message in arrange_messages([reading])]
    wanted, wanted_sides = _join_pieces(shot.pieces)
    read, read_sides = _join_pieces(messages)
    matches = [
        (wanted_sides[block.a + n], read_sides[block.b + n])
        for block in SequenceMatcher(None, wanted, read, autojunk=False).get_matching_blocks()
        for n in range(block.size)
    ]
    if not shot.has_two_sides:  # nobody to be told apart
        matches = [(Side.NONE, Side.OWN if side is Side.OWN else Side.NONE) for _, side in matches]
    texts = [_remove_spaces_and_symbols(text) for text, _side in shot.pieces]
    places = [
        _find_text_offset(text, read) for text in texts if len(text) > 3 and wanted.count(text) == 1
    ]
    return Agreement(
        characters=len(wanted),
        errors=measure_distance(wanted, read),
        sided=len(matches),
        right_sides=sum(read_side == other for read_side, other in matches),
        is_in_order=places == sorted(places),
    )


def _join_pieces(pieces: list | tuple) -> tuple[str, list[Side]]:
    """Return the characters of all, and whose each of them is."""
    stripped = [(_remove_spaces_and_symbols(text), side) for text, side in pieces]
    return "".join(text for text, _ in stripped), [side for text, side in stripped for _ in text]


def _remove_spaces_and_symbols(text: str) -> str:
    return _LEFT_OUT.sub("", text)


def _find_text_offset(text: str, read: str) -> int:
    """Where the text stands, or most of it in one piece."""
    block = SequenceMatcher(None, text, read, autojunk=False).find_longest_match()
    return block.b - block.a


def measure_distance(text: str, other: str) -> int:
    """Return the least number of characters to add, remove or replace."""
    previous = list(range(len(other) + 1))
    for row, a in enumerate(text, 1):
        current = [row]
        for column, b in enumerate(other, 1):
            current.append(
                min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (a != b))
            )
        previous = current
    return previous[-1]
