"""The switcher: choose a city, which is remembered in a cookie."""

from collections.abc import Iterable
from typing import TypedDict

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cities.directory import regions as directory
from cities.directory.name_search import LONGEST, search_places
from cities.models import Region, RegionLevel
from cities.switcher.likely_city import (
    forget_city,
    get_remembered_city,
    guess_city_by_ip,
    remember_city,
)
from cities.switcher.redirects import build_switched_url, local_path
from sitekit.web.pages import page

LETTERS = "ABCDEFGHJKLMNOPQRSTWXYZ"


class Choice(TypedDict):
    slug: str
    label: str
    note: str


class ChoiceGroup(TypedDict):
    title: str
    choices: list[Choice]


class ProvinceGroup(TypedDict):
    province: Choice
    parts: list[Choice]


def _describe_ancestors(region: Region) -> str:
    """The places it lies in, to distinguish one 朝阳区 from another."""
    return " ".join(
        above.short_name for above in reversed(directory.get_region_ancestors(region)[1:])
    )


def _build_choice(region: Region, *, label: str = "", note: str = "") -> Choice:
    return {"slug": region.slug, "label": label or region.name, "note": note}


def _build_hot_choice(region: Region) -> Choice:
    """With the name of the hot list; if that is no longer in use, the present one is the note."""
    listed = region.hot_name
    in_use = listed in (region.name, region.short_name) or region.name.startswith(listed)
    return _build_choice(region, label=listed, note="" if in_use else f"今{region.short_name}")


def _sort_by_pinyin(regions: Iterable[Region]) -> list[Region]:
    return sorted(regions, key=lambda region: (region.pinyin, region.adcode))


def _list_results(query_text: str) -> list[Choice]:
    places = search_places(query_text)
    return [_build_choice(place, note=_describe_ancestors(place)) for place in places]


def _list_provinces() -> list[ProvinceGroup]:
    """Each province with the places directly below it."""
    groups: list[ProvinceGroup] = []
    for province in directory.list_provinces():
        is_city = directory.get_city(province) is not None
        parts = [] if is_city else directory.get_region_children(province)
        groups.append(
            {
                "province": _build_choice(province, label=province.short_name),
                "parts": [_build_choice(region, label=region.short_name) for region in parts],
            }
        )
    return groups


def _list_counties_by_initial(letter: str) -> list[ChoiceGroup]:
    counties = [
        region
        for region in directory.list_regions()
        if region.level == RegionLevel.DISTRICT and region.initials[:1].upper() == letter
    ]
    choices = [
        _build_choice(region, note=_describe_ancestors(region))
        for region in _sort_by_pinyin(counties)
    ]
    return [{"title": "", "choices": choices}] if choices else []


def _list_counties_of_province(province: Region) -> list[ChoiceGroup]:
    groups: list[ChoiceGroup] = []
    direct: list[Choice] = []
    for part in directory.get_region_children(province):
        if part.level == RegionLevel.DISTRICT:
            direct.append(_build_choice(part))
        elif inside := directory.get_region_children(part):
            groups.append(
                {"title": part.short_name, "choices": [_build_choice(region) for region in inside]}
            )
    if direct:
        title = "各区县" if directory.get_city(province) else "省直辖"
        groups.insert(0, {"title": title, "choices": direct})
    return groups


def _list_counties(request: HttpRequest) -> tuple[str, list[ChoiceGroup], str, str]:
    """(heading, groups, letter, slug of the province) of the query parameters; all may be empty."""
    letter = request.GET.get("initial", "").strip().upper()
    if letter and letter in LETTERS:
        return f"拼音 {letter} 开头的区县", _list_counties_by_initial(letter), letter, ""
    province = directory.get_region_by_slug(request.GET.get("province", ""))
    if province is not None and province.level == RegionLevel.PROVINCE:
        heading = f"{province.short_name}的区县"
        return heading, _list_counties_of_province(province), "", province.slug
    return "", [], "", ""


@page(takes="read", cache="never")
def show_switcher(request: HttpRequest) -> HttpResponse:
    query_text = request.GET.get("q", "").strip()[:LONGEST]
    context: dict[str, object] = {
        "asked": query_text,
        "next": local_path(request.GET.get("next", "")),
        "results": _list_results(query_text) if query_text else [],
    }
    if request.GET.get("part") == "results":
        return render(request, "cities/switcher/_results.html", context)
    heading, groups, letter, province = _list_counties(request)
    guess = guess_city_by_ip(request)
    context |= {
        "suggested": _build_choice(guess, label=guess.short_name) if guess else None,
        "chosen": get_remembered_city(request),
        "hot": [_build_hot_choice(region) for region in directory.list_hot_regions()],
        "provinces": _list_provinces(),
        "letters": LETTERS,
        "counties_heading": heading,
        "counties": groups,
        "initial": letter,
        "province": province,
    }
    return render(request, "cities/switcher/index.html", context)


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
