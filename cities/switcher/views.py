"""The switcher: choose a city; the choice is remembered and gone to."""

from django.http import Http404
from django.shortcuts import redirect, render

from cities.directory import regions as directory
from cities.directory.name_search import LONGEST, search_places
from cities.models import RegionLevel
from cities.switcher.likely_city import (
    forget_city,
    get_remembered_city,
    guess_city_by_ip,
    remember_city,
)
from cities.switcher.redirects import build_switched_url, local_path
from sitekit.web.pages import page

LETTERS = "ABCDEFGHJKLMNOPQRSTWXYZ"


def _where(region):
    """What a place lies in, to tell one 朝阳区 from another."""
    return " ".join(
        above.short_name for above in reversed(directory.get_region_ancestors(region)[1:])
    )


def _choice(region, *, label="", note=""):
    return {"slug": region.slug, "label": label or region.name, "note": note}


def _hot_choice(region):
    """The listed name; one no longer in use has the present name beside it."""
    listed = region.hot_name
    in_use = listed in (region.name, region.short_name) or region.name.startswith(listed)
    return _choice(region, label=listed, note="" if in_use else f"今{region.short_name}")


def _by_name(regions):
    return sorted(regions, key=lambda region: (region.pinyin, region.adcode))


def _results(asked):
    return [_choice(region, note=_where(region)) for region in search_places(asked)]


def _provinces():
    """Each province with its prefectures and what it runs directly."""
    groups = []
    for province in directory.list_provinces():
        is_city = directory.city_of(province) is not None
        parts = [] if is_city else directory.get_region_children(province)
        groups.append(
            {
                "province": _choice(province, label=province.short_name),
                "parts": [_choice(region, label=region.short_name) for region in parts],
            }
        )
    return groups


def _counties_by_initial(letter):
    counties = [
        region
        for region in directory.list_regions()
        if region.level == RegionLevel.DISTRICT and region.initials[:1].upper() == letter
    ]
    choices = [_choice(region, note=_where(region)) for region in _by_name(counties)]
    return [{"title": "", "choices": choices}] if choices else []


def _counties_of_province(province):
    groups, direct = [], []
    for part in directory.get_region_children(province):
        if part.level == RegionLevel.DISTRICT:
            direct.append(_choice(part))
        elif inside := directory.get_region_children(part):
            groups.append(
                {"title": part.short_name, "choices": [_choice(region) for region in inside]}
            )
    if direct:
        title = "各区县" if directory.city_of(province) else "省直辖"
        groups.insert(0, {"title": title, "choices": direct})
    return groups


def _counties(request):
    """(heading, groups, letter, slug of the province) that the address asks for, or empty ones."""
    letter = request.GET.get("initial", "").strip().upper()
    if letter and letter in LETTERS:
        return f"拼音 {letter} 开头的区县", _counties_by_initial(letter), letter, ""
    province = directory.by_slug(request.GET.get("province", ""))
    if province is not None and province.level == RegionLevel.PROVINCE:
        heading = f"{province.short_name}的区县"
        return heading, _counties_of_province(province), "", province.slug
    return "", [], "", ""


@page(takes="read", cache="never")
def show_switcher(request):
    asked = request.GET.get("q", "").strip()[:LONGEST]
    context = {
        "asked": asked,
        "next": local_path(request.GET.get("next", "")),
        "results": _results(asked) if asked else [],
    }
    if request.GET.get("part") == "results":
        return render(request, "cities/switcher/_results.html", context)
    heading, groups, letter, province = _counties(request)
    guess = guess_city_by_ip(request)
    context |= {
        "suggested": _choice(guess, label=guess.short_name) if guess else None,
        "chosen": get_remembered_city(request),
        "hot": [_hot_choice(region) for region in directory.list_hot_regions()],
        "provinces": _provinces(),
        "letters": LETTERS,
        "counties_heading": heading,
        "counties": groups,
        "initial": letter,
        "province": province,
    }
    return render(request, "cities/switcher/index.html", context)


@page(takes="post")
def switch_city(request):
    """Remember the choice and go there; an empty choice is 总站 and forgets it."""
    slug = request.POST.get("city", "")
    region = directory.by_slug(slug) if slug else None
    if slug and region is None:
        raise Http404("no such place")
    region = directory.heir_of(region) if region else None
    response = redirect(build_switched_url(request.POST.get("next", ""), region))
    if region:
        remember_city(response, region, secure=request.is_secure())
    else:
        forget_city(response)
    return response
