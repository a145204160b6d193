"""The Chinese font of drawn pictures, which is taken from the machine, and text that fits a width.

Debian's `fonts-noto-cjk` (Noto Sans CJK, SIL Open Font License 1.1: pictures made with it may be used freely) is
what the site is drawn with; the fonts of other systems do as well. Without any, nothing is drawn.
"""

import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

type Font = ImageFont.FreeTypeFont

# (bold, regular), the first pair that is there is used.
FONT_FILES = [
    *(
        (f"{folder}/NotoSansCJK-Bold.ttc", f"{folder}/NotoSansCJK-Regular.ttc")
        for folder in (
            "/usr/share/fonts/opentype/noto",  # Debian, Ubuntu
            "/usr/share/fonts/noto-cjk",  # Arch
            "/usr/share/fonts/noto",  # Alpine
            "/usr/share/fonts/google-noto-cjk",  # Fedora
        )
    ),
    ("/System/Library/Fonts/STHeiti Medium.ttc", "/System/Library/Fonts/STHeiti Light.ttc"),
    ("C:/Windows/Fonts/msyhbd.ttc", "C:/Windows/Fonts/msyh.ttc"),
]
# One at a time: drawing takes a tenth of a second of a core, and fonts are not made for several threads.
FONT_TURN = threading.Lock()
ELLIPSIS = "…"
# Closing marks do not begin a line.
_NOT_FIRST = "，。、；：？！）》」』”’%…·~-–—/,.;:?!)]}"
_NO_CHARACTER = "\U0010fffe"
_ALWAYS_KEPT = "LNZ"  # letters, numbers, blanks: a box says that one is missing


@lru_cache(maxsize=1)
def find_font_files() -> tuple[str, str] | None:
    pairs = (pair for pair in FONT_FILES if all(Path(path).exists() for path in pair))
    return next(pairs, None)


def has_font() -> bool:
    return find_font_files() is not None


@lru_cache(maxsize=64)
def load_font(size: int, *, is_bold: bool = True) -> Font:
    """`size` is in pixels; raises FileNotFoundError on a machine without a Chinese font (`has_font`)."""
    files = find_font_files()
    if files is None:
        raise FileNotFoundError("There is no Chinese font: install fonts-noto-cjk.")
    path = files[0 if is_bold else 1]
    return ImageFont.truetype(path, size, index=_find_simplified_face(path))


@lru_cache(maxsize=4)
def _find_simplified_face(path: str) -> int:
    """Return the index of the face whose name ends in SC, the first if there is none."""
    for index in range(16):
        try:
            name = ImageFont.truetype(path, 10, index=index).getname()[0] or ""
        except OSError:
            return 0
        if name.endswith("SC"):
            return index
    return 0


def clean_drawn_text(text: str) -> str:
    """Leave out what the font cannot draw, as emoji, and what has no width; blanks become one.

    The dot between facts is as wide as a character in Chinese fonts, and needs no blanks.
    """
    return " ".join("".join(filter(_can_be_drawn, text)).split()).replace(" · ", "·")


@lru_cache(maxsize=8192)
def _can_be_drawn(character: str) -> bool:
    category = unicodedata.category(character)
    if category[0] in _ALWAYS_KEPT or character in "\t\n":
        return True
    # Controls, joiners and variation selectors have no shape of their own.
    return category[0] not in "CM" and _draw_shape(character) != _draw_shape(_NO_CHARACTER)


def _draw_shape(character: str) -> bytes:
    return bytes(load_font(40).getmask(character))


def fit_lines(text: str, width: float, sizes: tuple[int, ...], most: int) -> tuple[Font, list[str]]:
    """Return the bold font of the first size at which `most` lines hold the text, and the lines.

    If none does, the text is cut at the last size.
    """
    font = load_font(sizes[-1])
    for size in sizes:
        lines = list(_break_lines(text, load_font(size), width))
        if len(lines) <= most:
            return load_font(size), _even_lines(text, lines, load_font(size), width)
    lines = list(_break_lines(text, font, width))
    full_lines, start = lines[: most - 1], 0
    for line in full_lines:
        start = text.index(line, start) + len(line)
    return font, [*full_lines, cut_text(text[start:].strip(), font, width)]


def cut_text(text: str, font: Font, width: float) -> str:
    """Return the text if it fits the width, else its beginning with an ellipsis."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + ELLIPSIS) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def _even_lines(text: str, lines: list[str], font: Font, width: float) -> list[str]:
    """Move words of two lines so that the second one has more than two characters."""
    if len(lines) != 2 or font.getlength(lines[1]) > width / 3:
        return lines
    evened = list(_break_lines(text, font, font.getlength(text) * 0.56))
    return evened if len(evened) == 2 else lines


def _break_lines(text: str, font: Font, width: float) -> Iterator[str]:
    """Chinese breaks anywhere; Latin words and numbers stay whole where they fit a line.

    A mark that may not begin a line takes what stands before it along.
    """
    line: list[str] = []
    for word in _split_words(text):
        remainder = word
        if line and font.getlength("".join([*line, word]).strip()) > width:
            finished_line, line = _part_line(line, word)
            yield "".join(finished_line).strip()
        while len(remainder) > 1 and font.getlength("".join([*line, remainder]).strip()) > width:
            if line:
                yield "".join(line).strip()
                line = []
                continue
            piece = _take_fitting(remainder, font, width)
            yield piece
            remainder = remainder[len(piece) :]
        line.append(remainder)
    if "".join(line).strip():
        yield "".join(line).strip()


def _part_line(line: list[str], word: str) -> tuple[list[str], list[str]]:
    """Return the words that stay in the line, and those that go with the word that has no room there."""
    end = len(line)
    first = word
    while end and (first[0] in _NOT_FIRST or first.isspace()):
        end -= 1
        first = line[end]
    return (line[:end], line[end:]) if end else (line, [])


def _take_fitting(word: str, font: Font, width: float) -> str:
    end = len(word)
    while end > 1 and font.getlength(word[:end]) > width:
        end -= 1
    return word[:end]


def _split_words(text: str) -> Iterator[str]:
    """Return Latin and other words with what stands at them, and each Chinese character and blank alone."""
    word = ""
    for character in text:
        if _is_of_a_word(character):
            word += character
            continue
        if word:
            yield word
        word = ""
        yield character
    if word:
        yield word


def _is_of_a_word(character: str) -> bool:
    if character.isascii():
        return not character.isspace()
    is_wide = unicodedata.east_asian_width(character) in "WF"
    return not is_wide and unicodedata.category(character)[0] in "LMN"
