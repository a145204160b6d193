"""The words within a block: runs of text with their marks, white space as a reader sees it."""

import re
import unicodedata
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


TAGS = InlineMarks._fields[1:]
PLAIN = InlineMarks()
BREAK = ("", None)
# Invisible: zero width, soft hyphen, marks of direction; and control characters.
_DROPPED = build_removal_table(
    INVISIBLE_CHARACTERS | SOFT_HYPHEN | list_characters((0, 8), (0x0E, 0x1B), (0x7F, 0x7F))
)
_PIECES = re.compile(r"\s+|\S+")


def squeeze_spaces(text):
    return " ".join(text.translate(_DROPPED).split())


def split_paragraphs(runs, *, is_heading=False):
    """`runs` cut at two breaks or more; each paragraph without white space at its ends.

    A heading is one line, and its strength is its own.
    """
    if is_heading:
        runs = [
            ("\n", PLAIN) if run == BREAK else (run[0], run[1]._replace(strong=False))
            for run in runs
        ]
    parts, space, breaks = [[]], None, 0
    for piece, marks in _pieces(runs):
        if marks is None:
            breaks, space = breaks + 1, None
        elif piece.isspace():
            if parts[-1] and not breaks:
                space = (space or "") + piece
        else:
            if parts[-1] and breaks > 1:
                parts.append([])
            elif parts[-1] and breaks:
                parts[-1].append(BREAK)
            elif space:
                _append_space(parts[-1], space, piece, marks)
            parts[-1].append((piece, marks))
            space, breaks = None, 0
    return [_joined(part) for part in parts if part]


def one_paragraph(runs):
    """All of `runs` as lines of one paragraph; empty if nothing is said."""
    lines = []
    for part in split_paragraphs(runs):
        lines += [BREAK, *part] if lines else part
    return lines


def _pieces(runs):
    for text, marks in runs:
        if marks is None:
            yield BREAK
        else:
            yield from ((piece, marks) for piece in _PIECES.findall(text.translate(_DROPPED)))


def _append_space(part, space, piece, marks):
    """One space; an ideographic one stays, and a break of the source within Chinese is none."""
    last, before = part[-1]
    if "\u3000" in space:
        space = "\u3000"
    elif re.search(r"[\n\r\u2028\u2029\x85]", space) and _is_wide(last[-1]) and _is_wide(piece[0]):
        return
    else:
        space = " "
    shared = InlineMarks(*(a if a == b else type(a)() for a, b in zip(before, marks, strict=True)))
    part.append((space, shared))


def _is_wide(char):
    return unicodedata.east_asian_width(char) in "WF"


def _joined(runs):
    joined = []
    for marks, group in groupby(runs, key=lambda run: run[1]):
        if marks is None:
            joined += group
        else:
            joined.append(("".join(text for text, _ in group), marks))
    return joined


def join_run_texts(runs):
    return "".join("\n" if marks is None else text for text, marks in runs)


def render_runs(runs, level=0):
    """HTML of `runs`: link outside, then strong, em, sub, sup."""
    if level == len(InlineMarks._fields):
        return "".join(escape(text, quote=False) for text, _ in runs)
    html = ""
    for value, group in groupby(runs, key=lambda run: run[1] and run[1][level]):
        if value is None:
            html += "<br>" * len(list(group))
        else:
            html += _wrapped(render_runs(list(group), level + 1), level, value)
    return html


def _wrapped(inner, level, value):
    if not value:
        return inner
    if level == 0:
        return f'<a href="{escape(value)}">{inner}</a>'
    tag = InlineMarks._fields[level]
    return f"<{tag}>{inner}</{tag}>"
