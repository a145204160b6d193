"""The filters of a list: a form read from the address, turned into search conditions.

`listings.search.listing_search` needs each filter by itself (for the counts) and as tokens (for
rare combinations).
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache, partial
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.public_text.quoted_words import is_quotable
from cities.directory.form_fields import StartPlaceField
from cities.directory.regions import (
    get_region,
    get_region_cache_version,
    get_region_children,
    list_provinces,
)
from cities.models import Region
from listings.choices import Perk, WorkMode
from listings.models.listing_fields import CHECKBOX_FILTERS, LISTING_FIELDS
from listings.models.search_row import FILTER_TOKEN_PREFIXES
from listings.search import keyword_query
from listings.search.listing_search import match_any_value, match_day, match_traits
from listings.search.scope import SearchCondition, match_districts
from listings.search.search_index import CHECKS
from listings.search.sort_orders import NEAR, SORTS
from listings.vocabulary.categories import (
    GROUPS,
    get_address_code,
    list_category_codes,
    read_category_labels,
    spell_out_categories,
)
from listings.vocabulary.list_addresses import build_list_address
from listings.vocabulary.query_conditions import (
    MAX_LEFT_OUT,
    describe_free_hours,
    read_conditions,
    read_left_out_slots,
)
from listings.vocabulary.traits import FITTING
from listings.vocabulary.work_slots import ALL_SLOTS, SLOT_CHOICES, encode_slots
from textkit.segmentation import fold_traditional
from textkit.tsearch import (
    build_close_query,
    build_word_query,
    cut_query_words,
    match_all,
    match_any,
)

TODAY = "today"
WHEN_CHOICES = [(TODAY, "今天可做")]
# Changes how the slots are matched: all slots of a listing must be among the chosen ones.
ALL_SLOTS_CHOICES = [("1", "全部时段都合适")]
FIT_CHOICES = list(FITTING.items())
VERIFIED_CHOICES = [("employer", "单位已核"), ("licence", "执照已核"), ("site_visit", "实地看过")]
UNKNOWN_CHOICE = "网址里的「%(label)s」条件不认识，已经忽略。"
NO_SLOTS = "先在“我有空”里勾几个时段，才能只看全部时段都合适的。"
NO_START = "写一个地方，才能按离那里的远近排；现在先按最新的排。"
UNQUOTED_WORDS = "你输入的词"
UNKNOWN_SORT = "没有这种排序，先按最新的排。"
ONE_FEN = Decimal("0.01")
PAY_ERRORS = {
    "invalid": "最低时薪要填数字，例如 20。",
    "min_value": "最低时薪不能是负数，填 0 或更大的数。",
    "max_value": "最低时薪太大了，没有每小时这么多的活。",
    "max_digits": "最低时薪太大了，没有每小时这么多的活。",
    "max_whole_digits": "最低时薪太大了，没有每小时这么多的活。",
}


def _list_category_choices() -> Iterator[tuple[str, str]]:
    labels = read_category_labels()
    for group in GROUPS.values():
        yield group.code, group.label
        for category in group.categories:
            if category.code != group.code or len(group.shipped_categories) > 1:
                yield get_address_code(category), labels[category.code]


def _build_checkbox_field(name: str) -> forms.MultipleChoiceField:
    listing_field = LISTING_FIELDS[name]
    return forms.MultipleChoiceField(label=listing_field.label, choices=listing_field.choices)


def encode_asked_filters(query: QueryDict) -> str:
    """Return the filters of a query as a query string, without sort order and start place: ?q=家教; "" without
    filters."""
    filled = QueryDict(mutable=True)
    for name in ListingFilter.base_fields:
        values = [value for value in query.getlist(name) if value]
        if values and name not in ("near", "sort"):
            filled.setlist(name, values)
    return f"?{filled.urlencode()}" if filled else ""


class LeftOutField(forms.Field):
    """Words that no listing of the list may contain. Words that cannot be searched for are ignored."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        words = [
            " ".join(fold_traditional(str(word)).replace("\0", " ").split()) for word in value or ()
        ]
        short = [word for word in dict.fromkeys(words) if len(word) <= keyword_query.MAX_LENGTH]
        searchable = [word for word in short if cut_query_words(spell_out_categories(word))]
        return searchable[:MAX_LEFT_OUT]


