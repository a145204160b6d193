"""The first lines of a text with the marks of what was found in it, for a row of a queue."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from safety.case_queues.finding_names import get_mark_tone
from textkit.marked_text import number_reasons, render_marks

EXCERPT_LENGTH = 290  # characters: five lines of the selected row
TWO_LINES = 100  # characters that any other row shows
LENGTH_BEFORE_MARK = 25  # shown before the first mark, if that lies behind the beginning


def render_excerpt(texts: Mapping[str, str], signals: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return an excerpt of the first of these texts that has a finding, else of the first text. It begins at the
    beginning of the text, or shortly before the first mark if two lines would not reach it. `texts` are by the name of
    the field; the marks have the numbers of `list_named_findings`."""
    _, spans = number_reasons(signals, get_mark_tone)
    written = [name for name, words in texts.items() if words]
    name = next((name for name in written if name in spans), next(iter(written), None))
    if name is None:
        return SafeString()
    text, marks = texts[name], spans.get(name, [])
    first = min(marks, default=None)
    start = 0
    if first and first.end > TWO_LINES:
        start = max(0, first.start - LENGTH_BEFORE_MARK)
    end = start + EXCERPT_LENGTH
    passage = render_marks(text, marks, overlap="merge", start=start, end=end, links=False)
    return format_html("{}{}{}", "…" if start else "", passage, "…" if end < len(text) else "")
