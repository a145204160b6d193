"""Points that were typed or came from Word: paragraphs that begin with a bullet or a number."""

import re

from news.article_html.html_blocks import HtmlBlock
from news.article_html.inline_text import BREAK, PLAIN, join_run_texts

_BULLET = re.compile(r"[·•●▪◦‣∙][ \u3000]")
_NUMBER = re.compile(r"[（(]?(\d{1,3})[.．)）、]?")


def convert_typed_lists(blocks):
    """`blocks` with such paragraphs made points of lists; a number that fits none stays as words."""
    gathered, points, last = [], None, 0
    for block in blocks:
        number = _number(block)
        if number and number not in {1, last + 1}:
            number = None
        if number is None and not _has_bullet(block):
            _speak_marker(block)
        items = [block.runs] if number or block.marker else _typed(block)
        if not items:
            gathered.append(block)
            points, last = None, 0
            continue
        tag = "ol" if number else "ul"
        if points is None or points.tag != tag or number == 1:
            points = HtmlBlock(tag)
            gathered.append(points)
        last = number or 0
        points.children += [HtmlBlock("li", children=[HtmlBlock("p", runs)]) for runs in items]
    return gathered


def _number(block):
    found = _NUMBER.fullmatch(block.marker) if block.tag == "p" else None
    return int(found[1]) if found else None


def _has_bullet(block):
    """Word draws its bullets with one letter or sign of a symbol font."""
    return block.tag == "p" and len(block.marker) == 1 and not _is_word(block.marker)


def _is_word(sign):
    return sign.isnumeric() or "\u3400" <= sign <= "\u9fff"


def _speak_marker(block):
    if block.marker:
        block.runs = [(f"{block.marker} ", PLAIN), *block.runs]
        block.marker = ""


def _typed(block):
    return _cut(block.runs) if block.tag == "p" and _begins(block.runs) else []


def _begins(runs):
    return bool(_BULLET.match(join_run_texts(runs)))


def _cut(runs):
    """A new point at each line that begins with a bullet."""
    lines = [[]]
    for run in runs:
        if run == BREAK:
            lines.append([])
        else:
            lines[-1].append(run)
    points = []
    for line in lines:
        if _begins(line):
            points.append(_without(line, 2))
        else:
            points[-1] += [BREAK, *line]
    return points


def _without(runs, count):
    kept = []
    for text, marks in runs:
        if text[count:]:
            kept.append((text[count:], marks))
        count = max(0, count - len(text))
    return kept
