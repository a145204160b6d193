"""One matcher for all rules: finds their words in one pass and tells which rules are complete."""

import re
import string
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from screening.reading.folded_text import FoldedText
from screening.rules.denial import belongs_to_others, is_denied
from screening.rules.lexicon import Lexicon, WordSearch
from screening.rules.notation import AMOUNT, Rule

_AMOUNT = re.compile(
    r"(?:\d[\d.,]{0,11}|<数字>|几十|几百|几千|上百|上千|数百|数千|[一两二三五八]百)\s?(?:元|块|万|w|k)"
)
_CHINESE_DIGITS = "一二三四五六七八九"
_NUMBER_HEADS = frozenset(string.digits + "十")

type _Place = tuple[int, int]  # the number of a rule, and the bit of one of its parts


class RuleMatch(NamedTuple):
    """`start` and `end` point into `FoldedText.text`."""

    rule: Rule
    start: int
    end: int


class RuleMatcher:
    """Rules made ready to be looked for together."""

    def __init__(
        self,
        rules: Iterable[Rule],
        never_denied: Iterable[str] = (),
        not_meant: Iterable[str] = (),
        search: WordSearch | None = None,
    ) -> None:
        """`not_meant`: longer words that hide those of rules inside them."""
        self.rules = tuple(rules)
        self._counts = [rule.needed_part_count for rule in self.rules]
        # "免费介绍工作" denies no work.
        self._never_denied = frozenset(never_denied)
        places: dict[str, list[_Place]] = {}
        for number, rule in enumerate(self.rules):
            for part, words in enumerate(rule.parts):
                for word in words:
                    places.setdefault(word, []).append((number, 1 << part))
        self._amounts = tuple(places.pop(AMOUNT, ()))
        by_word = ((word, tuple(word_places)) for word, word_places in places.items())
        self._lexicon = Lexicon(by_word, not_meant, search)

    def find_matches(self, folded: FoldedText) -> Iterator[RuleMatch]:
        text = folded.text
        hits = self._list_hits(text)
        partials = self._list_possible(text, {places for _start, _end, places in hits})
        for start, end, places in hits if partials else ():
            partial_bits = [(partials[number], bit) for number, bit in places if number in partials]
            if not partial_bits:
                continue
            if folded.is_accident(start, end) or _is_inside_number(text, start):
                continue
            is_denied = None  # found out once for a word, even if several rules have it
            for partial, bit in partial_bits:
                if partial.rule.deniable:
                    if is_denied is None:
                        is_denied = self._is_denied(text, start, end)
                    if is_denied:
                        continue
                if span := partial.add(bit, start, end, text):
                    yield RuleMatch(partial.rule, *span)

    def _list_hits(self, text: str) -> list[tuple[int, int, tuple[_Place, ...]]]:
        hits = list(self._lexicon.hits(text))
        if self._amounts:
            hits += [(*place, self._amounts) for place in _list_amounts(text)]
        return sorted(hits)

    def _list_possible(
        self, text: str, words: Iterable[tuple[_Place, ...]]
    ) -> dict[int, "_PartialMatch"]:
        """Return, by number, the rules that may be complete; of most rules a text has only one word. `words` are the
        places in rules of the words in the text."""
        bits_of_rules: dict[int, int] = {}
        for places in words:
            for number, bit in places:
                bits_of_rules[number] = bits_of_rules.get(number, 0) | bit
        return {
            number: _PartialMatch(rule)
            for number, bits in bits_of_rules.items()
            if bits.bit_count() >= self._counts[number]  # of most rules too few: asked first
            and (rule := self.rules[number]).is_complete(bits)
            and not any(word in text for word in rule.unless)
        }

    def _is_denied(self, text: str, start: int, end: int) -> bool:
        if text[start:end] in self._never_denied:
            return False
        return is_denied(text, start, end) or belongs_to_others(text, start, end)


@lru_cache(maxsize=8)
def _list_amounts(text: str) -> list[tuple[int, int]]:
    """Return the sums of money. Cached, because one matcher after another searches the same text."""
    return [match.span() for match in _AMOUNT.finditer(text)]


def _is_inside_number(text: str, start: int) -> bool:
    """Whether a word that begins with a number stands in a larger one: 五十五岁 is not 十五岁, 115 is not 15."""
    if start == 0 or text[start] not in _NUMBER_HEADS:
        return False
    return text[start - 1] in (_CHINESE_DIGITS if text[start] == "十" else string.digits)


class _PartialMatch:
    """Where each part of a rule was last seen, by its bit, if that is near enough."""

    __slots__ = ("rule", "seen")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.seen: dict[int, tuple[int, int]] = {}

    def add(self, bit: int, start: int, end: int, text: str) -> tuple[int, int] | None:
        """Return the stretch of the rule if this word completes it."""
        rule, places = self.rule, self.seen
        if rule.is_of_one_part:
            return None if "\n" in text[start:end] else (start, end)
        places[bit] = start, end
        if len(places) < rule.needed_part_count:
            return None
        nearest = end - rule.within
        for part in [part for part, (first, _last) in places.items() if first < nearest]:
            del places[part]
        if len(places) < rule.needed_part_count or not rule.is_complete(sum(places)):
            return None
        if (stretch := self._join_places(text)) is not None:
            self.seen = {}
        return stretch

    def _join_places(self, text: str) -> tuple[int, int] | None:
        """Return the stretch that the parts cover, if they are words of their own in one paragraph: 投资顾问 is no
        投资."""
        places = sorted(self.seen.values())
        if self.rule.ordered and places != [self.seen[part] for part in sorted(self.seen)]:
            return None
        done = 0
        for start, end in places:
            if start < done:
                return None
            done = end
        first = places[0][0]
        return None if "\n" in text[first:done] else (first, done)
