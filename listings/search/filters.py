"""The filters of a list: a GET form read by django-filter, turned into search conditions.

`ListingFilter.conditions()` is used instead of `FilterSet.qs`: `listings.search.listing_search`
needs each filter by itself (for the counts) and as tokens (for rare combinations).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.http import QueryDict

from cities.models import Region
from listings.choices import WorkMode
from listings.models import ListingSearch
from listings.models.listing_fields import (
    CHECKBOX_FILTERS,
    LISTING_FIELDS,
    ListingField,
)
from listings.models.search_row import FILTER_TOKEN_PREFIXES
from listings.search import keyword_query
from listings.search.listing_search import SORTS, convert_yuan_to_fen, match_any_value
from listings.search.scope import SearchCondition, list_selectable_districts
from listings.search.search_index import CHECKS
from listings.vocabulary.categories import GROUPS, address_code, codes_under
from listings.vocabulary.work_slots import ALL, decode_slots, encode_slots, format_slot

VERIFIED = [("employer", "单位已核"), ("licence", "执照已核"), ("site_visit", "实地看过")]
UNKNOWN_CHOICE = "网址里的「%(label)s」条件不认识，已经忽略。"


class AnyValueFilter(django_filters.MultipleChoiceFilter):
    """The column has one of the values."""

    def __init__(self, *args: Any, prefix: str = "", **kwargs: Any) -> None:
        super().__init__(*args, widget=forms.CheckboxSelectMultiple, **kwargs)
        self.prefix = prefix

    def condition(self, values: list[str]) -> SearchCondition:
        return match_any_value(self.field_name, values, self.prefix)


class CategoryFilter(AnyValueFilter):
    def condition(self, values: list[str]) -> SearchCondition:
        codes = [code for value in values for code in codes_under(value)]
        return match_any_value("category", dict.fromkeys(codes), FILTER_TOKEN_PREFIXES["category"])


class DistrictFilter(AnyValueFilter):
    """Places inside the page's place, by code: provinces, a province's cities, a city's districts."""

    def condition(self, values: list[str]) -> SearchCondition:
        codes = [int(value) for value in values]
        tokens = " | ".join(f"'r:{code}'" for code in codes)
        return SearchCondition(
            "province_id = ANY(%s) OR city_id = ANY(%s) OR district_id = ANY(%s)",
            (codes, codes, codes),
            tokens,
        )


class SlotFilter(AnyValueFilter):
    """The listing's slots overlap the seeker's free slots, or any time is fine."""

    def condition(self, values: list[str]) -> SearchCondition:
        return SearchCondition("slots = 0 OR slots & %s <> 0", (encode_slots(values),))


class VerifiedFilter(AnyValueFilter):
    def condition(self, values: list[str]) -> SearchCondition:
        bits = sum({CHECKS[value] for value in values})
        return SearchCondition("checks & %s = %s", (bits, bits))


class ModeFilter(django_filters.ChoiceFilter):
    def condition(self, value: str) -> SearchCondition:
        return match_any_value("mode", [value], FILTER_TOKEN_PREFIXES["mode"])


class PayFilter(django_filters.NumberFilter):
    def condition(self, value: Decimal) -> SearchCondition:
        return SearchCondition("hourly_fen >= %s", (convert_yuan_to_fen(value),))


def _list_category_choices() -> Iterator[tuple[str, str]]:
    for group in GROUPS.values():
        yield group.code, group.label
        for category in group.categories:
            if category.code != group.code or len(group.categories) > 1:
                yield address_code(category), category.label


def _build_checkbox_filter(listing_field: ListingField) -> AnyValueFilter:
    return AnyValueFilter(
        field_name=listing_field.name,
        label=listing_field.label,
        choices=listing_field.choices,
        prefix=FILTER_TOKEN_PREFIXES[listing_field.name],
    )


class ListingFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="关键词")
    category = CategoryFilter(
        label=LISTING_FIELDS["category"].label, choices=list(_list_category_choices())
    )
    district = DistrictFilter(label="地区")
    settlement = _build_checkbox_filter(LISTING_FIELDS["settlement"])
    pay_min = PayFilter(label="最低时薪", min_value=0, max_value=100000)
    slots = SlotFilter(label="我有空", choices=[(c, format_slot(c)) for c in decode_slots(ALL)])
    term = _build_checkbox_filter(LISTING_FIELDS["term"])
    mode = ModeFilter(label="方式", choices=WorkMode.choices)
    verified = VerifiedFilter(label="只看", choices=VERIFIED)
    sort = django_filters.ChoiceFilter(
        label="排序", choices=[(s.code, s.label) for s in SORTS.values()]
    )

    class Meta:
        model = ListingSearch
        fields: list[str] = []

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        """Return those declared above, in the order of parameters in addresses, then the others."""
        filters = super().get_filters()
        for listing_field in CHECKBOX_FILTERS:
            filters.setdefault(listing_field.name, _build_checkbox_filter(listing_field))
        return filters

    def __init__(self, data: QueryDict, place: Region | None) -> None:
        super().__init__(data, ListingSearch.objects.none())
        self.place = place
        field = self.form.fields["district"]
        field.choices = [(str(d.adcode), d.short_name) for d in list_selectable_districts(place)]
        for field in self.form.fields.values():
            field.error_messages["invalid_choice"] = UNKNOWN_CHOICE % {"label": field.label}
        self.form.fields["pay_min"].error_messages.update(
            invalid="最低时薪要填数字，例如 20。", max_digits="最低时薪太大了。"
        )

    @property
    def values(self) -> dict[str, Any]:
        """The valid values by filter; errors of the others are in `messages`."""
        self.form.is_valid()
        valid_values = {n: v for n, v in self.form.cleaned_data.items() if v not in (None, "", [])}
        if "q" in valid_values:
            valid_values["q"] = valid_values["q"][: keyword_query.MAX_LENGTH]
        return valid_values

    @property
    def messages(self) -> list[str]:
        return list(dict.fromkeys(e for errors in self.form.errors.values() for e in errors))

    def conditions(self) -> dict[str, SearchCondition]:
        """Return the condition of each filter that is set, by name; keywords and order are none."""
        return {
            name: self.filters[name].condition(value)
            for name, value in self.values.items()
            if name not in ("q", "sort")
        }
