"""The switcher: choose a city, which is remembered in a cookie."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cities.directory import regions as directory
from cities.directory.centres import list_centres
from cities.directory.form_fields import name_hot_place
from cities.directory.name_search import MAX_NAME_QUERY_LENGTH, find_place_meant, search_places
from cities.models import Region, RegionLevel
from cities.switcher.likely_city import (
    forget_city,
    get_remembered_city,
    get_visited_city,
    guess_city_by_ip,
    remember_city,
)
from cities.switcher.place_counts import PLACE_COUNTER
from cities.switcher.redirects import build_switched_url, clean_local_path
from sitekit.web.pages import page

type PlaceNumbers = Mapping[int, int]
MAX_HOT = 32  # that a phone shows at once
LETTERS = "ABCDEFGHJKLMNOPQRSTWXYZ"


class Choice(NamedTuple):
    slug: str
    label: str
    note: str = ""
    number: int = 0  # of what there is to see


class ProvinceChoices(NamedTuple):
    province: Choice
    places: list[Choice]


class ChoiceGroup(NamedTuple):
    title: str
    choices: list[Choice]


def _build_choice(region: Region, numbers: PlaceNumbers, label: str = "", note: str = "") -> Choice:
    return Choice(region.slug, label or region.name, note, numbers.get(region.adcode, 0))


def _build_noted_choice(region: Region, numbers: PlaceNumbers) -> Choice:
    """The note has the places it lies in, to distinguish one 朝阳区 from another."""
    ancestors = directory.get_region_ancestors(region)[1:]
    note = " ".join(above.short_name for above in reversed(ancestors))
    return _build_choice(region, numbers, note=note)


def _build_hot_choice(region: Region, numbers: PlaceNumbers) -> Choice:
    """With the name of the hot list; if that is no longer in use, the present one is the note."""
    if not region.hot_name:
        return _build_choice(region, numbers, name_hot_place(region))
    listed = region.hot_name
    in_use = listed in (region.name, region.short_name) or region.name.startswith(listed)
    return _build_choice(region, numbers, listed, "" if in_use else f"今{region.short_name}")


def _list_provinces(numbers: PlaceNumbers) -> list[ProvinceChoices]:
    """Return each province with the places directly below it, none below one that is a city."""
    return [
        ProvinceChoices(
            _build_choice(province, numbers, province.short_name),
            [
                _build_choice(place, numbers, place.short_name)
                for place in directory.get_region_children(province)
                if not directory.get_city(province)
            ],
        )
        for province in directory.list_provinces()
    ]


def _list_counties_by_initial(letter: str, numbers: PlaceNumbers) -> list[ChoiceGroup]:
    counties = [
        region
        for region in directory.list_regions()
        if region.level == RegionLevel.DISTRICT and region.initials[:1].upper() == letter
    ]
    counties.sort(key=lambda region: (region.pinyin, region.adcode))
    choices = [_build_noted_choice(region, numbers) for region in counties]
    return [ChoiceGroup("", choices)] if choices else []


def _list_counties_of_province(province: Region, numbers: PlaceNumbers) -> list[ChoiceGroup]:
    groups: list[ChoiceGroup] = []
    direct: list[Choice] = []
    for part in directory.get_region_children(province):
        if part.level == RegionLevel.DISTRICT:
            direct.append(_build_choice(part, numbers))
        elif inside := directory.get_region_children(part):
            choices = [_build_choice(region, numbers) for region in inside]
            groups.append(ChoiceGroup(part.short_name, choices))
    if direct:
        title = "各区县" if directory.get_city(province) else "省直辖"
        groups.insert(0, ChoiceGroup(title, direct))
    return groups


def _list_counties(
    request: HttpRequest, numbers: PlaceNumbers
) -> tuple[str, list[ChoiceGroup], str, str]:
    """(heading, groups, letter, slug of the province) of the query parameters; all may be empty."""
    letter = request.GET.get("initial", "").strip().upper()
    if letter and letter in LETTERS:
        return f"拼音 {letter} 开头的区县", _list_counties_by_initial(letter, numbers), letter, ""
    province = directory.get_region_by_slug(request.GET.get("province", ""))
    if province is not None and province.level == RegionLevel.PROVINCE:
        heading = f"{province.short_name}的区县"
        return heading, _list_counties_of_province(province, numbers), "", province.slug
    return "", [], "", ""


@page(takes="read", cache="never")
def show_switcher(request: HttpRequest) -> HttpResponse:
    query_text = request.GET.get("q", "").strip()[:MAX_NAME_QUERY_LENGTH]
    target = clean_local_path(request.GET.get("next", ""))
    near_place = directory.get_region_by_slug(target.split("/")[1]) if target else None
    near_place = near_place or get_visited_city(request)
    places = search_places(query_text, near_place=near_place)
    if "go" in request.GET and (meant := find_place_meant(query_text, places)):
        return redirect("city_home", meant)
    numbers = PLACE_COUNTER.count()
    context: dict[str, object] = {
        "asked": query_text,
        "next": target,
        "results": [_build_noted_choice(place, numbers) for place in places],
    }
    if request.GET.get("part") == "results":
        return render(request, "cities/switcher/_results.html", context)
    hot = [_build_hot_choice(region, numbers) for region in directory.list_hot_regions()]
    heading, groups, letter, province = _list_counties(request, numbers)
    context |= {
        "suggested": guess_city_by_ip(request),
        "chosen": get_remembered_city(request),
        "near": near_place,
        "hot": hot[:MAX_HOT],
        "less_hot": hot[MAX_HOT:],
        "has_numbers": bool(numbers),
        "provinces": _list_provinces(numbers),
        "near_province": directory.get_province(near_place).slug if near_place else "",
        "letters": LETTERS,
        "counties_heading": heading,
        "counties": groups,
        "initial": letter,
        "province": province,
    }
    return render(request, "cities/switcher/index.html", context)


@page(takes="read", cache=86400)
def show_centres(request: HttpRequest) -> HttpResponse:
    """The slug and the centre of every county, so that a browser finds the nearest without telling where it is."""
    return HttpResponse(_draw_centres(directory.get_region_cache_version()), "application/json")


@lru_cache(maxsize=1)
def _draw_centres(_cache_version: object) -> str:
    centres = [
        (region.slug, round(point.latitude, 3), round(point.longitude, 3))
        for region, point in list_centres()
    ]
    return json.dumps(centres, separators=(",", ":"))


@page(takes="post")
def switch_city(request: HttpRequest) -> HttpResponse:
    """Remember the choice and redirect there; an empty choice is the whole country and forgets it."""
    slug = request.POST.get("city", "")
    region = directory.get_region_by_slug(slug) if slug else None
    if slug and region is None:
        raise Http404("no such place")
    region = directory.get_current_region(region) if region else None
    response = redirect(build_switched_url(request.POST.get("next", ""), region))
    if region:
        remember_city(response, region, secure=request.is_secure())
    else:
        forget_city(response)
    return response
