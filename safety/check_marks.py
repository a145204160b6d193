"""A checked text as HTML: numbered marks where findings point, nothing in it that hides or acts."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# What changes the direction of a line, or is not seen at all. Joiners and selectors within emoji
# stay, and so do the marks that languages need.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
SEEN = "▯"  # one character for one, so that spans still fit
LONGEST_QUOTE = 24


class Span(NamedTuple):
    start: int
    end: int
    number: int
    tone: str


def seen(text: str) -> str:
    return _HIDDEN.sub(SEEN, text)


def holds_hidden(text: str) -> bool:
    return _HIDDEN.search(text) is not None


def quote(text: str, start: int, end: int) -> str:
    """The words of a finding on one line, their middle left out where they are many."""
    words = " ".join(seen(text[start:end]).split())
    if len(words) <= LONGEST_QUOTE:
        return words
    half = LONGEST_QUOTE // 2
    return f"{words[:half]}…{words[-half:]}"


def html(text: str, spans: Iterable[Span], start=0, end=None) -> SafeString:
    """The piece of the text with its marks. Spans that overlap are one mark with all their numbers;
    it looks as the gravest of them: that with the lowest number."""
    end = len(text) if end is None else end
    pieces, at = [], start
    for first, last, inside in _merged(spans, start, end):
        pieces += [escape(seen(text[at:first])), _mark(text[first:last], inside)]
        at = last
    pieces.append(escape(seen(text[at:end])))
    return mark_safe("".join(pieces))  # noqa: S308 (every piece is escaped)


def _merged(spans, start, end):
    merged: list[tuple[int, int, list[Span]]] = []
    cut = (s._replace(start=max(s.start, start), end=min(s.end, end)) for s in spans)
    for span in sorted(span for span in cut if span.start < span.end):
        if merged and span.start < merged[-1][1]:
            first, last, others = merged[-1]
            merged[-1] = first, max(last, span.end), [*others, span]
        else:
            merged.append((span.start, span.end, [span]))
    return merged


def _mark(words, spans):
    """The numbers stand where the mark ends, and lead to their reasons."""
    tones = {span.number: span.tone for span in spans}
    links = format_html_join("", '<a href="#reason-{0}">{0}</a>', ((n,) for n in sorted(tones)))
    tone = tones[min(tones)]
    return format_html('<mark class="{}">{}</mark><sup>{}</sup>', tone, seen(words), links)
