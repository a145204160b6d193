"""The place that a visitor counts distances from, on a list and on the page of a listing.

It is named in the address: a county or a city. The position that a browser gives stays in the browser
(static/js/near.js).
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.template.loader import render_to_string

from cities.directory.form_fields import StartPlaceField, suggest_places
from cities.directory.regions import get_city, list_hot_regions
from cities.models import Region
from listings.models import Listing
from listings.search.cards import list_locations
from listings.search.search_request import SearchRequest
from listings.search.sort_orders import NEAR
from listings.vocabulary.distances import format_locations, measure_distance
from listings.vocabulary.list_addresses import list_inner_places

MAX_SUGGESTED = 24
_NOT_CARRIED = ("near", "sort", "after")


def describe_near(search_request: SearchRequest) -> dict[str, Any]:
    """Return the context of `listings/search/_near.html`."""
    filters = search_request.filters
    start = filters.values.get("near")
    return {
        "start": start,
        "typed": start.short_name if start else filters.data.get("near", ""),
        "errors": filters.errors.get("near", []),
        "is_sorted": start is not None and filters.values.get("sort") == NEAR.code,
        "carried": [
            (name, value)
            for name in filters.fields
            if name not in _NOT_CARRIED
            for value in search_request.query.getlist(name)
            if value
        ],
        "places": _list_suggestions(filters.city) or _suggest_known_cities(),
        "without": search_request.build_address("near", sort=""),
    }


def _suggest_known_cities() -> list[str]:
    """Return some for the list of the nation, whose provinces are too large to count from."""
    return suggest_places(
        [place for place in list_hot_regions() if get_city(place)][:MAX_SUGGESTED]
    )


class StartForm(forms.Form):
    near = StartPlaceField(label="从哪里算", required=False)

    def __init__(self, data: Any, around: Region | None) -> None:
        super().__init__(data)
        self.fields["near"].around = around  # type: ignore[attr-defined]


def draw_travel(listing: Listing, typed: str, around: Region | None) -> dict[str, str]:
    """Return what fills the gaps of a listing's drawn page, which is the same for all places that distances are
    counted from; empty if the listing lies nowhere."""
    travel = {"travel": describe_travel(listing, typed, around)}
    if not travel["travel"]["at"]:
        return {}
    return {
        "<!--travel-->": render_to_string("listings/pages/_travel.html", travel),
        "<!--travel-way-->": "、距离",
        "<!--travel-form-->": render_to_string("listings/pages/_travel_form.html", travel),
    }


def fill_travel(html: str, gaps: Mapping[str, str]) -> str:
    for gap, text in gaps.items():
        html = html.replace(gap, text)
    return html


def describe_travel(listing: Listing, typed: str, around: Region | None) -> dict[str, Any]:
    """Return what is said of the way to a listing; without `at` if it lies nowhere."""
    locations = list_locations(listing)
    form = StartForm({"near": typed}, around)
    start = form.cleaned_data["near"] if form.is_valid() else None
    distance = measure_distance(start, locations) if start else None
    return {
        "typed": start.short_name if start else typed[:40],
        "words": distance.sentence if distance else " ".join(map(str, form.errors.get("near", []))),
        "is_exact": distance is not None and distance.is_exact,
        "errors": form.errors.get("near", []),
        "at": format_locations(locations),
        "places": _list_suggestions(around),
    }


def _list_suggestions(around: Region | None) -> list[str]:
    return [place.short_name for place in list_inner_places(around)] if around else []
