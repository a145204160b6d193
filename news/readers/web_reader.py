"""Addresses of pages and of feeds."""

from urllib.parse import urljoin

from news.readers import feed_reader as feed
from news.readers import page_reader as page
from news.readers import text_decoding as decoding
from news.readers.story import StoryRefused
from sitekit.fetching import web_fetch as fetching


def is_address(given):
    return "://" in given


def read_web_address(url, fetcher, is_known):
    """Stories and refusals; `is_known(story)` spares the fetching of what is here already."""
    got, content = _fetched(url, fetcher)
    if feed.is_feed(content) or _is_xml(got):
        return feed.read_feed(content, got.url, _follower(fetcher, is_known))
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
    except fetching.AddressRefused as refusal:
        raise StoryRefused(str(refusal)) from refusal
    if not got.body.strip():
        raise StoryRefused("对方什么也没有给。")
    return got, decoding.decode_bytes(got.body, got.charset)


def _page(got, content, fetcher):
    if "html" not in got.content_type:
        raise StoryRefused("不是网页，也不是 RSS 或 Atom。")
    story = page.read_web_page(content, got.url)

    def opened(src):
        try:
            return fetcher.picture(urljoin(got.url, src)).body
        except (fetching.AddressRefused, ValueError) as refusal:
            raise StoryRefused(str(refusal)) from refusal

    story.open_image = opened
    return story


def _is_xml(got):
    return "xml" in got.content_type and "html" not in got.content_type
