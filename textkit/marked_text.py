"""A text as HTML with numbered marks at its findings; each number is a link to its reason."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from textkit.invisible_characters import (
    ANNOTATION_MARKS,
    FORMAT_OPERATORS,
    INVISIBLE_CHARACTERS,
    LANGUAGE_MARKS,
    LINE_SEPARATORS,
    NON_JOINER,
    SOFT_HYPHEN,
    TAG_CHARACTERS,
    compile_character_pattern,
    list_characters,
)

# Characters that change the direction of a line, or are invisible; not the joiners and selectors
# in emoji, nor the marks that languages need.
_HIDDEN = compile_character_pattern(
    INVISIBLE_CHARACTERS | SOFT_HYPHEN | NON_JOINER | LINE_SEPARATORS | LANGUAGE_MARKS
    | FORMAT_OPERATORS | ANNOTATION_MARKS | TAG_CHARACTERS
    | list_characters((0, 8), (0x0B, 0x1F), (0x7F, 0x9F))
)  # fmt: skip
_SHOWN_AS = "▯"  # replaces one character by one, so that spans still fit


DANGER = "danger"  # the tone of what speaks of fraud or of forbidden work


class MarkSpan(NamedTuple):
    start: int
    end: int
    number: int  # 0: a mark without a number
    tone: str = ""  # the CSS class of its mark


@dataclass(frozen=True)
class NumberedReason:
    number: int
    words: str
    code: str = ""


class _Mark(NamedTuple):
    start: int
    end: int
    tone: str
    numbers: list[int]


def number_reasons(
    signals: Iterable[Mapping[str, Any]],
    get_tone: Callable[[str], str] = lambda _code: "",
) -> tuple[list[NumberedReason], dict[str, list[MarkSpan]]]:
    """Return the reasons of stored signals, and their spans by the name of the field. Signals with
    equal code and reason share a number; one without a position has a reason and no span. `get_tone` gives
    the tone of a span by the code."""
    reasons: dict[tuple[str, str], NumberedReason] = {}
    spans: dict[str, list[MarkSpan]] = {}
    for signal in signals:
        key = signal.get("code", ""), signal.get("reason", "")
        reason = reasons.setdefault(key, NumberedReason(len(reasons) + 1, key[1] or key[0], key[0]))
        start, end = signal.get("start") or 0, signal.get("end") or 0
        if end > start >= 0:
            spans.setdefault(signal.get("field", ""), []).append(
                MarkSpan(start, end, reason.number, get_tone(key[0]))
            )
    return list(reasons.values()), spans


def render_marks(  # noqa: PLR0913 - all but the text say how it is shown
    text: str,
    spans: Iterable[MarkSpan],
    *,
    overlap: Literal["split", "merge"],
    show_hidden: bool = False,
    start: int = 0,
    end: int | None = None,
    links: bool = True,
) -> SafeString:
    """Return the text from `start` to `end` as HTML with its marks. Spans that overlap are split
    into several marks, or merged into one with all their numbers; the tone of a mark is `DANGER` if a
    span has it, else that of its span with the lowest number. Without `links` the numbers are no links."""
    end = len(text) if end is None else min(end, len(text))
    inside = _cut_spans(spans, start, end)
    shown = show_hidden_characters(text) if show_hidden else text
    pieces, at = [], start
    split = overlap == "split"
    for mark in _split_overlaps(_join_near(text, inside)) if split else _merge_overlaps(inside):
        pieces += [escape(shown[at : mark.start]), _render_mark(shown, mark, links)]
        at = mark.end
    pieces.append(escape(shown[at:end]))
    return mark_safe("".join(pieces))  # noqa: S308 (every piece is escaped)


def count_marked_places(
    text: str, spans: Iterable[MarkSpan], parts: Iterable[tuple[int, int]]
) -> Counter[int]:
    """Return, for each number, at how many places `render_marks` shows it with overlap="split", if each of the parts of
    the text is rendered by itself."""
    spans = list(spans)
    return Counter(
        span.number
        for start, end in parts
        for span in _join_near(text, _cut_spans(spans, start, end))
    )


def _cut_spans(spans: Iterable[MarkSpan], start: int, end: int) -> list[MarkSpan]:
    """Return the parts of the spans from `start` to `end`, in order."""
    cut = (s._replace(start=max(s.start, start), end=min(s.end, end)) for s in spans)
    return sorted(span for span in cut if span.start < span.end)


def show_hidden_characters(text: str) -> str:
    return _HIDDEN.sub(_SHOWN_AS, text)


def has_hidden_characters(text: str) -> bool:
    return _HIDDEN.search(text) is not None


def _join_near(text: str, spans: list[MarkSpan]) -> list[MarkSpan]:
    """Return the spans. Spans of one number that overlap, or have only a space between them, are joined, because the
    same number would only be repeated."""
    joined: list[MarkSpan] = []
    last: dict[int, int] = {}  # by number, where in `joined`
    for span in spans:
        at = last.get(span.number)
        if at is not None and not text[joined[at].end : span.start].strip():
            joined[at] = joined[at]._replace(end=max(joined[at].end, span.end))
        else:
            last[span.number] = len(joined)
            joined.append(span)
    return joined


def _split_overlaps(spans: list[MarkSpan]) -> Iterator[_Mark]:
    """Yield a mark for every range that the same spans cover. A number is shown where its span begins; if a lower
    number covers that place, before the first range that lower numbers do not cover."""
    cuts = sorted({at for span in spans for at in (span.start, span.end)})
    marks: dict[int, _Mark] = {}
    lowest: dict[int, int] = {}
    for start, end in pairwise(cuts):
        covering = [span for span in spans if span.start <= start and end <= span.end]
        if covering:
            marks[start] = _Mark(start, end, _get_tone(covering), [])
            lowest[start] = min(span.number for span in covering)
    for span in sorted(spans, key=lambda span: span.number):
        left = (at for at in marks if span.start <= at < span.end and lowest[at] == span.number)
        at = next(left, span.start) if marks[span.start].numbers else span.start
        if span.number not in marks[at].numbers:
            marks[at].numbers.append(span.number)
    yield from marks.values()


def _merge_overlaps(spans: list[MarkSpan]) -> Iterator[_Mark]:
    merged: list[list[MarkSpan]] = []
    reach = 0
    for span in spans:
        if merged and span.start < reach:
            merged[-1].append(span)
        else:
            merged.append([span])
        reach = max(reach, span.end)
    for group in merged:
        numbers = sorted({span.number for span in group} - {0})
        yield _Mark(group[0].start, max(s.end for s in group), _get_tone(group), numbers)


def _get_tone(spans: list[MarkSpan]) -> str:
    return min(spans, key=lambda span: (span.tone != DANGER, span.number)).tone


def _render_mark(text: str, mark: _Mark, has_links: bool) -> SafeString:
    """Return the mark with its numbers before the words, on one line with the first word."""
    words = text[mark.start : mark.end]
    number = '<a href="#reason-{0}">{0}</a>' if has_links else "<b>{0}</b>"
    links = format_html_join("", number, ((n,) for n in mark.numbers))
    return format_html(
        "<mark{}>{}{}</mark>",
        format_html(' class="{}"', mark.tone) if mark.tone else "",
        format_html('<span class="nb"><sup>{}</sup>{}</span>', links, words[0]) if links else "",
        words[1:] if links else words,
    )
