"""HTML from anywhere (the editor, Word, WeChat, a web page) made into the blocks of an article.

What is read is well-formed and free of scripts (`news.article_html.article_body` sees to that). It is taken part by
part, never as a tree: a hundred thousand nested elements cost a stack and no recursion.
"""

import re
from collections import Counter
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
CONTAINERS = {*LISTS, *CELLS, "li", "blockquote", "table", "tr"}
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
MARKS = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "sub": "sub", "sup": "sup"}
VOID = {"br", "hr", "img"}
READ = BLOCKS | CONTAINERS | {*HEADINGS, *MARKS, *VOID, "a", "figure", "figcaption", "span"}
# What an editor can still work with; anything deeper becomes paragraphs.
MAX_DEPTH = 8
MAX_SPAN = 100

# A picture copied in a browser brings the host along.
_PICTURE = re.compile(rf"(?:https?://[^/]+)?(?P<address>{ADDRESS.pattern})")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight\s*:\s*(?:normal|[1-5]00)", re.IGNORECASE)
_WORD_MARKER = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)


@dataclass
class HtmlBlock:
    """A paragraph or heading with its runs, a picture, or something that holds others."""

    tag: str
    runs: list = field(default_factory=list)
    children: list = field(default_factory=list)
    attrs: dict = field(default_factory=dict)
    marker: str = ""


