"""JSON: a list of objects with `title`, `text` and optional facts.

The list may be a member of an object, as in a JSON feed, or one object a line; usual other names of
the fields are understood.
"""

import json
import re
from contextlib import suppress
from typing import Any

from cities.directory.regions import get_region_by_slug
from news.article_html.article_body import extract_html_text
from news.choices import ArticleKind, SourceKind
from news.readers.bylines import find_date, parse_first_date
from news.readers.page_reader import read_html_fragment
from news.readers.plain_text_reader import cut_paragraphs, render_paragraphs, split_lines
from news.readers.story import (
    INVISIBLE,
    NOT_TEXT,
    ReadResult,
    Story,
    StoryRefused,
    clean_title,
    parse_web_address,
)

MAX_ITEMS = 20_000
_LISTS = ("items", "articles", "data", "list", "news", "results", "entries", "rows")
_OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "text": ("content", "content_html", "content_text", "body", "summary"),
    "date": ("date_published", "publish_time", "published_at", "published", "pubdate", "time"),
    "url": ("link", "source_url"),
    "author": ("authors",),
    "source": ("publisher",),
}
# Text with block elements is HTML.
_HTML = re.compile(r"<(?:p|div|br|section|h[1-6]|ul|ol|table|figure)\b[^<>]*>", re.IGNORECASE)
_TEXT_FIELDS = ("title", "text", "source", "author", "url", "date", "kind", "city", "source_kind")


def read_json_items(content: str) -> ReadResult:
    """Return the stories, and the refusals of single items as (name, reason)."""
    items = _get_items(_parse_json_content(content))
    if not items:
        raise StoryRefused("列表是空的。")
    stories, refusals = [], []
    for number, entry in enumerate(items[:MAX_ITEMS], 1):
        name = f"第 {number} 条"
        try:
            if isinstance(entry, dict) and entry.get("id"):
                name = f"{name}（{str(entry['id'])[:40]}）"
            stories.append(_build_story(entry, name))
        except StoryRefused as refusal:
            refusals.append((name, str(refusal)))
    if len(items) > MAX_ITEMS:
        refusals.append((f"第 {MAX_ITEMS + 1} 条起", f"一次最多收 {MAX_ITEMS} 条。"))
    return stories, refusals


def _parse_json_content(content: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        lines = [line for line in content.splitlines() if line.strip()]
        if len(lines) > 1 and all(line.lstrip()[:1] == "{" for line in lines):
            with suppress(ValueError, RecursionError):
                return [json.loads(line) for line in lines]
        raise StoryRefused(f"不是有效的 JSON：{str(error)[:80]}。") from error


def _get_items(data: Any) -> list[Any]:
    if isinstance(data, dict) and ("title" not in data or isinstance(data.get("items"), list)):
        data = next((data[name] for name in _LISTS if isinstance(data.get(name), list)), data)
    return data if isinstance(data, list) else [data]


def _build_story(entry: Any, name: str) -> Story:
    values = _read_values(entry)
    tags = entry.get("tags") or []
    if not isinstance(tags, list):
        raise StoryRefused("tags 要是列表。")
    title = clean_title(values["title"])
    if _HTML.search(values["text"]):
        body, images = read_html_fragment(values["text"], title)
        lines = extract_html_text(body).split("\n")
    else:
        lines = cut_paragraphs(split_lines(values["text"]))
        body, images = render_paragraphs(lines), []
    return Story(
        title,
        body,
        [tag for tag in tags if isinstance(tag, str) and not NOT_TEXT.search(tag)],
        values["source"],
        values["author"],
        parse_web_address(values["url"]),
        name,
        parse_first_date(values["date"]) or find_date(lines),
        values["kind"],
        values["city"],
        values["source_kind"],
        images,
    )


def _get_value(entry: dict[str, Any], key: str) -> Any:
    names = (key, *_OTHER_NAMES.get(key, ()))
    value = next((entry[name] for name in names if entry.get(name)), "")
    if key in ("author", "source"):
        value = value[0] if isinstance(value, list) and value else value
        value = value.get("name") or "" if isinstance(value, dict) else value
    return value


def _read_values(entry: Any) -> dict[str, str]:
    """Return the text fields; raise StoryRefused if one is wrong."""
    if not isinstance(entry, dict):
        raise StoryRefused("不是带 title 和 text 的对象。")
    values = {key: _get_value(entry, key) for key in _TEXT_FIELDS}
    for key, value in values.items():
        if not isinstance(value, str) or NOT_TEXT.search(value):
            raise StoryRefused(f"{key} 要是文字。")
        values[key] = INVISIBLE.sub("", value).strip()
    if values["kind"] not in ("", ArticleKind.NEWS, ArticleKind.GUIDE):
        raise StoryRefused("kind 只能是 news 或 guide。")
    if values["source_kind"] and values["source_kind"] not in SourceKind.values:
        raise StoryRefused("source_kind 不是来源类别。")
    if values["city"] and get_region_by_slug(values["city"]) is None:
        raise StoryRefused(f"没有网址名是「{values['city'][:40]}」的地区。")
    return values
