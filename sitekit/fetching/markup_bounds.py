"""Whether a tag of HTML or XML of others has more attributes than parsers can take.

lxml, nh3, feedparser and openpyxl compare each attribute of a tag with all others: one tag of 400,000 attributes held
a worker for minutes. Whatever parses or cleans foreign markup asks here first, with the very text that the parser gets.

The answer never takes a tag for harmless that has more: comments and scripts, which parsers skip by rules of their
own, are read as if they held tags. It takes time that grows with the length of the text.
"""

import re

from sitekit.workflow.refusals import Refusal

MAX_ATTRIBUTES = 1_000  # of one tag; no page that people write comes near
_MAX_STARTS = 20  # places of one stretch where a tag may begin
# Without one of these no stretch is long: most texts need no further look.
_SUSPECT = re.compile(rf"""[^>]{{{MAX_ATTRIBUTES}}}|=\s*+(?:"[^">]*+>|'[^'>]*+>)""")
# A quote that opens a value, any other quote, the end of a tag.
_MARKS = re.compile(r"""=\s*(?P<opener>["'])|["'>]""")
_START = re.compile(r"</?(?:[^\W\d]|:)")
_SEPARATORS = re.compile(r"""[\s/]+|["']""")
_NAME = re.compile(r"""</?[^\s/>"'=<]*""")
_BLANKS = re.compile(r"[ \t\r\n/]*")
# As all parsers read it alike: nothing else is counted exactly.
_ATTRIBUTE = re.compile(
    r"""[ \t\r\n/]*+[^\s/>"'=<]++"""
    r"""(?:[ \t\r\n]*+=[ \t\r\n]*+(?:"[^"]*+"|'[^']*+'|[^\s>"'<]++))?+"""
)


MANY_ATTRIBUTES = "里面有一个标签带着上千个属性，不像人写的。"


class MarkupRefused(Refusal):
    """Markup is not read, because a tag has more than `MAX_ATTRIBUTES`."""


def require_few_attributes(markup: str) -> None:
    """Raise `MarkupRefused` if a tag may have more than `MAX_ATTRIBUTES`."""
    if has_many_attributes(markup):
        raise MarkupRefused(MANY_ATTRIBUTES)


def has_many_attributes(markup: str) -> bool:
    """Whether a tag may have more than `MAX_ATTRIBUTES`.

    A `>` ends every tag, unless the last quote of either kind before it opens a value. The text between two such ends
    is a stretch; no tag is longer.
    """
    if _SUSPECT.search(markup) is None:
        return False
    begin, has_inner_end = 0, False
    is_open = {'"': False, "'": False}
    for mark in _MARKS.finditer(markup):
        if opener := mark["opener"]:
            is_open[opener] = True
        elif mark[0] != ">":
            is_open[mark[0]] = False
        elif is_open['"'] or is_open["'"]:
            has_inner_end = True
        else:
            if _is_crowded(markup, begin, mark.start(), has_inner_end=has_inner_end):
                return True
            begin, has_inner_end = mark.end(), False
    return _is_crowded(markup, begin, len(markup), has_inner_end=has_inner_end)


def _is_crowded(markup: str, begin: int, end: int, *, has_inner_end: bool) -> bool:
    if end - begin <= MAX_ATTRIBUTES:
        return False
    start = _START.search(markup, begin, end)
    if start is None or _count_separators(markup, start.start(), end) <= MAX_ATTRIBUTES:
        return False
    starts = [match.start() for match in _START.finditer(markup, start.start(), end)]
    if has_inner_end or len(starts) > _MAX_STARTS:
        return True
    return any(_has_many_from(markup, at, end) for at in starts)


def _count_separators(markup: str, begin: int, end: int) -> int:
    """Return the number, at most one more than `MAX_ATTRIBUTES`. Each attribute follows one of them."""
    matches = _SEPARATORS.finditer(markup, begin, end)
    return sum(1 for _ in zip(range(MAX_ATTRIBUTES + 1), matches, strict=False))


def _has_many_from(markup: str, start: int, end: int) -> bool:
    """Whether the tag that begins there has too many, or parsers may differ about where its attributes end."""
    name = _NAME.match(markup, start, end)
    at = name.end() if name else start
    for _number in range(MAX_ATTRIBUTES + 1):
        attribute = _ATTRIBUTE.match(markup, at, end)
        if attribute is None:
            blanks = _BLANKS.match(markup, at, end)
            return blanks is None or blanks.end() < end
        at = attribute.end()
    return True
