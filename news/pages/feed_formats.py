"""Writes feeds as Atom (RFC 4287) and as JSON Feed 1.1."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin

from django.utils.feedgenerator import Atom1Feed

from cities.models import Region
from news.models import Article
from sitekit.images.pictures import list_picture_sources
from sitekit.web.city_urls import reverse_in_city

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The bodies were written by nh3: every value stands in double quotes.
_TAG = re.compile(r"<[a-z][a-z0-9]*(?:\s+[a-z-]+=\"[^\"]*\")+\s*/?>")
_LINK = re.compile(r"(?<=\s)(href|src)=\"([^\"]*)\"")


@dataclass
class FeedEntry:
    id: str
    url: str
    title: str
    summary: str
    html: str
    published: datetime
    updated: datetime
    author: str
    categories: list[tuple[str, str]]  # code and words
    image: str


@dataclass
class Feed:
    title: str
    page: str
    address: str
    updated: datetime
    entries: list[FeedEntry]


def build_feed_entry(
    absolute: Callable[[str], str], city: Region | None, article: Article
) -> FeedEntry:
    """`absolute` makes a path an address. The id is the same in every city's feed."""
    canonical = absolute(article.get_absolute_url())
    categories = [(article.kind, article.get_kind_display())]
    if article.fraud_type:
        categories.append((article.fraud_type, article.get_fraud_type_display()))
    categories += [(name, name) for name in article.tag_names]
    return FeedEntry(
        id=canonical,
        url=absolute(reverse_in_city("news:article", city, pk=article.pk)),
        title=strip_illegal_xml(article.title),
        summary=strip_illegal_xml(article.excerpt),
        html=strip_illegal_xml(with_whole_addresses(article.body, canonical)),
        published=article.published_at or article.changed_at,
        updated=article.changed_at,
        author=strip_illegal_xml(article.source.name if article.source else article.source_label),
        categories=[
            (strip_illegal_xml(code), strip_illegal_xml(words)) for code, words in categories
        ],
        image=absolute(list_picture_sources(article.hero)["src"]) if article.hero else "",
    )


def with_whole_addresses(html: str, base: str) -> str:
    """Return a cleaned body with absolute addresses of links and pictures."""
    return _TAG.sub(lambda tag: _LINK.sub(lambda match: _make_absolute(match, base), tag[0]), html)


def _make_absolute(match: re.Match[str], base: str) -> str:
    name, value = match.groups()
    try:
        return f'{name}="{escape(urljoin(base, unescape(value)))}"'
    except ValueError:  # no address at all; a reader can do no more with it than a browser
        return match[0]


def strip_illegal_xml(text: str) -> str:
    """Return the text without characters that XML does not allow."""
    return _ILLEGAL.sub("", text)


def write_atom_feed(feed: Feed) -> str:
    document = _Atom(feed.title, feed.page, "", language="zh-CN", feed_url=feed.address)
    document.feed |= {"id": feed.page, "updated": feed.updated}
    for item in feed.entries:
        document.add_item(
            item.title,
            item.url,
            escape(item.summary),  # Django says that it is HTML
            unique_id=item.id,
            author_name=item.author,
            pubdate=item.published,
            updateddate=item.updated,
            entry=item,
        )
    return document.writeString("utf-8")


class _Atom(Atom1Feed):
    def latest_post_date(self) -> datetime:
        return self.feed["updated"]

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        entry = item["entry"]
        handler.addQuickElement("content", entry.html, {"type": "html"})
        if entry.image:
            link = {"rel": "enclosure", "href": entry.image, "type": "image/webp"}
            handler.addQuickElement("link", "", link)
        for code, words in entry.categories:
            handler.addQuickElement("category", "", {"term": code, "label": words})


def write_json_feed(feed: Feed) -> str:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": "zh-CN",
        "items": [_build_json_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False)


def _build_json_item(entry: FeedEntry) -> dict[str, Any]:
    fields = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.html,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "authors": [{"name": entry.author}],
        "tags": [words for _, words in entry.categories],
    }
    return fields | ({"image": entry.image} if entry.image else {})


# The writer and the content type of each suffix.
FORMATS: dict[str, tuple[Callable[[Feed], str], str]] = {
    "atom": (write_atom_feed, "application/atom+xml; charset=utf-8"),
    "json": (write_json_feed, "application/feed+json; charset=utf-8"),
}
