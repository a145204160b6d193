"""Stories found in files: plain text, the text of a saved page, and JSON lists."""

import json
import re
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from news.body import BYLINE

MAX_BYTES = 2 * 1024 * 1024
MAX_TITLE = 120
MAX_HEADING = 30
MAX_CAPTION = 80
TEXT_SUFFIXES = {"", ".txt", ".text", ".md"}

_ENDS = "。！？!?…；;：:，,、”"
_CAPTION = re.compile(r"(摄影?|供图|资料图片?|图片?由.{1,20}提供)\s*[)）]?\s*[。.]?$")
_SOURCE = re.compile(
    r"^[（(]?\s*(?:文章|稿件)?来源\s*[：:]\s*(?P<name>[^\s（）()]{2,40})\s*[)）]?$"
)
_RELATED = re.compile(r"^[【\[]?\s*相关(?:内容|阅读|推荐|新闻|链接|文章)\s*[】\]]?\s*[：:]?$")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028\u2029\u2060\ufeff]")


class Refused(Exception):
    """Says in Chinese why nothing was taken from a file or from one item of it."""


@dataclass
class Story:
    title: str
    body: str
    tags: list = field(default_factory=list)
    source: str = ""
    author: str = ""
    url: str = ""
    name: str = ""


def read(path):
    """Stories of one file, and the refusals of single items as (name, reason) pairs."""
    text = _decode(_bytes(path))
    if path.suffix.lower() == ".json":
        return _json(text)
    if path.suffix.lower() not in TEXT_SUFFIXES:
        raise Refused(f"还不会读这种文件（{path.suffix}），只收文本和 JSON。")
    return [_story(text)], []


def _bytes(path):
    if not path.exists():
        raise Refused("没有这个文件。")
    if not path.is_file():
        raise Refused("不是普通文件。")
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused(f"读不了：{error.strerror}。") from error
    if len(raw) > MAX_BYTES:
        raise Refused("超过 2 MB。")
    if not raw.strip():
        raise Refused("文件是空的。")
    return raw


def _decode(raw):
    marked = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    encodings = ("utf-16",) if marked else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NOT_TEXT.search(text):
            return _INVISIBLE.sub("", text)
    raise Refused("认不出编码，或者不是文本（收 UTF-8、UTF-16 和 GB18030）。")


def _json(text):
    try:
        items = json.loads(text)
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
    if not isinstance(item, dict):
        raise Refused("不是带 title 和 text 的对象。")
    values = {key: item.get(key) or "" for key in ("title", "text", "source", "author", "url")}
    for key, value in values.items():
        if not isinstance(value, str) or _NOT_TEXT.search(value):
            raise Refused(f"{key} 要是文字。")
    title = _title(_INVISIBLE.sub("", values["title"]))
    lines = _lines(_INVISIBLE.sub("", values["text"]))
    tags = [tag for tag in item.get("tags") or [] if isinstance(tag, str)]
    return Story(
        title,
        _body(_paragraphs(lines)),
        tags,
        values["source"].strip(),
        values["author"].strip(),
        values["url"].strip(),
        name,
    )


def _story(text):
    lines = _after_header(_lines(text))
    while lines and not lines[0]:
        lines.pop(0)
    if not lines:
        raise Refused("没有标题。")
    title = _title(lines.pop(0))
    tags, lines = _tags(title, lines)
    paragraphs = _paragraphs(lines)
    source = next((m["name"] for p in paragraphs if (m := _SOURCE.match(p))), "")
    bylines = [m for p in paragraphs if (m := BYLINE.match(p)) and "网友" not in p.split()[0]]
    author = bylines[0]["names"].strip() if bylines else ""
    return Story(
        title, _body([p for p in paragraphs if not _SOURCE.match(p)]), tags, source, author
    )


def _lines(text):
    return [re.sub(r"\s+", " ", line).strip() for line in text.splitlines()]


def _title(line):
    title = re.sub(r"\s+", " ", line).lstrip("#").strip()
    if not title:
        raise Refused("没有标题。")
    if len(title) > MAX_TITLE:
        raise Refused(f"没有标题：第一行有 {len(title)} 字，标题最多 {MAX_TITLE} 字。")
    return title


def _after_header(lines):
    """Without the head of a saved city page: switcher, site name, hot cities in one line."""
    head = lines[:12]
    if "热门城市" not in head:
        return lines
    rest = lines[head.index("热门城市") + 1 :]
    while rest and not rest[0]:
        rest.pop(0)
    return rest[1:]  # the names of the cities, joined


def _tags(title, lines):
    """The tags of a saved page stand between its title and the same title again."""
    filled = [number for number, line in enumerate(lines) if line][:3]
    again = next((number for number in filled if lines[number] == title), None)
    if again is None:
        return [], lines
    return " ".join(lines[:again]).split(), lines[again + 1 :]


def _paragraphs(lines):
    """Cut at 相关内容; with blank lines between paragraphs, single breaks are only wrapping."""
    end = next((number for number, line in enumerate(lines) if _RELATED.match(line)), len(lines))
    lines = lines[:end]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    if "" not in lines:
        return lines
    paragraphs = [lines[0]]
    for before, line in pairwise(lines):
        if line and before and _wraps(before):
            paragraphs[-1] += _seam(before, line) + line
        elif line:
            paragraphs.append(line)
    return paragraphs


def _wraps(before):
    return (
        len(before) > MAX_HEADING and before[-1] not in "。！？!?…”" and not _CAPTION.search(before)
    )


def _seam(before, line):
    return " " if before[-1].isascii() and line[0].isascii() else ""


def _body(paragraphs):
    if not paragraphs:
        raise Refused("没有正文。")
    return "\n".join(
        _block(paragraph, is_inside=0 < number < len(paragraphs) - 1)
        for number, paragraph in enumerate(paragraphs)
    )


def _block(paragraph, *, is_inside):
    words = escape(paragraph, quote=False)
    if _is_caption(paragraph):
        return f"<figure><figcaption>{words}</figcaption></figure>"
    if is_inside and _is_heading(paragraph):
        return f"<h2>{words.lstrip('■●◆▲#').strip()}</h2>"
    return f"<p>{words}</p>"


def _is_caption(paragraph):
    return len(paragraph) <= MAX_CAPTION and bool(_CAPTION.search(paragraph))


def _is_heading(paragraph):
    return (
        3 <= len(paragraph) <= MAX_HEADING
        and paragraph[-1] not in _ENDS
        and not BYLINE.match(paragraph)
        and not re.match(r"^[@（(“\"]|^\d+[、.．]|.*@", paragraph)
        and bool(re.search(r"[\u4e00-\u9fff]{2}", paragraph))
    )
