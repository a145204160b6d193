"""Findings of a checked text as people read them: few, sorted, each with a number."""

import re
from dataclasses import dataclass

from safety.checker.marked_text import quote_span
from screening.assessment import Assessment, Signal
from screening.fraud_types import RiskLevel
from textkit.marked_text import MarkSpan

# What says less is a hint of many: it has its share in the score, and alone it would only confuse.
LEAST, LEAST_OF_LOW, OF_ANOTHER_KIND = 12, 20, 50
MOST = 8
# Two of these make an offer of work; a chat with one of them is none.
_OFFER = re.compile(
    r"招聘|招人|招工|诚聘|急招|急聘|招募|兼职|岗位|职位|薪|工资|日结|时薪|要求|上班|待遇"
)
FRAUD, CONTACT, OTHER, RULES = "fraud", "contact", "other", "rules"
_SAID = {
    FRAUD: ("哪里可疑", ""),
    CONTACT: ("联系方式", "写了联系方式不等于有问题；叫你离开平台去加人的，就要多留心。"),
    OTHER: ("另外", ""),
    RULES: ("招聘要求不合规", "这不说明是骗局，只是招人不该这样写。"),
}
_MILD = "要留意的地方"


@dataclass(frozen=True, repr=False)
class FindingReason:
    number: int
    quote: str
    words: str


@dataclass(frozen=True, repr=False)
class FindingGroup:
    """Findings of one sort; `tone` is how their marks look."""

    tone: str
    heading: str
    note: str
    reasons: tuple[FindingReason, ...]


def group_findings(text: str, found: Assessment) -> tuple[tuple[FindingGroup, ...], list[MarkSpan]]:
    """Numbers run through the groups, in each in the order of the text; the same words of a finding
    that comes again have one number."""
    groups, spans, number = [], [], 0
    for tone, signals in _sorted_out(text, found).items():
        reasons: dict[str, FindingReason] = {}
        for signal in signals:
            if signal.reason not in reasons:
                number += 1
                words = quote_span(text, signal.start, signal.end)
                reasons[signal.reason] = FindingReason(number, words, signal.reason)
            spans.append(MarkSpan(signal.start, signal.end, reasons[signal.reason].number, tone))
        if reasons:
            heading, note = _SAID[tone]
            if tone == FRAUD and found.level == RiskLevel.LOW:
                heading = _MILD
            groups.append(FindingGroup(tone, heading, note, tuple(reasons.values())))
    return tuple(groups), spans


def _sorted_out(text, found):
    is_offer = len(set(_OFFER.findall(text))) > 1
    sorts: dict[str, list[Signal]] = {tone: [] for tone in _SAID}
    for signal in found.signals:
        tone = _tone(signal)
        if signal.reason and (tone != RULES or is_offer):
            sorts[tone].append(signal)
    sorts[FRAUD] = _telling(sorts[FRAUD], found)
    return sorts


def _tone(signal):
    family = signal.code.partition(".")[0]
    if family == "contact_evasion":
        return CONTACT
    if family == "discrimination":
        return RULES
    if signal.fraud_type:
        return FRAUD
    # That a text stands elsewhere, too, is a fact and no verdict.
    return FRAUD if signal.weight and family != "distribution" else OTHER


def _telling(signals, found):
    """The heaviest, in the order of the text: of the kind the text is taken for or of none, of
    another only what says so by itself; and nothing within a heavier finding of the same kind."""
    least = LEAST_OF_LOW if found.level == RiskLevel.LOW else LEAST
    kept: list[Signal] = []
    reasons: set[str] = set()
    for signal in sorted(signals, key=lambda signal: -signal.weight):
        is_own = signal.fraud_type in ("", found.fraud_type)
        if signal.weight < (least if is_own else OF_ANOTHER_KIND):
            continue
        if any(_covers(heavier, signal) for heavier in kept):
            continue
        if signal.reason in reasons or len(reasons) < MOST:
            reasons.add(signal.reason)
            kept.append(signal)
    return sorted(kept, key=_place)


def _place(signal):
    """What is about the whole text comes last."""
    return not signal.end, signal.start, signal.end, signal.code


def _covers(heavier, signal):
    return (
        heavier.fraud_type == signal.fraud_type
        and heavier.reason != signal.reason
        and heavier.start <= signal.start < signal.end <= heavier.end
    )