class PayField(forms.DecimalField):
    """An amount in yuan, rounded down to whole fen, so that the heading shows exactly the amount that is compared."""

    def clean(self, value: Any) -> Decimal | None:
        yuan: Decimal | None = super().clean(value)
        return yuan.quantize(ONE_FEN, ROUND_DOWN) if yuan else yuan


class ListingFilter(forms.Form):
    """The filters of a list. No field is required; parameters in addresses have the order of the fields."""

    data: QueryDict
    fields: dict[str, Any]

    q = forms.CharField(label="关键词")
    category = forms.MultipleChoiceField(
        label=LISTING_FIELDS["category"].label, choices=lambda: list(_list_category_choices())
    )
    district = forms.MultipleChoiceField(label="地区")
    settlement = _build_checkbox_field("settlement")
    pay_min = PayField(label="最低时薪", min_value=0, max_value=100000, error_messages=PAY_ERRORS)
    when = forms.MultipleChoiceField(label="哪天", choices=WHEN_CHOICES)
    slots = forms.MultipleChoiceField(label="我有空", choices=SLOT_CHOICES)
    whole = forms.ChoiceField(label="时段", choices=ALL_SLOTS_CHOICES)
    term = _build_checkbox_field("term")
    mode = forms.ChoiceField(label="方式", choices=WorkMode.choices)
    fit = forms.MultipleChoiceField(label="适合", choices=FIT_CHOICES)
    perks = forms.MultipleChoiceField(label="福利", choices=Perk.choices)
    verified = forms.MultipleChoiceField(label="只看", choices=VERIFIED_CHOICES)
    without = LeftOutField(label="不要")
    near = StartPlaceField(label="从哪里算")
    sort = forms.ChoiceField(label="排序", choices=[(s.code, s.label) for s in SORTS.values()])

    def __init__(self, data: QueryDict, place: Region | None, city: Region | None) -> None:
        """`place` is the place that is searched. `city` is the city of the address; the keywords may name another
        place."""
        fields = _build_fields(place.adcode if place else None, get_region_cache_version())
        # Nothing to copy: the fields of a place are the same for all.
        self.base_fields = {}  # type: ignore[misc]
        super().__init__(data)
        self.fields = fields
        self.place = place
        self.city = city

    def clean(self) -> dict[str, Any]:
        asks_near = self.cleaned_data.get("sort") == NEAR.code
        if asks_near and not self.cleaned_data.get("near") and "near" not in self.errors:
            self.add_error("near", NO_START)
        if self.cleaned_data.get("whole") and not self.cleaned_data.get("slots"):
            self.add_error("whole", NO_SLOTS)
        return self.cleaned_data

    @cached_property
    def key(self) -> tuple[object, ...]:
        """A cache key: the place, and all parameters of the address that the list knows, valid or not."""
        names = (name for name in self.fields if name in self.data)
        parameters = [(name, tuple(self.data.getlist(name))) for name in names]
        return (self.place.adcode if self.place else None, *parameters)

    @cached_property
    def values(self) -> dict[str, Any]:
        """The valid values by filter. Errors of invalid values are in `messages`, an error of `near` at its field."""
        self.is_valid()
        valid_values = {n: v for n, v in self.cleaned_data.items() if v not in (None, "", [])}
        if "q" in valid_values:
            valid_values["q"] = valid_values["q"][: keyword_query.MAX_LENGTH]
        return valid_values

    @cached_property
    def may_quote_words(self) -> bool:
        """Whether the site may repeat the typed words, also those after 不要, on its pages and in its mails. Somebody
        else may have written them: whoever sent the link to the list. One query, unless they were judged before."""
        words = [self.values.get("q", ""), *self.values.get("without", [])]
        return not any(words) or is_quotable(" ".join(words))

    def quote_words(self, words: str) -> str:
        """Return some of the typed words in quotation marks, or a phrase in their place if they may not be
        repeated."""
        return f"“{words}”" if self.may_quote_words else UNQUOTED_WORDS

    @property
    def messages(self) -> list[str]:
        others = [errors for name, errors in self.errors.items() if name != "near"]
        return list(dict.fromkeys(str(e) for errors in others for e in errors))

    def build_conditions(self) -> dict[str, SearchCondition]:
        """Return the condition of each filter that is set, by its name. Keywords and sort order are no conditions."""
        conditions = {
            name: _CONDITION_BUILDERS[name](value)
            for name, value in self.values.items()
            if name in _CONDITION_BUILDERS
        }
        if "whole" in self.values:
            conditions["slots"] = _match_whole_slots(self.values["slots"])
        return conditions


