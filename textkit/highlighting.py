"""Highlight found words in a text, and cut a snippet of the text around them."""

import re
from collections.abc import Iterable

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe


def build_match_pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern of any of the words, the longest first; None without words."""
    longest_first = sorted({word for word in words if word}, key=len, reverse=True)
    if not longest_first:
        return None
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)


def highlight_matches(text: str, pattern: re.Pattern[str] | None) -> SafeString:
    """Return the text as HTML, found words in <mark>."""
    if pattern is None:
        return escape(text)
    pieces, at = [], 0
    for match in pattern.finditer(text):
        pieces += [escape(text[at : match.start()]), format_html("<mark>{}</mark>", match[0])]
        at = match.end()
    return mark_safe("".join([*pieces, escape(text[at:])]))  # noqa: S308 (every piece is escaped)


def cut_highlighted_snippet(
    text: str, pattern: re.Pattern[str] | None, width: int = 60
) -> SafeString:
    """Return `width` characters around the first match, marked; empty without a match."""
    match = pattern.search(text) if pattern else None
    if match is None:
        return SafeString("")
    start = max(0, match.start() - width // 3)
    piece = text[start : start + width]
    return format_html(
        "{}{}{}",
        "…" if start else "",
        highlight_matches(" ".join(piece.split()), pattern),
        "…" if start + width < len(text) else "",
    )
