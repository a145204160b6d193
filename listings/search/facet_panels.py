"""The filters of a list page as people read them: chips, options with counts, the heading."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cities.models import Region
from listings.choices import WorkMode
from listings.models.listing_fields import CHECKBOX_FILTERS, LISTING_FIELDS, ListingField
from listings.search.facets import FacetCounts
from listings.search.filters import VERIFIED, ListingFilter
from listings.search.scope import list_selectable_districts
from listings.search.search_index import CHECKS
from listings.vocabulary.categories import CATEGORIES, GROUPS, address_code, label_of
from listings.vocabulary.work_slots import DAYS, PARTS, format_slot

# The settlement comes before the places, the other checkbox filters come after them.
_OTHER_CHECKBOXES = [field for field in CHECKBOX_FILTERS if field.name != "settlement"]
ORDER = [
    *"settlement slots district category".split(),
    *(field.name for field in _OTHER_CHECKBOXES),
    *"mode verified pay_min q".split(),
]
# Filters that the heading names, besides the category and the keywords.
NAMED_IN_HEADING = ("district", "term", "settlement", "mode")


@dataclass(frozen=True)
class FilterChip:
    """A filter that is set: its label, and the address of the list without it."""

    name: str
    label: str
    without: str


@dataclass(frozen=True)
class FacetOption:
    name: str
    value: str
    label: str
    count: int | None
    checked: bool
    indent: bool = False
    more: bool = False  # the count is a lower bound


type OptionLister = Callable[[ListingFilter, FacetCounts], Iterable[FacetOption]]


def build_list_url(
    query: QueryDict, drop: str = "", value: str | None = None, **changes: str
) -> str:
    """Return the query string without the filter `drop` (or one value of it), with `changes` set.

    It starts at the first page; parameters that the list does not know are left out.
    """
    list_query = QueryDict(mutable=True)
    for name in ListingFilter.base_fields:
        values = [v for v in query.getlist(name) if v]
        if name == drop:
            values = [v for v in values if value is not None and v != value]
        if values:
            list_query.setlist(name, values)
    for name, new_value in changes.items():
        list_query[name] = new_value
    return "?" + list_query.urlencode()


def build_filter_chips(filters: ListingFilter) -> list[FilterChip]:
    chips: list[FilterChip] = []
    for name in ORDER:
        value = filters.values.get(name)
        if name == "slots" and value:
            chips += _build_slot_chips(filters.data, value)
        elif isinstance(value, list):
            chips += [_build_chip(filters, name, item, str(item)) for item in value]
        elif value is not None:
            chips.append(_build_chip(filters, name, value))
    return chips


def _build_chip(
    filters: ListingFilter, name: str, value: Any, drop_value: str | None = None
) -> FilterChip:
    without = build_list_url(filters.data, name, drop_value)
    return FilterChip(name, format_filter_value(filters, name, value), without)


def _build_slot_chips(query: QueryDict, codes: list[str]) -> list[FilterChip]:
    if len(codes) <= 3:
        return [
            FilterChip("slots", format_slot(c), build_list_url(query, "slots", c)) for c in codes
        ]
    return [FilterChip("slots", f"有空 {len(codes)} 个时段", build_list_url(query, "slots"))]


def format_filter_value(filters: ListingFilter, name: str, value: Any) -> str:
    """Return the label of a filter's value."""
    if name == "pay_min":
        return f"时薪 {value.normalize():f} 元起"
    if name == "q":
        return f"“{value}”"
    if name == "category":
        return label_of(value)
    return str(dict(filters.fields[name].choices)[value])


def _wrap_in_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def build_filter_heading(filters: ListingFilter, place: Region | None, words: Sequence[str]) -> str:
    """Return place, filters and keywords as a heading: 湘西周末日结家教兼职."""
    values = filters.values
    parts = [place.short_name if place else "全国"]
    for name in NAMED_IN_HEADING:
        parts += [
            format_filter_value(filters, name, v) for v in _wrap_in_list(values.get(name, []))
        ][:2]
    parts += [label_of(v) for v in values.get("category", [])][:2]
    parts += [f"“{' '.join(words)}”"] if words else []
    return "".join(parts).removesuffix("兼职") + "兼职"


def build_facet_panels(filters: ListingFilter, counts: FacetCounts) -> list[dict[str, Any]]:
    """Return the groups of options for the form; options with no listing are left out."""
    panels = []
    for name, title, options in (
        ("category", LISTING_FIELDS["category"].label, _list_category_options),
        _build_checkbox_panel(LISTING_FIELDS["settlement"]),
        ("district", LISTING_FIELDS["region"].label, _list_district_options),
        *map(_build_checkbox_panel, _OTHER_CHECKBOXES),
        ("verified", "只看", _list_verified_options),
    ):
        options_shown = [o for o in options(filters, counts) if o.count or o.checked]
        if options_shown:
            more = _is_more(filters, counts, name)
            options_shown = [replace(option, more=more) for option in options_shown]
            panels.append({"name": name, "title": title, "options": options_shown})
    return panels


