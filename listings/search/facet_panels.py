"""The filters of a list page as people read them: chips, options with counts, the heading."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cities.models import Region
from listings.choices import WorkMode
from listings.models.listing_fields import LISTING_FIELDS, ListingField
from listings.search.facets import FacetCounts, count_facets, count_other_modes
from listings.search.filters import (
    OTHER_CHECKBOXES,
    TODAY,
    VERIFIED_CHOICES,
    WHEN_CHOICES,
    ListingFilter,
    build_list_url,
    format_filter_value,
)
from listings.search.scope import get_search_scope
from listings.search.search_index import CHECKS
from listings.search.search_request import SearchRequest
from listings.vocabulary.categories import GROUPS, get_address_code, read_category_labels
from listings.vocabulary.list_addresses import (
    ONLINE,
    Narrowing,
    build_narrowed_path,
)
from listings.vocabulary.query_conditions import describe_free_hours
from listings.vocabulary.traits import decode_traits
from listings.vocabulary.work_slots import build_slot_grid
from sitekit.kept_pages.store import keep_while_told

MAX_PLACES = 24  # that a list leads to
# In the heading, before and after what is said with 的.
_BEFORE_WORK = ("term", "settlement", "mode", "category")
_MAX_NAMED = 2  # values of one filter in the heading


@dataclass(frozen=True)
class FacetOption:
    name: str
    value: str
    label: str
    count: int | None
    checked: bool
    indent: bool = False
    more: bool = False  # the count is a lower bound


def build_filter_heading(
    filters: ListingFilter, place: Region | None, typed_words: str | None, pay_words: str = ""
) -> str:
    """Return all conditions of a search as one heading: 湘西学生可做、时薪 20 元起的周末日结家教兼职.

    Online work has no place in the heading. `pay_words` stand after the pay. With `typed_words=None`, or if they may
    not be quoted, the heading names no typed words.
    """
    if not filters.may_quote_words:
        typed_words = None
    is_online = filters.values.get("mode") == WorkMode.ONLINE
    described = [
        *_name_values(filters, "when"),
        *_describe_hours(filters),
        *(label for name in ("fit", "perks", "verified") for label in _name_values(filters, name)),
        *(f"{label}{pay_words}" for label in _name_values(filters, "pay_min")),
        *(_name_values(filters, "without") if typed_words is not None else ()),
    ]
    heading = "".join(
        (
            _name_place(filters, None if is_online else place),
            "、".join(_name_values(filters, "district")),
            f"{'、'.join(described)}的" if described else "",
            *("、".join(_name_values(filters, name)) for name in _BEFORE_WORK),
            f"“{typed_words}”" if typed_words else "",
        )
    )
    return heading.removesuffix("兼职") + "兼职"


def _describe_hours(filters: ListingFilter) -> list[str]:
    only = "只要" if "whole" in filters.values else ""
    slots = filters.values.get("slots")
    return [f"{only}{describe_free_hours(slots)}能做"] if slots else []


def _name_values(filters: ListingFilter, name: str) -> list[str]:
    """Return the labels of a filter's values; of more than two values only the first two, ending in 等."""
    value = filters.values.get(name, [])
    values = value if isinstance(value, list) else [value]
    labels = [format_filter_value(filters, name, chosen_value) for chosen_value in values]
    few = labels[: _MAX_NAMED - 1]
    return labels if len(labels) <= _MAX_NAMED else [*few, f"{labels[_MAX_NAMED - 1]}等"]


def _name_place(filters: ListingFilter, place: Region | None) -> str:
    nation = "" if "district" in filters.values else "全国"
    return place.short_name if place else nation


class CountedFilters(NamedTuple):
    """The number of listings; the filter form, its menus and the links to narrower lists as HTML; and a sentence
    that describes the list."""

    total: str
    panel: SafeString
    menus: SafeString
    ways: SafeString
    summary: str


def draw_counted_filters(search_request: SearchRequest, action: str) -> CountedFilters:
    """Return the number and the filters that a list page shows. One query; none if they are cached.

    `action` is the address of the list.
    """
    filters, search = search_request.filters, search_request.search

    def draw() -> CountedFilters:
        counts = count_facets(search, search_request.conditions)
        if filters.place and filters.values.get("mode") == WorkMode.ONLINE:
            in_place = replace(search, scope=get_search_scope(filters.place))
            counts["mode"] = count_other_modes(in_place, search_request.conditions)
        total = describe_total(counts)
        context = {
            "action": action,
            "filters": filters,
            "total": total,
            "panels": build_facet_panels(filters, counts),
            "modes": build_work_mode_options(filters, counts),
            "slot_grid": render_slot_grid(filters),
        }
        ways = {"works": _list_works(filters, counts), "places": _list_places(filters, counts)}
        menus = {"menus": _list_menus(filters, counts)}
        return CountedFilters(
            total,
            render_to_string("listings/search/_filters.html", context),
            render_to_string("listings/search/_menus.html", menus),
            render_to_string("listings/search/_ways.html", ways),
            describe_list(filters, counts),
        )

    return keep_while_told(
        ("filters", action, search_request.key), [search.scope.rows, "site"], draw
    )


