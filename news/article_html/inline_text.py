"""The text of a block as runs, each with its marks; white space as a browser shows it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from textkit.invisible_characters import (
    INVISIBLE_CHARACTERS,
    SOFT_HYPHEN,
    build_removal_table,
    list_characters,
)


class InlineMarks(NamedTuple):
    href: str = ""
    strong: bool = False
    em: bool = False
    sub: bool = False
    sup: bool = False


type Run = tuple[str, InlineMarks | None]  # no marks: a line break

TAGS = InlineMarks._fields[1:]
PLAIN = InlineMarks()
BREAK: Run = ("", None)
# Invisible: zero width, soft hyphen, marks of direction; and control characters.
_DROPPED = build_removal_table(
    INVISIBLE_CHARACTERS | SOFT_HYPHEN | list_characters((0, 8), (0x0E, 0x1B), (0x7F, 0x7F))
)
_PIECES = re.compile(r"\s+|\S+")


def squeeze_spaces(text: str) -> str:
    return " ".join(text.translate(_DROPPED).split())


def split_paragraphs(runs: Iterable[Run], *, is_heading: bool = False) -> list[list[Run]]:
    """Return `runs` split at two breaks or more; each paragraph without white space at its ends.

    A heading becomes one line that is not bold.
    """
    if is_heading:
        runs = [
            ("\n", PLAIN) if marks is None else (text, marks._replace(strong=False))
            for text, marks in runs
        ]
    parts: list[list[Run]] = [[]]
    space, breaks = "", 0
    for piece, marks in _split_pieces(runs):
        if marks is None:
            breaks, space = breaks + 1, ""
        elif piece.isspace():
            if parts[-1] and not breaks:
                space += piece
        else:
            if parts[-1] and breaks > 1:
                parts.append([])
            elif parts[-1] and breaks:
                parts[-1].append(BREAK)
            elif space:
                _append_space(parts[-1], space, piece, marks)
            parts[-1].append((piece, marks))
            space, breaks = "", 0
    return [_merge_runs(part) for part in parts if part]


def join_paragraphs(runs: Iterable[Run]) -> list[Run]:
    """Return all of `runs` as lines of one paragraph; empty if there is no text."""
    lines: list[Run] = []
    for part in split_paragraphs(runs):
        lines += [BREAK, *part] if lines else part
    return lines


def _split_pieces(runs: Iterable[Run]) -> Iterator[Run]:
    for text, marks in runs:
        if marks is None:
            yield BREAK
        else:
            yield from ((piece, marks) for piece in _PIECES.findall(text.translate(_DROPPED)))


def _append_space(part: list[Run], space: str, piece: str, marks: InlineMarks) -> None:
    """Append one space, an ideographic one if there is one; none for a line end within Chinese."""
    last, before = part[-1]
    if "\u3000" in space:
        space = "\u3000"
    elif re.search(r"[\n\r\u2028\u2029\x85]", space) and _is_wide(last[-1]) and _is_wide(piece[0]):
        return
    else:
        space = " "
    shared = InlineMarks._make(
        a if a == b else type(a)() for a, b in zip(before or PLAIN, marks, strict=True)
    )
    part.append((space, shared))


def _is_wide(char):
    return unicodedata.east_asian_width(char) in "WF"


def _merge_runs(runs: Iterable[Run]) -> list[Run]:
    """Return the runs, neighbours with the same marks as one."""
    joined: list[Run] = []
    for marks, group in groupby(runs, key=lambda run: run[1]):
        part = list(group)
        joined += part if marks is None else [(join_run_texts(part), marks)]
    return joined


def join_run_texts(runs: Iterable[Run]) -> str:
    return "".join("\n" if marks is None else text for text, marks in runs)


def render_runs(runs: Sequence[Run], level: int = 0) -> str:
    """Return HTML of `runs`: the link outside, then strong, em, sub, sup."""
    if level == len(InlineMarks._fields):
        return escape(join_run_texts(runs), quote=False)
    tag, html = InlineMarks._fields[level], ""
    for value, group in groupby(runs, key=lambda run: run[1] and run[1][level]):
        if value is None:
            html += "<br>" * len(list(group))
            continue
        inner = render_runs(list(group), level + 1)
        if value and tag == "href":
            inner = f'<a href="{escape(str(value))}">{inner}</a>'
        elif value:
            inner = f"<{tag}>{inner}</{tag}>"
        html += inner
    return html
