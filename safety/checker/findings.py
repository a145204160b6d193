"""The findings of a checked text for its readers: in groups, named and numbered, the heaviest first."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from safety.checker.fraud_stories import STORY_SIGNAL
from screening.assessment import Assessment, Signal
from screening.explanation import DOUBT
from screening.forbidden_work import get_forbidden_kind, load_forbidden_work
from screening.fraud_types import RiskLevel
from screening.fraud_types.advice import get_advice
from textkit.marked_text import MarkSpan, count_marked_places, show_hidden_characters

# A finding is shown from these weights on: usually, in a text of low risk, and if its fraud type is not that of
# the text. Lighter findings count in the score, but would only confuse a reader.
MIN_WEIGHT, MIN_WEIGHT_IF_LOW, MIN_WEIGHT_OF_OTHER_TYPE = 12, 20, 50
STRONG_WEIGHT = 35  # a lighter finding says little alone
MAX_FRAUD_REASONS = 8
LONGEST_QUOTE = 24
FRAUD, FORBIDDEN, CONTACT, OTHER, RULES = "fraud", "forbidden", "contact", "other", "rules"
WEAK_MARK = "weak"  # CSS class of marks, beside that of their tone
_HEADINGS = {
    FRAUD: ("哪里可疑", ""),
    FORBIDDEN: ("这样的活不许招", "不说明是骗局，但做了的人也可能要担责任。"),
    CONTACT: ("联系方式", "写了联系方式不等于有问题；叫你离开平台去加人的，就要多留心。"),
    OTHER: ("另外", ""),
    RULES: ("招聘要求不合规", "这不说明是骗局，只是招人不该这样写。"),
}
_HEADING_IF_LOW = "要留意的地方"
_TONES = {
    "contact_evasion": CONTACT,
    "discrimination": RULES,
    "forbidden": FORBIDDEN,
    "model": FRAUD,
    "told": FRAUD,
}
_NAMES = {
    "contact_evasion": "把你带到别处",
    "discrimination": "招人不该这样挑",
    "known_contacts": "联系方式在骗局里出现过",
    "distribution": "别处也有一样的文字",
    # They know words, not whether money is asked for.
    "model": get_advice("").finding,
    STORY_SIGNAL: "和被骗的经过很像",
    "pay": "报酬高得不合常理",
}


@dataclass(frozen=True, repr=False)
class FindingReason:
    """`quote` is the heaviest of the marked places, `more_places` how many others have the same number."""

    number: int
    name: str
    quote: str
    words: str
    is_strong: bool
    more_places: int = 0


@dataclass(frozen=True, repr=False)
class FindingGroup:
    """Findings of one kind; `tone` is the style of their marks."""

    tone: str
    heading: str
    note: str
    reasons: tuple[FindingReason, ...]


def group_findings(
    text: str, assessment: Assessment, parts: Sequence[tuple[int, int]] = ()
) -> tuple[tuple[FindingGroup, ...], list[MarkSpan]]:
    """Return the groups and the spans to mark. The numbers of reasons run through all groups, in each group the
    heaviest first; a repeated reason keeps its number. If the page shows pieces of the text one by one, `parts` says
    where they start and end."""
    groups: list[FindingGroup] = []
    spans: list[MarkSpan] = []
    number = 0
    for tone, signals in _sort_signals(assessment).items():
        by_words: dict[str, list[Signal]] = {}
        for signal in signals:
            by_words.setdefault(signal.reason, []).append(signal)
        reasons: list[FindingReason] = []
        for group_signals in by_words.values():
            number += 1
            reason = _make_reason(number, tone, text, group_signals)
            style = tone if reason.is_strong else f"{tone} {WEAK_MARK}"
            marks = [MarkSpan(signal.start, signal.end, number, style) for signal in group_signals]
            places = count_marked_places(text, marks, parts or [(0, len(text))])[number]
            reasons.append(replace(reason, more_places=max(0, places - 1)))
            spans += marks
        if reasons:
            heading, note = _HEADINGS[tone]
            if tone == FRAUD and assessment.level == RiskLevel.LOW:
                heading = _HEADING_IF_LOW
            groups.append(FindingGroup(tone, heading, note, tuple(reasons)))
    return tuple(groups), spans


def _make_reason(number: int, tone: str, text: str, signals: Sequence[Signal]) -> FindingReason:
    """Return the reason that these signals share, with the words of the heaviest one."""
    heaviest = max(signals, key=lambda signal: (signal.end > signal.start, signal.weight))
    return FindingReason(
        number=number,
        name=_name_finding(heaviest),
        quote=quote_span(text, heaviest.start, heaviest.end),
        words=heaviest.reason,
        is_strong=tone == FORBIDDEN
        or (tone == FRAUD and max(signal.weight for signal in signals) >= STRONG_WEIGHT),
    )


def _name_finding(signal: Signal) -> str:
    """Return a few words that say what was found."""
    if kind := get_forbidden_kind(signal.code):
        return load_forbidden_work()[kind].label
    name = _NAMES.get(signal.code) or _NAMES.get(signal.code.partition(".")[0])
    return name or get_advice(signal.fraud_type).finding


def quote_span(text: str, start: int, end: int) -> str:
    """Return the marked words on one line; the middle of a long quote is left out."""
    words = " ".join(show_hidden_characters(text[start:end]).split())
    if len(words) <= LONGEST_QUOTE:
        return words
    half = LONGEST_QUOTE // 2
    return f"{words[:half]}…{words[-half:]}"


def _sort_signals(assessment: Assessment) -> dict[str, list[Signal]]:
    """Return by tone the signals to show."""
    signals_by_tone: dict[str, list[Signal]] = {tone: [] for tone in _HEADINGS}
    for signal in assessment.signals:
        tone = _get_tone(signal)
        if signal.reason and signal.code != DOUBT:
            signals_by_tone[tone].append(signal)
    signals_by_tone[FRAUD] = _select_important(signals_by_tone[FRAUD], assessment)
    return signals_by_tone


def _get_tone(signal: Signal) -> str:
    family = signal.code.partition(".")[0]
    if family in _TONES:
        return _TONES[family]
    if signal.fraud_type:
        return FRAUD
    # That the same text was published elsewhere is a fact, not a suspicion.
    return FRAUD if signal.weight and family != "distribution" else OTHER


def _select_important(signals: list[Signal], assessment: Assessment) -> list[Signal]:
    """Return the signals to show, the heaviest first. A signal of another fraud type than the text's must be very
    heavy, and a signal within a heavier one of the same type is left out."""
    least = MIN_WEIGHT_IF_LOW if assessment.level == RiskLevel.LOW else MIN_WEIGHT
    selected: list[Signal] = []
    # Of the selected signals, by fraud type and reason.
    places: dict[tuple[str, str], _WidestSpans] = {}
    reasons: set[str] = set()
    # Of equal weight, signals about the whole text come last.
    for signal in sorted(signals, key=lambda s: (-s.weight, not s.end, s.start, s.code)):
        is_own = signal.fraud_type in ("", assessment.fraud_type)
        if signal.weight < (least if is_own else MIN_WEIGHT_OF_OTHER_TYPE):
            continue
        if _is_within_heavier(signal, places):
            continue
        if signal.reason in reasons or len(reasons) < MAX_FRAUD_REASONS:
            reasons.add(signal.reason)
            selected.append(signal)
            spans = places.setdefault((signal.fraud_type, signal.reason), _WidestSpans())
            spans.add(signal.start, signal.end)
    return selected


def _is_within_heavier(signal: Signal, places: Mapping[tuple[str, str], "_WidestSpans"]) -> bool:
    return signal.start < signal.end and any(
        spans.hold(signal.start, signal.end)
        for (fraud_type, reason), spans in places.items()
        if fraud_type == signal.fraud_type and reason != signal.reason
    )


class _WidestSpans:
    """Spans of which none lies within another, so that both their starts and their ends ascend. So a lookup is quick
    even if a text repeats one word thousands of times."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def hold(self, start: int, end: int) -> bool:
        """Whether one of them holds this span."""
        place = bisect_right(self._starts, start)
        return place > 0 and self._ends[place - 1] >= end

    def add(self, start: int, end: int) -> None:
        if self.hold(start, end):
            return
        first = bisect_left(self._starts, start)
        last = bisect_right(self._ends, end, first)
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]
