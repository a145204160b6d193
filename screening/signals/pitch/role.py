"""A role: one thing an offer does (promise, soothe, lead away, ask for money), however it is said.

A pitch: the roles that make a scheme when they stand in one text. Each role alone is nothing.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from screening.fraud_types import FraudType
from screening.lexicon import Lexicon
from screening.reading import Reading
from screening.signals.wording.denial import is_denied, is_of_others

KEPT = 8  # places a role is remembered at: enough to find one near the others
NEAR = 160  # characters around the first role in which the others must stand


def _is_no_demand(text, start, end):
    return is_denied(text, start, end) or is_of_others(text, start, end)


# A reading spells these so, whatever a text and the patterns write.
_FOLDED = str.maketrans({"，": ",", "；": ";", "！": "!", "：": ":", "？": r"\?"})


def _compile(pattern):
    return re.compile(pattern.translate(_FOLDED))


class Frame:
    """Words with what must stand right behind them, or before them; the text between counts."""

    BACK = 24

    def __init__(self, words: str, after: str = "", before: str = ""):
        self.words = words.split()
        self._after = _compile(after)
        self._before = _compile(before) if before else None

    def span(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Where the whole stands, given the place of the word."""
        behind = self._after.match(text, end)
        if not behind:
            return None
        if self._before:
            back = max(0, start - self.BACK)
            ahead = self._before.search(text[back:start])
            if not ahead:
                return None
            start = back + ahead.start()
        return start, behind.end()


class Role:
    """`pattern` is a regular expression without repeats inside repeats; `least`: how often the
    role must be seen to count."""

    def __init__(self, name, reason, words="", pattern="", *, frames=(), deniable=False, least=1):  # noqa: PLR0913
        self.name, self.reason, self.deniable, self.least = name, reason, deniable, least
        self.words, self.frames = words.split(), frames
        self.pattern = _compile(pattern) if pattern else None

    def __repr__(self):
        return f"Role({self.name})"


class Pitch:
    """`needs`: groups of roles, "a|b" for either; `weights` of these and of those that add to
    them; `unless` names roles that tell of honest work. `within`: how near the roles stand."""

    def __init__(
        self, name: str, kind: FraudType, needs: str, unless="", within=NEAR, **weights: int
    ):
        self.name, self.kind, self.within = name, kind, within
        self.needs = [group.split("|") for group in needs.split()]
        self.unless = unless.split("|") if unless else []
        self.weights = weights

    def __repr__(self):
        return f"Pitch({self.name})"

    def parts(self, places: dict[str, list[tuple[int, int]]]) -> dict[str, tuple[int, int]]:
        """Where each role of this pitch stands; empty when one that it needs is missing. One word
        cannot play two roles."""
        if any(places.keys().isdisjoint(group) for group in self.needs):
            return {}
        if any(places.get(role) for role in self.unless):
            return {}
        best: dict[str, tuple[int, int]] = {}
        for role in self.needs[0]:
            for place in places.get(role, ()):
                parts = self._around(role, place, places)
                if len(parts) > len(best):
                    best = parts
        return best

    def _around(self, first, place, places):
        parts = {first: place}
        for group in self.needs[1:]:
            if not any(self._take(role, place, places, parts) for role in group):
                return {}
        for role in self.weights:
            if role not in parts:
                self._take(role, place, places, parts)
        return parts

    def _take(self, role, near, places, parts):
        if role in parts or role not in places:
            return False
        first, last = near[0] - self.within, near[1] + self.within
        for start, end in places[role]:
            if start > last or end < first:
                continue
            for other_start, other_end in parts.values():
                if start < other_end and end > other_start:
                    break
            else:
                parts[role] = (start, end)
                return True
        return False


class Pitches:
    """Roles and pitches made ready to be looked for together."""

    def __init__(self, roles: Iterable[Role], pitches: Iterable[Pitch]):
        self.roles = {role.name: role for role in roles}
        self.pitches = list(pitches)
        used = set(chain.from_iterable((*p.weights, *p.unless) for p in self.pitches))
        used.update(role for p in self.pitches for group in p.needs for role in group)
        if missing := used - set(self.roles):
            raise ValueError(f"no such role: {sorted(missing)}")
        self._lexicon = Lexicon(
            (word, (role, frame))
            for role in self.roles.values()
            for frame, words in [(None, role.words), *((one, one.words) for one in role.frames)]
            for word in words
        )
        self._patterns = [(role, role.pattern) for role in self.roles.values() if role.pattern]

    def find(self, reading: Reading) -> Iterator[tuple[Pitch, Role, int, int]]:
        places = self._places(reading.text)
        for pitch in self.pitches:
            for role, (start, end) in pitch.parts(places).items():
                yield pitch, self.roles[role], start, end

    def _places(self, text):
        places: dict[str, list[tuple[int, int]]] = {name: [] for name in self.roles}
        for start, end, (role, frame) in self._lexicon.hits(text):
            spans = places[role.name]
            if len(spans) < KEPT:
                span = frame.span(text, start, end) if frame else (start, end)
                if span and not (role.deniable and _is_no_demand(text, *span)):
                    spans.append(span)
        for role, pattern in self._patterns:
            for match in islice(pattern.finditer(text), KEPT - len(places[role.name])):
                if not (role.deniable and _is_no_demand(text, *match.span())):
                    places[role.name].append(match.span())
        return {
            name: spans for name, spans in places.items() if len(spans) >= self.roles[name].least
        }
