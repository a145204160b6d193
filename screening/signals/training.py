"""Training sold as a job (招转培): the advertisement looks for learners who pay, not for workers.

No word gives it away by itself: honest work trains its people too. What counts is how many sides
of a sale stand close together: who learns, what class, what it costs, which paper, and the work
that is promised after it. Firms that teach hire as well: next to the name of such a post
(课程顾问, 教练) the words of teaching are the work itself.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from screening.assessment import Signal
from screening.context import Context
from screening.fraud_types import FraudType
from screening.lexicon import Lexicon
from screening.reading import Reading
from screening.signals.wording.denial import is_denied

from .training_words import PATTERNS, SIDES, TITLE_PATTERNS

SOLD = 70  # points
DOUBTFUL, IN_TITLE = 55, 40  # a title has few words, and says what is offered
WITHIN = 60  # characters between the first and the last word that count together
BESIDE_A_POST = 1 / 4  # what words of teaching count beside a post of a firm that teaches
BORNE = 40  # points less where the employer pays for the learning
LONGEST_TITLE = 60
KIND = FraudType.TRAINING_LOAN.value
_MONEY = {"demand", "fee", "sum"}  # these can be denied
_lexicon = Lexicon(
    (
        (word, (name, points))
        for name, side in SIDES.items()
        for points, words in side.words.items()
        for word in words.split()
    ),
    besides=("录入学员", "招学生助理", "招学生兼职", "招学生工"),
)
# Posts of firms that teach. 教练培训班 is a class for who wants to be one.
_POST = re.compile(
    r"(?:老师|教师|讲师|教练|助教|教务|顾问|招生(?:专员|代理|员|主管)|培训(?:师|专员|主管|助理)|班主任|学管"
    r"|前台|发单|派发|传单|监考|阅卷|客服|签到|布置|回访|家教|辅导)"
    r"(?!\s?(?:带你|免?基础|培训|资格|证|认证|班|速成|考|学员|特训|学[^生员]|[^,。;\n]{0,3}(?:班|营)))"
)
# 公司出钱考证: who pays for the learning gives work.
_BORNE = re.compile(
    r"(?:公司|单位|酒店|店里|园里|我们|本店|我司)[^,。;!\n]{0,4}(?:出|付|承担|报销|安排免费)[^,。;!\n]{0,4}(?:考|费|学|钱)"
    r"|(?:费用?|学费)[^,。;!\n]{0,2}由?(?:公司|单位|酒店|店里|园里|我们|本店|我司)[^,。;!\n]{0,2}(?:出|付|承担|报销)"
)
_LEARNT_FROM = re.compile(r"(?:跟|随|由)[^,。;\n]{0,4}$")
_NOT_REDUCED = {"demand", "own_fee", "sum", "first", "course", "seats"}
_MANAGED = re.compile(r"(?:管理|销售|店长|储备|干部)$")


class _Hit(NamedTuple):
    start: int
    end: int
    side: str
    points: int


def find(reading: Reading, context: Context) -> Iterator[Signal]:
    hits = _hits(reading.text)
    title = _title(reading.text)
    taught = _has_post(reading.text[:title])
    best, chosen = 0.0, []
    for stretch in _stretches(hits):
        points, strongest = _points(reading.text, stretch, taught)
        if points > best and points >= (IN_TITLE if stretch[0].start < title else DOUBTFUL):
            best, chosen = points, strongest
        if best >= SOLD:
            break
    if chosen:
        yield _signal(reading, best, chosen)


def _hits(text):
    hits = [
        _Hit(start, end, side, points)
        for start, end, (side, points) in _lexicon.hits(text)
        if not _means_nothing(text, start, end, side)
    ]
    for side, points, pattern in PATTERNS:
        hits += [
            _Hit(*match.span(), side, points)
            for match in pattern.finditer(text)
            if side not in _MONEY or not is_denied(text, *match.span())
        ]
    title = text[: _title(text)]
    for side, points, pattern in TITLE_PATTERNS:
        hits += [
            _Hit(*match.span(), side, points)
            for match in pattern.finditer(title)
            if side not in _MONEY or not is_denied(text, *match.span())
        ]
    return sorted(hits)


def _means_nothing(text, start, end, side):
    if SIDES[side].deniable and is_denied(text, start, end):
        return True
    if text[start:end] == "招生":
        return text.startswith(("考试", "办", "宣传", "信息"), end)
    return text[start:end] == "培训生" and bool(_MANAGED.search(text[:start][-2:]))


def _title(text):
    """Where the title ends: the first line, or the first sentence. A chat has none."""
    ends = [text.find(mark, 1, LONGEST_TITLE) for mark in "\n。;"]
    found = min((end for end in ends if end > 0), default=0)
    return found or (len(text) if len(text) <= LONGEST_TITLE else 0)


def _has_post(text):
    return any(not _LEARNT_FROM.search(text[: post.start()]) for post in _POST.finditer(text))


def _stretches(hits):
    """Each run of hits that stand within `WITHIN` characters, from every hit on."""
    last = 0
    for first, hit in enumerate(hits):
        last = max(last, first)
        while last < len(hits) and hits[last].start - hit.start <= WITHIN:
            last += 1
        yield hits[first:last]


def _points(text, stretch, taught):
    """What the sides count together, each once, and the word of each side that counts."""
    sides: dict[str, _Hit] = {}
    for hit in stretch:
        if hit.side not in sides or sides[hit.side].points < hit.points:
            sides[hit.side] = hit
    taught = taught or _has_post(text[stretch[0].start : stretch[-1].end])
    chosen = _apart(sorted(sides.values(), key=lambda hit: -hit.points))
    points = sum(
        hit.points * (BESIDE_A_POST if taught and hit.side not in _NOT_REDUCED else 1)
        for hit in chosen
    )
    if _BORNE.search(text, max(0, stretch[0].start - 10), stretch[-1].end + 10):
        points -= BORNE
    return points, chosen


def _apart(hits):
    """One word is no two sides."""
    kept: list[_Hit] = []
    for hit in hits:
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return kept


def _signal(reading, points, chosen):
    words = sorted(chosen[:3])
    quoted = "".join(f"“{_quote(reading, hit)}”" for hit in words)
    start, end = reading.span(words[0].start, max(hit.end for hit in words))
    if points >= SOLD:
        return Signal(
            "training.sold", 80, start, end, f"写了{quoted}：卖的是课，工作只是个说法。", KIND
        )
    reason = f"写了{quoted}，像在招学员。先问清楚收不收钱、干的是什么活。"
    return Signal("training.doubtful", 42, start, end, reason, KIND)


def _quote(reading, hit):
    start, end = reading.span(hit.start, hit.end)
    return " ".join(reading.written[start:end].split())
