"""What every reader gives: stories, or a refusal that says why."""

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


def strip_control_characters(words):
    """Without control signs and turned-around writing, which entities can bring into a page."""
    return INVISIBLE.sub("", NOT_TEXT.sub("", words))


class StoryRefused(Refusal):
    """Says in Chinese why nothing was taken from a file or from one item of it."""


@dataclass
class StoryImage:
    """A picture that a story shows: its number stands in the body, `build_picture_placeholder`."""

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
    # Gives the bytes of an image by its `src`, or refuses; None where images are not fetched.
    open_image: Callable[[str], bytes] | None = None
    notes: list[str] = field(default_factory=list)


def build_picture_placeholder(number):
    """Passes `news.body.clean` like a picture of ours; replaced before anything is stored."""
    return f"/media/pictures/00/{number:032x}-0.webp"


PLACEHOLDER = re.compile(r'<img src="/media/pictures/00/([0-9a-f]{32})-0\.webp"[^>]*>')


def title_of(line):
    title = re.sub(r"\s+", " ", strip_control_characters(line)).lstrip("#").strip()
    if not title:
        raise StoryRefused("没有标题。")
    if len(title) > MAX_TITLE:
        raise StoryRefused(f"没有标题：第一行有 {len(title)} 字，标题最多 {MAX_TITLE} 字。")
    return title


def web_address(url):
    """An address that an article can carry as its source, or nothing."""
    url = (url or "").strip()
    is_web = re.match(r"https?://[^\s/]+", url) and len(url) <= 500
    return url if is_web else ""
