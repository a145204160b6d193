"""Judge what a person wrote and others read: it is published, waits for a moderator, or is refused; and why.

The gate of listings (`listings.publication.gate`) uses the same parts, and adds what only a listing has.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Self

from accounts.public_text.divided_phones import (
    PhonePiece,
    find_divided_phone,
    find_phone_beside,
    find_unread_phone,
)
from accounts.public_text.drawn_signs import find_drawn_lines
from screening import forbidden_work
from screening.assessment import Assessment, Signal
from screening.context import Context
from screening.engine import NAME, SHORTEST_PARAGRAPH
from screening.explanation import DOUBT
from screening.facts import blocked_items, discrimination
from screening.fraud_types import RiskLevel, get_fraud_type, get_stop_message
from screening.reading.folded_text import FoldedText
from screening.rules import fraud_rules
from screening.screen import screen_text
from textkit.invisible_characters import DIRECTION_MARKS

PUBLISH, QUEUE, REFUSE = "publish", "queue", "refuse"
LONGEST_QUOTE = 40  # characters of a doubted passage that are quoted in the reason
MAX_PLACES_OF_REASON = 5  # more of them are named when these are corrected
OF_MODEL = ("model.", ".model")  # codes of its signals: it knows offers of work, not names


@dataclass(frozen=True)
class PublicationReason:
    """A sentence for author and moderator, and how the author can avoid it.

    `field` is where it stands, and `quote` the very words, if it is about words. `is_stop`: it alone
    refuses the text.
    """

    code: str
    words: str
    cure: str = ""
    field: str = ""
    quote: str = ""
    is_stop: bool = False


@dataclass(frozen=True)
class TextVerdict:
    """`signals` are dicts: code, field, start, end (in the field as written), weight, reason."""

    outcome: str
    reasons: tuple[PublicationReason, ...]
    signals: tuple[dict, ...]
    score: int
    level: str
    fraud_type: str

    @property
    def words(self) -> str:
        return "".join(f"{reason.words}{reason.cure}" for reason in self.reasons)

    def add_reason(self, reason: PublicationReason) -> Self:
        """Return the verdict with one more reason, for a moderator to decide."""
        return replace(self, outcome=QUEUE, reasons=(*self.reasons, reason))

    def build_assessment_fields(self) -> dict[str, Any]:
        """Return the fields of the row that keeps the judgement."""
        return {"engine": NAME, **asdict(self)}


@dataclass(frozen=True)
class JudgementRules:
    """The differences between the kinds of text. `contact_cure` is the advice to an author who wrote a contact.

    Texts without `is_offer` (ratings, replies, messages) report what happened, and a warning about a fee quotes it.
    Therefore nothing is refused at once, a medium risk counts as none, and the model is ignored in a text of one
    clause, because it was trained on offers. `is_private`: only one person reads the text, who may be given a
    contact. `ignored_signals` are beginnings or ends of signal codes that are left out.
    """

    contact_cure: str
    is_offer: bool = True
    is_private: bool = False
    ignored_signals: tuple[str, ...] = ()


class ScreenedFields:
    """The written fields joined to one text for screening; maps spans back to their field."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.fields: dict[str, str] = {name: words for name, words in texts.items() if words}
        self.whole = "\n".join(self.fields.values())

    @cached_property
    def folded(self) -> FoldedText:
        return FoldedText(self.whole)

    def quote_signal(self, signal: Signal) -> str:
        return quote_words(self.whole[signal.start : signal.end])

    def find_field(self, place: int) -> str:
        """Return the name of the field in which a place of the whole stands."""
        field = self.describe_signal(Signal("", 0, place, place + 1, ""))["field"]
        return str(field)

    def describe_signal(self, signal: Signal) -> dict:
        """Return the signal as a dict, with its field and its span in this field.

        A signal of a figure or a count stands in no text: its field is "".
        """
        begins = 0
        for name, words in self.fields.items():
            ends = begins + len(words)
            if begins <= signal.start < ends and signal.end > signal.start:
                span = {"start": signal.start - begins, "end": min(signal.end, ends) - begins}
                return signal._asdict() | span | {"field": name}
            begins = ends + 1
        return signal._asdict() | {"start": 0, "end": 0, "field": ""}


