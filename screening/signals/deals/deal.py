"""A deal: who hands over what, to whom, when and for what. Each of these is a side, and has many words;
no side is anything by itself. A deal is told when enough of its sides meet in one stretch of text.
"""

import re
from collections.abc import Iterable, Iterator

from screening.fraud_types import FraudType
from screening.reading import Reading
from screening.signals.wording.denial import is_denied, is_warned_of

KEPT = 12  # places a side is remembered at
NEAR = 90  # characters in which the sides of a deal meet
ENOUGH_POST = 2  # words of a real post, after which one side more is asked for
PAIR = 40  # and where they are but two
AROUND = 30  # characters beside it in which honest work may be told
WEIGHTS = {2: 28, 3: 52, 4: 65}  # by how many sides are there
_GAP = r"[^,。;!?\n]{0,6}?"
_NO_MONEY = r"(?!\s?[\d一二三四五六七八九十百千个张人字份户家页条单天件名米斤平次台部只岁场位])"
_SUM = (
    r"(?:\d[\d.,]{0,7}\s?(?:元|块|万|w|k|千|百)(?:[一二三四五六七八九]|钱)?|\d[\d.]{1,6}(?![\d年月日号点:%])"
    r"|[一二两三四五六七八九十几数]{0,3}[百千万][一二三四五六七八九百千十]{0,5}[块元]?"
    rf"|[一二两三四五六七八九十]{{1,3}}[块元毛][一二三四五六七八九]?){_NO_MONEY}"
)
_MONEY = re.compile(_SUM)
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


class Deal:
    """`sides`, of which the first `musts` and in all `least` must be there; `unless`: what makes it
    honest where it stands beside. `weights` by the number of sides."""

    def __init__(
        self,
        name: str,
        kind: FraudType,
        reason: str,
        *sides: Side,
        musts: int = 1,
        least: int = 3,
        unless: Iterable[Side] = (),
        within: int = NEAR,
        weights: dict[int, int] = WEIGHTS,
    ):
        self.name, self.kind, self.reason, self.sides = name, kind, reason, sides
        self.musts, self.least, self.unless = musts, least, tuple(unless)
        self.within, self.weights = within, weights

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
            within = self.within if len(parts) > 2 else PAIR
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
        best, least = None, self.within
        for start, end in places.get(side.name, ()):
            away = max(start - near[1], near[0] - end)
            if away < least and all(end <= s or start >= e for s, e in parts):
                best, least = (start, end), away
        return best

    def _is_honest(self, start, end, places):
        return any(
            s < end + AROUND and e > start - AROUND
            for side in self.unless
            for s, e in places.get(side.name, ())
        )


class Deals:
    """Deals made ready to be looked for together: each side's words by their first characters."""

    def __init__(self, deals: Iterable[Deal], post: str):
        """`post` names the side that tells a real post."""
        self.deals, self.post = list(deals), post
        sides = {side.name: side for deal in self.deals for side in (*deal.sides, *deal.unless)}
        self._free = {side.name for side in sides.values() if side.free}
        self._heads: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for side in sides.values():
            for head, words in _by_head(side.words).items():
                pattern = re.compile("|".join(map(_as_pattern, words)))
                self._heads.setdefault(head, []).append((side.name, pattern))

    def find(self, reading: Reading) -> Iterator[tuple[Deal, int, int, int]]:
        text = reading.text
        places = self._places(text)
        # A whole advertisement has so many words that some sides of anything meet in it.
        more = len({text[start:end] for start, end in places.get(self.post, ())}) >= ENOUGH_POST
        for deal in self.deals:
            count, start, end = deal.best(places, more)
            if count and not is_warned_of(text, start, end):
                yield deal, count, start, end

    def _places(self, text):
        places: dict[str, list[tuple[int, int]]] = {}
        for start, end, name in self._hits(text):
            spans = places.setdefault(name, [])
            if len(spans) >= KEPT or (spans and spans[-1][1] > start):
                continue
            if name in self._free or not is_denied(text, start, end):
                spans.append((start, end))
        return {name: spans for name, spans in places.items() if spans}

    def _hits(self, text):
        heads = self._heads
        sums = {match.start() for match in _MONEY.finditer(text)} if "#" in heads else ()
        for start, char in enumerate(text):
            found = heads.get(char, ())
            pair = heads.get(text[start : start + 2], ())
            money = heads["#"] if start in sums else ()
            for name, pattern in (*found, *pair, *money):
                if match := pattern.match(text, start):
                    yield start, match.end(), name


def _by_head(words):
    heads: dict[str, list[str]] = {}
    for written in words:
        for word in _spelled(written):
            head = "#" if word[0] == "#" else word[:2] if re.match(r"\w{2}", word) else word[0]
            if head[-1:] and len(word) > 2 and word[2:3] in {"?", "{"}:
                head = word[0]
            heads.setdefault(head, []).append(word)
    return heads


def _spelled(word):
    """A word that begins with a choice of characters, once for each of them."""
    choice = _CLASS.match(word)
    if not choice:
        return [word]
    return [char + word[choice.end() :] for char in choice.group(1)]


def _as_pattern(word):
    word = _WITH_SUM.sub(lambda match: f"(?:#|[{match.group(1)}{match.group(2)}])", word)
    return word.rstrip("~").replace("~", _GAP).replace("#", _SUM)
