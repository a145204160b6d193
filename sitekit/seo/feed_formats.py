"""Writes feeds as Atom (RFC 4287), as RSS 2.0 and as JSON Feed 1.1."""

import json
import re
from datetime import UTC, datetime
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The bodies were written by nh3: every value stands in double quotes.
_TAG = re.compile(r"<[a-z][a-z0-9]*(?:\s+[a-z-]+=\"[^\"]*\")+\s*/?>")
IMAGE_TYPE = "image/webp"
EMPTY_FEED_DATE = datetime(2020, 1, 1, tzinfo=UTC)
_LINK = re.compile(r"(?<=\s)(href|src)=\"([^\"]*)\"")


def make_addresses_absolute(html: str, base: str) -> str:
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


class AtomFeed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        return self.feed["updated"]

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["html"], {"type": "html"})
        if item["image"]:
            link = {"rel": "enclosure", "href": item["image"], "type": IMAGE_TYPE}
            if item["image_size"]:
                link["length"] = str(item["image_size"])
            handler.addQuickElement("link", "", link)
        for code, words in item["labels"]:
            handler.addQuickElement("category", "", {"term": code, "label": words})


class RssFeed(Rss201rev2Feed):
    """The whole text stands in an element of https://www.rssboard.org/rss-profile#namespace-elements-content."""

    def rss_attributes(self) -> dict[str, Any]:
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/"
        }

    def latest_post_date(self) -> datetime:
        return self.feed["updated"]

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["html"])
        if item["image"]:  # which may not be without a length; 0 is one that is not known
            enclosure = {
                "url": item["image"],
                "length": str(item["image_size"]),
                "type": IMAGE_TYPE,
            }
            handler.addQuickElement("enclosure", "", enclosure)
        for _, words in item["labels"]:
            handler.addQuickElement("category", words)


class JsonFeed(SyndicationFeed):
    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        document = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "language": self.feed["language"],
            "items": [_build_json_item(entry) for entry in self.items],
        }
        json.dump(document, outfile, ensure_ascii=False)


def _build_json_item(entry: dict[str, Any]) -> dict[str, Any]:
    fields = {
        "id": entry["unique_id"],
        "url": entry["link"],
        "title": entry["title"],
        "summary": entry["summary"],
        "content_html": entry["html"],
        "date_published": entry["pubdate"].isoformat(),
        "date_modified": entry["updateddate"].isoformat(),
        "authors": [{"name": entry["author_name"]}],
        "tags": [words for _, words in entry["labels"]],
    }
    return fields | ({"image": entry["image"]} if entry["image"] else {})


FORMATS: dict[str, type[AtomFeed | JsonFeed | RssFeed]] = {
    "atom": AtomFeed,
    "json": JsonFeed,
    "rss": RssFeed,
}
