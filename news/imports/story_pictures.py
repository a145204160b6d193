"""Makes pictures of a story's images: the first becomes the head picture, the others stay in their places."""

import re
from collections.abc import Mapping, Sequence
from html import escape, unescape

from news.article_html.article_body import extract_html_text
from news.readers.story import PLACEHOLDER, Story, StoryImage, StoryRefused
from sitekit.images.pictures import ImageRefused, create_picture, list_picture_sources
from sitekit.models import Picture

MAX_PICTURES = 12
MIN_WIDTH = 200
_CAPTION = re.compile(r"<figcaption>(?P<words>.*?)</figcaption>")
_FIGURE = re.compile(
    r'<figure><img src="/media/pictures/00/(?P<number>[0-9a-f]{32})-0\.webp"[^>]*>'
    r"(?P<caption>(?:<figcaption>.*?</figcaption>)?)</figure>\n?"
)


def strip_story_pictures(body: str) -> str:
    """Return the body without its pictures and their captions; with the captions if nothing else would be left."""
    stripped = PLACEHOLDER.sub("", _FIGURE.sub("", body)).strip()
    return stripped or "\n".join(f"<p>{m['words']}</p>" for m in _CAPTION.finditer(body))


def create_story_pictures(story: Story) -> dict[int, Picture]:
    """Return {number of the image: picture}; reasons for missing ones are added to the notes."""
    if story.open_image is None:
        if story.images:
            story.notes.append(f"{len(story.images)} 张图片不在这个文件里，没有收。")
        return {}
    pictures: dict[int, Picture] = {}
    for number, image in enumerate(story.images):
        if len(pictures) == MAX_PICTURES:
            story.notes.append(f"图片只收前 {MAX_PICTURES} 张。")
            break
        try:
            picture = create_picture(story.open_image(image.src))
        except (StoryRefused, ImageRefused) as refusal:
            story.notes.append(f"图片 {image.src[:80]} 没有收：{refusal}")
            continue
        if picture.width < MIN_WIDTH:
            story.notes.append(f"图片 {image.src[:80]} 没有收：太小。")
            continue
        pictures[number] = picture
    return pictures


def place_story_pictures(
    body: str, pictures: Mapping[int, Picture], images: Sequence[StoryImage]
) -> tuple[str, Picture | None, str]:
    """Return the body with its pictures but the first, the first as head picture, its caption."""
    heroes: list[tuple[Picture, str]] = []

    def replace_placeholder(match: re.Match[str]) -> str:
        number = int(match["number"], 16)
        picture = pictures.get(number)
        if picture is None:
            return ""
        if not heroes:
            heroes.append((picture, extract_html_text(match["caption"])[:200]))
            return ""
        alt = escape(images[number].alt or extract_html_text(match["caption"])[:120])
        src = escape(list_picture_sources(picture)["src"])
        return f'<figure><img src="{src}" alt="{alt}">{match["caption"]}</figure>\n'

    body = _FIGURE.sub(replace_placeholder, body)
    hero, caption = heroes[0] if heroes else (None, "")
    return PLACEHOLDER.sub("", body).strip(), hero, unescape(caption)
