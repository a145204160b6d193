"""Finds places in running text, and reads the place a listing names.

A name that only one kind of place bears counts where it stands. The short name of a county-level
place counts only with support: the prefecture above it or its own full name is named as well, or,
for a name that is nothing else, what is around it speaks of a place (吉首警方, 在吉首). Ordinary words
that are also names (朝阳, 和平, 城区) need the place above right before them, so that they do not tag
half the country. What looks like a name inside others (streets, firms, papers, persons) is in
`traps`.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from cities.directory.false_place_names import (
    Breaks,
    is_firm,
    is_paper,
    is_person,
    match_street_name,
)
from cities.directory.regions import (
    CITY_PROVINCES,
    get_region,
    get_region_ancestors,
    get_region_cache_version,
    map_regions_by_name,
)
from cities.models import RegionLevel
from textkit.segmentation import tag_words

DATA = Path(__file__).parent.parent / "data"
BETWEEN = re.compile(r"[\s\-—–·・/,，、:：>|()（）]{0,3}")
SEPARATORS = re.compile(r"[\s\-—–·・/,，、:：>|;；()（）]+")
FULL_ENDINGS = ("省", "市", "区", "县", "旗", "州", "盟")
UNMISTAKABLE = 3  # characters: 张家港, 神农架
# What makes the short name of a county-level place that one: 吉首警方, 保靖一女子; 在吉首, 赴保靖.
AFTERWARDS = re.compile(
    r"公安|警方|警察|民警|网警|交警|刑警|反诈|派出所|检察|法院|消防|市场监管|人社|税务|县|市|城区|境内|当地"
    r"|居民|市民|村民|群众|籍|[一二两三][名位]?(?:女|男|大|学|老|商|市|村|居)|某[^\s]|(?:女子|男子)"
)
BEFORE = re.compile(r"(?:[在赴抵于返回]|来到|前往|位于|家住|地处|发生在)$")


@dataclass(frozen=True)
class PlaceHit:
    adcode: int
    start: int
    end: int
    name: str


@dataclass
class _Match:
    start: int
    end: int
    name: str
    regions: tuple  # () for a word that means no place

    @property
    def full(self):
        """Said so fully that it can be nothing but a place: 凤凰县, 蔚县, but not 城区."""
        return self.name[-1] in FULL_ENDINGS and not self.ordinary

    @property
    def official(self):
        """As full, without the names on 州, which are short for others: 徐州路 is no place."""
        return self.full and self.name[-1] != "州"

    @property
    def ordinary(self):
        return self.name in _words("ordinary_words.txt")


@cache
def _words(name):
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(w for line in lines if not line.startswith("#") for w in line.split())


class _Names:
    """All names by their first two characters, the longest first."""

    def __init__(self):
        self.regions = {
            name: tuple(found) for name, found in map_regions_by_name().items() if len(name) > 1
        }
        for word in _words("blockers.txt"):
            self.regions.setdefault(word, ())
        lengths = {}
        for name in self.regions:
            lengths.setdefault(name[:2], set()).add(len(name))
        self.lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}

    def at(self, text, start):
        """Names that begin at `start`, the longest first."""
        for length in self.lengths.get(text[start : start + 2], ()):
            name = text[start : start + length]
            if name in self.regions:
                yield _Match(start, start + length, name, self.regions[name])


@lru_cache(maxsize=1)
def _names_of(_directory):
    return _Names()


def _names():
    """Made anew whenever the directory is."""
    return _names_of(get_region_cache_version())


def _scan(text):
    names, start, found, breaks = _names(), 0, [], Breaks(text)
    while start < len(text) - 1:
        if text[start : start + 2] not in names.lengths:
            start += 1
            continue
        match = _first(names.at(text, start), text, breaks)
        if match is None:
            start += 1
            continue
        street = not match.official and match_street_name(text, match.end)
        if match.regions and not street and not _is_trap(match, text, breaks):
            found.append(match)
        start = street.end() if street else match.end
    return found


def _first(matches, text, breaks):
    """The longest name that is a word here."""
    return next((m for m in matches if breaks.fit(text, m.start, m.end)), None)


def _is_trap(match, text, breaks):
    return (
        (not match.official and is_firm(text, match.start, match.end))
        or is_paper(text, match.end)
        or (len(match.name) == 2 and is_person(text, match.start, breaks))
    )


def _is_under(region, above):
    return any(a.adcode == above.adcode for a in get_region_ancestors(region)[1:])


def _is_strong(region, match):
    """Does the name say enough by itself?"""
    return match.full or (region.level != RegionLevel.DISTRICT and not match.ordinary)


def _by_itself(match):
    """The only place a name can mean without help; a province goes before a city of its name."""
    strong = [r for r in match.regions if _is_strong(r, match)]
    for level in (RegionLevel.PROVINCE, RegionLevel.CITY):
        if same := [r for r in strong if r.level == level]:
            return same[0] if len(same) == 1 else None
    return strong[0] if len(strong) == 1 else None


def _after(match, previous, text):
    """Read together with the place named right before it: 北京朝阳, 湖南 湘西 凤凰."""
    if previous is None or not BETWEEN.fullmatch(text, previous[0].end, match.start):
        return None
    under = [r for r in match.regions if _is_right_under(r, previous[1], match)]
    return under[0] if len(under) == 1 else None


def _is_right_under(region, above, match):
    """An ordinary word needs the next place above it: no 湖南芙蓉, but 长沙芙蓉."""
    return region.parent_id == above.adcode if match.ordinary else _is_under(region, above)


def _supported(match, known, text):
    """The one place of this name that the rest of the text speaks of."""
    if match.ordinary:
        return None
    if len(match.regions) == 1 and _is_spoken_of(match, text):
        return match.regions[0]
    meant = [r for r in match.regions if r.adcode in known or r.parent_id in known]
    return meant[0] if len(meant) == 1 else None


def _is_spoken_of(match, text):
    if len(match.name) >= UNMISTAKABLE or AFTERWARDS.match(text, match.end):
        return True
    before = BEFORE.search(text, max(0, match.start - 3), match.start)
    return bool(before) and _is_only_a_place(match.name)


@lru_cache(maxsize=5_000)
def _is_only_a_place(name):
    """Is the name no other word? The dictionary's parts of speech say."""
    parts = {part for _, part in tag_words(name)}
    return parts <= {"ns", "nz", "x"}


