"""A place typed in words: 湘西, 凤凰县, 湖南凤凰, xiangxi."""

from django import forms

from cities.directory.name_search import search_places
from cities.directory.regions import by_name, by_slug, get_region_ancestors, heir_of

NATION = ("", "全国", "总站")
SUGGESTED = 5


class PlaceField(forms.CharField):
    """The one place the words mean, None where the nation may be meant; else says what to write.

    Needs no choices on the page: a datalist with id `places` may offer some.
    """

    def __init__(self, *, nation=False, **kwargs):
        self.nation = nation
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"list": "places", "autocomplete": "off"})
        )
        kwargs["error_messages"] = {
            "required": "请写城市或区县的名称。",
            "max_length": "地名不会这么长，请只写地区的名称。",
            **kwargs.get("error_messages", {}),
        }
        super().__init__(required=kwargs.pop("required", not nation), **kwargs)

    def clean(self, value):
        asked = super().clean(value).strip()
        if self.nation and asked in NATION:
            return None
        if not asked:
            return None
        return get_single_region(asked)


def get_single_region(asked):
    found = find_regions_meant(asked)
    if len(found) == 1:
        return found[0]
    if not found:
        raise forms.ValidationError(f"没有找到「{asked}」，请写城市、区县或省的名称。")
    choices = "、".join(full_name(place) for place in found[:SUGGESTED])
    raise forms.ValidationError(f"叫「{asked}」的不止一个，请写全一点，比如：{choices}。")


def format_place_words(place):
    """What stands in the field for a place: the shortest that means no other."""
    if place is None:
        return ""
    names = (place.short_name, place.name, full_name(place))
    return next((name for name in names if find_regions_meant(name) == [place]), place.slug)


def find_regions_meant(asked):
    """The places that the words may mean; one only where they name it and no other."""
    if place := by_slug(asked.lower()):
        return [heir_of(place)]
    found = by_name(asked) or search_places(asked, SUGGESTED)
    whole = [place for place in found if place.name == asked]
    return whole if len(whole) == 1 else found


def full_name(place):
    return (
        "".join(part.short_name for part in reversed(get_region_ancestors(place)[1:])) + place.name
    )
