"""The part of a web page that is the article: found, and freed of what stands around it."""

import logging
import re
from copy import deepcopy
from itertools import islice

import trafilatura
from lxml import etree, html

from news.readers.story import StoryRefused, strip_control_characters

# It reports every page it can not read; we refuse those with a reason of our own.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

MIN_TEXT = 40
# An honest page has some thousands of elements; a hundred times that costs minutes and gigabytes.
MAX_ELEMENTS = 60_000
MAX_TEXT = 1_000_000
_LONG_TAG = re.compile(r"""<[a-zA-Z](?:[^"'<>]++|"[^"]*+"|'[^']*+')*+""")
MAX_CELL = 200  # characters in a cell of a table that is one
# Where the content systems of Chinese papers, offices and WeChat keep the text.
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


def parse_html_tree(text):
    """The tree of a page; no file and no address is read for it."""
    # The text is Unicode already; what it says of its encoding would only confuse.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if any(map(_is_monster, _LONG_TAG.finditer(text))):
        raise StoryRefused("网页太复杂，读不动。")
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, collect_ids=False
    )
    try:
        tree = html.document_fromstring(
            strip_control_characters(text).encode("utf-8", "replace"), parser=parser
        )
    except (etree.ParserError, etree.LxmlError, ValueError):
        return None
    if next(islice(tree.iter(), MAX_ELEMENTS, None), None) is not None:
        raise StoryRefused("网页太复杂，读不动。")
    return tree


def _is_monster(tag):
    """The parser's time grows with the square of the number of attributes."""
    is_long = tag.end() - tag.start() > 20_000
    return is_long and len(re.findall(r"[\s/]", re.sub(r"data:[^\s\"']*", "", tag[0]))) > 2000


def prune_page_furniture(tree):
    """Without what nobody reads, and without bars and lists that stand around a text."""
    etree.strip_elements(tree, *_GONE, with_tail=False)
    whole = len(_squeezed(tree))
    if whole > MAX_TEXT:
        raise StoryRefused("网页太长，不像一篇文章。")
    for element in list(tree.iter(etree.Element)):
        if element.getparent() is None or element.tag in ("html", "body"):
            continue
        if _is_hidden(element) or (_is_furniture(element) and _is_small(element, whole)):
            element.drop_tree()
    _flatten(tree)
    return tree


def _flatten(tree):
    """Tables that only lay out a page become plain parts; indented lines become paragraphs."""
    figures = {table for table in tree.iter("table") if _has_figures(table)}
    for cell in tree.xpath(
        "//td[.//p or .//div or .//h1 or .//center or .//table or count(.//br) > 1]"
    ):
        if next(cell.iterancestors("table"), None) in figures:
            continue
        for part in (cell, *cell.iterancestors("tr", "tbody", "table")):
            part.tag = "div"
    for line_end in list(tree.iter("br")):
        if (line_end.tail or "").lstrip("\r\n").startswith(("\u3000", "\xa0", "  ")):
            line_end.addprevious(etree.Element("br"))


def _has_figures(table):
    """Rows and columns of short cells, as Word writes them with a paragraph in each."""
    if table.xpath(".//table|.//h1|.//h2|.//img"):
        return False
    rows = [row.xpath("./td|./th") for row in table.iter("tr")]
    longest = max((len(_squeezed(cell)) for row in rows for cell in row), default=0)
    return sum(len(row) > 1 for row in rows) > 1 and longest <= MAX_CELL


def article_of(tree):
    """The element that holds the text, or a tree of its own, or None."""
    named = [*_by_name(tree, "id", _IDS), *_by_name(tree, "class", _CLASSES)]
    named += tree.xpath('//*[@itemprop="articleBody"]')
    articles = tree.xpath("//article")
    named += articles if len(articles) == 1 else []
    best = max(named, key=lambda element: len(_squeezed(element)), default=None)
    if best is not None and len(_squeezed(best)) >= MIN_TEXT:
        return best
    return _found(tree)


def _found(tree):
    """Trafilatura tells which paragraphs matter; the element that holds them keeps their shape."""
    _drop_bars(tree)
    try:
        result = trafilatura.extract(
            deepcopy(tree),
            output_format="html",
            include_comments=False,
            include_tables=True,
            include_links=True,
            include_formatting=True,
            with_metadata=False,
        )
    except Exception:  # whatever it trips over, the page is at fault
        return None
    extracted = parse_html_tree(result) if result else None
    if extracted is None:
        return None
    pieces = [_squeezed(p) for p in extracted.iter("p", "h1", "h2", "h3", "li", "td")]
    pieces = [piece for piece in pieces if len(piece) >= 8]
    holder = _holder(tree, pieces)
    is_tight = len(_squeezed(holder)) <= 1.3 * len(_squeezed(extracted)) + 80
    return holder if pieces and is_tight else extracted


def _drop_bars(tree):
    """What is nothing but links: menus, rankings, lists of other articles."""
    for element in list(tree.iter("p", "div", "ul", "ol", "dl", "table")):
        links = element.findall(".//a")
        linked = sum(len(_squeezed(link)) for link in links)
        if (
            len(links) > 1
            and linked >= 0.7 * len(_squeezed(element))
            and not element.xpath(".//h1")
        ):
            element.drop_tree()


def _holder(tree, pieces):
    """The deepest element that still holds nearly all pieces."""
    body = tree.find("body")
    holder = tree if body is None else body
    while True:
        inner = next((child for child in holder if _holds(child, pieces)), None)
        if inner is None:
            return holder
        holder = inner


def _holds(element, pieces):
    if not isinstance(element.tag, str):
        return False
    text = _squeezed(element)
    return sum(piece in text for piece in pieces) >= 0.85 * len(pieces)


def _by_name(tree, attribute, names):
    wanted = set(names)
    return [
        element
        for element in tree.iter(etree.Element)
        if not wanted.isdisjoint((element.get(attribute) or "").split())
    ]


def _is_hidden(element):
    style = (element.get("style") or "").lower()
    return bool(re.search(r"display\s*:\s*none", style)) or "hidden" in element.attrib


def _is_furniture(element):
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    words = re.split(r"[\s_-]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower())
    return not _FURNITURE.isdisjoint(words)


def _is_small(element, whole):
    return len(_squeezed(element)) <= 0.4 * whole and not element.xpath(".//h1")


def _squeezed(element):
    return re.sub(r"\s+", "", "".join(element.itertext()))