def build_facet_panels(filters: ListingFilter, counts: FacetCounts) -> list[dict[str, Any]]:
    """Return the groups of options for the form; options with no listing are left out."""
    panels = []
    for name, title, options in (
        ("category", LISTING_FIELDS["category"].label, _list_category_options(filters, counts)),
        _build_checkbox_panel(filters, counts, LISTING_FIELDS["settlement"]),
        ("district", LISTING_FIELDS["region"].label, _list_district_options(filters, counts)),
        *(_build_checkbox_panel(filters, counts, field) for field in OTHER_CHECKBOXES),
        ("only", "只看", _list_only_options(filters, counts)),
        ("perks", LISTING_FIELDS["perks"].label, _list_trait_options(filters, "perks", counts)),
    ):
        if shown := [
            replace(option, more=_is_more(filters, counts, option.name))
            for option in options
            if option.count or option.checked
        ]:
            panels.append({"name": name, "title": title, "options": shown})
    return panels


def describe_list(filters: ListingFilter, counts: FacetCounts) -> str:
    """Return what the list holds: 湘西现在有 12 条家教兼职：吉首 5 条、凤凰 3 条；日结 6 条。"""
    parts = [
        _join_largest(_list_district_options(filters, counts), filters, "district"),
        _join_largest(_list_category_options(filters, counts), filters, "category"),
        _join_largest(
            _build_checkbox_panel(filters, counts, LISTING_FIELDS["settlement"])[2],
            filters,
            "settlement",
        ),
    ]
    heading = build_filter_heading(filters, filters.place, None)
    facts = "；".join(filter(None, parts))
    return f"{heading}现在有 {describe_total(counts)} 条{'：' if facts else ''}{facts}。"


def _join_largest(options: Iterable[FacetOption], filters: ListingFilter, name: str) -> str:
    """Return the three options with the most listings as words; "" if this filter is already set."""
    if name in filters.values:
        return ""
    largest = sorted(options, key=lambda option: -(option.count or 0))[:3]
    return "、".join(f"{o.label} {o.count:,} 条" for o in largest if o.count)


def _list_works(filters: ListingFilter, counts: FacetCounts) -> list[tuple[str, str]]:
    """Return the label and the list's address of each kind of work that has listings."""
    options = [o for o in _list_category_options(filters, counts) if o.count and o.value != ONLINE]
    works = [(o.label, Narrowing.by_work(o.value)) for o in options]
    works.append(("线上兼职", Narrowing.by_work(ONLINE)))
    return [(label, build_narrowed_path(filters.city, work)) for label, work in works]


def _list_places(filters: ListingFilter, counts: FacetCounts) -> list[tuple[str, str]]:
    """Return the name and the list's address of the places with the most listings."""
    if filters.place != filters.city:
        return []
    options = [o for o in _list_district_options(filters, counts) if o.count][:MAX_PLACES]
    return [
        (o.label, build_narrowed_path(filters.city, Narrowing("district", o.value)))
        for o in options
    ]


def _list_menus(filters: ListingFilter, counts: FacetCounts) -> list[dict[str, Any]]:
    """Return the menus of category and place: links, each (address, label, number).

    A filter that is already set has no menu, because it is shown as a chip.
    """
    menus = []
    for name, title, options in (
        ("category", LISTING_FIELDS["category"].label, [*_list_category_options(filters, counts)]),
        ("district", LISTING_FIELDS["region"].label, _list_district_options(filters, counts)),
    ):
        plus_sign = "+" if _is_more(filters, counts, name) else ""
        links = [
            (
                build_list_url(filters, **{name: option.value}),
                option.label,
                f"{option.count}{plus_sign}",
            )
            for option in options
            if option.count and name not in filters.values
        ]
        if len(links) > 1:
            menus.append({"title": title, "links": links})
    return menus


def _is_more(filters: ListingFilter, counts: FacetCounts, name: str) -> bool:
    """Whether the counts of a filter's options are lower bounds.

    The options of a filter that is set also count listings that this filter leaves out.
    """
    lower_bounds = counts.get("more", {})
    return "total" in lower_bounds or ("own" in lower_bounds and name in filters.values)


