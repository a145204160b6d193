"""Pay that cannot be true: against what such work pays around here, or for work that needs nothing.

Good pay is no finding: a tutor's 300 a lesson, a designer's 500 a day. What counts is the figure
beside the work: for what the form states, the norm of such work (`Context.norm`, computed from live
listings); for what the text claims, a rough bound for work that anybody can do anywhere. Only a
figure that is absurd makes a level by itself: pay says nothing of which fraud it is.

The rough bound rests on the highest hourly minimum that any province prescribes for part-time work
(Beijing, from 1 September 2025: 27.7 yuan). Work without any requirement is offered near that
minimum; eight hours of it are about 220 yuan, a month of 21.75 days about 4,800. Renew it when the
figure rises.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from screening.assessment import Signal
from screening.context import Context
from screening.facts.figures import NUMBER, parse_amount
from screening.reading.folded_text import FoldedText
from screening.reading.word_file import Scanner, WordFile
from screening.rules.lexicon import SCREENING_WORDS, Lexicon

HOURLY_MINIMUM = Decimal("27.7")
ROUGH = {
    "hour": HOURLY_MINIMUM,
    "day": HOURLY_MINIMUM * 8,
    "week": HOURLY_MINIMUM * 40,
    "month": HOURLY_MINIMUM * 8 * Decimal("21.75"),
}
UNITS = {"hour": "元/小时", "day": "元/天", "week": "元/周", "month": "元/月", "time": "元/次",
         "order": "元/单", "piece": "元/件", "session": "元/课时"}  # fmt: skip
# How many times the bound, and what that weighs; the last is what nobody can believe.
STEPS = ((1, 16), (Decimal("1.5"), 28), (2, 35), (Decimal("3.5"), 38), (8, 45))
ABOVE_NORM = ((Decimal("1.3"), 12), (Decimal("1.8"), 24), (Decimal("2.5"), 33), (4, 38), (8, 45))
NAMELESS = 24  # 日赚XXX: the figure is hidden, the promise is not
PER_TASK, PER_TASK_WEIGHT = 3, 22  # yuan; a click is worth jiao
WITHIN = 160  # characters around the figure in which the work is described

ENOUGH = 2
BOASTED = Decimal("3.5")  # times the bound: 日赚一千 is no wage, whatever the work
_FILE = WordFile(__file__, number=NUMBER)
_NOTHING = {word: int(points) for word, points in _FILE.index_words("nothing").items()}
_nothing = Lexicon(_NOTHING.items(), search=SCREENING_WORDS)
_UNITS, _SKILLED = _FILE.index_words("units"), _FILE.compile_scanner("skilled").starts
_CLAIM = _FILE.compile_scanner("claim", "[一每单当全小星日天月周时]")
_RATE, _TASK = _FILE.compile_scanner("rate"), _FILE.compile_scanner("task")
_RATE_SIGN, _TASK_SIGN = _FILE.compile("rate_sign"), _FILE.compile("task_sign")
# What sums and the words behind them are written with.
_BEFORE_SIGN = frozenset(
    "0123456789,. \nkw十百千万上过破数几好一二两三四五六七八九元块钱-~—–至到左右以不等/每人民币"
)

type Described = list[tuple[int, int, str]]  # words that say that the work needs nothing
type Steps = tuple[tuple[Decimal | int | float, int], ...]


class _Claim(NamedTuple):
    unit: str
    amount: Decimal | None  # None where the figure is hidden
    start: int
    end: int
    earns: bool  # 赚, 入: not the words of wages


def find_pay_signals(folded: FoldedText, context: Context) -> Iterator[Signal]:
    """Yield a signal for the pay in the form, and one for the heaviest claim in the text, because an advertisement
    tells its pay in many ways."""
    if signal := _compare_with_norm(context):
        yield signal
    text = folded.text
    claims = list(_list_claims(text))
    words = _nothing.hits(text) if claims else ()
    described = [(start, points, text[start:end]) for start, end, points in words]
    judged = (_build_claim_signal(folded, claim, described) for claim in claims)
    if worst := max(filter(None, judged), key=lambda signal: signal.weight, default=None):
        yield worst


def _compare_with_norm(context: Context) -> Signal | None:
    """Compare the pay in the form with the norm; it has no place in the text."""
    norm, low, high = context.norm, context.pay_min, context.pay_max
    if norm is None or high is None or norm.high <= 0:
        return None
    middle = ((low or high) + high) / 2
    weight = _get_ratio_weight(middle / norm.high, ABOVE_NORM)
    if not weight:
        return None
    unit = UNITS.get(context.pay_unit, "元")
    usual = _format_range(norm.low, norm.high)
    reason = f"写 {_format_range(low or high, high)} {unit}，{norm.where}多在 {usual} {unit}。"
    return Signal("pay.above_norm", weight, 0, 0, reason)


def _list_claims(text: str) -> Iterator[_Claim]:
    for match in _CLAIM.finditer(text):
        yield _Claim(_UNITS[match["per"]], parse_amount(match["sum"]), *match.span(), earns=True)
    for match in _find_near(_RATE, _RATE_SIGN, text):
        per, total = match["per"] or match["per2"], match["sum"] or match["sum2"]
        yield _Claim(_UNITS[per], parse_amount(total), *match.span(), earns=False)
    for match in _find_near(_TASK, _TASK_SIGN, text):
        yield _Claim(
            "task", parse_amount(match["sum"] or match["sum2"]), *match.span(), earns=False
        )


def _find_near(scanner: Scanner, sign: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches. Each match has a sign, so figures far from a sign are not tried."""
    signs = (match.start() for match in sign.finditer(text))
    return scanner.find_before(text, signs, _BEFORE_SIGN)


