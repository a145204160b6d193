"""What stands where on a drawn card: parts in the order in which they are painted, and the layout that collects them.

Lengths and places are points of the sheet, from its upper left corner; widths of texts are those in `fonts`.
"""

import contextlib
import io
from dataclasses import dataclass, field

from PIL import Image

from sitekit.images.picture_files import read_picture_file
from sitekit.share_pictures.fonts import load_font
from sitekit.share_pictures.qr_codes import measure_code

GROUND, SURFACE, EDGE = "#f7f5ef", "#ffffff", "#c9c4b5"
INK, MUTED, GREEN, PAY = "#1c2320", "#59635d", "#0e5a44", "#b8420a"
SEAL_EDGE = "#86ac9f"
SHEET_EDGE = 24  # what no text may reach, whatever font it is shown in

type Place = tuple[float, float]
type Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class TextPart:
    """One line of text. A painter that has other fonts squeezes it to `width` where it might be wider than `room`."""

    at: Place  # the left end of the baseline, its middle if `is_centred`
    text: str
    size: int
    colour: str
    is_bold: bool
    width: float
    room: float
    is_centred: bool = False


@dataclass(frozen=True)
class BoxPart:
    """A box with round corners; the outline lies within it."""

    box: Box
    radius: float
    fill: str = ""
    outline: str = ""
    thickness: int = 0


@dataclass(frozen=True)
class StrokePart:
    """A line through points, with round joints."""

    points: tuple[Place, ...]
    colour: str
    thickness: int


@dataclass(frozen=True)
class RingPart:
    """A circle whose line lies within the radius."""

    middle: Place
    radius: float
    colour: str
    thickness: int


@dataclass(frozen=True)
class PhotoPart:
    """A photo that fills the box: what is left over on two sides is cut off."""

    photo: Image.Image
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class CodePart:
    """A QR code with its quiet zone, `side` points wide and high: whole points a module."""

    address: str
    at: tuple[int, int]
    side: int


type Part = TextPart | BoxPart | StrokePart | RingPart | PhotoPart | CodePart


@dataclass
class CardLayout:
    """A sheet of `width` × `height` points, and its parts."""

    width: int
    height: int
    parts: list[Part] = field(default_factory=list)

    def add_text(
        self,
        at: Place,
        text: str,
        size: int,
        colour: str = INK,
        *,
        is_bold: bool = True,
        room: float | None = None,
    ) -> float:
        """Add a line from the left end of its baseline; return where it ends.

        `room` is what it may take in any font: up to the edge of the sheet if it is not told.
        """
        width = load_font(size, is_bold=is_bold).getlength(text)
        room = self.width - SHEET_EDGE - at[0] if room is None else room
        self.parts.append(TextPart(at, text, size, colour, is_bold, width, room))
        return at[0] + width

    def add_lines(self, x: float, y: float, lines: list[str], size: int) -> float:
        """Add lines whose first begins at the height `y`; return where the last one ends."""
        for line in lines:
            y += size * 1.22
            self.add_text((x, y - size * 0.2), line, size)
        return y

    def add_head(self, x: int, y: int, size: int, seal: str, site: str) -> None:
        """Add the seal of a place, and beside it the name of the site."""
        self.add_badge(x, y, size, seal)
        self.add_text((x + size * 1.28, y + size * 0.65), site, round(size * 0.42))

    def add_badge(self, x: int, y: int, size: int, characters: str) -> None:
        """Add one or two characters, one above the other, on green."""
        edge = size * 0.06
        inner = (x + edge, y + edge, x + size - edge, y + size - edge)
        self.parts += [
            BoxPart((x, y, x + size, y + size), size * 0.16, fill=GREEN),
            BoxPart(inner, size * 0.12, outline=SEAL_EDGE, thickness=max(1, size // 50)),
        ]
        middles = (0.5,) if len(characters) == 1 else (0.32, 0.68)
        font_size = round(size * (0.56 if len(characters) == 1 else 0.36))
        ascent, descent = load_font(font_size).getmetrics()
        for character, middle in zip(characters, middles, strict=False):
            at = (x + size / 2, y + size * middle + (ascent - descent) / 2)
            width = load_font(font_size).getlength(character)
            self.parts.append(
                TextPart(
                    at, character, font_size, "#ffffff", True, width, inner[2] - inner[0], True
                )
            )

    def add_checks(
        self,
        at: Place,
        checks: tuple[tuple[bool, str], ...],
        size: int,
        end: float,
    ) -> None:
        """Add a tick or a ring before each check, as many as there is room for up to `end`."""
        x, baseline = at
        for was_checked, label in checks:
            width = measure_check(label, size)
            if x + width > end:
                return
            middle, colour = baseline - size * 0.36, GREEN if was_checked else MUTED
            if was_checked:
                steps = ((0.06, 0), (0.34, 0.28), (0.86, -0.34))
                points = tuple((x + dx * size, middle + dy * size) for dx, dy in steps)
                self.parts.append(StrokePart(points, colour, max(3, size // 7)))
            else:
                ring_middle = (x + size * 0.46, middle)
                self.parts.append(RingPart(ring_middle, size * 0.36, colour, max(2, size // 12)))
            self.add_text((x + size * 1.1, baseline), label, size, colour, room=width - size * 0.5)
            x += width + size * 0.9

    def add_photo(self, name: str, box: tuple[int, int, int, int]) -> bool:
        """Add the photo and return True; a file that is not there, or is none, leaves paper."""
        with contextlib.suppress(OSError):
            photo = Image.open(io.BytesIO(read_picture_file(name))).convert("RGB")
            self.parts.append(PhotoPart(photo, box))
            return True
        return False

    def add_code(self, address: str, box: Box) -> float:
        """Add the code at the left of the box, as large as its height allows; return where it ends."""
        left, top, _right, bottom = map(int, box)
        side = measure_code(address, bottom - top - 12)
        gap = (bottom - top - side) // 2
        self.parts.append(CodePart(address, (left + gap, top + gap), side))
        return left + gap + side


def measure_check(label: str, size: int) -> float:
    """Return the width of a check with its tick or ring."""
    return size * 1.15 + load_font(size).getlength(label)
