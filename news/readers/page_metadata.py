"""What the head of a page, and the lines around its text, say about it."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from news.readers.bylines import HEAD, author_in, date_in, date_of, source_in, source_name
from news.readers.story import MAX_TITLE, strip_control_characters, web_address

MIN_HEAD = 7  # shorter lines of a page are names of its parts
# An office that says of itself only which level it stands at, and the place it stands in.
_OFFICE = re.compile(r"^[省州市县区](?=[\u4e00-\u9fff]{2,18}(?:局|委|办|厅|院|中心|政府)$)")
_SEAT = re.compile(r"^([\u4e00-\u9fff]{1,10}?[省州市县区旗])(?:人民政府|政府|政务)")
# The platform is not the source: that is the account which writes there.
_PLATFORMS = {"微信公众平台", "微信", "今日头条", "搜狐", "百家号", "网易", "新浪", "腾讯网"}
_TITLES = ("articletitle", "og:title", "twitter:title")
_SOURCES = ("contentsource", "source", "og:article:source")
_SITES = ("og:site_name", "sitename", "application-name")
_DATES = (
    *("pubdate", "publishdate", "article:published_time", "og:published_time", "og:release_date"),
    *("publish_time", "datepublished", "date", "dc.date", "weibo: article:create_at"),
)
_AUTHORS = ("author", "article:author", "og:article:author", "contenteditor")


@dataclass
class Facts:
    title: str
    source: str
    author: str
    date: object
    url: str


def extract_page_metadata(tree, base_url=""):
    """Read before the tree is pruned: the facts stand in what is pruned."""
    metas, data = _metas(tree), _linked_data(tree)
    lines = _head_lines(tree)
    return Facts(
        _title(tree, metas, data),
        strip_control_characters(_source(tree, metas, data, lines)),
        strip_control_characters(_author(metas, data, lines)),
        _date(tree, metas, data, lines),
        web_address(base_url or _link(tree, metas)),
    )


def _metas(tree):
    found = {}
    for element in tree.iter("meta"):
        name = element.get("name") or element.get("property") or element.get("itemprop") or ""
        content = re.sub(r"\s+", " ", element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _linked_data(tree):
    """The first JSON-LD object that is an article."""
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            data = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for item in data if isinstance(data, list) else [data]:
            if isinstance(item, dict) and "Article" in str(item.get("@type", ""))[:60]:
                return item
    return {}


def _name(value):
    value = value[0] if isinstance(value, list) and value else value
    value = value.get("name") if isinstance(value, dict) else value
    return value.strip() if isinstance(value, str) else ""


def _first(metas, names):
    return next((metas[name] for name in names if name in metas), "")


def _text(element):
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip() if element is not None else ""


def _title(tree, metas, data):
    heads = [head for head in (_text(element) for element in tree.iter("h1")) if head]
    said = _first(metas, _TITLES) or _name(data.get("headline"))
    page = _text(tree.find(".//title"))
    for head in heads:
        # A head that the page's own title begins with is the article's, not the site's.
        if len(head) <= MAX_TITLE and (
            head in said or head in page or (len(heads) == 1 and not said)
        ):
            return head
    return said or _without_site(page, tree) or (heads[0] if heads else "")


def _without_site(title, tree):
    """The part of it that stands in the page as a line, else the longer of the first two."""
    parts = re.split(r"\s*[_|｜—–]+\s*|\s+-\s+|-(?=[^-]{2,12}$)", title)
    lines = {line.strip() for line in tree.find("body").itertext()} if len(parts) > 1 else set()
    told = [part for part in parts if len(part) > MIN_HEAD and part in lines]
    return max(told or parts[:2], key=len)


def _source(tree, metas, data, lines):
    account = _by_id(tree, "js_name") or _nickname(tree)
    said = source_name(_first(metas, _SOURCES)) or account or source_in(lines)
    site = _first(metas, _SITES) or _name(data.get("publisher"))
    seat = _SEAT.match(site)
    if seat and _OFFICE.match(said) and said[0] == seat[1][-1]:
        said = seat[1] + said[1:]
    return said or ("" if site in _PLATFORMS else source_name(site))


def _nickname(tree):
    """WeChat writes the account's name by script, too."""
    for script in tree.iter("script"):
        if found := re.search(
            r"""var nickname\s*=\s*(?:htmlDecode\()?["']([^"'<>\\]{2,40})["']""", script.text or ""
        ):
            return found[1]
    return ""


def _author(metas, data, lines):
    author = author_in(lines) or _first(metas, _AUTHORS) or _name(data.get("author"))
    return "" if author in _PLATFORMS or "://" in author else author[:60]


def _date(tree, metas, data, lines):
    for value in (
        *(metas[name] for name in _DATES if name in metas),
        _name(data.get("datePublished")),
    ):
        if day := date_of(value):
            return day
    for element in tree.iter("time"):
        if day := date_of(element.get("datetime") or _text(element)):
            return day
    return date_in(lines) or date_of(_by_id(tree, "publish_time")) or _stamp(tree)


def _stamp(tree):
    """WeChat's `var ct = "seconds"`."""
    for script in tree.iter("script"):
        if found := re.search(r"""var ct\s*=\s*["'](\d{10})["']""", script.text or ""):
            return date_of(datetime.fromtimestamp(int(found[1]) + 8 * 3600, UTC).isoformat())
    return None


def _by_id(tree, name):
    return _text(next(iter(tree.xpath("//*[@id=$name]", name=name)), None))


def _link(tree, metas):
    canonical = next(iter(tree.xpath('//link[@rel="canonical"]/@href')), "")
    return canonical or metas.get("og:url", "")


def _head_lines(tree):
    """Short lines that name a source, a date or a writer, wherever they stand on the page."""
    lines = []
    for element in tree.iter(etree.Element):
        if element.tag in ("script", "style", "title", "option", "a", "li"):
            continue
        own = (element.text or "") + "".join(child.tail or "" for child in element)
        if not re.search(r"来\s*源|时间|日期|作\s*者|记者|(?:19|20)\d\d[-年/.]", own):
            continue
        line = _text(element)
        if len(line) <= HEAD:
            lines.append(line)
    return lines[:40]
