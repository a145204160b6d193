"""RSS and Atom: every entry is one story."""

import datetime
import io
import re
from calendar import timegm
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import feedparser

from news.article_html.article_body import extract_html_text
from news.readers.bylines import (
    clean_source_name,
    find_author,
    find_date,
    find_day_of_moment,
    find_source,
)
from news.readers.page_reader import read_html_fragment
from news.readers.plain_text_reader import cut_paragraphs, render_paragraphs, split_lines
from news.readers.story import (
    ReadResult,
    Story,
    StoryRefused,
    clean_title,
    parse_web_address,
    strip_control_characters,
)
from sitekit.fetching.markup_bounds import MANY_ATTRIBUTES, has_many_attributes

MAX_ENTRIES = 500
TEASER_LENGTH = 200  # characters; a shorter text is a teaser
MAX_FOLLOWED = 20  # pages fetched for the teasers of one feed
# An import never changes an existing article, because an editor may have worked on it.
ONLY_TEASER = "只收了摘要；再导入也不会补，全文要到后台补上。"
_IS_FEED = re.compile(r"<(?:rss|feed|rdf:RDF|[a-z]+:feed)[\s>]")
# Declaration, processing instructions and comments before the first tag.
_PROLOG = re.compile(r"(?:[\s\ufeff]++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")


def is_feed(content: str) -> bool:
    return bool(_IS_FEED.match(content, _find_first_tag(content)))


def read_feed(
    content: str, url: str = "", follow: Callable[[Story], Story | None] | None = None
) -> ReadResult:
    """Return the stories, and the refusals of single entries as (name, reason).

    `follow` returns the story of an entry's page, None if it is known, or raises StoryRefused.
    """
    at = _find_first_tag(content)
    if content.startswith("<!", at):
        raise StoryRefused("带 DOCTYPE 或 ENTITY 声明的 feed 不收。")
    if not _IS_FEED.match(content, at):
        raise StoryRefused("不是 RSS 或 Atom。")
    if has_many_attributes(content):
        raise StoryRefused(f"feed 太复杂，读不动：{MANY_ATTRIBUTES}")
    # A file object: feedparser would read a string that is an address or a file's name.
    parsed = feedparser.parse(
        io.BytesIO(content[at:].encode()),
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": url,
        },
    )
    if not parsed.entries:
        raise StoryRefused(
            "feed 里没有条目。" if not parsed.bozo else "feed 写坏了，一条也读不出。"
        )
    stories, refusals = [], []
    left = MAX_FOLLOWED
    for number, entry in enumerate(parsed.entries[:MAX_ENTRIES], 1):
        name = f"第 {number} 条（{_clean_line(entry.get('title'))[:30]}）"
        try:
            story, is_teaser = _build_story(entry, parsed.feed, name)
            if follow and is_teaser and story.url and left:
                story, is_fetched = _follow_teaser(story, follow)
                left -= is_fetched
            elif follow and is_teaser and story.url:
                story.notes.append(f"一次只取 {MAX_FOLLOWED} 篇原文，{ONLY_TEASER}")
            stories.append(story)
        except StoryRefused as refusal:
            refusals.append((name, str(refusal)))
    if len(parsed.entries) > MAX_ENTRIES:
        refusals.append((f"第 {MAX_ENTRIES + 1} 条起", f"一次最多收 {MAX_ENTRIES} 条。"))
    return stories, refusals


def _find_first_tag(content: str) -> int:
    match = _PROLOG.match(content)
    return match.end() if match else 0


def _build_story(entry: Any, feed: Any, name: str) -> tuple[Story, bool]:
    """Return the story of an entry, and whether it is a teaser."""
    title = clean_title(_clean_line(entry.get("title")))
    contents = [part.get("value") or "" for part in entry.get("content") or []]
    full = max(contents, key=len, default="")
    raw = full if len(full) > len(entry.get("summary") or "") else entry.get("summary") or ""
    body, images = (
        read_html_fragment(raw, title) if _TAG.search(raw) else (_build_plain_body(raw), [])
    )
    text = extract_html_text(body)
    lines = text.split("\n")
    origin = _clean_line((entry.get("source") or {}).get("title"))
    story = Story(
        title,
        body,
        [_clean_line(tag.get("term")) for tag in entry.get("tags") or []],
        origin or find_source(lines) or _get_feed_source(_clean_line(feed.get("title"))),
        _clean_line(entry.get("author"))[:60] or find_author(lines),
        parse_web_address(entry.get("link")),
        name,
        _get_date(entry) or find_date(lines),
        images=images,
    )
    return story, len(text) < TEASER_LENGTH


def _get_feed_source(title: str) -> str:
    """Return the name of the paper without its section: 某某日报-社会."""
    return clean_source_name(re.split(r"\s*[-–—_|｜]\s*", title, maxsplit=1)[0] or title)


def _follow_teaser(story: Story, follow: Callable[[Story], Story | None]) -> tuple[Story, bool]:
    """Return the story of the page, or the teaser if the page is known or refused (with a note); and whether the
    page was fetched."""
    try:
        page_story = follow(story)
    except StoryRefused as refusal:
        story.notes.append(f"原文页面没有取到（{str(refusal).rstrip('。')}），{ONLY_TEASER}")
        return story, True
    if page_story is None:
        return story, False
    whole_story = replace(
        story,
        body=page_story.body,
        source=page_story.source or story.source,
        author=page_story.author or story.author,
        date=story.date or page_story.date,
        images=page_story.images,
        open_image=page_story.open_image,
    )
    return whole_story, True


def _build_plain_body(raw: str) -> str:
    paragraphs = cut_paragraphs(split_lines(raw))
    return render_paragraphs(paragraphs) if paragraphs else ""


def _clean_line(value: str | None) -> str:
    """Return the text of a value, without markup, as one line."""
    words = extract_html_text(value) if value and _TAG.search(value) else value or ""
    return " ".join(strip_control_characters(words).split())


def _get_date(entry: Any) -> datetime.date | None:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    if not moment:
        return None
    try:
        at = datetime.datetime.fromtimestamp(timegm(moment), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return find_day_of_moment(at)
