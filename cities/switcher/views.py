"""The switcher: choose a city, which is remembered in a cookie."""

from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cities.directory import regions as directory
from cities.directory.name_search import LONGEST, search_places
from cities.models import Region, RegionLevel
from cities.switcher.likely_city import (
    COOKIE,
    get_remembered_city,
    guess_city_by_ip,
    remember_city,
)
from cities.switcher.redirects import build_switched_url, clean_local_path
from sitekit.web.pages import page

LETTERS = "ABCDEFGHJKLMNOPQRSTWXYZ"


class Choice(NamedTuple):
    slug: str
    label: str
    note: str = ""


class ChoiceGroup(NamedTuple):
    title: str
    choices: list[Choice]


def _build_noted_choice(region: Region) -> Choice:
    """The note has the places it lies in, to distinguish one 朝阳区 from another."""
    ancestors = directory.get_region_ancestors(region)[1:]
    note = " ".join(above.short_name for above in reversed(ancestors))
    return Choice(region.slug, region.name, note)


def _build_hot_choice(region: Region) -> Choice:
    """With the name of the hot list; if that is no longer in use, the present one is the note."""
    listed = region.hot_name
    in_use = listed in (region.name, region.short_name) or region.name.startswith(listed)
    return Choice(region.slug, listed, "" if in_use else f"今{region.short_name}")


def _list_provinces() -> list[tuple[Region, list[Region]]]:
    """Return each province with the places directly below it, none below one that is a city."""
    return [
        (province, [] if directory.get_city(province) else directory.get_region_children(province))
        for province in directory.list_provinces()
    ]


def _list_counties_by_initial(letter: str) -> list[ChoiceGroup]:
    counties = [
        region
        for region in directory.list_regions()
        if region.level == RegionLevel.DISTRICT and region.initials[:1].upper() == letter
    ]
    counties.sort(key=lambda region: (region.pinyin, region.adcode))
    choices = [_build_noted_choice(region) for region in counties]
    return [ChoiceGroup("", choices)] if choices else []


def _list_counties_of_province(province: Region) -> list[ChoiceGroup]:
    groups: list[ChoiceGroup] = []
    direct: list[Choice] = []
    for part in directory.get_region_children(province):
        if part.level == RegionLevel.DISTRICT:
            direct.append(Choice(part.slug, part.name))
        elif inside := directory.get_region_children(part):
            choices = [Choice(region.slug, region.name) for region in inside]
            groups.append(ChoiceGroup(part.short_name, choices))
    if direct:
        title = "各区县" if directory.get_city(province) else "省直辖"
        groups.insert(0, ChoiceGroup(title, direct))
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
    target = clean_local_path(request.GET.get("next", ""))
    near = directory.get_region_by_slug(target.split("/")[1]) if target else None
    places = search_places(query_text, near=near or get_remembered_city(request))
    context: dict[str, object] = {
        "asked": query_text,
        "next": target,
        "results": [_build_noted_choice(place) for place in places],
    }
    if request.GET.get("part") == "results":
        return render(request, "cities/switcher/_results.html", context)
    heading, groups, letter, province = _list_counties(request)
    context |= {
        "suggested": guess_city_by_ip(request),
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
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
