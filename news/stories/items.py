"""JSON: a list of objects with `title` and `text`, and whatever else is known of them."""

import json

from cities import directory
from news.choices import ArticleKind, SourceKind
from news.stories import origins, text
from news.stories.base import INVISIBLE, NOT_TEXT, Refused, Story, title_of, web_address

_WORDS = ("title", "text", "source", "author", "url", "date", "kind", "city", "source_kind")


def read(content):
    """Stories, and the refusals of single items as (name, reason) pairs."""
    try:
        items = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Refused(f"不是有效的 JSON：{str(error)[:80]}。") from error
    items = items if isinstance(items, list) else [items]
    if not items:
        raise Refused("列表是空的。")
    stories, refusals = [], []
    for number, item in enumerate(items, 1):
        name = f"第 {number} 条"
        try:
            if isinstance(item, dict) and item.get("id"):
                name = f"{name}（{str(item['id'])[:40]}）"
            stories.append(_item(item, name))
        except Refused as refusal:
            refusals.append((name, str(refusal)))
    return stories, refusals


def _item(item, name):
    values = _values(item)
    lines = text.paragraphs_of(text.lines_of(values["text"]))
    tags = item.get("tags") or []
    if not isinstance(tags, list):
        raise Refused("tags 要是列表。")
    return Story(
        title_of(values["title"]),
        text.body_of(lines),
        [tag for tag in tags if isinstance(tag, str)],
        values["source"],
        values["author"],
        web_address(values["url"]),
        name,
        origins.date_of(values["date"]) or origins.date_in(lines),
        kind=values["kind"],
        city=values["city"],
        source_kind=values["source_kind"],
    )


def _values(item):
    if not isinstance(item, dict):
        raise Refused("不是带 title 和 text 的对象。")
    values = {key: item.get(key) or "" for key in _WORDS}
    for key, value in values.items():
        if not isinstance(value, str) or NOT_TEXT.search(value):
            raise Refused(f"{key} 要是文字。")
        values[key] = INVISIBLE.sub("", value).strip()
    if values["kind"] not in ("", ArticleKind.NEWS, ArticleKind.GUIDE):
        raise Refused("kind 只能是 news 或 guide。")
    if values["source_kind"] and values["source_kind"] not in SourceKind.values:
        raise Refused("source_kind 不是来源类别。")
    if values["city"] and directory.by_slug(values["city"]) is None:
        raise Refused(f"没有网址名是「{values['city'][:40]}」的地区。")
    return values