def build_query_url(
    city: Region | None,
    query: QueryDict,
    drop: str = "",
    value: str | None = None,
    **changes: str,
) -> str:
    """Return the address of the list of a place with what it knows of a query, as `build_list_url` has it."""
    list_query = QueryDict(mutable=True)
    for name in ListingFilter.base_fields:
        values = [v for v in query.getlist(name) if v]
        if name == drop:
            values = [v for v in values if value is not None and v != value]
        if values and not (name == "whole" and drop == "slots"):  # which it says something of
            list_query.setlist(name, values)
    for name, new_value in changes.items():
        list_query[name] = new_value
    return build_list_address(city, list_query)


@lru_cache(maxsize=256)
def _build_fields(code: int | None, version: object) -> dict[str, Any]:
    """Return the fields of the list of a place, which can be narrowed to what lies directly in it."""
    fields: dict[str, Any] = copy.deepcopy(ListingFilter.base_fields)
    children = get_region_children(get_region(code)) if code else list_provinces()
    fields["district"].choices = [(str(d.adcode), d.short_name) for d in children]
    for field in fields.values():
        field.required = False
        field.error_messages["invalid_choice"] = UNKNOWN_CHOICE % {"label": field.label}
    fields["near"].around = get_region(code)
    fields["sort"].error_messages["invalid_choice"] = UNKNOWN_SORT
    return fields


for _field in CHECKBOX_FILTERS:
    ListingFilter.base_fields.setdefault(_field.name, _build_checkbox_field(_field.name))


def _match_categories(values: list[str]) -> SearchCondition:
    codes = [code for value in values for code in list_category_codes(value)]
    return match_any_value("category", dict.fromkeys(codes))


def _match_districts(values: list[str]) -> SearchCondition:
    codes = [int(value) for value in values]
    districts = match_districts(codes)
    return SearchCondition(
        f"province_id = ANY(%s) OR city_id = ANY(%s) OR {districts.sql}",
        (codes, codes, *districts.params),
        districts.tokens,
    )


def _match_slots(codes: list[str]) -> SearchCondition:
    """Match listings whose slots overlap the seeker's free slots, or that leave the time open."""
    return SearchCondition("slots = 0 OR slots & %s <> 0", (encode_slots(codes),))


def _match_whole_slots(codes: list[str]) -> SearchCondition:
    """Match listings all of whose slots are free ones, or that leave the time open."""
    return SearchCondition("slots & %s = 0", (ALL_SLOTS & ~encode_slots(codes),))


def _match_checks(names: list[str]) -> SearchCondition:
    bits = sum({CHECKS[name] for name in names})
    return SearchCondition("checks & %s = %s", (bits, bits))


def _match_left_out(words: list[str]) -> SearchCondition:
    """Match listings that contain none of the words or their synonyms, and whose hours the words do not name."""
    queries = [_build_left_out_query(word) for word in words]
    slots = encode_slots(slot for word in words for slot in read_left_out_slots(word))
    condition = SearchCondition("NOT (tokens @@ %s::tsquery)", (match_any(queries),))
    if not slots:
        return condition
    return SearchCondition(f"{condition.sql} AND slots & %s = 0", (*condition.params, slots))


