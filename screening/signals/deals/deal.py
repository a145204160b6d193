"""A deal: who hands over what, to whom, when and for what. Each of these is a side, and has many words;
no side is anything by itself. A deal is told when enough of its sides meet in one stretch of text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from screening.fraud_types import FraudType
from screening.lexicon import Lexicon
from screening.reading import Reading
from screening.signals.wording.denial import is_denied, is_warned_of

KEPT = 12  # places a side is remembered at
NEAR = 60  # characters in which the sides of a deal meet
PAIR = 40  # and where they are but two
ENOUGH_POST = 1  # words of a real post, after which one side more is asked for
AROUND = 60  # characters beside it in which honest work may be told
_GAP = r"[^,。;!?\n]{0,6}?"
_NO_MONEY = r"(?!\s?[\d一二三四五六七八九十百千个张人字份户家页条单天件名米斤平次台部只岁场位])"
_SUM = (
    r"(?:\d[\d.,]{0,7}\s?(?:元|块|万|w|k|千|百)(?:[一二三四五六七八九]|钱)?|\d[\d.]{1,6}(?![\d年月日号点:%])"
    r"|[一二两三四五六七八九十几数]{0,3}[百千万][一二三四五六七八九百千十]{0,5}[块元]?"
    rf"|[一二两三四五六七八九十]{{1,3}}[块元毛][一二三四五六七八九]?){_NO_MONEY}"
)
_MONEY = re.compile(_SUM)
_IS_PLAIN = re.compile(r"\w{2,}(?!\?)")
_BEFORE_CHOICE = re.compile(r"\w*")
_WITH_SUM = re.compile(r"\[([^\]#]*)#([^\]]*)\]")
_CLASS = re.compile(r"\[([^\]]+)\]")


class Side:
    """Words as patterns, parted by blanks: ~ is a gap of a few characters in one clause, # any sum.
    `free`: a word that is denied (不交押金) still counts, as it is no demand."""

    def __init__(self, name: str, words: str, free: bool = False):
        self.name, self.free = name, free
        self.words = words.split()

    def __repr__(self):
        return f"Side({self.name})"


@dataclass(frozen=True)
class Deal:
    """`sides`, of which the first `musts` and in all `least` must be there; `unless`: what makes it
    honest where it stands beside. `weights` by the number of sides."""

    name: str
    kind: FraudType
    reason: str
    sides: tuple[Side, ...]
    musts: int
    least: int
    unless: tuple[Side, ...]
    weights: dict[int, int]

    def __repr__(self):
        return f"Deal({self.name})"

    def weight(self, count: int) -> int:
        return self.weights[min(count, max(self.weights))]

    def best(self, places, more: int = 0) -> tuple[int, int, int]:
        """How many sides meet where, `more` than usual; nothing where what makes it honest stands
        beside."""
        most = (0, 0, 0)
        if any(side.name not in places for side in self.sides[: self.musts]):
            return most
        for place in places[self.sides[0].name]:
            parts = self._around(place, places)
            if len(parts) < self.least + more or len(parts) <= most[0]:
                continue
            start, end = min(parts)[0], max(end for _start, end in parts)
            within = NEAR if len(parts) > 2 else PAIR
            if end - start <= within and not self._is_honest(start, end, places):
                most = (len(parts), start, end)
        return most

    def _around(self, place, places):
        parts = [place]
        for number, side in enumerate(self.sides[1:], 1):
            if found := self._nearest(side, place, places, parts):
                parts.append(found)
            elif number < self.musts:
                return ()
        return parts

    def _nearest(self, side, near, places, parts):
        """One word is no two sides."""
        best, least = None, NEAR
        for start, end in places.get(side.name, ()):
            away = max(start - near[1], near[0] - end)
            if away < least and all(end <= s or start >= e for s, e in parts):
                best, least = (start, end), away
        return best

    def _is_honest(self, start, end, places):
        return any(_is_beside(places.get(side.name, ()), start, end) for side in self.unless)


class Deals:
    """Deals made ready to be looked for together: each side's words by their first characters."""

    def __init__(self, deals: Iterable[Deal], post: Side, warning: Side):
        """`post` tells a real post; beside a `warning` nothing is offered."""
        self.deals, self.post, self.warning = list(deals), post.name, warning.name
        sides = {side.name: side for deal in self.deals for side in (*deal.sides, *deal.unless)}
        sides |= {side.name: side for side in (post, warning)}
        self._free = {side.name for side in sides.values() if side.free}
        words = [(word, s.name) for s in sides.values() for w in s.words for word in _spelled(w)]
        self._lexicon = Lexicon(entry for entry in words if _IS_PLAIN.fullmatch(entry[0]))
        self._heads = _by_head(entry for entry in words if not _IS_PLAIN.fullmatch(entry[0]))

    def find(self, reading: Reading) -> Iterator[tuple[Deal, int, int, int]]:
        text = reading.text
        places = self._places(text)
        # A whole advertisement has so many words that some sides of anything meet in it.
        more = len({text[start:end] for start, end in places.get(self.post, ())}) >= ENOUGH_POST
        warned = places.get(self.warning, ())
        for deal in self.deals:
            count, start, end = deal.best(places, more)
            if count and not _is_beside(warned, start, end) and not is_warned_of(text, start, end):
                yield deal, count, start, end

    def patterns(self) -> Iterator[re.Pattern[str]]:
        for by_side in self._heads.values():
            yield from (words.pattern for _name, words in by_side)

    def _places(self, text):
        places: dict[str, list[tuple[int, int]]] = {}
        for start, end, name in sorted(self._hits(text)):
            spans = places.setdefault(name, [])
            if len(spans) >= KEPT or (spans and spans[-1][1] > start):
                continue
            if name in self._free or not is_denied(text, start, end):
                spans.append((start, end))
        return {name: spans for name, spans in places.items() if spans}

    def _hits(self, text):
        yield from self._lexicon.hits(text)
        heads = self._heads
        for start, char in enumerate(text):
            found = (*heads.get(char, ()), *heads.get(text[start : start + 2], ()))
            for name, words in found:
                if match := words.pattern.match(text, start):
                    yield start, match.end(), name
        for match in _MONEY.finditer(text):
            for name, words in heads.get("#", ()):
                if found := words.pattern.match(text, match.start()):
                    yield match.start(), found.end(), name


