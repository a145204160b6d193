"""A web page: its article as clean HTML with pictures, and its source, author and date."""

import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urljoin

from lxml import etree, html

from news.article_html.article_body import clean_article_html, extract_html_text
from news.readers.bylines import find_author, find_date, find_source
from news.readers.main_content import find_article_element, parse_html_tree, prune_page_furniture
from news.readers.page_lines import find_story_lines
from news.readers.page_metadata import extract_page_metadata
from news.readers.story import (
    MAX_TEXT,
    Story,
    StoryImage,
    StoryRefused,
    build_picture_placeholder,
    clean_title,
    strip_control_characters,
)
from sitekit.fetching.markup_bounds import MarkupRefused

MAX_IMAGES = 40
_CAPTION_CLASS = re.compile(
    r"caption|img[-_]?(?:desc|note|text)|pic[-_]?(?:desc|note|info)|tuzhu", re.IGNORECASE
)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_IMAGE_SOURCES = ("data-src", "data-original", "data-lazy-src", "src")


def read_web_page(text: str, url: str = "") -> Story:
    """Return the story of a page from `url` or from a file, or raise StoryRefused."""
    tree = parse_html_tree(text)
    if tree is None:
        raise StoryRefused("不是能读的网页。")
    story = extract_page_metadata(tree, url)
    article = find_article_element(prune_page_furniture(tree))
    if article is not None:
        story.body, story.images = _build_body(article, story.title, story.url)
    lines = extract_html_text(story.body).split("\n")
    if not any(lines):
        raise StoryRefused("网页里没有找到正文。")
    story.title = clean_title(story.title)
    story.source = story.source or find_source(lines)
    story.author = story.author or find_author(lines)
    story.date = story.date or find_date(lines)
    return story


def read_html_fragment(text: str, title: str) -> tuple[str, list[StoryImage]]:
    """Return body and images of HTML that is only an article, as in feeds."""
    tree = parse_html_tree(f"<html><body><div>{text}</div></body></html>")
    return ("", []) if tree is None else _build_body(prune_page_furniture(tree).find("body"), title)


def _build_body(
    element: html.HtmlElement, title: str, url: str = ""
) -> tuple[str, list[StoryImage]]:
    centred = {re.sub(r"[\W_]+", "", words) for words in _iter_centred_texts(element)}
    images = _take_images(element)
    for link in element.iter("a"):
        href = link.attrib.pop("href", "").strip()
        with suppress(ValueError):  # no address at all
            address = "" if href.startswith("#") else urljoin(url, href)
            if href and re.match(r"https?://|tel:", address, re.IGNORECASE):
                link.set("href", address)
    if len("".join(element.itertext())) > 2 * MAX_TEXT:
        raise StoryRefused(f"正文太长，最多 {MAX_TEXT} 字。")
    markup = html.tostring(element, encoding="unicode", with_tail=False)
    try:
        body = clean_article_html(strip_control_characters(markup))
    except MarkupRefused as refused:
        raise StoryRefused(str(refused)) from None
    return find_story_lines(body, title, centred), images


def _take_images(element: html.HtmlElement) -> list[StoryImage]:
    """Replace each image by a figure with a placeholder; return the images by number."""
    images: list[StoryImage] = []
    for img in list(element.iter("img")):
        src = next(
            (img.get(name).strip() for name in _IMAGE_SOURCES if (img.get(name) or "").strip()), ""
        )
        if not src or src.lower().startswith("data:") or _is_icon(img) or len(images) >= MAX_IMAGES:
            img.tag = "span"
            continue
        alt = " ".join(strip_control_characters(img.get("alt") or "").split())[:120]
        # WeChat writes these words, which say nothing.
        alt = "" if alt in ("图片", "图像", "image", "img") else alt
        _replace_by_figure(img, len(images), alt)
        images.append(StoryImage(src, alt))
    return images


def _replace_by_figure(img: html.HtmlElement, number: int, alt: str) -> None:
    fresh = etree.Element("img", src=build_picture_placeholder(number), alt=alt)
    if next(img.iterancestors("figure"), None) is None:
        figure = etree.Element("figure")
        figure.append(fresh)
        fresh = figure
    fresh.tail, img.tail = img.tail, None
    img.getparent().replace(img, fresh)


def _is_icon(img: html.HtmlElement) -> bool:
    """Whether it is an icon, a line or a counter, by its size."""
    sides = [re.match(r"\d+", img.get(name) or "") for name in ("width", "height")]
    return any(side and int(side[0]) < 50 for side in sides)


def _iter_centred_texts(element: html.HtmlElement) -> Iterator[str]:
    """Yield texts that are centred or have a class for captions: under a picture they describe it."""
    for part in element.iter("p", "div", "span", "section", "center"):
        is_centred = part.tag == "center" or part.get("align") == "center"
        is_centred = is_centred or _CENTRED.search(part.get("style") or "")
        if is_centred or _CAPTION_CLASS.search(part.get("class") or ""):
            yield "".join(part.itertext())
