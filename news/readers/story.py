"""What every reader returns: stories, or a refusal with its reason."""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from sitekit.workflow.refusals import Refusal
from textkit.invisible_characters import (
    ANNOTATION_MARKS,
    INVISIBLE_CHARACTERS,
    JOINER,
    LINE_SEPARATORS,
    NON_JOINER,
    compile_character_pattern,
)

MAX_TITLE = 120
MAX_TEXT = 200_000
NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
INVISIBLE = compile_character_pattern(
    INVISIBLE_CHARACTERS | NON_JOINER | JOINER | LINE_SEPARATORS | ANNOTATION_MARKS
)


def strip_control_characters(text: str) -> str:
    """Return the text without control and direction characters, which entities can bring in."""
    return INVISIBLE.sub("", NOT_TEXT.sub("", text))


class StoryRefused(Refusal):
    """Says in Chinese why nothing was taken from a file or from one item of it."""


@dataclass
class StoryImage:
    """An image of a story; its place in the body is marked by `build_picture_placeholder`."""

    src: str
    alt: str = ""


@dataclass
class Story:
    title: str
    body: str
    tags: list[str] = field(default_factory=list)
    source: str = ""
    author: str = ""
    url: str = ""
    name: str = ""
    date: datetime.date | None = None
    kind: str = ""
    city: str = ""
    source_kind: str = ""
    images: list[StoryImage] = field(default_factory=list)
    # Returns the bytes of an image by its `src`, or raises StoryRefused; None if there are no images.
    open_image: Callable[[str], bytes] | None = None
    notes: list[str] = field(default_factory=list)


# Stories, and why single items of a file or feed were refused, as (name, reason).
type ReadResult = tuple[list[Story], list[tuple[str, str]]]


def build_picture_placeholder(number: int) -> str:
    """Return a path that `clean_article_html` keeps; it is replaced before the body is stored."""
    return f"/media/pictures/00/{number:032x}-0.webp"


PLACEHOLDER = re.compile(r'<img src="/media/pictures/00/([0-9a-f]{32})-0\.webp"[^>]*>')


def clean_title(line: str) -> str:
    """Return the line as a title; raise StoryRefused if it is empty or too long."""
    title = re.sub(r"\s+", " ", strip_control_characters(line)).lstrip("#").strip()
    if not title:
        raise StoryRefused("没有标题。")
    if len(title) > MAX_TITLE:
        raise StoryRefused(f"没有标题：第一行有 {len(title)} 字，标题最多 {MAX_TITLE} 字。")
    return title


def parse_web_address(url: str | None) -> str:
    """Return the address if it can be the source of an article, else ""."""
    url = (url or "").strip()
    is_web = re.match(r"https?://[^\s/]+", url) and len(url) <= 500
    return url if is_web else ""
