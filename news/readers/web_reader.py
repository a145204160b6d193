"""Addresses of pages and of feeds."""

from urllib.parse import urljoin

from news.readers.feed_reader import is_feed, read_feed
from news.readers.page_reader import read_web_page
from news.readers.story import StoryRefused
from news.readers.text_decoding import decode_bytes
from sitekit.fetching.web_fetch import AddressRefused


def is_address(given):
    return "://" in given


def read_web_address(url, fetcher, is_known):
    """Stories and refusals; `is_known(story)` spares the fetching of what is here already."""
    got, content = _fetched(url, fetcher)
    if is_feed(content) or _is_xml(got):
        return read_feed(content, got.url, _follower(fetcher, is_known))
    return [_page(got, content, fetcher)], []


def _follower(fetcher, is_known):
    def follow(story):
        if is_known(story):
            return None
        got, content = _fetched(story.url, fetcher)
        return _page(got, content, fetcher)

    return follow


def _fetched(url, fetcher):
    try:
        got = fetcher.page(url)
    except AddressRefused as refusal:
        raise StoryRefused(str(refusal)) from refusal
    if not got.body.strip():
        raise StoryRefused("对方什么也没有给。")
    return got, decode_bytes(got.body, got.charset)


def _page(got, content, fetcher):
    if "html" not in got.content_type:
        raise StoryRefused("不是网页，也不是 RSS 或 Atom。")
    story = read_web_page(content, got.url)

    def opened(src):
        try:
            return fetcher.picture(urljoin(got.url, src)).body
        except (AddressRefused, ValueError) as refusal:
            raise StoryRefused(str(refusal)) from refusal

    story.open_image = opened
    return story


def _is_xml(got):
    return "xml" in got.content_type and "html" not in got.content_type
