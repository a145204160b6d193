"""Finds the element of a web page that holds the article, and removes what is no part of it."""

import logging
import re
from collections.abc import Sequence
from copy import deepcopy
from itertools import islice

import trafilatura
from lxml import etree, html

from news.readers.story import StoryRefused, strip_control_characters
from sitekit.fetching.markup_bounds import MANY_ATTRIBUTES, has_many_attributes

# trafilatura logs every page that it can't read; the site refuses these with a reason of its own.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

MIN_TEXT = 40
# A usual page has some thousands of elements; a hundred times that takes minutes and gigabytes.
MAX_ELEMENTS = 60_000
MAX_TEXT = 1_000_000
MAX_CELL = 200  # characters in a cell of a table that is no layout
# Elements in which the content systems of Chinese papers, offices and WeChat put the text.
_IDS = (
    "js_content UCAP-CONTENT zoom Zoom ozoom articleContent article_content artibody endText "
    "ContentText mainText article-content newsContent vsb_content"
).split()
_CLASSES = (
    "TRS_Editor TRS_UEDITOR trs_editor_view rich_media_content rm_txt_con article-content "
    "article_content article-body articleBody post-content entry-content news_content "
    "news-content newsContent content_text pages_content article_txt view_content"
).split()
_FURNITURE = frozenset(
    (
        "share bdsharebuttonbox social comment comments related relate recommend sidebar "
        "breadcrumb crumb crumbs position nav navbar menu footer copyright toolbar cookie cookies "
        "advert ads ad qrcode ewm pagination pager hot rank subscribe print prev next like reward "
        "editor-info zrbj"
    ).split()
)
_GONE = (
    "script style noscript template iframe object embed form button input select textarea svg "
    "canvas video audio nav footer aside link meta"
).split()


def parse_html_tree(text: str) -> html.HtmlElement | None:
    """Return the tree of a page without reading any file or address; None if it is no HTML."""
    # The text is decoded already; the declared encoding would only confuse the parser.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    text = strip_control_characters(text).encode("utf-8", "replace").decode()
    if has_many_attributes(text):
        raise StoryRefused(f"网页太复杂，读不动：{MANY_ATTRIBUTES}")
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, collect_ids=False
    )
    try:
        tree = html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.LxmlError, ValueError):
        return None
    if next(islice(tree.iter(), MAX_ELEMENTS, None), None) is not None:
        raise StoryRefused("网页太复杂，读不动。")
    return tree


def prune_page_furniture(tree: html.HtmlElement) -> html.HtmlElement:
    """Remove hidden elements, and bars and lists around the text; return the tree."""
    etree.strip_elements(tree, *_GONE, with_tail=False)
    page_length = len(_get_compact_text(tree))
    if page_length > MAX_TEXT:
        raise StoryRefused("网页太长，不像一篇文章。")
    for element in list(tree.iter(etree.Element)):
        if element.getparent() is None or element.tag in ("html", "body"):
            continue
        if _is_hidden(element) or (_is_furniture(element) and _is_small(element, page_length)):
            element.drop_tree()
    _flatten_layout(tree)
    return tree


def _flatten_layout(tree: html.HtmlElement) -> None:
    """Make layout tables plain elements; put a line break before indented lines."""
    data_tables = {table for table in tree.iter("table") if _is_data_table(table)}
    for cell in tree.xpath(
        "//td[.//p or .//div or .//h1 or .//center or .//table or count(.//br) > 1]"
    ):
        if next(cell.iterancestors("table"), None) in data_tables:
            continue
        for part in (cell, *cell.iterancestors("tr", "tbody", "table")):
            part.tag = "div"
    for line_end in list(tree.iter("br")):
        if (line_end.tail or "").lstrip("\r\n").startswith(("\u3000", "\xa0", "  ")):
            line_end.addprevious(etree.Element("br"))


def _is_data_table(table: html.HtmlElement) -> bool:
    """Whether it has rows and columns of short cells; Word writes a paragraph in each."""
    if table.xpath(".//table|.//h1|.//h2|.//img"):
        return False
    rows = [row.xpath("./td|./th") for row in table.iter("tr")]
    longest = max((len(_get_compact_text(cell)) for row in rows for cell in row), default=0)
    return sum(len(row) > 1 for row in rows) > 1 and longest <= MAX_CELL


def find_article_element(tree: html.HtmlElement) -> html.HtmlElement | None:
    """Return the element that holds the text, or a new tree, or None."""
    candidates = [*_find_by_names(tree, "id", _IDS), *_find_by_names(tree, "class", _CLASSES)]
    candidates += tree.xpath('//*[@itemprop="articleBody"]')
    articles = tree.xpath("//article")
    candidates += articles if len(articles) == 1 else []
    best = max(candidates, key=lambda element: len(_get_compact_text(element)), default=None)
    if best is not None and len(_get_compact_text(best)) >= MIN_TEXT:
        return best
    return _extract_article(tree)


def _extract_article(tree: html.HtmlElement) -> html.HtmlElement | None:
    """Return the element that holds the paragraphs trafilatura finds, with its own markup."""
    _drop_link_lists(tree)
    try:
        result = trafilatura.extract(
            deepcopy(tree),
            output_format="html",
            include_comments=False,
            include_links=True,
            include_formatting=True,
        )
    except Exception:  # of any kind: the page can't be read
        return None
    extracted = parse_html_tree(result) if result else None
    if extracted is None:
        return None
    pieces = [_get_compact_text(p) for p in extracted.iter("p", "h1", "h2", "h3", "li", "td")]
    pieces = [piece for piece in pieces if len(piece) >= 8]
    holder = _find_holder(tree, pieces)
    is_tight = len(_get_compact_text(holder)) <= 1.3 * len(_get_compact_text(extracted)) + 80
    return holder if pieces and is_tight else extracted


def _drop_link_lists(tree: html.HtmlElement) -> None:
    """Remove elements that are mostly links: menus, rankings, lists of other articles."""
    for element in list(tree.iter("p", "div", "ul", "ol", "dl", "table")):
        links = element.findall(".//a")
        linked = sum(len(_get_compact_text(link)) for link in links)
        if (
            len(links) > 1
            and linked >= 0.7 * len(_get_compact_text(element))
            and not element.xpath(".//h1")
        ):
            element.drop_tree()


def _find_holder(tree: html.HtmlElement, pieces: Sequence[str]) -> html.HtmlElement:
    """Return the deepest element that holds nearly all pieces."""
    body = tree.find("body")
    holder = tree if body is None else body
    while True:
        inner = next((child for child in holder if _has_most_pieces(child, pieces)), None)
        if inner is None:
            return holder
        holder = inner


def _has_most_pieces(element, pieces):
    text = _get_compact_text(element)
    return sum(piece in text for piece in pieces) >= 0.85 * len(pieces)


def _find_by_names(tree, attribute, names):
    wanted_names = set(names)
    return [
        element
        for element in tree.iter(etree.Element)
        if not wanted_names.isdisjoint((element.get(attribute) or "").split())
    ]


def _is_hidden(element):
    style = (element.get("style") or "").lower()
    return bool(re.search(r"display\s*:\s*none", style)) or "hidden" in element.attrib


def _is_furniture(element):
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    words = re.split(r"[\s_-]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower())
    return not _FURNITURE.isdisjoint(words)


def _is_small(element, page_length):
    return len(_get_compact_text(element)) <= 0.4 * page_length and not element.xpath(".//h1")


def _get_compact_text(element):
    return re.sub(r"\s+", "", "".join(element.itertext()))
