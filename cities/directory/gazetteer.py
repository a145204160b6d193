"""Find places in running text, and parse the place that a listing names.

An unambiguous name always counts. The short name of a county-level place counts only with support:
its prefecture or its own full name is named too, or, if the name is no other word, the words around
it speak of a place (吉首警方, 在吉首). Ordinary words that are also names (朝阳, 和平, 城区) count only
right after the place above them. Names inside other names (streets, firms, newspapers, persons) are
left out by `false_place_names`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from cities.directory.false_place_names import (
    STREET_PATTERN,
    Breaks,
    is_firm,
    is_paper,
    is_person_name_at,
)
from cities.directory.regions import (
    CITY_PROVINCES,
    get_region,
    get_region_ancestors,
    get_region_cache_version,
    map_regions_by_name,
    rank_region,
)
from cities.models import Region, RegionLevel
from textkit.segmentation import read_word_file, tag_words

DATA = Path(__file__).parent.parent / "data"
GAP_WITHIN_PLACE = re.compile(r"[\s\-—–·・/,，、:：>|()（）]{0,3}")
PLACE_SEPARATORS = re.compile(r"[\s\-—–·・/,，、:：>|;；()（）]+")
FULL_ENDINGS = ("省", "市", "区", "县", "旗", "州", "盟")
UNMISTAKABLE_NAME_LENGTH = 3  # characters: 张家港, 神农架
# Words after or before which the short name of a county is a place: 吉首警方, 保靖一女子; 在吉首, 赴保靖.
WORDS_AFTER_PLACE = re.compile(
    r"公安|警方|警察|民警|网警|交警|刑警|反诈|派出所|检察|法院|消防|市场监管|人社|税务|县|市|城区|境内|当地"
    r"|居民|市民|村民|群众|籍|[一二两三][名位]?(?:女|男|大|学|老|商|市|村|居)|某[^\s]|(?:女子|男子)"
)
WORDS_BEFORE_PLACE = re.compile(r"(?:[在赴抵于返回]|来到|前往|位于|家住|地处|发生在)$")


# The name of an authority begins with its place, and the dictionary may have both as one word: 北京市公安局.
AUTHORITY_PATTERN = re.compile(
    r"公安|人民|检察|法院|中级|高级|反诈|人力资源|人社|市场监督|市场监管|司法|税务|教育|网信|民政"
)
# 北京市公安局朝阳分局, 上海市公安局浦东新区分局: a branch is named by its district.
HEAD_OFFICE, BRANCH = re.compile(r"公安局|公安"), re.compile(r"(?:公安)?分局|派出所")


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
    regions: tuple[Region, ...]  # () for a word that means no place

    @property
    def is_full(self) -> bool:
        """Whether it is a full name, which can only be a place: 凤凰县, 蔚县, but not 城区."""
        return self.name[-1] in FULL_ENDINGS and not self.is_ordinary

    @property
    def is_official(self) -> bool:
        """Whether it is a full name that does not end in 州. Those may be short names: 徐州路 is no place."""
        return self.is_full and self.name[-1] != "州"

    @property
    def is_ordinary(self) -> bool:
        return self.name in _read_ordinary_words()


@cache
def _read_ordinary_words() -> frozenset[str]:
    return read_word_file(DATA / "ordinary_words.txt")


class _Names:
    """All names by their first two characters, the longest first."""

    def __init__(self) -> None:
        by_name = map_regions_by_name().items()
        self.regions: dict[str, tuple[Region, ...]] = {
            name: tuple(regions) for name, regions in by_name if len(name) > 1
        }
        for word in read_word_file(DATA / "blockers.txt"):
            self.regions.setdefault(word, ())
        lengths: dict[str, set[int]] = {}
        for name in self.regions:
            lengths.setdefault(name[:2], set()).add(len(name))
        self.lengths = {head: sorted(of_head, reverse=True) for head, of_head in lengths.items()}

    def iterate_matches(self, text: str, start: int) -> Iterator[_Match]:
        """Yield the names that begin at `start`, the longest first."""
        for length in self.lengths.get(text[start : start + 2], ()):
            name = text[start : start + length]
            if name in self.regions:
                yield _Match(start, start + length, name, self.regions[name])


@lru_cache(maxsize=1)
def _build_names(_cache_version: object) -> _Names:
    return _Names()


def _find_matches(text: str) -> list[_Match]:
    names = _build_names(get_region_cache_version())
    start, matches, breaks = 0, [], Breaks(text)
    while start < len(text) - 1:
        match = None
        if text[start : start + 2] in names.lengths:
            candidates = names.iterate_matches(text, start)
            match = next((m for m in candidates if _is_whole_word(m, text, breaks)), None)
        if match is None:
            start += 1
            continue
        street = not match.is_official and STREET_PATTERN.match(text, match.end)
        if match.regions and not street and not _is_false_name(match, text, breaks):
            matches.append(match)
        start = street.end() if street else match.end
    return matches


def _is_whole_word(match: _Match, text: str, breaks: Breaks) -> bool:
    if breaks.is_word(text, match.start, match.end):
        return True
    if BRANCH.match(text, match.end) and text.endswith("公安局", 0, match.start):
        return True  # 公安局长清分局 is cut into 局长 and more
    is_organ = match.is_full and AUTHORITY_PATTERN.match(text, match.end)
    return bool(is_organ) and breaks.begins_word(match.start)


def _is_false_name(match: _Match, text: str, breaks: Breaks) -> bool:
    return (
        (not match.is_official and is_firm(text, match.start, match.end))
        or is_paper(text, match.end)
        or (len(match.name) == 2 and is_person_name_at(text, match.start, breaks))
    )


def _is_under(region: Region, above: Region) -> bool:
    return any(ancestor.adcode == above.adcode for ancestor in get_region_ancestors(region)[1:])


def _resolve_alone(match: _Match) -> Region | None:
    """Return the only place that the name can mean without support; a province before a city of the same name."""
    strong = [
        region
        for region in match.regions
        if match.is_full or (region.level != RegionLevel.DISTRICT and not match.is_ordinary)
    ]
    for level in (RegionLevel.PROVINCE, RegionLevel.CITY):
        if same_level := [region for region in strong if region.level == level]:
            return same_level[0] if len(same_level) == 1 else None
    return strong[0] if len(strong) == 1 else None


def _resolve_after(
    match: _Match, previous: tuple[_Match, Region] | None, text: str
) -> Region | None:
    """Return the place that the name means right after another place: 北京朝阳, 湖南 湘西 凤凰."""
    if previous is None:
        return None
    between = previous[0].end, match.start
    is_branch = BRANCH.match(text, match.end) and HEAD_OFFICE.fullmatch(text, *between)
    if not (is_branch or GAP_WITHIN_PLACE.fullmatch(text, *between)):
        return None
    above, regions = previous[1], list(match.regions)
    if is_branch:  # 黄山市公安局黄山分局: a district named like its city has no short name
        longer = map_regions_by_name().get(f"{match.name}区", ())
        regions += [region for region in longer if region not in regions]
    # An ordinary word needs the place directly above it: 长沙芙蓉, not 湖南芙蓉.
    under = [
        region
        for region in regions
        if (region.parent_id == above.adcode if match.is_ordinary else _is_under(region, above))
    ]
    return under[0] if len(under) == 1 else None


def _resolve_named_in_full(
    match: _Match, alone: Region | None, named_in_full: Iterable[Region]
) -> Region | None:
    """Return the place that the text also names in full: after 龙山县, 龙山 is not 龙山区. But after 长沙县, 长沙 may
    be the city around it."""
    if match.is_full:
        return None
    fitting = {region.adcode: region for region in named_in_full if region in match.regions}
    region = next(iter(fitting.values())) if len(fitting) == 1 else None
    return None if region is None or (alone and _is_under(region, alone)) else region


def _resolve_with_support(match: _Match, known_codes: set[int], text: str) -> Region | None:
    """Return the one place of this name that the other places in the text support."""
    if match.is_ordinary:
        return None
    if len(match.regions) == 1 and _has_place_context(match, text):
        return match.regions[0]
    supported = [
        region
        for region in match.regions
        if region.adcode in known_codes or region.parent_id in known_codes
    ]
    return supported[0] if len(supported) == 1 else None


def _has_place_context(match: _Match, text: str) -> bool:
    if len(match.name) >= UNMISTAKABLE_NAME_LENGTH or WORDS_AFTER_PLACE.match(text, match.end):
        return True
    before = WORDS_BEFORE_PLACE.search(text, max(0, match.start - 3), match.start)
    return bool(before) and _is_only_a_place(match.name)


@lru_cache(maxsize=5_000)
def _is_only_a_place(name: str) -> bool:
    """Whether the name is no other word, by the dictionary's parts of speech."""
    parts = {part for _, part in tag_words(name)}
    return parts <= {"ns", "nz", "x"}


