"""Marking found words in text, and cutting a piece of text around them."""

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe


def build_match_pattern(words):
    """A pattern that finds any of the words, the longest first; None without words."""
    longest_first = sorted({word for word in words if word}, key=len, reverse=True)
    if not longest_first:
        return None
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)


def highlight_matches(text: str, pattern) -> SafeString:
    """The text as HTML, found words in <mark>."""
    if pattern is None:
        return escape(text)
    out, at = [], 0
    for hit in pattern.finditer(text):
        out += [escape(text[at : hit.start()]), format_html("<mark>{}</mark>", hit[0])]
        at = hit.end()
    return mark_safe("".join([*out, escape(text[at:])]))  # noqa: S308 (every piece is escaped)


def cut_highlighted_snippet(text: str, pattern, width: int = 60) -> SafeString:
    """About `width` characters around the first find, marked; empty when nothing is found."""
    hit = pattern.search(text) if pattern else None
    if hit is None:
        return SafeString("")
    start = max(0, hit.start() - width // 3)
    piece = text[start : start + width]
    return format_html(
        "{}{}{}",
        "…" if start else "",
        highlight_matches(" ".join(piece.split()), pattern),
        "…" if start + width < len(text) else "",
    )
