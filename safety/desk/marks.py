"""A text as HTML with numbered marks where signals point, and one reason a number."""

from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


@dataclass
class Reason:
    number: int
    words: str
    weight: int
    places: set[str] = field(default_factory=set)


class Marks:
    """The signals of an assessment by the field they point into; equal reasons share a number."""

    def __init__(self, signals):
        self._reasons: dict[tuple, Reason] = {}
        self._spans: dict[str, list[tuple[int, int, int]]] = {}
        for signal in signals:
            reason = self._reason(signal)
            name = signal.get("field", "")
            reason.places.add(name)
            start, end = signal.get("start") or 0, signal.get("end") or 0
            if end > start >= 0:
                self._spans.setdefault(name, []).append((start, end, reason.number))

    @property
    def reasons(self):
        return list(self._reasons.values())

    def html(self, name: str, text: str) -> SafeString:
        """Overlapping marks are cut into pieces that carry several numbers."""
        spans = [
            (start, min(end, len(text)), number)
            for start, end, number in self._spans.get(name, ())
            if start < len(text)
        ]
        cuts = sorted({0, len(text), *(at for start, end, _ in spans for at in (start, end))})
        ends = {end for _, end, _ in spans}
        pieces = []
        for begin, stop in pairwise(cuts):
            numbers = sorted({n for start, end, n in spans if start <= begin and stop <= end})
            piece = escape(text[begin:stop])
            if numbers:
                shown = [n for _, end, n in spans if end == stop] if stop in ends else []
                piece = _marked(text[begin:stop], sorted(set(shown)))
            pieces.append(piece)
        return mark_safe("".join(pieces))  # noqa: S308 (every piece is escaped)

    def _reason(self, signal):
        key = signal.get("code", ""), signal.get("reason", "")
        if key not in self._reasons:
            number = len(self._reasons) + 1
            self._reasons[key] = Reason(number, key[1] or key[0], signal.get("weight") or 0)
        return self._reasons[key]


def _marked(piece, numbers):
    """The number stands where a mark ends, and leads to its reason."""
    links = format_html_join("", '<a href="#reason-{}">{}</a>', ((n, n) for n in numbers))
    return format_html(
        "<mark>{}</mark>{}", piece, format_html("<sup>{}</sup>", links) if numbers else ""
    )
