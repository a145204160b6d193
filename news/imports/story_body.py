"""Tidies the text of a story: no captions without a picture, and no lines near its ends that are only credits."""

import re

from news.article_html.article_body import extract_html_text
from news.readers.bylines import is_credit_line

_CAPTION_ALONE = re.compile(r"<figure><figcaption>.*</figcaption></figure>")


LINES_NEAR_END = 3  # lines from either end


def tidy_story_body(body: str) -> str:
    """Return the body without such captions and lines; the whole body if nothing else is left. It is cleaned HTML, one
    block a line."""
    lines = [line for line in body.split("\n") if not _CAPTION_ALONE.fullmatch(line)]
    edge_numbers = {*range(LINES_NEAR_END), *range(len(lines) - LINES_NEAR_END, len(lines))}
    kept_lines = [
        line
        for number, line in enumerate(lines)
        if number not in edge_numbers or not is_credit_line(extract_html_text(line))
    ]
    return "\n".join(kept_lines) or body