def _is_beside(spans, start, end):
    return any(s < end + AROUND and e > start - AROUND for s, e in spans)


def _by_head(entries):
    """The words of each side by their first characters, so that few are tried at each place."""
    heads: dict[str, dict[str, list[str]]] = {}
    for word, name in entries:
        head = word[:2] if _IS_PLAIN.match(word) else word[0]
        heads.setdefault(head, {}).setdefault(name, []).append(word)
    return {
        head: [(name, _Words(words)) for name, words in by_side.items()]
        for head, by_side in heads.items()
    }


class _Words:
    """Words of one side that begin alike."""

    def __init__(self, words):
        self._words = words

    @cached_property
    def pattern(self):
        """Made when first met: most are never met, and making them all takes longer than a text."""
        return re.compile("|".join(map(_as_pattern, self._words)))


def _spelled(word):
    """Every spelling of a word whose first characters can be chosen, so that it is found by them."""
    word = word.rstrip("~")
    choice = _CLASS.search(word)
    if not choice or not _BEFORE_CHOICE.fullmatch(word[: choice.start()]):
        return [word]
    chars, rest = choice.group(1), word[choice.end() :]
    heads = [word[: choice.start()] + char for char in chars]
    return [spelling for head in heads for spelling in _spelled(head + rest)]


def _as_pattern(word):
    word = _WITH_SUM.sub(lambda match: f"(?:#|[{match.group(1)}{match.group(2)}])", word)
    return word.rstrip("~").replace("~", _GAP).replace("#", _SUM)
