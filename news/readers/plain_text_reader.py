"""Plain text, and the text of a saved city page: title first, then paragraphs."""

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from news.article_html.article_body import BYLINE
from news.readers.bylines import find_author, find_date, find_source, is_fact_line, is_staff_line
from news.readers.story import MAX_TEXT, Story, StoryRefused, clean_title

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
    lines = _strip_blank_lines(_cut_site_header(split_lines(text)))
    if not lines:
        raise StoryRefused("没有标题。")
    first = lines.pop(0)
    if first.endswith("，") and lines and lines[0] and len(first) + len(lines[0]) <= MAX_HEADING:
        first += lines.pop(0)  # a long title on two lines
    title = clean_title(first)
    paragraphs = cut_paragraphs(_cut_tags(title, lines))
    story_paragraphs = [p for p in paragraphs if not is_fact_line(p) and not is_staff_line(p)]
    return Story(
        title,
        render_paragraphs(story_paragraphs),
        source=find_source(paragraphs),
        author=find_author(paragraphs),
        date=find_date(paragraphs),
    )


def split_lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def _strip_blank_lines(lines: Sequence[str]) -> list[str]:
    filled = [number for number, line in enumerate(lines) if line]
    return list(lines[filled[0] : filled[-1] + 1]) if filled else []


def _cut_site_header(lines: list[str]) -> list[str]:
    """Return lines without the header of a saved city page: switcher, site name, hot cities."""
    head = lines[:12]
    if "热门城市" not in head:
        return lines
    after = _strip_blank_lines(lines[head.index("热门城市") + 1 :])
    return after[1:]  # the names of the cities, joined


def _cut_tags(title: str, lines: list[str]) -> list[str]:
    """Return the lines after the repeated title of a saved page; the lines between the two titles are tags."""
    filled = [number for number, line in enumerate(lines) if line][:3]
    again = next((number for number in filled if lines[number] == title), -1)
    return lines[again + 1 :]


def cut_paragraphs(lines: list[str]) -> list[str]:
    """Return the paragraphs before 相关内容.

    If blank lines separate paragraphs, single line breaks are only wrapping.
    """
    end = next((number for number, line in enumerate(lines) if _RELATED.match(line)), len(lines))
    lines = _strip_blank_lines(lines[:end])
    if "" not in lines:
        return lines
    paragraphs = [lines[0]]
    for before, line in pairwise(lines):
        if line and before and _is_wrapped(before) and not _MARKED.match(line):
            space = " " if before[-1].isascii() and line[0].isascii() else ""
            paragraphs[-1] += space + line
        elif line:
            paragraphs.append(line)
    return paragraphs


def _is_wrapped(line: str) -> bool:
    """Whether the text goes on in the next line: the line is no heading, list item, caption or complete sentence."""
    if line[-1] in "，、" and not _MARKED.match(line):
        return True
    return len(line) > MAX_HEADING and line[-1] not in "。！？!?…”" and not _CAPTION.search(line)


def render_paragraphs(paragraphs: Sequence[str]) -> str:
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