def _build_left_out_query(word: str) -> str:
    """Return tsquery text that finds the listings to leave out.

    A word that names a mode, a settlement or a trait finds exactly that: 日结 does not find 次日结. Other words
    find all listings that contain their parts. Words for hours, such as 周末, are looked up in titles and labels
    only.
    """
    unread, filters, *_ = read_conditions(word)
    named = [] if unread else filters.items()
    tokens = [match_any_value(n, v).tokens for n, v in named if n in FILTER_TOKEN_PREFIXES]
    tokens += [match_traits(values).tokens for name, values in named if name == "fit"]
    words = cut_query_words(spell_out_categories(word))[: keyword_query.MAX_WORDS]
    build_query = build_close_query if not unread and "slots" in filters else build_word_query
    return match_any(tokens) or match_all(map(build_query, words))


_CONDITION_BUILDERS: dict[str, Callable[[Any], SearchCondition]] = {
    **{field.name: partial(match_any_value, field.name) for field in CHECKBOX_FILTERS},
    "category": _match_categories,
    "district": _match_districts,
    "slots": _match_slots,
    "mode": lambda mode: match_any_value("mode", [mode]),
    "verified": _match_checks,
    "when": lambda _days: match_day(timezone.localdate()),
    "fit": match_traits,
    "perks": match_traits,
    "without": _match_left_out,
    "pay_min": lambda yuan: SearchCondition("hourly_fen >= %s", (int(yuan * 100),)),
}


# The settlement comes before the places, the other checkbox filters come after them.
OTHER_CHECKBOXES = [field for field in CHECKBOX_FILTERS if field.name != "settlement"]
PANEL_ORDER = [
    *"when settlement slots whole district category".split(),
    *(field.name for field in OTHER_CHECKBOXES),
    *"mode fit perks verified pay_min without q".split(),
]


@dataclass(frozen=True)
class FilterChip:
    """A value of a filter that is set: its label, and the address of the list without it."""

    name: str
    label: str
    without: str
    value: str = ""  # of several of the filter; else it goes as a whole


def build_list_url(
    filters: ListingFilter, drop: str = "", value: str | None = None, **changes: str
) -> str:
    """Return the list's address without the filter `drop` (or one value of it), with `changes` set.

    It starts at the first page; parameters that the list does not know are left out.
    """
    return build_query_url(filters.city, filters.data, drop, value, **changes)


def build_filter_chips(filters: ListingFilter) -> list[FilterChip]:
    chips: list[FilterChip] = []
    for name in PANEL_ORDER:
        value = filters.values.get(name)
        if name == "slots" and value:
            without = build_list_url(filters, name)
            chips.append(FilterChip(name, f"{describe_free_hours(value)}有空", without))
        elif isinstance(value, list):
            chips += [
                _build_chip(filters, name, chosen_value, str(chosen_value))
                for chosen_value in value
            ]
        elif value is not None:
            chips.append(_build_chip(filters, name, value))
    return chips


def describe_left_out(filters: ListingFilter) -> tuple[str, str]:
    """Return what the list leaves out, “英语”、“夜班”, and the address of the list with it; "" for nothing."""
    words = filters.values.get("without", [])
    named = "、".join(dict.fromkeys(map(filters.quote_words, words)))
    return named, build_list_url(filters, "without") if words else ""


def _build_chip(
    filters: ListingFilter, name: str, value: Any, drop_value: str | None = None
) -> FilterChip:
    without = build_list_url(filters, name, drop_value)
    label = format_filter_value(filters, name, value)
    return FilterChip(name, label, without, drop_value or "")


def format_filter_value(filters: ListingFilter, name: str, value: Any) -> str:
    """Return the label of a filter's value."""
    if name == "pay_min":
        return f"时薪 {value.normalize():f} 元起"
    if name == "q":
        return filters.quote_words(value)
    if name == "without":
        return f"不要{value}" if filters.may_quote_words else f"不要{UNQUOTED_WORDS}"
    return str(dict(filters.fields[name].choices)[value])
