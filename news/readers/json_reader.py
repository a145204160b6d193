"""JSON: a list of objects with `title` and `text`, and whatever else is known of them.

The list may lie in an object, as in a JSON feed, or be one object a line; usual other names of the
fields are understood.
"""

import json
import re
from contextlib import suppress

from cities.directory.regions import by_slug
from news.article_html.article_body import extract_html_text
from news.choices import ArticleKind, SourceKind
from news.readers.bylines import date_in, date_of
from news.readers.page_reader import read_html_fragment
from news.readers.plain_text_reader import body_of, lines_of, paragraphs_of
from news.readers.story import INVISIBLE, NOT_TEXT, Story, StoryRefused, title_of, web_address

MAX_ITEMS = 20_000
_LISTS = ("items", "articles", "data", "list", "news", "results", "entries", "rows")
_ALSO = {
    "text": ("content", "content_html", "content_text", "body", "summary"),
    "date": ("date_published", "publish_time", "published_at", "published", "pubdate", "time"),
    "url": ("link", "source_url"),
}
# Text that is HTML says so by its blocks.
_HTML = re.compile(r"<(?:p|div|br|section|h[1-6]|ul|ol|table|figure)\b[^<>]*>", re.IGNORECASE)
_WORDS = ("title", "text", "source", "author", "url", "date", "kind", "city", "source_kind")


def read_json_items(content):
    """Stories, and the refusals of single items as (name, reason) pairs."""
    items = _listed(_loaded(content))
    if not items:
        raise StoryRefused("列表是空的。")
    stories, refusals = [], []
    for number, item in enumerate(items[:MAX_ITEMS], 1):
        name = f"第 {number} 条"
        try:
            if isinstance(item, dict) and item.get("id"):
                name = f"{name}（{str(item['id'])[:40]}）"
            stories.append(_item(item, name))
        except StoryRefused as refusal:
            refusals.append((name, str(refusal)))
    if len(items) > MAX_ITEMS:
        refusals.append((f"第 {MAX_ITEMS + 1} 条起", f"一次最多收 {MAX_ITEMS} 条。"))
    return stories, refusals


def _loaded(content):
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        lines = [line for line in content.splitlines() if line.strip()]
        if len(lines) > 1 and all(line.lstrip()[:1] == "{" for line in lines):
            with suppress(ValueError, RecursionError):
                return [json.loads(line) for line in lines]
        raise StoryRefused(f"不是有效的 JSON：{str(error)[:80]}。") from error


def _listed(found):
    if isinstance(found, dict) and "title" in found and not isinstance(found.get("items"), list):
        return [found]
    if isinstance(found, dict):
        lists = (found[name] for name in _LISTS if isinstance(found.get(name), list))
        return next(lists, [found])
    return found if isinstance(found, list) else [found]


def _item(item, name):
    values = _values(item)
    tags = item.get("tags") or []
    if not isinstance(tags, list):
        raise StoryRefused("tags 要是列表。")
    title = title_of(values["title"])
    if _HTML.search(values["text"]):
        body, images = read_html_fragment(values["text"], title)
        lines = extract_html_text(body).split("\n")
    else:
        lines = paragraphs_of(lines_of(values["text"]))
        body, images = body_of(lines), []
    return Story(
        title,
        body,
        [tag for tag in tags if isinstance(tag, str) and not NOT_TEXT.search(tag)],
        values["source"],
        values["author"],
        web_address(values["url"]),
        name,
        date_of(values["date"]) or date_in(lines),
        kind=values["kind"],
        city=values["city"],
        source_kind=values["source_kind"],
        images=images,
    )


def _value(item, key):
    found = next((item[name] for name in (key, *_ALSO.get(key, ())) if item.get(name)), "")
    if key in ("author", "source"):
        found = found or item.get("authors" if key == "author" else "publisher") or ""
        found = found[0] if isinstance(found, list) and found else found
        found = found.get("name") or "" if isinstance(found, dict) else found
    return found


def _values(item):
    if not isinstance(item, dict):
        raise StoryRefused("不是带 title 和 text 的对象。")
    values = {key: _value(item, key) for key in _WORDS}
    for key, value in values.items():
        if not isinstance(value, str) or NOT_TEXT.search(value):
            raise StoryRefused(f"{key} 要是文字。")
        values[key] = INVISIBLE.sub("", value).strip()
    if values["kind"] not in ("", ArticleKind.NEWS, ArticleKind.GUIDE):
        raise StoryRefused("kind 只能是 news 或 guide。")
    if values["source_kind"] and values["source_kind"] not in SourceKind.values:
        raise StoryRefused("source_kind 不是来源类别。")
    if values["city"] and by_slug(values["city"]) is None:
        raise StoryRefused(f"没有网址名是「{values['city'][:40]}」的地区。")
    return values