def _build_claim_signal(folded: FoldedText, claim: _Claim, described: Described) -> Signal | None:
    if _needs_nothing(folded.text, claim, described) < ENOUGH and not _is_boast(claim):
        return None
    start, end = folded.span(claim.start, claim.end)
    code, weight, words = _weigh_claim(claim)
    if not weight:
        return None
    written = " ".join(folded.written[start:end].split())
    return Signal(code, weight, start, end, f"“{written}”：{words}")


def _needs_nothing(text: str, claim: _Claim, described: Described) -> int:
    """Return how clearly the text around the figure says that anybody can do the work."""
    first, last = max(0, claim.start - WITHIN), claim.end + WITHIN
    nearby = described[bisect_left(described, (first,)) : bisect_left(described, (last,))]
    total = sum({word: points for _start, points, word in nearby}.values())
    return total - ENOUGH if _SKILLED.search(text, first, last) else total


def _is_boast(claim: _Claim) -> bool:
    if not (claim.earns and claim.amount and claim.unit in ("hour", "day")):
        return False
    return claim.amount / ROUGH[claim.unit] >= BOASTED


def _weigh_claim(claim: _Claim) -> tuple[str, int, str]:
    """Return code, weight and words."""
    if claim.unit == "task":
        weight = PER_TASK_WEIGHT if (claim.amount or 0) >= PER_TASK else 0
        return "pay.per_task", weight, "点几下、人人能做的活，没有人按这个价钱付。"
    if claim.amount is None:
        weight = NAMELESS if claim.earns else 0
        return "pay.hidden_figure", weight, "只喊能赚多少，不说干什么活。"
    rough = ROUGH[claim.unit]
    believable = claim.unit == "month" and not claim.earns  # wages, as full-time work states them
    weight = 0 if believable else _get_ratio_weight(claim.amount / rough, STEPS)
    usual = f"{round(rough, -1 if rough > 100 else 0):.0f} {UNITS[claim.unit]}"
    return "pay.too_good", weight, f"报酬高得不合常理。普通兼职一般 {usual}左右。"


def _get_ratio_weight(ratio: Decimal, steps: Steps) -> int:
    return max((weight for least, weight in steps if ratio >= least), default=0)


def _format_range(low: Decimal, high: Decimal) -> str:
    first, last = _format_amount(low), _format_amount(high)
    return first if first == last else f"{first}–{last}"


def _format_amount(amount: Decimal) -> str:
    """Return 100 for 99.87, and 0.35 for 0.35."""
    return f"{amount:.0f}" if amount >= 10 else f"{amount:.2f}".rstrip("0").rstrip(".")
