"""What a story's text keeps: no caption without its picture, no line near its ends that only credits."""

import re

from news.article_html.article_body import extract_html_text
from news.readers.bylines import is_credit_line

_CAPTION_ALONE = re.compile(r"<figure><figcaption>.*</figcaption></figure>")


LINES_NEAR_END = 3  # lines from either end


def tidy_story_body(body: str) -> str:
    """Return the cleaned body, one block a line, without these; all of it if nothing else is left."""
    lines = [line for line in body.split("\n") if not _CAPTION_ALONE.fullmatch(line)]
    near = {*range(LINES_NEAR_END), *range(len(lines) - LINES_NEAR_END, len(lines))}
    kept = [
        line
        for number, line in enumerate(lines)
        if number not in near or not is_credit_line(extract_html_text(line))
    ]
    return "\n".join(kept) or body
