"""Title, source, author, date and address of a page, from its head and the lines around its text."""

import json
import re
from datetime import date, datetime, timedelta, timezone
from itertools import chain
from typing import Any

from lxml import etree, html

from news.readers.bylines import (
    MAX_FACT_LINE,
    clean_source_name,
    find_author,
    find_date,
    find_source,
    is_plausible_date,
    parse_first_date,
)
from news.readers.story import MAX_TITLE, Story, parse_web_address, strip_control_characters

MIN_TITLE = 7  # shorter lines of a page are names of its sections
# An office that names only its level, not its place; and the place in the name of a government site.
_OFFICE = re.compile(r"^[省州市县区](?=[\u4e00-\u9fff]{2,18}(?:局|委|办|厅|院|中心|政府)$)")
_SEAT = re.compile(r"^([\u4e00-\u9fff]{1,10}?[省州市县区旗])(?:人民政府|政府|政务)")
# A platform is not the source; the account that writes there is.
_PLATFORMS = {"微信公众平台", "微信", "今日头条", "搜狐", "百家号", "网易", "新浪", "腾讯网"}
_TITLES = ("articletitle", "og:title", "twitter:title")
_SOURCES = ("contentsource", "source", "og:article:source")
_SITES = ("og:site_name", "sitename", "application-name")
_DATES = (
    *("pubdate", "publishdate", "article:published_time", "og:published_time", "og:release_date"),
    *("publish_time", "datepublished", "date", "dc.date", "weibo: article:create_at"),
)
_AUTHORS = ("author", "article:author", "og:article:author", "contenteditor")
# In WeChat's scripts: the account's name, and the moment of publication.
_WECHAT_ACCOUNT = r"""var nickname\s*=\s*(?:htmlDecode\()?["']([^"'<>\\]{2,40})["']"""
_WECHAT_SECONDS = r"""var ct\s*=\s*["'](\d{10})["']"""


def extract_page_metadata(tree: html.HtmlElement, base_url: str = "") -> Story:
    """Return a story with the metadata only; call it before the tree is pruned, which removes them."""
    metas, linked_data = _read_meta_elements(tree), _read_linked_data(tree)
    lines = _list_fact_lines(tree)
    canonical = next(iter(tree.xpath('//link[@rel="canonical"]/@href')), "")
    return Story(
        _find_title(tree, metas, linked_data),
        "",
        source=strip_control_characters(_find_source(tree, metas, linked_data, lines)),
        author=strip_control_characters(_find_author(metas, linked_data, lines)),
        url=parse_web_address(base_url or canonical or metas.get("og:url")),
        date=_find_date(tree, metas, linked_data, lines),
    )


def _read_meta_elements(tree: html.HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("name") or element.get("property") or element.get("itemprop") or ""
        content = " ".join((element.get("content") or "").split())
        if name and content:
            metas.setdefault(name.lower(), content)
    return metas


def _read_linked_data(tree: html.HtmlElement) -> dict[str, Any]:
    """Return the first JSON-LD object that is an article, or {}."""
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            linked_data = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for entry in linked_data if isinstance(linked_data, list) else [linked_data]:
            if isinstance(entry, dict) and "Article" in str(entry.get("@type", ""))[:60]:
                return entry
    return {}


def _get_name(value):
    value = value[0] if isinstance(value, list) and value else value
    value = value.get("name") if isinstance(value, dict) else value
    return value.strip() if isinstance(value, str) else ""


def _get_first_meta(metas, names):
    return next((metas[name] for name in names if name in metas), "")


def _get_text(element):
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _find_title(tree, metas, linked_data):
    heads = [head for head in (_get_text(element) for element in tree.iter("h1")) if head]
    stated = _get_first_meta(metas, _TITLES) or _get_name(linked_data.get("headline"))
    page = _get_text(tree.find(".//title"))
    for head in heads:
        # A heading that is also in the title of the page belongs to the article and not to the site.
        if len(head) <= MAX_TITLE and (
            head in stated or head in page or (len(heads) == 1 and not stated)
        ):
            return head
    return stated or _strip_site_name(page, tree) or (heads[0] if heads else "")


def _strip_site_name(title: str, tree: html.HtmlElement) -> str:
    """Return the part of the title that is also a line of the page, else the longer of the first two parts."""
    parts = re.split(r"\s*[_|｜—–]+\s*|\s+-\s+|-(?=[^-]{2,12}$)", title)
    lines = {line.strip() for line in tree.itertext()} if len(parts) > 1 else set()
    candidates = [part for part in parts if len(part) > MIN_TITLE and part in lines]
    return max(candidates or parts[:2], key=len)


def _find_source(tree, metas, linked_data, lines):
    account = _get_text_by_id(tree, "js_name") or _search_scripts(tree, _WECHAT_ACCOUNT)
    source = clean_source_name(_get_first_meta(metas, _SOURCES)) or account or find_source(lines)
    site = _get_first_meta(metas, _SITES) or _get_name(linked_data.get("publisher"))
    seat = _SEAT.match(site)
    if seat and _OFFICE.match(source) and source[0] == seat[1][-1]:
        source = seat[1] + source[1:]
    return source or ("" if site in _PLATFORMS else clean_source_name(site))


def _search_scripts(tree: html.HtmlElement, pattern: str) -> str:
    """Return what the first group of the pattern finds in a script, or ""."""
    matches = (re.search(pattern, script.text or "") for script in tree.iter("script"))
    return next((match[1] for match in matches if match), "")


def _find_author(metas, linked_data, lines):
    author = (
        find_author(lines)
        or _get_first_meta(metas, _AUTHORS)
        or _get_name(linked_data.get("author"))
    )
    return "" if author in _PLATFORMS or "://" in author else author[:60]


def _find_date(tree, metas, linked_data, lines):
    values = chain(
        (metas[name] for name in _DATES if name in metas),
        [_get_name(linked_data.get("datePublished"))],
        (element.get("datetime") or _get_text(element) for element in tree.iter("time")),
    )
    return (
        next(filter(None, map(parse_first_date, values)), None)
        or find_date(lines)
        or parse_first_date(_get_text_by_id(tree, "publish_time"))
        or _find_wechat_date(tree)
    )


def _find_wechat_date(tree: html.HtmlElement) -> date | None:
    seconds = _search_scripts(tree, _WECHAT_SECONDS)
    china_time = timezone(timedelta(hours=8))
    day = datetime.fromtimestamp(int(seconds), china_time).date() if seconds else None
    return day if day and is_plausible_date(day) else None


def _get_text_by_id(tree, name):
    return _get_text(next(iter(tree.xpath("//*[@id=$name]", name=name)), None))


def _list_fact_lines(tree: html.HtmlElement) -> list[str]:
    """Return short lines anywhere on the page that name a source, a date or an author."""
    lines = []
    for element in tree.iter(etree.Element):
        if element.tag in ("script", "style", "title", "option", "a", "li"):
            continue
        own_text = (element.text or "") + "".join(child.tail or "" for child in element)
        if not re.search(r"来\s*源|时间|日期|作\s*者|记者|(?:19|20)\d\d[-年/.]", own_text):
            continue
        line = _get_text(element)
        if len(line) <= MAX_FACT_LINE:
            lines.append(line)
    return lines[:40]