def find_places(text: str) -> list[PlaceHit]:
    """Return the places that the text names, in reading order, each time it names them."""
    matches = _find_matches(text)
    by_match: dict[int, Region] = {}
    previous: tuple[_Match, Region] | None = None
    named_in_full: list[Region] = []
    for number, match in enumerate(matches):
        alone = _resolve_alone(match)
        region = (
            _resolve_after(match, previous, text)
            or _resolve_named_in_full(match, alone, named_in_full)
            or alone
        )
        previous = (match, region) if region else None
        if region and match.is_full:
            named_in_full.append(region)
        if region:
            by_match[number] = region
    by_match |= _resolve_supported(matches, by_match, text)
    return [
        PlaceHit(region.adcode, matches[n].start, matches[n].end, matches[n].name)
        for n, region in sorted(by_match.items())
    ]


def _resolve_supported(
    matches: Sequence[_Match], resolved: Mapping[int, Region], text: str
) -> dict[int, Region]:
    """Return the short names that other places support; done twice, because they may support each other."""
    supported: dict[int, Region] = {}
    for _ in range(2):
        # A province alone is too wide: half of its counties are named like ordinary words.
        known_codes = {
            region.adcode
            for region in {**resolved, **supported}.values()
            if region.level != RegionLevel.PROVINCE or region.adcode in CITY_PROVINCES
        }
        for number, match in enumerate(matches):
            if number not in resolved and (
                region := _resolve_with_support(match, known_codes, text)
            ):
                supported[number] = region
    return supported


