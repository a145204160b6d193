"""Typed lists and lists of Word: paragraphs that begin with a bullet or a number."""

import re
from collections.abc import Iterable

from news.article_html.html_blocks import HtmlBlock
from news.article_html.inline_text import BREAK, PLAIN, Run, join_run_texts

_BULLET = re.compile(r"[·•●▪◦‣∙][ \u3000]")
_NUMBER = re.compile(r"[（(]?(\d{1,3})[.．)）、]?")


def convert_typed_lists(blocks: Iterable[HtmlBlock]) -> list[HtmlBlock]:
    """Return `blocks` with such paragraphs as lists; a number out of order stays text."""
    converted: list[HtmlBlock] = []
    points: HtmlBlock | None = None
    last = 0
    for block in blocks:
        number = _get_number(block)
        if number and number not in {1, last + 1}:
            number = None
        if number is None and block.marker and not _has_bullet(block):
            block.runs = [(f"{block.marker} ", PLAIN), *block.runs]
            block.marker = ""
        items = [block.runs] if number or block.marker else _split_typed(block)
        if not items:
            converted.append(block)
            points, last = None, 0
            continue
        tag = "ol" if number else "ul"
        if points is None or points.tag != tag or number == 1:
            points = HtmlBlock(tag)
            converted.append(points)
        last = number or 0
        points.children += [HtmlBlock("li", children=[HtmlBlock("p", runs)]) for runs in items]
    return converted


def _get_number(block: HtmlBlock) -> int | None:
    match = _NUMBER.fullmatch(block.marker) if block.tag == "p" else None
    return int(match[1]) if match else None


def _has_bullet(block: HtmlBlock) -> bool:
    """Whether its marker is a bullet: in Word one letter or sign of a symbol font."""
    sign = block.marker
    is_word = sign.isnumeric() or "\u3400" <= sign <= "\u9fff"
    return block.tag == "p" and len(sign) == 1 and not is_word


def _split_typed(block: HtmlBlock) -> list[list[Run]]:
    """Return a point for each line that begins with a bullet; none if the first does not."""
    lines: list[list[Run]] = [[]]
    for run in block.runs:
        if run == BREAK:
            lines.append([])
        else:
            lines[-1].append(run)
    points: list[list[Run]] = []
    for line in lines if block.tag == "p" else []:
        if _BULLET.match(join_run_texts(line)):
            points.append(_drop_characters(line, 2))
        elif points:
            points[-1] += [BREAK, *line]
        else:
            return []
    return points


def _drop_characters(runs: list[Run], count: int) -> list[Run]:
    shortened: list[Run] = []
    for text, marks in runs:
        if text[count:]:
            shortened.append((text[count:], marks))
        count = max(0, count - len(text))
    return shortened