def judge_public_text(
    values: Mapping[str, str],
    rules: JudgementRules,
    list_companions: Callable[[], Iterable[str]] = tuple,
) -> TextVerdict:
    """Judge the texts of `values`, by the names of their fields, as one text.

    `list_companions` returns what the same author has public elsewhere; it is called only where that matters.
    """
    text = ScreenedFields(values)
    is_clause = not rules.is_offer and len(text.whole) < SHORTEST_PARAGRAPH
    ignored = OF_MODEL if is_clause else rules.ignored_signals
    if not rules.is_offer:
        ignored = (*ignored, DOUBT)
    assessment = _ignore_signals(screen_text(text.folded, Context()), ignored)
    reasons = list_refusals(text, assessment)
    if reasons and rules.is_offer:
        outcome = REFUSE
    else:
        reasons += _list_doubts(text, assessment, rules, list_companions, bool(reasons))
        outcome = QUEUE if reasons else PUBLISH
    return TextVerdict(
        outcome=outcome,
        reasons=tuple(reasons),
        signals=tuple(map(text.describe_signal, assessment.signals)),
        score=assessment.score,
        level=assessment.level,
        fraud_type=assessment.fraud_type,
    )


def _ignore_signals(assessment: Assessment, ignored: tuple[str, ...]) -> Assessment:
    """Leave out these signals, the forbidden work that they alone speak of, and doubts of the model."""
    if not ignored:
        return assessment
    signals = tuple(
        signal
        for signal in assessment.signals
        if not (signal.code.startswith(ignored) or signal.code.endswith(ignored))
    )
    kinds = {forbidden_work.get_forbidden_kind(signal.code) for signal in signals}
    forbidden = assessment.forbidden if assessment.forbidden in kinds else ""
    return replace(assessment, signals=signals, forbidden=forbidden, is_doubtful=False)


def _list_doubts(
    text: ScreenedFields,
    assessment: Assessment,
    rules: JudgementRules,
    list_companions: Callable[[], Iterable[str]],
    is_stopped: bool,
) -> list[PublicationReason]:
    """Return why a moderator reads it; the risk of a text with a stop needs no further words."""
    is_high = assessment.level == RiskLevel.HIGH or assessment.forbidden
    stop_codes = fraud_rules.list_stop_codes()
    is_certain = any(signal.code in stop_codes for signal in assessment.signals)
    is_risky = rules.is_offer or is_high or is_certain
    risks = list(list_risks(text, assessment)) if is_risky and not is_stopped else []
    if rules.is_private:
        return risks + list_sign_reasons(text)
    reasons = risks + list_wording_reasons(text, assessment, rules.contact_cure)
    reasons += list_divided_phone_reasons(text, rules.contact_cure, list_companions)
    return reasons or (describe_uncertainty(text, assessment) if rules.is_offer else [])


def list_refusals(
    text: ScreenedFields, assessment: Assessment, *, has_author: bool = True
) -> list[PublicationReason]:
    """Return the reasons of the hard stops, one for each place that led to one. A text without an author
    cannot be changed and sent again, so that fewer stops are certain enough."""
    reasons = ReasonsByPlace(text)
    codes = assessment.required_changes if has_author else assessment.stops
    for signal in assessment.signals:
        if signal.code in codes:
            reason = _describe_stop(signal, text.quote_signal(signal))
            reasons.add_reason(replace(reason, is_stop=True), signal)
    return reasons.list_reasons()


