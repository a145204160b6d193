"""The text of an article: HTML cleaned to an allow-list, plain text, excerpt, fingerprint."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from html import escape, unescape
from itertools import batched, takewhile

import nh3

from news.article_html.html_blocks import MARKS, READ_TAGS, HtmlBlock, parse_html_blocks
from news.article_html.inline_text import render_runs
from news.article_html.typed_lists import convert_typed_lists
from sitekit.fetching.markup_bounds import require_few_attributes

# No h1 (the page has its own); images are pictures of ours only.
TAGS = {
    *("p", "h2", "h3", "ul", "ol", "li", "blockquote", "strong", "b", "em", "i", "a", "br"),
    *("figure", "figcaption", "img", "table", "thead", "tbody", "tr", "th", "td", "sub", "sup"),
}
BLOCKS = TAGS - {
    *("strong", "b", "em", "i", "sub", "sup", "a", "img"),
    *("ul", "ol", "figure", "table", "thead", "tbody"),
}
SCHEMES = {"http", "https", "tel"}
# Removed with their content: it is invisible, or no text.
NO_TEXT = {
    *("script", "style", "template", "noscript", "title", "xml", "svg", "math", "iframe", "object"),
    *("audio", "video", "canvas", "map", "select", "textarea", "button", "qqmusic"),
}
# Elements without an end tag, or whose end tag may be omitted: they do not count for the depth.
LOOSE = {
    *("p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "br", "img"),
    *("hr", "input", "meta", "link", "col", "wbr", "source", "base", "embed", "param", "area"),
}
# A parser's time grows with the square of the depth.
MAX_DEPTH = 1000
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/><]*)")
WHOLE_TAG = re.compile(r"</?([a-zA-Z][^\s/><]*)[^<>]*>")
_MARKUP = re.compile(r"<[!?/a-zA-Z][^<>]*>")
_BLOCK_TAG = re.compile(rf"<(/?)({'|'.join(sorted(BLOCKS))})(?:[\s/][^<>]*)?>")
KEPT_IN_THE_DEEP = {
    *("script", "style", "title", "iframe", "noscript", "textarea", "a", "br", "img"),
    *MARKS,
}
WIDGET = re.compile(r"<(mp[a-z]*-[\w-]+|mp(?:voice|cps|video|profile)\w*)", re.IGNORECASE)
NOT_IN_EXCERPT = {"h2", "h3", "figcaption"}
# A line that only names who wrote: 某报记者 某某.
BYLINE = re.compile(r"^\S{0,12}(?:记者|通讯员|作者|网友|文)[\s：:/]+(?P<names>[^。！？]{1,40})$")
EXCERPT_LENGTH = 120
OMISSION_MARK = "···"


def clean_article_html(html: str) -> str:
    """Return the allowed part of `html` in a normal form, without scripts, handlers, foreign images.

    Cleaned HTML is returned unchanged. Raises `MarkupRefused`.
    """
    blocks = convert_typed_lists(parse_html_blocks(_make_well_formed(html)))
    return nh3.clean(
        "\n".join(map(_render_block, blocks)),
        tags=TAGS,
        attributes={
            "a": {"href"},
            "img": {"src", "alt"},
            "th": {"colspan", "rowspan"},
            "td": {"colspan", "rowspan"},
        },
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )


def _make_well_formed(html: str) -> str:
    """Return `html` as a browser parses it, without elements and attributes that are not read."""
    html = html.replace("\x00", "").encode("utf-8", "replace").decode()
    if _is_deep(html):
        html = WHOLE_TAG.sub(_flatten_tag, html)
    require_few_attributes(html)
    return nh3.clean(
        html,
        tags=READ_TAGS,
        clean_content_tags=NO_TEXT | {name.lower() for name in WIDGET.findall(html)},
        attributes={
            "*": {"style"},
            "a": {"href"},
            "img": {"src", "data-src", "alt"},
            "th": {"colspan", "rowspan"},
            "td": {"colspan", "rowspan"},
        },
        url_schemes=SCHEMES,
        link_rel=None,
    )


def _is_deep(html: str) -> bool:
    opened: Counter[str] = Counter()
    depth = 0
    for end, name in TAG.findall(html.lower()):
        if not end and name not in LOOSE:
            opened[name] += 1
            depth += 1
        elif end and opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > MAX_DEPTH:
            return True
    return False


def _flatten_tag(tag: re.Match[str]) -> str:
    """Return the tag if it is kept in deeply nested HTML, a line break for a block, else ""."""
    name = tag[1].lower()
    if name in KEPT_IN_THE_DEEP:
        return tag[0]
    return "<br><br>" if name in READ_TAGS and name != "span" else ""


def _render_block(block: HtmlBlock) -> str:
    """Recursive: `html_blocks.MAX_DEPTH` limits the depth."""
    if block.tag == "img":
        return f'<img src="{block.attrs["src"]}" alt="{escape(block.attrs["alt"])}">'
    words, children = render_runs(block.runs), block.children
    if block.tag in {"li", "td", "th"} and [child.tag for child in children] == ["p"]:
        words, children = render_runs(children[0].runs), []  # without the tags of a paragraph
    if block.tag == "figure" and words:
        words = f"<figcaption>{words}</figcaption>"
    inner = (
        _render_rows(children) if block.tag == "table" else "".join(map(_render_block, children))
    )
    attrs = "".join(f' {name}="{value}"' for name, value in block.attrs.items())
    return f"<{block.tag}{attrs}>{inner}{words}</{block.tag}>"


def _render_rows(rows: Sequence[HtmlBlock]) -> str:
    """The first rows with only heading cells become the head."""
    head = list(takewhile(lambda row: all(cell.tag == "th" for cell in row.children), rows))
    parts = {"thead": head, "tbody": rows[len(head) :]}
    return "".join(
        f"<{tag}>{''.join(map(_render_block, part))}</{tag}>" for tag, part in parts.items() if part
    )


def _list_text_blocks(html: str) -> list[tuple[str, str]]:
    """Return (tag, text) of each block that has text."""
    blocks = []
    block_tag = "p"
    for end, tag, text in batched(["", "p", *_BLOCK_TAG.split(html)], 3):
        if tag != "br":
            block_tag = "p" if end else tag
        words = " ".join(unescape(_MARKUP.sub("", text)).split())
        if words:
            blocks.append((block_tag, words))
    return blocks


def extract_html_text(html: str) -> str:
    """Return the text of cleaned HTML, one block a line."""
    return "\n".join(text for _, text in _list_text_blocks(html))


def cut_article_excerpt(html: str) -> str:
    """Return the first 120 characters of the text without headings, captions and bylines."""
    blocks = _list_text_blocks(html)
    running = "".join(
        text for tag, text in blocks if tag not in NOT_IN_EXCERPT and not BYLINE.match(text)
    )
    running = running or "".join(text for _, text in blocks)
    return running if len(running) <= EXCERPT_LENGTH else running[:EXCERPT_LENGTH] + OMISSION_MARK


def fingerprint_article(text: str) -> str:
    """Return a digest that is equal for texts that differ only in spaces, signs, width or case."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    return hashlib.sha256(re.sub(r"[\W_]+", "", normal).encode()).hexdigest()