class _Chain(NamedTuple):
    """Places named one after another; several places if the last name may mean each of them."""

    length: int
    end: int
    places: tuple[Region, ...]


def _read_chain(text: str, start: int, within: Region | None) -> _Chain:
    """Return the deepest chain of places named from `start` on, the likeliest place first."""
    best = _Chain(0, start, (within,) if within else ())
    gap = PLACE_SEPARATORS.match(text, start)
    start = gap.end() if gap else start
    for match in _build_names(get_region_cache_version()).iterate_matches(text, start):
        for region in sorted(match.regions, key=rank_region):
            if within and region.adcode == within.adcode:
                chain = _read_chain(text, match.end, within)
            elif within and not _is_under(region, within):
                continue
            else:
                chain = _read_chain(text, match.end, region)
            if chain.length + 1 > best.length:
                best = chain._replace(length=chain.length + 1)
            elif (chain.length + 1, chain.end) == best[:2]:
                best = best._replace(places=tuple(dict.fromkeys(best.places + chain.places)))
    return best


def resolve_place(text: str) -> Region | None:
    """Return the place that a short text such as 安徽省 - 合肥市 or 湘西州凤凰县 names, or None.

    Words that name no place inside the one before are ignored: 上海市 - 外滩 is 上海市.
    """
    return next(iter(list_places_meant(text)), None)


def list_places_meant(text: str) -> tuple[Region, ...]:
    """Do the same as `resolve_place`, but return every place that the last name may mean, the likeliest first."""
    return _read_whole_text(text.strip()[:100], get_region_cache_version()).places


_BETWEEN_PLACES = re.compile(r"^[\s、，,;；/和与及或跟到至的·-]+")


def list_other_places(text: str) -> list[Region]:
    """Return further places that a short text names after the one that it is read as: 北京吉首 is 北京, then 吉首."""
    text = text.strip()[:100]
    chain = _read_whole_text(text, get_region_cache_version())
    if not chain.places:
        return []
    read = {region for place in chain.places for region in (place, *get_region_ancestors(place))}
    named = [get_region(hit.adcode) for hit in find_places(text) if hit.start >= chain.end]
    # A short name such as 凤凰 counts as a place only if nothing else follows it.
    text_behind = _BETWEEN_PLACES.sub("", text[chain.end :])
    behind = _read_whole_text(text_behind, get_region_cache_version())
    if behind.end >= len(text_behind):
        named += behind.places[:1]
    return list(dict.fromkeys(region for region in named if region and region not in read))


@lru_cache(maxsize=20_000)
def _read_whole_text(text: str, _cache_version: object) -> _Chain:
    return _read_chain(text, 0, None)