def find_places(text):
    """The places that `text` names, in reading order, each time it names them."""
    matches = _scan(text)
    meant, previous = {}, None
    for number, match in enumerate(matches):
        region = _after(match, previous, text) or _by_itself(match)
        previous = (match, region) if region else None
        if region:
            meant[number] = region
    meant |= _more(matches, meant, text)
    return [
        PlaceHit(region.adcode, matches[n].start, matches[n].end, matches[n].name)
        for n, region in sorted(meant.items())
    ]


def _more(matches, meant, text):
    """Short names that the others support; asked twice, since they support each other."""
    more = {}
    for _ in range(2):
        # A province alone is too wide: half of its counties are named like ordinary words.
        known = {
            region.adcode
            for region in {**meant, **more}.values()
            if region.level != RegionLevel.PROVINCE or region.adcode in CITY_PROVINCES
        }
        for number, match in enumerate(matches):
            if number not in meant and (region := _supported(match, known, text)):
                more[number] = region
    return more


def _likeliest(region):
    level = {RegionLevel.PROVINCE: 0, RegionLevel.CITY: 1, RegionLevel.DISTRICT: 2}[region.level]
    return (region.hot_rank or 999, level, region.adcode)


def _read(text, start, within):
    """The deepest chain of places that `text` names from `start` on: (how many, the last)."""
    best = (0, within)
    gap = SEPARATORS.match(text, start)
    start = gap.end() if gap else start
    for match in _names().at(text, start):
        for region in sorted(match.regions, key=_likeliest):
            if within and region.adcode == within.adcode:
                rest = _read(text, match.end, within)
            elif within and not _is_under(region, within):
                continue
            else:
                rest = _read(text, match.end, region)
            if rest[0] + 1 > best[0]:
                best = (rest[0] + 1, rest[1])
    return best


def resolve_place(text, within=None):
    """The place that a short text such as 安徽省 - 合肥市 or 湘西州凤凰县 stands for.

    What can't be read as a part of the place before it is left out: 上海市 - 外滩 is 上海市.
    `within` is a place, or the code of one, that the answer must lie in.
    """
    code = getattr(within, "adcode", within)
    return _resolve(text.strip()[:100], code, get_region_cache_version())


@lru_cache(maxsize=20_000)
def _resolve(text, within, _directory):
    above = get_region(within) if within else None
    named, region = _read(text, 0, above)
    return region if named else None