class ReasonsByPlace:
    """Reasons with their places in a text, so that an author corrects all places in one round.

    Only the first reason of a code says the cure. Places that overlap, and the same words again in a field, count
    as one.
    """

    def __init__(self, text: ScreenedFields) -> None:
        self._text = text
        self._by_code: dict[str, list[tuple[PublicationReason, Signal]]] = {}

    def add_reason(self, reason: PublicationReason, signal: Signal) -> None:
        places = self._by_code.setdefault(reason.code, [])
        located = locate_reason(reason, self._text, signal)
        if len(places) < MAX_PLACES_OF_REASON and not any(
            (earlier.field, earlier.quote) == (located.field, located.quote)
            or (signal.start < earlier_signal.end and earlier_signal.start < signal.end)
            for earlier, earlier_signal in places
        ):
            places.append((replace(located, cure="") if places else located, signal))

    def list_reasons(self) -> list[PublicationReason]:
        """Return the reasons, those of one code together."""
        return [reason for places in self._by_code.values() for reason, _signal in places]


def locate_reason(
    reason: PublicationReason, text: ScreenedFields, signal: Signal
) -> PublicationReason:
    """Return the reason with the field and the words of the signal."""
    stated = text.describe_signal(signal)
    words = text.fields.get(stated["field"], "")[stated["start"] : stated["end"]]
    return replace(reason, field=stated["field"], quote=words)


def _describe_stop(signal: Signal, quote: str) -> PublicationReason:
    if signal.code.startswith(f"{blocked_items.FAMILY}."):
        return _describe_blocked(signal, quote)
    if kind := forbidden_work.get_forbidden_kind(signal.code):
        work = forbidden_work.load_forbidden_work()[kind]
        words = f"写的是{work.label}（“{quote}”），{work.law}不许招这样的活。"
        return PublicationReason(f"forbidden.{kind}", words, work.cure)
    message = get_stop_message(signal.fraud_type)
    return PublicationReason(message.code, f"{message.words}（“{quote}”）。", message.cure)


def _describe_blocked(signal: Signal, quote: str) -> PublicationReason:
    words = f"{signal.reason.removesuffix('。')}（“{quote}”）。" if quote else signal.reason
    cure = "请删掉或者换一个再提交；觉得不对，可以联系我们。"
    return PublicationReason(blocked_items.FAMILY, words, cure)


def list_risks(text: ScreenedFields, assessment: Assessment) -> Iterator[PublicationReason]:
    """Yield why the text is doubted, each at the words that weigh most: who wrote them can then say it otherwise."""
    if assessment.forbidden:
        work = forbidden_work.load_forbidden_work()[assessment.forbidden]
        reason = PublicationReason(f"forbidden.{work.code}", work.reason, work.cure)
        signals = [
            signal
            for signal in assessment.signals
            if forbidden_work.get_forbidden_kind(signal.code) == work.code
        ]
        yield _quote_risk(reason, text, signals)
    doubted = fraud_rules.list_doubted(assessment.signals)
    suspect = doubted or assessment.signals
    if suspect and (assessment.level != RiskLevel.LOW or doubted):
        heaviest = max(suspect, key=lambda signal: signal.weight)
        scheme = heaviest.fraud_type  # a model's doubt has none
        known_name = get_fraud_type(scheme).known_name if scheme else ""
        kind = f"“{known_name}”类" if known_name else ""
        words = f"这段话与{kind}骗局相似：{heaviest.reason}"
        cure = "不是这个意思的，请换个说法；审核员会看过再决定。"
        yield _quote_risk(PublicationReason("risk", words, cure), text, [heaviest])


def _quote_risk(
    reason: PublicationReason, text: ScreenedFields, signals: list[Signal]
) -> PublicationReason:
    """Return the reason with the field and the words of the heaviest signal; of a long passage the field alone."""
    if not signals:
        return reason
    located = locate_reason(reason, text, max(signals, key=lambda signal: signal.weight))
    quote = quote_words(located.quote)
    if not quote or len(quote) > LONGEST_QUOTE:
        return replace(located, quote="")
    return replace(located, words=f"{reason.words.removesuffix('。')}（“{quote}”）。")


