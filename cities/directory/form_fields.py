"""A form field for a place typed as text: 湘西, 凤凰县, 湖南凤凰, xiangxi."""

from collections.abc import Iterable
from typing import Any

from django import forms

from cities.directory.name_search import search_places
from cities.directory.regions import (
    get_city,
    get_current_region,
    get_region_ancestors,
    get_region_by_slug,
    list_regions_by_name,
)
from cities.models import Region
from sitekit.forms.fields import WordsField

TYPED_NATION_WORDS = ("", "全国", "总站")
MAX_SUGGESTED_PLACES = 5


class PlaceField(WordsField):
    """`clean` returns the one place that the text means, or None for the whole country if `nation`
    is set; otherwise its error says what to write.

    The page may have a datalist with id `places`.
    """

    widget = forms.TextInput(attrs={"list": "places", "autocomplete": "off"})

    def __init__(self, *, nation: bool = False, **kwargs: Any) -> None:
        self.nation = nation
        kwargs.setdefault("max_length", 40)
        kwargs["error_messages"] = {
            "required": "请写城市或区县的名称。",
            "max_length": "地名不会这么长，请只写地区的名称。",
            **kwargs.get("error_messages", {}),
        }
        super().__init__(required=kwargs.pop("required", not nation), **kwargs)

    quotes_text = True  # in its errors

    def clean(self, value: Any) -> Region | None:
        typed_text = super().clean(value).strip()
        if not typed_text or (self.nation and typed_text in TYPED_NATION_WORDS):
            return None
        candidates = self.list_candidates(typed_text)
        if len(candidates) == 1:
            return candidates[0]
        if not candidates:
            named = f"「{typed_text}」" if self.quotes_text else "这个地方"
            raise forms.ValidationError(f"没有找到{named}，请写城市、区县或省的名称。")
        choices = "、".join(format_full_name(place) for place in candidates[:MAX_SUGGESTED_PLACES])
        named = f"「{typed_text}」" if self.quotes_text else "这个名字"
        raise forms.ValidationError(f"叫{named}的不止一个，请写全一点，比如：{choices}。")

    def list_candidates(self, typed_text: str) -> list[Region]:
        return find_regions_meant(typed_text)


class StartPlaceField(PlaceField):
    """The place that distances are counted from: a county or a city, not a province.

    Of several places with the name, those in the city of `around` count; if `around` is a province, those in it.
    The text stands in the address of the page, which somebody else may have sent: it is not repeated.
    """

    quotes_text = False
    around: Region | None = None

    def list_candidates(self, typed_text: str) -> list[Region]:
        candidates = super().list_candidates(typed_text)
        city = get_city(self.around) if self.around else None
        area = city or self.around
        nearby = [place for place in candidates if area in get_region_ancestors(place)]
        small = [place for place in nearby or candidates if get_city(place)]
        if candidates and not small:
            raise forms.ValidationError(f"{candidates[0].name}太大了，请写城市或区县的名称。")
        same_city = [place for place in small if place == city]
        return same_city or small


def format_place_words(place: Region | None) -> str:
    """Return the text of the field for a place: its shortest name that means no other place."""
    if place is None:
        return ""
    names = (place.short_name, place.name, format_full_name(place))
    return next((name for name in names if find_regions_meant(name) == [place]), place.slug)


def name_hot_place(place: Region) -> str:
    """Return what a list of hot places calls it."""
    return place.hot_name or format_place_words(place)


def suggest_places(places: Iterable[Region]) -> list[str]:
    """Return the names in the list of hot places; if such a name is ambiguous for a `PlaceField`, as 西安 is, a name
    that it accepts."""
    return [
        name
        if find_regions_meant(name := name_hot_place(place)) == [place]
        else format_place_words(place)
        for place in places
    ]


def find_regions_meant(typed_text: str) -> list[Region]:
    """Return the places that the text may mean; only one if it is the full name of just one."""
    if place := get_region_by_slug(typed_text.lower()):
        return [get_current_region(place)]
    candidates = list_regions_by_name(typed_text) or search_places(typed_text, MAX_SUGGESTED_PLACES)
    same_name = [place for place in candidates if place.name == typed_text]
    return same_name if len(same_name) == 1 else candidates


def format_full_name(place: Region) -> str:
    """Return its name after the short names of the places it lies in."""
    ancestors = get_region_ancestors(place)[1:]
    return "".join(part.short_name for part in reversed(ancestors)) + place.name