def _is_more(filters: ListingFilter, counts: FacetCounts, name: str) -> bool:
    """Whether the counts of a filter's options are lower bounds.

    The options of a filter that is set also count listings that this filter leaves out.
    """
    more = counts.get("more", {})
    return "total" in more or ("own" in more and name in filters.values)


def build_work_mode_options(filters: ListingFilter, counts: FacetCounts) -> list[FacetOption]:
    chosen = filters.values.get("mode", "")
    mode_counts = dict(counts.get("mode", {}))
    if filters.place:
        mode_counts[WorkMode.ONLINE] = counts.get("online", {}).get("", 0)
    more = _is_more(filters, counts, "mode")
    return [
        FacetOption("mode", "", "不限", None, not chosen),
        *(
            FacetOption("mode", code, label, mode_counts.get(code, 0), code == chosen, more=more)
            for code, label in WorkMode.choices
        ),
    ]


def _build_checkbox_panel(field: ListingField) -> tuple[str, str, OptionLister]:
    """Return name, title and options of a panel with one box for each choice."""

    def list_options(filters: ListingFilter, counts: FacetCounts) -> list[FacetOption]:
        chosen = filters.values.get(field.name, [])
        option_counts = counts.get(field.name, {})
        return [
            FacetOption(field.name, code, label, option_counts.get(code, 0), code in chosen)
            for code, label in field.choices
        ]

    return field.name, field.label, list_options


def _list_category_options(filters: ListingFilter, counts: FacetCounts) -> Iterator[FacetOption]:
    """Yield the groups; the categories of a group only if it, or one of them, is chosen."""
    chosen = filters.values.get("category", [])
    category_counts = counts.get("category", {})
    for group in GROUPS.values():
        codes = [c.code for c in group.categories]
        total = sum(category_counts.get(code, 0) for code in codes)
        yield FacetOption("category", group.code, group.label, total, group.code in chosen)
        open_kinds = group.code in chosen or any(
            address_code(CATEGORIES[code]) in chosen for code in codes
        )
        if open_kinds and len(codes) > 1:
            for code in codes:
                value = address_code(CATEGORIES[code])
                yield FacetOption(
                    "category", value, CATEGORIES[code].label, category_counts.get(code, 0),
                    value in chosen, indent=True,
                )  # fmt: skip


def _list_district_options(filters: ListingFilter, counts: FacetCounts) -> list[FacetOption]:
    chosen = filters.values.get("district", [])
    place_counts: dict[str, int] = {}
    for column in ("province_id", "city_id", "district_id"):
        place_counts |= counts.get(column, {})
    options = [
        FacetOption("district", str(d.adcode), d.short_name, place_counts.get(str(d.adcode), 0),
               str(d.adcode) in chosen)
        for d in list_selectable_districts(filters.place)
    ]  # fmt: skip
    return sorted(options, key=lambda option: -(option.count or 0))


def _list_verified_options(filters: ListingFilter, counts: FacetCounts) -> Iterator[FacetOption]:
    chosen = filters.values.get("verified", [])
    bits = {int(k or 0): n for k, n in counts.get("checks", {}).items()}
    for code, label in VERIFIED:
        total = sum(n for held, n in bits.items() if held & CHECKS[code])
        yield FacetOption("verified", code, label, total, code in chosen)


def slot_grid(filters: ListingFilter) -> SafeString:
    """Return the HTML of the checkboxes, weekday × part of day."""
    return _render_slot_grid(tuple(sorted(set(filters.values.get("slots", [])))))


@lru_cache(maxsize=256)
def _render_slot_grid(chosen: tuple[str, ...]) -> SafeString:
    # Cached: 28 cells take a fifth of the page's rendering and most visitors choose none.
    rows = []
    for letter, part in PARTS:
        codes = [f"{day}{letter}" for day in range(1, 8)]
        rows.append((part, [(code, format_slot(code), code in chosen) for code in codes]))
    return render_to_string("listings/search/_slots.html", {"slot_rows": rows, "days": DAYS})


def describe_total(counts: FacetCounts) -> str:
    """Return the number of listings, with a plus if it is a lower bound."""
    total = counts.get("total", {}).get("", 0)
    return f"{total:,}{'+' if 'total' in counts.get('more', {}) else ''}"