def describe_uncertainty(text: ScreenedFields, assessment: Assessment) -> list[PublicationReason]:
    """Return the reason for an offer in which nothing is found, but nearly: to be given if no other is. It quotes
    the words that brought the doubt, and accuses nobody."""
    if not assessment.is_doubtful:
        return []
    signals = [signal for signal in assessment.signals if signal.code == DOUBT]
    cure = "不用改，等一等就好。写清楚钱是谁给、怎么给，会快些。"
    if signals:
        cure = "请写清楚这里说的是什么，钱是谁给、怎么给，会快些；不改也行，等一等就好。"
    reason = _quote_risk(PublicationReason("doubt", "有些话系统拿不准。", cure), text, signals)
    return [replace(reason, words=f"{reason.words.removesuffix('。')}，由审核员看过再发布。")]


def list_wording_reasons(
    text: ScreenedFields, assessment: Assessment, contact_cure: str
) -> list[PublicationReason]:
    """Return the reasons for contacts in the text, for discrimination and for what the operator blocked, one for each
    place; and for signs that show something else than was judged."""
    reasons = ReasonsByPlace(text)
    for signal in assessment.signals:
        if signal.code.startswith("discrimination."):
            cure = discrimination.get_cure(signal.code)
        elif signal.code.startswith("contact_evasion."):
            cure = contact_cure
        elif signal.code.startswith(f"{blocked_items.FAMILY}."):
            reasons.add_reason(_describe_blocked(signal, text.quote_signal(signal)), signal)
            continue
        else:
            continue
        words = f"{signal.reason.removesuffix('。')}（“{text.quote_signal(signal)}”）。"
        reasons.add_reason(PublicationReason(signal.code, words, cure), signal)
    return [*list_sign_reasons(text), *reasons.list_reasons()]


def list_divided_phone_reasons(
    text: ScreenedFields, contact_cure: str, list_companions: Callable[[], Iterable[str]]
) -> list[PublicationReason]:
    """Return a reason if a telephone number is called something else, or if pieces of one stand in several places of
    the text, or in the text and in another one of the same author."""
    if number := find_unread_phone(text.folded):
        words = f"“{number.words}”像是一个电话号码。"
        field = text.find_field(number.start)
        return [
            PublicationReason("contact_evasion.phone", words, contact_cure, field, number.words)
        ]
    pieces = find_divided_phone(text.folded) or find_phone_beside(text.folded, list_companions)
    return [describe_divided_phone(text, pieces, contact_cure)] if pieces else []


def describe_divided_phone(
    text: ScreenedFields, pieces: Sequence[PhonePiece], cure: str
) -> PublicationReason:
    first, *others = (f"“{piece.words}”" for piece in pieces)
    words = f"{first}和另一处的{'、'.join(others)}连起来是一个电话号码。"
    return PublicationReason("divided_phone", words, cure, text.find_field(pieces[0].start))


def list_sign_reasons(text: ScreenedFields) -> list[PublicationReason]:
    """Return the reasons for signs by which what is read is not what was judged: marks of direction, and lines that
    are drawn."""
    return [*_list_direction_reasons(text), *_list_drawn_reasons(text)]


def _list_direction_reasons(text: ScreenedFields) -> list[PublicationReason]:
    """Return a reason if the words have marks that change the direction of writing, by which a number written backwards
    is shown forwards. Forms remove them; older rows may still have some."""
    for name, words in text.fields.items():
        if not DIRECTION_MARKS.isdisjoint(words):
            stated = "文字里有看不见的符号，会让一段字倒过来显示。"
            cure = "请把那一段重新打一遍，不要从别处复制。"
            return [PublicationReason("direction_marks", stated, cure, name)]
    return []


def _list_drawn_reasons(text: ScreenedFields) -> list[PublicationReason]:
    """Return a reason if several lines draw a number or a code by blocks and strokes, which only people and cameras can
    read."""
    for name, words in text.fields.items():
        if find_drawn_lines(words):
            stated = "有几行像是用符号拼出来的图或字，审核员要先看过。"
            cure = "图请放到照片里；只是分隔线的，删掉就不用等这一项。"
            return [PublicationReason("drawn_signs", stated, cure, name)]
    return []


def quote_words(words: str) -> str:
    """Return the words on one line, all of them: any of them may be the one that is meant."""
    return " ".join(words.split())
