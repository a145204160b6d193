"""Where the work is: a place of the directory, and the address inside it."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from cities.directory.form_fields import format_place_words
from cities.directory.gazetteer import find_places, list_places_meant
from cities.directory.regions import get_region
from cities.models import Region, RegionLevel
from listings.post_reader.post_text import FieldReading, PostText, Span

_SUFFIX = (
    "路|街|大道|巷|号|广场|万达|步步高|大悦城|商场|大厦|写字楼|小区|花园|学校|大学城|大学|小学|完小|中学|幼儿园|医院|市场|花市|中心"
    "|酒店|客栈|古城|景区|展馆|体育馆|[车高]铁站|火车站|机场|停车场|货场|浴场|仓库|仓|园区|科技城|工业园|皮具城|商圈|步行街|港|镇|村|乡"
    "|湖|口|楼|店|馆|厂|校区|食堂|花园|公园|园"
)
_LONGEST_ADDRESS = 80  # characters looked at
_AFTER = r"(?:附近|旁边?|门口|对面|路口|负?[一二三四五六\d]楼|\d+号|这边)?"
_ADDRESS = re.compile(rf"[\u4e00-\u9fffa-z0-9·]{{1,28}}(?:{_SUFFIX}){_AFTER}")
# What comes after the address, in a clause that goes on.
_STOP = re.compile(
    r"招|找|缺|急|诚|需要?(?!求)|[的某那\0(（)）]|发(?!展)|做|接站|遛|摘|(?<![东西南北])要|有(?:没有|人)|晚上|包|开|忙|搬|聘|组织"
)
_LEAD = re.compile(r"^(?:我们店|我们|就|地点|地址)?(?:在|位于|家住|家在|于)")
_MIDDLE = re.compile(r"(?:在|位于|家住|家在)(?=[\u4e00-\u9fff]{2})")
_KIND_ONLY = re.compile(
    r"[\u4e00-\u9fff]{1,3}(?:店|厂|楼|仓库|酒店|学校|小区|口)|(?:咖啡|健身|美术|茶|猫咖)馆|[\u4e00-\u9fff]{1,2}园"
)
# The short name of a place is part of these: 凤凰古城, 吉首大学.
_NAMED_AFTER_PLACE = re.compile(r"古城|大学|学院|火车站|高铁站|机场|体育|[一二三]中|站|人民医院")
_OF_PEOPLE = re.compile(r"(?:本地|户籍|户口|籍)?(?:人|话)?优先|本地")


class _PlaceMention(NamedTuple):
    region: Region
    span: Span


def read_place(post: PostText, home: Region | None) -> dict[str, FieldReading]:
    """Return the place and the address; `home` is the city of the page, where none is named."""
    mentions = _find_mentions(post, home)
    readings: dict[str, FieldReading] = {}
    if place := _choose_place(mentions):
        readings["place"] = FieldReading([format_place_words(place.region)], [place.span])
    elif home is not None:
        note = f"没写区县，先按{home.short_name}。"
        readings["place"] = FieldReading([format_place_words(home)], [], note)
    if span := _find_address(post, mentions):
        readings["address"] = FieldReading([post.cut(span).strip()], [span])
        post.take(span, is_nameable=True)
    post.take(*(mention.span for mention in mentions))
    return readings


def _find_mentions(post: PostText, home: Region | None) -> list[_PlaceMention]:
    """Return places where clauses begin, as one inside `home` is named; and those named in full."""
    mentions: list[_PlaceMention] = []
    if home is not None:
        for clause in post.clauses:
            text = post.text[clause.start : clause.end]
            for begin in (_skip_lead(text), *(m.end() for m in _MIDDLE.finditer(text))):
                mention = _read_inside(post, home, clause.start + begin, clause.end)
                mentions += [mention] if mention else []
    in_mentions = {place for mention in mentions for place in range(*mention.span)}
    lead = f"{home.name}。" if home else ""
    for hit in find_places(lead + post.written):
        span = hit.start - len(lead), hit.end - len(lead)
        region = get_region(hit.adcode)
        is_known = span[0] in in_mentions
        if region and span[0] >= 0 and not is_known and not _OF_PEOPLE.match(post.text, span[1]):
            mentions.append(_PlaceMention(region, span))
            in_mentions.update(range(*span))
    return sorted(mentions, key=lambda mention: mention.span)


def _skip_lead(text: str) -> int:
    match = _LEAD.match(text)
    return match.end() if match else len(text) - len(text.lstrip())


def _read_inside(post: PostText, home: Region, start: int, end: int) -> _PlaceMention | None:
    """Return the place named at `start`, if it lies in `home` or is it."""
    words = post.text[start : min(end, start + 12)]
    for length in range(2, len(words) + 1):
        places = list_places_meant(f"{home.name}{words[:length]}")
        if len(places) != 1 or places[0].adcode == home.adcode:
            continue
        place = places[0]
        longer = words[: length + 1]
        end = start + (len(longer) if longer.endswith(place.name) else length)
        return _PlaceMention(place, (start, end))
    names = (name for name in (home.name, home.short_name) if words.startswith(name))
    name = next(names, "")
    return _PlaceMention(home, (start, start + len(name))) if name else None


def _choose_place(mentions: list[_PlaceMention]) -> _PlaceMention | None:
    """Return the narrowest place; of several districts what they have in common."""
    if not mentions:
        return None
    first = mentions[0]
    districts = [m for m in mentions if m.region.level == RegionLevel.DISTRICT]
    codes = {m.region.adcode for m in districts}
    if len(codes) == 1:
        return districts[0]
    if not codes:
        cities = [m for m in mentions if m.region.level == RegionLevel.CITY]
        return cities[0] if cities else first
    parents = {m.region.parent_id for m in districts}
    parent = get_region(parents.pop()) if len(parents) == 1 else None
    return _PlaceMention(parent, first.span) if parent else districts[0]


def _find_address(post: PostText, mentions: list[_PlaceMention]) -> Span | None:
    # Where several places are named by the same character, the first one counts.
    places = {place: m for m in reversed(mentions) for place in range(*m.span)}
    for clause in post.clauses:
        if clause.label == "address":
            return _trim_places(post, places, clause.start, clause.end)
    free = post.free
    best: Span | None = None
    for clause in post.clauses:
        if clause.label in ("requirements", "contact", "pay", "settlement"):
            continue
        text = post.text[clause.start : clause.end]
        begins = [clause.start + _skip_lead(text)]
        begins += [clause.start + match.end() for match in _MIDDLE.finditer(text)]
        for begin in begins:
            inside = places.get(begin) or places.get(begin + 1)
            is_led = bool(inside) or begin > clause.start
            start = _end_of_places(places, begin) if inside else begin
            if inside and _NAMED_AFTER_PLACE.match(free, start):
                start = inside.span[0]
            span = _read_address(free, start, clause.end, is_led=is_led)
            if span and (best is None or is_led):
                if is_led:
                    return span
                best = span
    return best


def _end_of_places(places: Mapping[int, _PlaceMention], start: int) -> int:
    while start in places:
        start = places[start].span[1]
    return start


def _trim_places(
    post: PostText, places: Mapping[int, _PlaceMention], start: int, end: int
) -> Span | None:
    """Return what an address line says after the places it begins with."""
    start += len(post.text[start:end]) - len(post.text[start:end].lstrip())
    address_start = _end_of_places(places, start)
    if post.text[address_start : address_start + 1] in "、和":  # several places are the address
        address_start = start
    span = (address_start if address_start < end else start), end
    return span if post.text[span[0] : span[1]].strip() else None


def _read_address(text: str, start: int, end: int, *, is_led: bool) -> Span | None:
    """Return the address that begins here; without a place or 在 before it only a clear one."""
    end = min(end, start + _LONGEST_ADDRESS)
    stop = _STOP.search(text, start, end)
    end = stop.start() if stop else end
    match = _ADDRESS.match(text, start, end)
    if match and not (_KIND_ONLY.fullmatch(match[0]) and not is_led) and len(match[0]) > 2:
        return match.span()
    if is_led and 2 <= len(text[start:end].strip()) <= 12 and not match:
        words = text[start:end]
        return (
            (start, start + len(words.rstrip()))
            if re.fullmatch(r"[\u4e00-\u9fff]{2,12}\s*", words)
            else None
        )
    return None
