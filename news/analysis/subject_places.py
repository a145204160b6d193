"""The places an article is about, not all those it names.

The weight of a place depends on where and how often it is named. Datelines, bylines and names of papers do not count;
a place in a list of many counts little, and so does the place that a person comes from.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from cities.directory.gazetteer import PlaceHit, find_places
from cities.directory.regions import get_region_ancestors, require_region
from news.analysis.boilerplate import blank_boilerplate

MAX_SUBJECT_PLACES = 5
TITLE_WEIGHT, OPENING_WEIGHT, PASSING_WEIGHT = 6.0, 2.0, 0.25
OPENING_LENGTH = 150  # characters
# The least weight: a share of the strongest place, and by itself.
SHARE, LEAST = 0.3, 0.9
# In a text of this length a place that is named once weighs too little.
LONG, TWICE = 2000, 1.5
# What may be between the names of a list.
_SEPARATOR = re.compile(r"[\s、，,和及与以及等·/]{1,3}(?:还有|包括)?")
_LIST_LENGTH = 3
# A swindler claims to be from there: 自称“北京市公安局”.
_CLAIMED = re.compile(r"(?:自称|冒充|假冒|假扮|谎称|声称)(?:是|为|来自|系)?[“‘\"「]?$")
# 湖南籍男子; 湖南人 only where it describes a person: 王某（男，湖南邵阳人）. But 湖南人注意 is a story of 湖南.
_NATIVE = re.compile(r"籍(?!贯)")
_BEFORE_NATIVE = re.compile(r"[，,、（(系是]$")
_AFTER_NATIVE = re.compile(r"人(?:[，,。；;、）)]|$)")


@dataclass(frozen=True)
class SubjectPlace:
    adcode: int
    name: str
    weight: float
    in_title: bool
    why: str


@dataclass
class _Mentions:
    """How often a place stands in the title, the opening, further on, and in passing."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def weight(self) -> float:
        count = self.counts["opening"] + self.counts["further"]
        return (
            TITLE_WEIGHT * bool(self.counts["title"])
            + OPENING_WEIGHT * bool(self.counts["opening"])
            + (1 + math.log(count) * 2 if count else 0)
            + PASSING_WEIGHT * min(self.counts["passing"], 3)
        )

    @property
    def why(self) -> str:
        times = self.counts.total()
        if in_title := self.counts["title"]:
            total = f"，全文 {times} 次" if times > in_title else ""
            return f"标题写到「{self.name}」{total}"
        return f"文中写到「{self.name}」 {times} 次"


def find_subject_places(title: str, text: str) -> list[SubjectPlace]:
    """Return the places the text is about, the weightiest first; at most five."""
    mentions = _count_mentions(title, blank_boilerplate(text))
    if not mentions:
        return []
    least = LEAST if len(text) < LONG else TWICE
    bar = max(least, SHARE * max(place.weight for place in mentions.values()))
    subjects = {
        code: place
        for code, place in mentions.items()
        if place.weight >= bar or place.counts["title"]
    }
    subjects = {code: place for code, place in subjects.items() if not _is_address(code, subjects)}
    if len(subjects) > MAX_SUBJECT_PLACES:  # a round-up of the country: keep the prominent places
        least = sorted((place.weight for place in subjects.values()), reverse=True)[
            MAX_SUBJECT_PLACES
        ]
        subjects = {code: place for code, place in subjects.items() if place.weight > least}
    order = sorted(subjects.items(), key=lambda pair: (-pair[1].weight, pair[0]))
    return [
        SubjectPlace(
            code,
            require_region(code).short_name,
            place.weight,
            bool(place.counts["title"]),
            place.why,
        )
        for code, place in order
    ]


def _is_address(code: int, subjects: dict[int, _Mentions]) -> bool:
    """Whether it is a province that is named only to say where another place lies: 湖南湘西."""
    return (
        require_region(code).parent_id is None
        and not subjects[code].counts["title"]
        and any(
            place.weight >= subjects[code].weight and require_region(other_code).parent_id == code
            for other_code, place in subjects.items()
        )
    )


def _count_mentions(title: str, text: str) -> dict[int, _Mentions]:
    """Return {code: mentions}; short names in the text may refer to places of the title."""
    joined_text = f"{title}\n{text}"
    opening = len(title) + 1 + OPENING_LENGTH + len(text) - len(text.lstrip())
    hits = find_places(joined_text)
    listed, origins = _find_listed(hits, joined_text), _find_origins(hits, joined_text)
    mentions: dict[int, _Mentions] = {}
    for number, hit in enumerate(hits):
        part = "opening" if hit.start < opening else "further"
        if number in origins:
            part = "passing"
        elif hit.start < len(title):
            is_address = _is_province_of_next(hits[number : number + 2], joined_text)
            part = "passing" if is_address else "title"
        elif number in listed or _CLAIMED.search(joined_text, max(0, hit.start - 6), hit.start):
            part = "passing"
        mentions.setdefault(hit.adcode, _Mentions(hit.name)).counts[part] += 1
    return mentions


def _is_province_of_next(hits: Sequence[PlaceHit], text: str) -> bool:
    """Whether the first hit is a province that only says where the place right behind it lies: a report on 湖北武汉 is
    not about the whole province."""
    if len(hits) < 2:
        return False
    province, place = hits
    if text[province.end : place.start] not in ("", " ") or province.adcode == place.adcode:
        return False
    above = {region.adcode for region in get_region_ancestors(require_region(place.adcode))}
    return require_region(province.adcode).parent_id is None and province.adcode in above


def _find_origins(hits: Sequence[PlaceHit], text: str) -> set[int]:
    """Return the indexes of hits that say where a person comes from, with those of the places right before them."""
    origins: set[int] = set()
    first = 0
    for number, hit in enumerate(hits):
        if number and hits[number - 1].end != hit.start:
            first = number
        start = hits[first].start
        is_described = _BEFORE_NATIVE.search(text, max(0, start - 1), start)
        if _NATIVE.match(text, hit.end) or (is_described and _AFTER_NATIVE.match(text, hit.end)):
            origins.update(range(first, number + 1))
    return origins


def _find_listed(hits: Sequence[PlaceHit], text: str) -> set[int]:
    """Return the indexes of hits in a list of three or more different places."""
    runs: list[list[int]] = []
    for number, hit in enumerate(hits):
        if not (runs and _is_list(hits[number - 1], hit, text)):
            runs.append([])
        runs[-1].append(number)
    return {n for run in runs if len({hits[n].adcode for n in run}) >= _LIST_LENGTH for n in run}


def _is_list(hit: PlaceHit, next_hit: PlaceHit, text: str) -> bool:
    """Whether they stand side by side, but not as the parts of one place (湖南 湘西 吉首)."""
    if not _SEPARATOR.fullmatch(text[hit.end : next_hit.start]):
        return False
    return hit.adcode not in {
        above.adcode for above in get_region_ancestors(require_region(next_hit.adcode))
    }
