"""The places an article is about, as opposed to those it merely names.

A place counts by where it stands and how often; what a dateline, a byline or the name of a paper
says does not count, a place among many in one breath hardly.
"""

import math
import re
from dataclasses import dataclass

from cities.directory.gazetteer import find_places
from cities.directory.regions import get_region, get_region_ancestors
from news.analysis.boilerplate import blank_boilerplate

MOST = 5
TITLE, OPENING, PASSING = 6.0, 2.0, 0.25
OPENING_LENGTH = 150  # characters
# Against the strongest place, and by itself.
SHARE, LEAST = 0.3, 0.9
# In a text this long, a place that is named but once is in passing.
LONG, TWICE = 2000, 1.5
# Names with no more than this between them stand in one breath.
_BREATH = re.compile(r"[\s、，,和及与以及等·/]{1,3}(?:还有|包括)?")
_MANY = 3


@dataclass(frozen=True)
class Subject:
    adcode: int
    name: str
    weight: float
    in_title: bool
    why: str


@dataclass
class _Found:
    name: str
    titles: int = 0
    opening: int = 0
    further: int = 0
    passing: int = 0

    @property
    def weight(self):
        often = self.opening + self.further
        return (
            TITLE * bool(self.titles)
            + OPENING * bool(self.opening)
            + (1 + math.log(often) * 2 if often else 0)
            + PASSING * min(self.passing, 3)
        )

    @property
    def why(self):
        times = self.titles + self.opening + self.further + self.passing
        if self.titles:
            rest = f"，全文 {times} 次" if times > self.titles else ""
            return f"标题写到「{self.name}」{rest}"
        return f"文中写到「{self.name}」 {times} 次"


def find_subject_places(title, text):
    """The places it is about, the weightiest first; at most five."""
    found = _count(title, blank_boilerplate(text))
    if not found:
        return []
    least = LEAST if len(text) < LONG else TWICE
    bar = max(least, SHARE * max(entry.weight for entry in found.values()))
    kept = {code: entry for code, entry in found.items() if entry.weight >= bar or entry.titles}
    kept = {code: entry for code, entry in kept.items() if not _is_address(code, kept)}
    if len(kept) > MOST:  # a round-up of the country: only what stands out
        least = sorted((entry.weight for entry in kept.values()), reverse=True)[MOST]
        kept = {code: entry for code, entry in kept.items() if entry.weight > least}
    order = sorted(kept.items(), key=lambda pair: (-pair[1].weight, pair[0]))
    return [
        Subject(code, get_region(code).short_name, entry.weight, bool(entry.titles), entry.why)
        for code, entry in order
    ]


def _is_address(code, kept):
    """A province that is only named to say where the place in it lies: 湖南湘西."""
    return (
        get_region(code).parent_id is None
        and not kept[code].titles
        and any(
            entry.weight >= kept[code].weight and get_region(other).parent_id == code
            for other, entry in kept.items()
        )
    )


def _count(title, text):
    """{code: where and how often}; the title lends its places to short names of the text."""
    whole = f"{title}\n{text}"
    opening = len(title) + 1 + OPENING_LENGTH + len(text) - len(text.lstrip())
    hits = find_places(whole)
    many = _in_one_breath(hits, whole)
    found: dict[int, _Found] = {}
    for number, hit in enumerate(hits):
        entry = found.setdefault(hit.adcode, _Found(hit.name))
        if hit.start < len(title):
            entry.titles += 1
        elif number in many:
            entry.passing += 1
        elif hit.start < opening:
            entry.opening += 1
        else:
            entry.further += 1
    return found


def _in_one_breath(hits, text):
    """Numbers of the hits that stand in a list of three or more different places side by side."""
    runs, run = [], []
    for number, hit in enumerate(hits):
        joined = run and _is_list(hits[run[-1]], hit, text)
        if not joined:
            runs.append(run)
            run = []
        run.append(number)
    runs.append(run)
    return {n for run in runs if len({hits[n].adcode for n in run}) >= _MANY for n in run}


def _is_list(one, other, text):
    """Side by side, and not the way down to one place (湖南 湘西 吉首)."""
    if not _BREATH.fullmatch(text[one.end : other.start]):
        return False
    return one.adcode not in {
        above.adcode for above in get_region_ancestors(get_region(other.adcode))
    }