def parse_html_blocks(html):
    """The blocks of `html`, in reading order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.flush()
    return reader.root.children


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = HtmlBlock("root")
        self._open, self._undo = [self.root], []
        self._runs, self._marker = [], ""
        self._marks, self._hrefs, self._headings = Counter(), [], []
        self._figure, self._in_caption = None, False
        self._in_marker = self._hidden = self._pre = 0

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        if tag in VOID:
            if not self._hidden:
                self._void(tag, attrs)
        elif self._hidden or _HIDDEN.search(attrs.get("style", "")):
            self._hidden += 1
            self._undo.append(partial(self._leave, "_hidden"))
        else:
            self._undo.append(self._enter(tag, attrs))

    def handle_endtag(self, tag):
        if self._undo:
            self._undo.pop()()

    def handle_data(self, data):
        if self._hidden:
            return
        if self._in_marker:
            self._marker += data
            return
        lines = data.replace("\r\n", "\n").split("\n") if self._pre else [data]
        for number, line in enumerate(lines):
            if number:
                self._runs.append(inline_text.BREAK)
            self._runs.append((line, self._now()))

    def flush(self):
        """End the running paragraph."""
        runs, self._runs = self._runs, []
        marker, self._marker = inline_text.squeeze_spaces(self._marker), ""
        is_alone = not any(text.strip() for text, _ in runs)
        if marker and (self._in_caption or is_alone or len(self._open) > 1):
            runs, marker = [(f"{marker} ", inline_text.PLAIN), *runs], ""
        if self._in_caption:
            self._figure.runs += [*runs, inline_text.BREAK]
            return
        is_heading = bool(self._headings) and len(self._open) == 1
        tag = self._headings[-1] if is_heading else "p"
        for paragraph in inline_text.split_paragraphs(runs, is_heading=is_heading):
            self._add(HtmlBlock(tag, paragraph, marker=marker))
            marker = ""

    def _now(self):
        href = self._hrefs[-1] if self._hrefs else ""
        return inline_text.InlineMarks(href, *(self._marks[name] > 0 for name in inline_text.TAGS))

    def _void(self, tag, attrs):
        if tag == "br":
            self._runs.append(inline_text.BREAK)
        elif tag == "hr":
            self.flush()
        else:
            self._picture(attrs)

    def _enter(self, tag, attrs):
        """Begin an element; returns what its end does."""
        if tag in MARKS or tag == "span":
            return self._mark(tag, attrs.get("style", ""))
        if tag == "a":
            href = attrs.get("href", "").strip()
            self._hrefs.append("" if href.startswith("#") else href)
            return self._hrefs.pop
        self.flush()
        return self._enter_block(tag, attrs)

    def _enter_block(self, tag, attrs):
        end = self.flush
        if tag in HEADINGS:
            self._headings.append(HEADINGS[tag])
            end = self._end_heading
        elif tag == "figure" and self._figure is None:
            self._figure = HtmlBlock("figure")
            end = self._end_figure
        elif tag == "figcaption" and not self._in_caption:
            end = self._caption()
        elif tag in CONTAINERS and self._may_hold(tag):
            self._open.append(HtmlBlock(LISTS.get(tag, tag), attrs=_spans(attrs)))
            end = self._end_container
        elif tag == "pre":
            self._pre += 1
            end = self._end_pre
        return end

    def _mark(self, tag, style):
        if _WORD_MARKER.search(style):
            self._in_marker += 1
            return partial(self._leave, "_in_marker")
        name = MARKS.get(tag) or ("strong" if _BOLD.search(style) else "")
        if not name or (name == "strong" and _NOT_BOLD.search(style)):
            return _nothing
        self._marks[name] += 1
        return partial(self._marks.subtract, [name])

    def _leave(self, name):
        setattr(self, name, getattr(self, name) - 1)

    def _end_heading(self):
        self.flush()
        self._headings.pop()

    def _end_pre(self):
        self.flush()
        self._pre -= 1

    def _may_hold(self, tag):
        if self._in_caption or len(self._open) > MAX_DEPTH:
            return False
        inside = self._open[-1].tag
        if tag == "li":
            return inside in LISTS
        if tag in CELLS:
            return inside == "tr"
        if tag == "tr":
            return inside == "table"
        return tag not in {"table", "blockquote"} or all(tag != block.tag for block in self._open)

    def _end_container(self):
        self.flush()
        block = self._open.pop()
        if block.tag == "table":
            self._add_table(block)
        elif block.children or block.tag in CELLS:
            self._add(block)

    def _add_table(self, table):
        rows = table.children
        if not any("rowspan" in cell.attrs for row in rows for cell in row.children):
            rows = [row for row in rows if any(cell.children for cell in row.children)]
        cells = [cell for row in rows for cell in row.children]
        if len(cells) == 1:  # it only drew a frame
            for block in cells[0].children:
                self._add(block)
        elif any(cell.children for cell in cells):
            table.children = rows
            self._add(table)

    def _add(self, block):
        holder = self._open[-1]
        if block.tag not in {"li", "tr", *CELLS}:
            holder = next(one for one in reversed(self._open) if one.tag not in {"table", "tr"})
        if holder.tag in LISTS and block.tag != "li":
            # A list right in a list belongs to the point before it.
            if not (block.tag in LISTS and holder.children):
                holder.children.append(HtmlBlock("li"))
            holder = holder.children[-1]
        holder.children.append(block)

    def _caption(self):
        """The figcaption of the figure around it, or one that stands alone."""
        is_alone = self._figure is None
        self._figure = self._figure or HtmlBlock("figure")
        self._in_caption = True
        return partial(self._end_caption, is_alone)

    def _end_caption(self, is_alone):
        self.flush()
        self._in_caption = False
        if is_alone:
            self._end_figure()

    def _end_figure(self):
        self.flush()
        figure, self._figure = self._figure, None
        *others, last = figure.children or [None]
        for picture in others:
            self._add(HtmlBlock("figure", children=[picture]))
        caption = inline_text.one_paragraph(figure.runs)
        if last or caption:
            self._add(HtmlBlock("figure", caption, [last] if last else []))

    def _picture(self, attrs):
        found = _PICTURE.fullmatch((attrs.get("src") or attrs.get("data-src") or "").strip())
        if found is None:
            return
        picture = HtmlBlock(
            "img",
            attrs={
                "src": found["address"],
                "alt": inline_text.squeeze_spaces(attrs.get("alt", "")),
            },
        )
        if self._figure is not None:
            self._figure.children.append(picture)
        else:
            self.flush()
            self._add(HtmlBlock("figure", children=[picture]))


def _nothing():
    pass


def _spans(attrs):
    kept = {}
    for name in ("colspan", "rowspan"):
        value = attrs.get(name, "")
        if value.isascii() and value.isdigit() and 1 < int(value[:6]) <= MAX_SPAN:
            kept[name] = str(int(value))
    return kept
