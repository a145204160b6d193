"""Parses HTML of any origin (the editor, Word, WeChat, a web page) into the blocks of an article.

`news.article_html.article_body` has made it well-formed and removed scripts. It is read event by
event with a stack, never as a tree: nested elements need no recursion.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser

from news.article_html import inline_text
from sitekit.images.pictures import ADDRESS

BLOCKS = {
    *("address", "article", "aside", "caption", "center", "dd", "details", "dialog", "div", "dl"),
    *("dt", "fieldset", "footer", "form", "header", "hgroup", "legend", "main", "nav", "p", "pre"),
    *("search", "section", "summary", "tbody", "tfoot", "thead"),
}
LISTS = {"ul": "ul", "ol": "ol", "menu": "ul", "dir": "ul"}
CELLS = {"td", "th"}
PARENTS = {"li": set(LISTS), "td": {"tr"}, "th": {"tr"}, "tr": {"table"}}
CONTAINERS = {*LISTS, *CELLS, "li", "blockquote", "table", "tr"}
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
MARKS = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "sub": "sub", "sup": "sup"}
VOID = {"br", "hr", "img"}
READ_TAGS = BLOCKS | CONTAINERS | {*HEADINGS, *MARKS, *VOID, "a", "figure", "figcaption", "span"}
# Deeper containers become paragraphs.
MAX_DEPTH = 8
MAX_SPAN = 100

# A picture copied in a browser has the host in its address.
_PICTURE = re.compile(rf"(?:https?://[^/]+)?(?P<address>{ADDRESS.pattern})")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight\s*:\s*(?:normal|[1-5]00)", re.IGNORECASE)
_WORD_MARKER = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)

type Acts = list[Callable[[], object]]


@dataclass
class HtmlBlock:
    """A paragraph or heading with its runs, a picture, or something that holds others."""

    tag: str
    runs: list[inline_text.Run] = field(default_factory=list)
    children: list["HtmlBlock"] = field(default_factory=list)
    attrs: dict[str, str] = field(default_factory=dict)
    marker: str = ""


def parse_html_blocks(html: str) -> list[HtmlBlock]:
    """Return the blocks of `html` in reading order."""
    reader = _BlockParser()
    reader.feed(html)
    reader.close()
    reader.flush()
    return reader.root.children


class _BlockParser(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = HtmlBlock("root")
        self._open = [self.root]
        self._ends: list[Acts] = []  # what the end tag of each open element does
        self._runs: list[inline_text.Run] = []
        self._marker = ""
        # How many are open of each mark, and of elements that are hidden, markers or preformatted.
        self._depths: Counter[str] = Counter()
        self._hrefs: list[str] = []
        self._headings: list[str] = []
        self._figure: HtmlBlock | None = None
        self._in_caption = False

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        if tag in VOID:
            if not self._depths["hidden"]:
                self._handle_void(tag, attrs)
        elif self._depths["hidden"] or _HIDDEN.search(attrs.get("style", "")):
            self._ends.append(self._enter_nested("hidden"))
        elif tag in MARKS or tag == "span":
            self._ends.append(self._enter_mark(tag, attrs.get("style", "")))
        elif tag == "a":
            href = attrs.get("href", "").strip()
            self._hrefs.append("" if href.startswith("#") else href)
            self._ends.append([self._hrefs.pop])
        else:
            self.flush()
            self._ends.append([self.flush, *self._enter_block(tag, attrs)])

    def handle_endtag(self, tag):
        for act in self._ends.pop() if self._ends else []:
            act()

    def handle_data(self, data):
        if self._depths["hidden"]:
            return
        if self._depths["marker"]:
            self._marker += data
            return
        lines = data.replace("\r\n", "\n").split("\n") if self._depths["pre"] else [data]
        for number, line in enumerate(lines):
            if number:
                self._runs.append(inline_text.BREAK)
            self._runs.append((line, self._get_marks()))

    def flush(self) -> None:
        """End the current paragraph."""
        runs, self._runs = self._runs, []
        marker, self._marker = inline_text.squeeze_spaces(self._marker), ""
        is_alone = not any(text.strip() for text, _ in runs)
        if marker and (self._in_caption or is_alone or len(self._open) > 1):
            runs, marker = [(f"{marker} ", inline_text.PLAIN), *runs], ""
        if self._in_caption and self._figure:
            self._figure.runs += [*runs, inline_text.BREAK]
            return
        is_heading = bool(self._headings) and len(self._open) == 1
        tag = self._headings[-1] if is_heading else "p"
        for paragraph in inline_text.split_paragraphs(runs, is_heading=is_heading):
            self._add(HtmlBlock(tag, paragraph, marker=marker))
            marker = ""

    def _get_marks(self) -> inline_text.InlineMarks:
        href = self._hrefs[-1] if self._hrefs else ""
        return inline_text.InlineMarks(href, *(self._depths[name] > 0 for name in inline_text.TAGS))

    def _handle_void(self, tag: str, attrs: dict[str, str]) -> None:
        if tag == "br":
            self._runs.append(inline_text.BREAK)
        elif tag == "hr":
            self.flush()
        else:
            self._add_picture(attrs)

    def _enter_mark(self, tag: str, style: str) -> Acts:
        if _WORD_MARKER.search(style):
            return self._enter_nested("marker")
        name = MARKS.get(tag) or ("strong" if _BOLD.search(style) else "")
        if not name or (name == "strong" and _NOT_BOLD.search(style)):
            return []
        return self._enter_nested(name)

    def _enter_block(self, tag: str, attrs: dict[str, str]) -> Acts:
        if tag in HEADINGS:
            self._headings.append(HEADINGS[tag])
            return [self._headings.pop]
        if tag == "figure" and self._figure is None:
            self._figure = HtmlBlock("figure")
            return [self._end_figure]
        if tag == "figcaption" and not self._in_caption:
            return self._enter_caption()
        if tag in CONTAINERS and self._may_open(tag):
            self._open.append(HtmlBlock(LISTS.get(tag, tag), attrs=_get_spans(attrs)))
            return [self._end_container]
        return self._enter_nested("pre") if tag == "pre" else []

    def _enter_nested(self, name: str) -> Acts:
        self._depths[name] += 1
        return [partial(self._depths.subtract, [name])]

    def _may_open(self, tag: str) -> bool:
        if self._in_caption or len(self._open) > MAX_DEPTH:
            return False
        if tag in PARENTS:
            return self._open[-1].tag in PARENTS[tag]
        return tag not in {"table", "blockquote"} or all(tag != block.tag for block in self._open)

    def _end_container(self):
        block = self._open.pop()
        if block.tag == "table":
            self._add_table(block)
        elif block.children or block.tag in CELLS:
            self._add(block)

    def _add_table(self, table: HtmlBlock) -> None:
        rows = table.children
        if not any("rowspan" in cell.attrs for row in rows for cell in row.children):
            rows = [row for row in rows if any(cell.children for cell in row.children)]
        cells = [cell for row in rows for cell in row.children]
        if len(cells) == 1:  # the table is only a frame
            for block in cells[0].children:
                self._add(block)
        elif any(cell.children for cell in cells):
            table.children = rows
            self._add(table)

    def _add(self, block: HtmlBlock) -> None:
        holder = self._open[-1]
        if block.tag not in {"li", "tr", *CELLS}:
            holder = next(b for b in reversed(self._open) if b.tag not in {"table", "tr"})
        if holder.tag in LISTS and block.tag != "li":
            # A list directly in a list becomes part of the point before it.
            if not (block.tag in LISTS and holder.children):
                holder.children.append(HtmlBlock("li"))
            holder = holder.children[-1]
        holder.children.append(block)

    def _enter_caption(self) -> Acts:
        """Begin the caption of the figure around it, or of a new figure."""
        ends = [] if self._figure else [self._end_figure]
        self._figure = self._figure or HtmlBlock("figure")
        self._in_caption = True
        return [self._end_caption, *ends]

    def _end_caption(self):
        self._in_caption = False

    def _end_figure(self):
        figure, self._figure = self._figure or HtmlBlock("figure"), None
        for picture in figure.children[:-1]:
            self._add(HtmlBlock("figure", children=[picture]))
        caption = inline_text.join_paragraphs(figure.runs)
        if figure.children or caption:
            self._add(HtmlBlock("figure", caption, figure.children[-1:]))

    def _add_picture(self, attrs: dict[str, str]) -> None:
        match = _PICTURE.fullmatch((attrs.get("src") or attrs.get("data-src") or "").strip())
        if match is None:
            return
        alt = inline_text.squeeze_spaces(attrs.get("alt", ""))
        picture = HtmlBlock("img", attrs={"src": match["address"], "alt": alt})
        if self._figure is not None:
            self._figure.children.append(picture)
        else:
            self.flush()
            self._add(HtmlBlock("figure", children=[picture]))


def _get_spans(attrs: Mapping[str, str]) -> dict[str, str]:
    spans = {}
    for name in ("colspan", "rowspan"):
        value = attrs.get(name, "")
        if value.isascii() and value.isdigit() and 1 < int(value[:6]) <= MAX_SPAN:
            spans[name] = str(int(value))
    return spans
