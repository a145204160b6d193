"""A clue: words that give a scheme away when they stand close together."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from screening.lexicon import Lexicon
from screening.reading import Reading

from .denial import is_denied, is_of_others

AMOUNT = "#"  # stands in a part for any sum of money
# What a text about work speaks of: a fee or a demand counts only next to one of these.
JOB_WORDS = (
    "入职 上岗 应聘 求职 面试 招聘 招工 兼职 上班 录用 录取 岗位 报到 找工作 试工 打工 务工 "
    "暑假工 寒假工 暑期工 进厂 用工 工作"
)
_OF_WORK = frozenset(JOB_WORDS.split())  # "免费介绍工作" denies no work
# Longer words that only contain one of the clues' words.
OTHER_WORDS = (
    "万象城 万象汇 万象天地 刷单间 刷单人间 录入学员 收卡片 收卡座 收号码 送现场 送现做 送现货"
)
_AMOUNT = re.compile(
    r"(?:\d[\d.,]{0,11}|<数字>|几十|几百|几千|上百|上千|数百|数千|[一两二三五八]百)\s?(?:元|块|万|w|k)"
)


class Clue:
    """One word from each part, all within `within` characters of one paragraph, in any order.

    `unless`: words of honest work anywhere in the text that take the doubt away.
    """

    def __init__(self, name, weight, reason, *parts, within=30, deniable=False, unless=""):
        self.name, self.weight, self.reason = name, weight, reason
        self.parts = [part.split() for part in parts]
        self.within, self.deniable, self.unless = within, deniable, unless.split()

    def __repr__(self):
        return f"Clue({self.name})"


def _is_no_demand(text, start, end):
    return is_denied(text, start, end) or is_of_others(text, start, end)


class _Watch:
    """Where each part of one clue was last seen while a text is read."""

    __slots__ = ("clue", "quiet", "seen")

    def __init__(self, clue, quiet=False):
        self.clue, self.quiet, self.seen = clue, quiet, {}

    def see(self, part, start, end, text):
        """The stretch that completes the clue, if this word does."""
        if (
            self.clue.deniable
            and text[start:end] not in _OF_WORK
            and _is_no_demand(text, start, end)
        ):
            return None
        self.seen[part] = (start, end)
        if len(self.seen) < len(self.clue.parts):
            return None
        spans = sorted(self.seen.values())
        if any(one[1] > other[0] for one, other in pairwise(spans)):
            return None  # one word cannot be two parts: 投资顾问 is no 投资
        first, last = spans[0][0], max(ends for _starts, ends in spans)
        if last - first > self.clue.within or "\n" in text[first:last]:
            return None
        self.seen = {}
        return first, last


class Clues[K]:
    """Clues made ready to be looked for together; the key is whatever the caller sorts by."""

    def __init__(self, keyed_clues: Iterable[tuple[K, Clue]]):
        self._clues = list(keyed_clues)
        words, self._amounts = [], []
        for number, (_key, clue) in enumerate(self._clues):
            for part, spellings in enumerate(clue.parts):
                for word in spellings:
                    if word == AMOUNT:
                        self._amounts.append((number, part))
                    else:
                        words.append((word, (number, part)))
        self._lexicon = Lexicon(words, besides=OTHER_WORDS.split())

    def find(self, reading: Reading) -> Iterator[tuple[K, Clue, int, int]]:
        text = reading.text
        watches: dict[int, _Watch] = {}
        for start, end, (number, part) in self._hits(text):
            key, clue = self._clues[number]
            watch = watches.get(number)
            if watch is None:
                watch = watches[number] = _Watch(clue, any(word in text for word in clue.unless))
            if watch.quiet:
                continue
            if found := watch.see(part, start, end, text):
                yield key, clue, *found

    def _hits(self, text):
        hits = list(self._lexicon.hits(text))
        amounts = [
            (match.start(), match.end(), meaning)
            for match in _AMOUNT.finditer(text)
            for meaning in self._amounts
        ]
        return sorted(hits + amounts) if amounts else hits
