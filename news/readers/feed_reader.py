"""RSS and Atom: every entry is one story."""

import datetime
import io
import re
from calendar import timegm

import feedparser
from django.utils import timezone

from news.article_html.article_body import extract_html_text
from news.readers.bylines import author_in, date_in, source_in, source_name
from news.readers.page_reader import read_html_fragment
from news.readers.plain_text_reader import body_of, lines_of, paragraphs_of
from news.readers.story import Story, StoryRefused, strip_control_characters, title_of, web_address

MAX_ENTRIES = 500
SHORT = 200  # a summary below this is a teaser
MAX_FOLLOWED = 20  # pages fetched for the teasers of one feed
_IS_FEED = re.compile(r"<(?:rss|feed|rdf:RDF|[a-z]+:feed)[\s>]")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")


def is_feed(content):
    return bool(_IS_FEED.match(content, _after_prolog(content)))


def read_feed(content, url="", follow=None):
    """Stories and refusals of a feed; `follow` gives the story of an entry's page, or refuses."""
    at = _after_prolog(content)
    if content.startswith("<!", at):
        raise StoryRefused("带 DOCTYPE 或 ENTITY 声明的 feed 不收。")
    if not _IS_FEED.match(content, at):
        raise StoryRefused("不是 RSS 或 Atom。")
    # A file object, never a string: that could be taken for an address or a file's name.
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
        name = f"第 {number} 条（{_line(entry.get('title'))[:30]}）"
        try:
            story, is_teaser = _story(entry, parsed.feed, name)
            if follow and is_teaser and story.url and left:
                left -= 1
                story = _whole(story, follow)
            stories.append(story)
        except StoryRefused as refusal:
            refusals.append((name, str(refusal)))
    if len(parsed.entries) > MAX_ENTRIES:
        refusals.append((f"第 {MAX_ENTRIES + 1} 条起", f"一次最多收 {MAX_ENTRIES} 条。"))
    return stories, refusals


def _after_prolog(content):
    """Where the first tag stands, behind declaration, instructions and comments."""
    at = 0
    while True:
        while at < len(content) and (content[at].isspace() or content[at] == "\ufeff"):
            at += 1
        for head, tail in (("<?", "?>"), ("<!--", "-->")):
            if content.startswith(head, at):
                end = content.find(tail, at + len(head))
                if end < 0:
                    return at
                at = end + len(tail)
                break
        else:
            return at


def _story(entry, feed, name):
    title = title_of(_line(entry.get("title")))
    contents = [part.get("value") or "" for part in entry.get("content") or []]
    full = max(contents, key=len, default="")
    raw = full if len(full) > len(entry.get("summary") or "") else entry.get("summary") or ""
    body, images = read_html_fragment(raw, title) if _TAG.search(raw) else (_plain(raw), [])
    words = extract_html_text(body)
    lines = words.split("\n")
    origin = _line((entry.get("source") or {}).get("title"))
    story = Story(
        title,
        body,
        [_line(tag.get("term")) for tag in entry.get("tags") or []],
        origin or source_in(lines) or _feed_name(_line(feed.get("title"))),
        _line(entry.get("author"))[:60] or author_in(lines),
        web_address(entry.get("link")),
        name,
        _date(entry) or date_in(lines),
        images=images,
    )
    return story, len(words) < SHORT


def _feed_name(title):
    """Who speaks, without the part of the paper: 某某日报-社会."""
    return source_name(re.split(r"\s*[-–—_|｜]\s*", title, maxsplit=1)[0] or title)


def _whole(story, follow):
    """The page behind a teaser; what can't be had leaves the teaser, with a note."""
    try:
        found = follow(story)
    except StoryRefused as refusal:
        story.notes.append(f"原文页面没有取到，只收了摘要：{refusal}")
        return story
    if found is None:
        return story
    return Story(
        story.title,
        found.body,
        story.tags,
        found.source or story.source,
        found.author or story.author,
        story.url,
        story.name,
        story.date or found.date,
        images=found.images,
        open_image=found.open_image,
    )


def _plain(raw):
    paragraphs = paragraphs_of(lines_of(raw))
    return body_of(paragraphs) if paragraphs else ""


def _line(value):
    """A line of words; markup in titles is dropped."""
    words = extract_html_text(value) if _TAG.search(value or "") else value or ""
    return re.sub(r"\s+", " ", strip_control_characters(words)).strip()


def _date(entry):
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    if not moment:
        return None
    try:
        at = datetime.datetime.fromtimestamp(timegm(moment), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    day = timezone.localtime(at).date()
    return day if datetime.date(1990, 1, 1) <= day <= timezone.localdate() else None
