"""Plain text, and the text of a saved city page: title first, then paragraphs."""

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from news.article_html.article_body import BYLINE
from news.readers.bylines import author_in, date_in, is_fact_line, is_staff, source_in
from news.readers.story import MAX_TEXT, Story, StoryRefused, title_of

MAX_HEADING = 30
MAX_CAPTION = 80

_ENDS = "。！？!?…；;：:，,、”"
_MARKED = re.compile(r"(#{1,6}|[-*+])[ \u3000](?=\S)")
_BOLD = re.compile(r"\*\*([^*\n]{1,80})\*\*")
_CAPTION = re.compile(r"(摄影?|供图|资料图片?|图片?由.{1,20}提供)\s*[)）]?\s*[。.]?$")
_RELATED = re.compile(r"^[【\[]?\s*相关(?:内容|阅读|推荐|新闻|链接|文章)\s*[】\]]?\s*[：:]?$")


def read_plain_text(text: str) -> Story:
    if len(text) > 2 * MAX_TEXT:
        raise StoryRefused(f"正文太长，最多 {MAX_TEXT} 字。")
    lines = _cut_site_header(lines_of(text))
    while lines and not lines[0]:
        lines.pop(0)
    if not lines:
        raise StoryRefused("没有标题。")
    first = lines.pop(0)
    if first.endswith("，") and lines and lines[0] and len(first) + len(lines[0]) <= MAX_HEADING:
        first += lines.pop(0)  # a long title on two lines
    title = title_of(first)
    paragraphs = paragraphs_of(_cut_tags(title, lines))
    story_paragraphs = [p for p in paragraphs if not is_fact_line(p) and not is_staff(p)]
    return Story(
        title,
        body_of(story_paragraphs),
        source=source_in(paragraphs),
        author=author_in(paragraphs),
        date=date_in(paragraphs),
    )


def lines_of(text: str) -> list[str]:
    return [re.sub(r"\s+", " ", line).strip() for line in text.splitlines()]


def _cut_site_header(lines: list[str]) -> list[str]:
    """Return lines without the header of a saved city page: switcher, site name, hot cities."""
    head = lines[:12]
    if "热门城市" not in head:
        return lines
    after = lines[head.index("热门城市") + 1 :]
    while after and not after[0]:
        after.pop(0)
    return after[1:]  # the names of the cities, joined


def _cut_tags(title: str, lines: list[str]) -> list[str]:
    """Return what follows the repeated title of a saved page: between the titles are tags."""
    filled = [number for number, line in enumerate(lines) if line][:3]
    again = next((number for number in filled if lines[number] == title), None)
    return lines if again is None else lines[again + 1 :]


def paragraphs_of(lines: list[str]) -> list[str]:
    """Return the paragraphs before 相关内容.

    If blank lines separate paragraphs, single line breaks are only wrapping.
    """
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
        if line and before and _wraps(before) and not _begins(line):
            paragraphs[-1] += _seam(before, line) + line
        elif line:
            paragraphs.append(line)
    return paragraphs


def _wraps(before):
    if before[-1] in "，、" and not _begins(before):
        return True
    return (
        len(before) > MAX_HEADING and before[-1] not in "。！？!?…”" and not _CAPTION.search(before)
    )


def _begins(line):
    """Whether it is a heading or a point in Markdown."""
    return bool(_MARKED.match(line))


def _seam(before, line):
    return " " if before[-1].isascii() and line[0].isascii() else ""


def body_of(paragraphs: Sequence[str]) -> str:
    """Return HTML of the paragraphs; raise StoryRefused if there are none."""
    if not paragraphs:
        raise StoryRefused("没有正文。")
    return "\n".join(
        _render_block(paragraph, is_inside=0 < number < len(paragraphs) - 1)
        for number, paragraph in enumerate(paragraphs)
    ).replace("</ul>\n<ul>", "")


def _render_block(paragraph: str, *, is_inside: bool) -> str:
    words = _BOLD.sub(r"<strong>\1</strong>", escape(paragraph, quote=False))
    if marked := _MARKED.match(words):
        words = words[marked.end() :]
        if marked[1].startswith("#"):
            level = 2 if len(marked[1]) < 3 else 3
            return f"<h{level}>{words}</h{level}>"
        return f"<ul><li>{words}</li></ul>"
    if is_caption(paragraph):
        return f"<figure><figcaption>{words}</figcaption></figure>"
    if is_inside and is_heading(paragraph):
        return f"<h2>{words.lstrip('■●◆▲#').strip()}</h2>"
    return f"<p>{words}</p>"


def is_caption(paragraph: str) -> bool:
    return len(paragraph) <= MAX_CAPTION and bool(_CAPTION.search(paragraph))


def is_heading(paragraph: str) -> bool:
    return (
        3 <= len(paragraph) <= MAX_HEADING
        and paragraph[-1] not in _ENDS
        and not BYLINE.match(paragraph)
        and not re.match(r"^[@（(“\"]|^\d+[、.．]|.*@", paragraph)
        and bool(re.search(r"[\u4e00-\u9fff]{2}", paragraph))
    )
