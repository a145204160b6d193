"""Finds places in running text, and reads the place a listing names.

A name that only one kind of place bears counts where it stands. The short name of a county-level
place counts only with support: the place above it is named as well. Ordinary words that are also
names (朝阳, 和平, 城区) need it right before them, so that they do not tag half the country.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from . import directory
from .models import RegionLevel

DATA = Path(__file__).parent / "data"
# 南京路, 中山大道 and 北京烤鸭店 are no places of that name.
STREET = re.compile(r"[东西南北中]?(?:路|大街|大道|街|巷|胡同|桥|大厦|广场|公园)")
BETWEEN = re.compile(r"[\s\-—–·・/,，、:：>|()（）]{0,3}")
SEPARATORS = re.compile(r"[\s\-—–·・/,，、:：>|;；()（）]+")
FULL_ENDINGS = ("省", "市", "区", "县", "旗", "州", "盟")


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
        return self.name[-1] in FULL_ENDINGS and self.name not in _words("ordinary_words.txt")


@cache
def _words(name):
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(w for line in lines if not line.startswith("#") for w in line.split())


class _Names:
    """All names by their first two characters, the longest first."""

    def __init__(self):
        self.regions = {
            name: tuple(found) for name, found in directory.names().items() if len(name) > 1
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
    return _names_of(directory.version())


def _scan(text):
    names, start, found = _names(), 0, []
    while start < len(text) - 1:
        match = next(names.at(text, start), None)
        if match is None:
            start += 1
            continue
        street = not match.full and STREET.match(text, match.end)
        if match.regions and not street:
            found.append(match)
        start = street.end() if street else match.end
    return found


def _is_under(region, above):
    return any(a.adcode == above.adcode for a in directory.ancestors(region)[1:])


def _is_strong(region, match):
    """Does the name say enough by itself?"""
    if match.full:
        return True
    return region.level != RegionLevel.DISTRICT and match.name not in _words("ordinary_words.txt")


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
    under = [r for r in match.regions if _is_under(r, previous[1])]
    return under[0] if len(under) == 1 else None


def _supported(match, known):
    """The one place of this name that lies in a place named elsewhere in the text."""
    if match.name in _words("ordinary_words.txt"):
        return None
    under = [r for r in match.regions if any(_is_under(r, above) for above in known)]
    return under[0] if len(under) == 1 else None


def find_places(text):
    """The places that `text` names, in reading order, each time it names them."""
    matches = _scan(text)
    meant, previous = {}, None
    for number, match in enumerate(matches):
        region = _after(match, previous, text) or _by_itself(match)
        previous = (match, region) if region else None
        if region:
            meant[number] = region
    known = list({region.adcode: region for region in meant.values()}.values())
    for number, match in enumerate(matches):
        if number not in meant and (region := _supported(match, known)):
            meant[number] = region
    return [
        PlaceHit(region.adcode, matches[n].start, matches[n].end, matches[n].name)
        for n, region in sorted(meant.items())
    ]


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


def resolve(text, within=None):
    """The place that a short text such as 安徽省 - 合肥市 or 湘西州凤凰县 stands for.

    What can't be read as a part of the place before it is left out: 上海市 - 外滩 is 上海市.
    `within` is a place, or the code of one, that the answer must lie in.
    """
    code = getattr(within, "adcode", within)
    return _resolve(text.strip()[:100], code, directory.version())


@lru_cache(maxsize=20_000)
def _resolve(text, within, _directory):
    above = directory.get(within) if within else None
    named, region = _read(text, 0, above)
    return region if named else None
