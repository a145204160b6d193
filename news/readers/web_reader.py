"""Addresses of pages and of feeds."""

from collections.abc import Callable
from urllib.parse import urljoin

from news.readers.feed_reader import is_feed, read_feed
from news.readers.page_reader import read_web_page
from news.readers.story import ReadResult, Story, StoryRefused
from news.readers.text_decoding import decode_bytes
from sitekit.fetching.web_fetch import AddressRefused, FetchedPage, Fetcher


def is_address(text: str) -> bool:
    return "://" in text


def read_web_address(url: str, fetcher: Fetcher, is_known: Callable[[Story], bool]) -> ReadResult:
    """Return the stories and the refusals as (name, reason); raise StoryRefused if all is refused.

    Pages of entries for which `is_known` is true are not fetched.
    """

    def follow(story: Story) -> Story | None:
        return (
            None
            if is_known(story)
            else _read_page(*_fetch_page_content(story.url, fetcher), fetcher)
        )

    fetched, content = _fetch_page_content(url, fetcher)
    is_xml = "xml" in fetched.content_type and "html" not in fetched.content_type
    if is_feed(content) or is_xml:
        return read_feed(content, fetched.url, follow)
    return [_read_page(fetched, content, fetcher)], []


def _fetch_page_content(url: str, fetcher: Fetcher) -> tuple[FetchedPage, str]:
    try:
        fetched = fetcher.page(url)
    except AddressRefused as refusal:
        raise StoryRefused(str(refusal)) from refusal
    if not fetched.body.strip():
        raise StoryRefused("对方什么也没有给。")
    return fetched, decode_bytes(fetched.body, fetched.charset)


def _read_page(fetched: FetchedPage, content: str, fetcher: Fetcher) -> Story:
    if "html" not in fetched.content_type:
        raise StoryRefused("不是网页，也不是 RSS 或 Atom。")
    story = read_web_page(content, fetched.url)

    def open_image(src: str) -> bytes:
        try:
            return fetcher.picture(urljoin(fetched.url, src)).body
        except (AddressRefused, ValueError) as refusal:
            raise StoryRefused(str(refusal)) from refusal

    story.open_image = open_image
    return story