def build_work_mode_options(filters: ListingFilter, counts: FacetCounts) -> list[FacetOption]:
    mode_counts = dict(counts.get("mode", {}))
    if filters.place:
        mode_counts[WorkMode.ONLINE] = counts.get("online", {}).get("", 0)
    is_lower_bound = _is_more(filters, counts, "mode")
    options = _build_options(filters, "mode", WorkMode.choices, mode_counts)
    return [
        FacetOption("mode", "", "不限", None, "mode" not in filters.values),
        *(replace(option, more=is_lower_bound) for option in options),
    ]


def _build_options(
    filters: ListingFilter,
    name: str,
    choices: Iterable[tuple[str, str]],
    option_counts: Mapping[str, int],
) -> list[FacetOption]:
    value = filters.values.get(name, [])
    chosen = value if isinstance(value, list) else [value]
    return [
        FacetOption(name, code, label, option_counts.get(code, 0), code in chosen)
        for code, label in choices
    ]


def _build_checkbox_panel(
    filters: ListingFilter, counts: FacetCounts, field: ListingField
) -> tuple[str, str, list[FacetOption]]:
    """Return name, title and options of a panel with one box for each choice."""
    options = _build_options(filters, field.name, field.choices, counts.get(field.name, {}))
    return field.name, field.label, options


def _list_category_options(filters: ListingFilter, counts: FacetCounts) -> Iterator[FacetOption]:
    """Yield the groups; the categories of a group only if it, or one of them, is chosen."""
    category_counts, names = counts.get("category", {}), read_category_labels()
    for group in GROUPS.values():
        categories = [(get_address_code(c), c.code) for c in group.categories]
        totals = {address_code: category_counts.get(code, 0) for address_code, code in categories}
        labels = [(address_code, names[code]) for address_code, code in categories]
        group_total = {group.code: sum(totals.values())}
        groups = _build_options(filters, "category", [(group.code, group.label)], group_total)
        kinds = _build_options(filters, "category", labels, totals)
        yield from groups
        if len(kinds) > 1 and any(option.checked for option in (*groups, *kinds)):
            yield from (replace(option, indent=True) for option in kinds)


def _list_district_options(filters: ListingFilter, counts: FacetCounts) -> list[FacetOption]:
    place_counts: dict[str, int] = {}
    for column in ("province_id", "city_id", "district_id"):
        place_counts |= counts.get(column, {})
    choices = filters.fields["district"].choices
    options = _build_options(filters, "district", choices, place_counts)
    return sorted(options, key=lambda option: -(option.count or 0))


def _list_only_options(filters: ListingFilter, counts: FacetCounts) -> list[FacetOption]:
    today = {TODAY: counts.get("today", {}).get("true", 0)}
    return [
        *_build_options(filters, "when", WHEN_CHOICES, today),
        *_list_trait_options(filters, "fit", counts),
        *_list_verified_options(filters, counts),
    ]


def _list_trait_options(
    filters: ListingFilter, name: str, counts: FacetCounts
) -> list[FacetOption]:
    totals: Counter[str] = Counter()
    for bits, number in counts.get(name, {}).items():
        totals.update(dict.fromkeys(decode_traits(int(bits or 0)), number))
    return _build_options(filters, name, filters.fields[name].choices, totals)


def _list_verified_options(filters: ListingFilter, counts: FacetCounts) -> list[FacetOption]:
    bits = {int(k or 0): n for k, n in counts.get("checks", {}).items()}
    totals = {
        code: sum(n for held, n in bits.items() if held & CHECKS[code])
        for code, _ in VERIFIED_CHOICES
    }
    return _build_options(filters, "verified", VERIFIED_CHOICES, totals)


def render_slot_grid(filters: ListingFilter) -> SafeString:
    """Return the HTML of the checkboxes, weekday × part of day."""
    return _render_slot_grid(tuple(sorted(set(filters.values.get("slots", [])))))


@lru_cache(maxsize=256)
def _render_slot_grid(chosen: tuple[str, ...]) -> SafeString:
    # Cached: 28 cells take a fifth of the page's rendering and most visitors choose none.
    return render_to_string("listings/search/_slots.html", build_slot_grid(chosen))


def describe_total(counts: FacetCounts) -> str:
    """Return the number of listings, with a plus if it is a lower bound."""
    total = counts.get("total", {}).get("", 0)
    return f"{total:,}{'+' if 'total' in counts.get('more', {}) else ''}"
