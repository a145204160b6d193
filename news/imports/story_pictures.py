"""The images of a story made anew: the first becomes the head picture, the others stay in place."""

import re
from html import escape, unescape

from news.article_html.article_body import extract_html_text
from news.readers.story import PLACEHOLDER, StoryRefused
from sitekit.images.pictures import ImageRefused, create_picture, list_picture_sources

MAX_PICTURES = 12
MIN_WIDTH = 200
_FIGURE = re.compile(
    r'<figure><img src="/media/pictures/00/(?P<number>[0-9a-f]{32})-0\.webp"[^>]*>'
    r"(?P<caption>(?:<figcaption>.*?</figcaption>)?)</figure>\n?"
)


def strip_story_pictures(body):
    """The text as it is before any picture: captions stand, what shows the picture is gone."""
    body = _FIGURE.sub(lambda m: _caption_alone(m["caption"]), body)
    return PLACEHOLDER.sub("", body).strip()


def create_story_pictures(story):
    """{number: Picture} of what could be had; why something could not is noted on the story."""
    if story.open_image is None:
        if story.images:
            story.notes.append(f"{len(story.images)} 张图片不在这个文件里，没有收。")
        return {}
    made = {}
    for number, image in enumerate(story.images):
        if len(made) == MAX_PICTURES:
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
        made[number] = picture
    return made


def place_story_pictures(body, made, images):
    """Body with its pictures, and the head picture with its caption, which then leaves the body."""
    hero, caption = None, ""

    def put(found):
        nonlocal hero, caption
        number = int(found["number"], 16)
        picture = made.get(number)
        if picture is None:
            return _caption_alone(found["caption"])
        if hero is None:
            hero, caption = picture, extract_html_text(found["caption"])[:200]
            return ""
        alt = escape(images[number].alt or extract_html_text(found["caption"])[:120])
        src = escape(list_picture_sources(picture)["src"])
        return f'<figure><img src="{src}" alt="{alt}">{found["caption"]}</figure>\n'

    body = _FIGURE.sub(put, body)
    return PLACEHOLDER.sub("", body).strip(), hero, unescape(caption)


def _caption_alone(caption):
    return f"<figure>{caption}</figure>\n" if caption else ""
