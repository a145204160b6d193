"""What was read in a picture: plain values that travel between the web workers and the reader."""

from dataclasses import asdict, dataclass
from typing import Any, Self
from unicodedata import east_asian_width

MAX_PICTURES = 5  # of one request


@dataclass(frozen=True, repr=False)
class TextLine:
    """A line of text and where it stands, in pixels of the picture as it is shown; `ground` is the colour
    behind it (red, green, blue), which goes from `ground_left` to `ground_right`: the bubble of a message,
    the box on a poster, or the whole picture."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    ground: tuple[int, int, int] = (255, 255, 255)
    ground_left: int = 0
    ground_right: int = 0

    @property
    def height(self) -> int:
        return self.bottom - self.top


@dataclass(frozen=True, repr=False)
class PictureReading:
    """`copy` is the picture written anew as JPEG, `width` and `height` are its own; `codes` are the texts
    of the QR codes. A picture that cannot be used has only an `error` in Chinese."""

    copy: bytes = b""
    width: int = 0
    height: int = 0
    lines: tuple[TextLine, ...] = ()
    codes: tuple[str, ...] = ()
    error: str = ""

    def describe(self) -> dict[str, Any]:
        """Return all but the copy, as JSON can hold it."""
        return {
            "width": self.width,
            "height": self.height,
            "lines": [asdict(line) for line in self.lines],
            "codes": self.codes,
            "error": self.error,
        }

    @classmethod
    def restore(cls, description: dict[str, Any], copy: bytes) -> Self:
        lines = tuple(
            TextLine(**{**line, "ground": tuple(line["ground"])}) for line in description["lines"]
        )
        return cls(
            copy=copy,
            width=description["width"],
            height=description["height"],
            lines=lines,
            codes=tuple(description["codes"]),
            error=description["error"],
        )


def count_columns(text: str) -> int:
    """Return how wide a text usually is: Chinese characters are twice as wide as others."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
