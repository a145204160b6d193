"""What a list page says of its filters: chips, options with counts, the heading, wider offers."""

from dataclasses import dataclass, replace
from functools import lru_cache

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from listings.choices import WorkMode
from listings.search.filters import VERIFIED, ListingFilter
from listings.search.scope import list_selectable_districts
from listings.search.search_index import CHECKS
from listings.vocabulary.categories import CATEGORIES, GROUPS, address_code, label_of
from listings.vocabulary.listing_fields import CHECKBOX_FILTERS, LISTING_FIELDS, ListingField
from listings.vocabulary.work_slots import DAYS, PARTS, format_slot

# The settlement stands before the places, the other filters with a box for each choice after them.
_OTHER_CHECKBOXES = [field for field in CHECKBOX_FILTERS if field.name != "settlement"]
ORDER = [
    *"settlement slots district category".split(),
    *(field.name for field in _OTHER_CHECKBOXES),
    *"mode verified pay_min q".split(),
]
# Filters that the heading says, beside the category and the words.
NAMED_IN_HEADING = ("district", "term", "settlement", "mode")


@dataclass(frozen=True)
class FilterChip:
    """A filter that is set, in words, and the address without it."""

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


def build_list_url(query: QueryDict, drop="", value=None, **changes) -> str:
    """A list's address with one filter (or one value of it) less, or others set; from page one on.

    Parameters that the list does not know are left out.
    """
    known = QueryDict(mutable=True)
    for name in ListingFilter.base_filters:
        kept = [v for v in query.getlist(name) if v]
        if name == drop:
            kept = [v for v in kept if value is not None and v != value]
        if kept:
            known.setlist(name, kept)
    for name, changed in changes.items():
        known[name] = changed
    return "?" + known.urlencode()


def build_filter_chips(filters: ListingFilter) -> list[FilterChip]:
    made = []
    for name in ORDER:
        value = filters.values.get(name)
        if name == "slots" and value:
            made += _slot_chips(filters.data, value)
        elif isinstance(value, list):
            made += [_chip(filters, name, one, str(one)) for one in value]
        elif value is not None:
            made.append(_chip(filters, name, value))
    return made


def _chip(filters, name, value, drop_value=None):
    without = build_list_url(filters.data, name, drop_value)
    return FilterChip(name, format_filter_value(filters, name, value), without)


def _slot_chips(query, codes):
    if len(codes) <= 3:
        return [
            FilterChip("slots", format_slot(c), build_list_url(query, "slots", c)) for c in codes
        ]
    return [FilterChip("slots", f"有空 {len(codes)} 个时段", build_list_url(query, "slots"))]


def format_filter_value(filters, name, value) -> str:
    """A filter's value in words."""
    if name == "pay_min":
        return f"时薪 {value.normalize():f} 元起"
    if name == "q":
        return f"“{value}”"
    if name == "category":
        return label_of(value)
    return str(dict(filters.form.fields[name].choices)[value])


def _as_list(value):
    return value if isinstance(value, list) else [value]


def build_filter_heading(filters: ListingFilter, place, words) -> str:
    """The filters as a sentence: 湘西周末日结家教兼职."""
    values = filters.values
    said = [place.short_name if place else "全国"]
    for name in NAMED_IN_HEADING:
        said += [format_filter_value(filters, name, v) for v in _as_list(values.get(name, []))][:2]
    said += [label_of(v) for v in values.get("category", [])][:2]
    said += [f"“{' '.join(words)}”"] if words else []
    return "".join(said).removesuffix("兼职") + "兼职"


def build_facet_panels(filters: ListingFilter, counts: dict) -> list[dict]:
    """The groups of options for the form, each option with its count; empty ones are left out."""
    made = []
    for name, title, options in (
        ("category", LISTING_FIELDS["category"].label, _category_options),
        _build_checkbox_panel(LISTING_FIELDS["settlement"]),
        ("district", LISTING_FIELDS["region"].label, _district_options),
        *map(_build_checkbox_panel, _OTHER_CHECKBOXES),
        ("verified", "只看", _verified_options),
    ):
        found = [o for o in options(filters, counts) if o.count or o.checked]
        if found:
            more = _is_more(filters, counts, name)
            found = [replace(option, more=more) for option in found]
            made.append({"name": name, "title": title, "options": found})
    return made


def _is_more(filters, counts, name):
    """Own options are counted among listings that the filter itself leaves out, too."""
    more = counts.get("more", {})
    return "total" in more or ("own" in more and name in filters.values)


def build_work_mode_options(filters: ListingFilter, counts: dict) -> list[FacetOption]:
    chosen = filters.values.get("mode", "")
    found = dict(counts.get("mode", {}))
    if filters.place:
        found[WorkMode.ONLINE] = counts.get("online", {}).get("", 0)
    more = _is_more(filters, counts, "mode")
    made = [FacetOption("mode", "", "不限", None, not chosen)]
    return made + [
        FacetOption("mode", code, label, found.get(code, 0), code == chosen, more=more)
        for code, label in WorkMode.choices
    ]


def _build_checkbox_panel(field: ListingField) -> tuple:
    """Name, title and options of a panel with one box for each choice."""

    def list_options(filters: ListingFilter, counts: dict) -> list[FacetOption]:
        chosen = filters.values.get(field.name, [])
        counted = counts.get(field.name, {})
        return [
            FacetOption(field.name, code, label, counted.get(code, 0), code in chosen)
            for code, label in field.choices
        ]

    return field.name, field.label, list_options


def _category_options(filters, counts):
    """Groups with counts; the kinds of a group show once it, or one of them, is chosen."""
    chosen = filters.values.get("category", [])
    found = counts.get("category", {})
    for group in GROUPS.values():
        codes = [c.code for c in group.categories]
        total = sum(found.get(code, 0) for code in codes)
        yield FacetOption("category", group.code, group.label, total, group.code in chosen)
        open_kinds = group.code in chosen or any(
            address_code(CATEGORIES[code]) in chosen for code in codes
        )
        if open_kinds and len(codes) > 1:
            for code in codes:
                value = address_code(CATEGORIES[code])
                yield FacetOption(
                    "category", value, CATEGORIES[code].label, found.get(code, 0),
                    value in chosen, indent=True,
                )  # fmt: skip


def _district_options(filters, counts):
    chosen = filters.values.get("district", [])
    found = {}
    for column in ("province_id", "city_id", "district_id"):
        found |= counts.get(column, {})
    made = [
        FacetOption("district", str(d.adcode), d.short_name, found.get(str(d.adcode), 0),
               str(d.adcode) in chosen)
        for d in list_selectable_districts(filters.place)
    ]  # fmt: skip
    return sorted(made, key=lambda option: -(option.count or 0))


def _verified_options(filters, counts):
    chosen = filters.values.get("verified", [])
    bits = {int(k or 0): n for k, n in counts.get("checks", {}).items()}
    for code, label in VERIFIED:
        total = sum(n for held, n in bits.items() if held & CHECKS[code])
        yield FacetOption("verified", code, label, total, code in chosen)


def slot_grid(filters: ListingFilter) -> SafeString:
    """The grid of weekday × part of day as checkboxes."""
    return _slot_grid(tuple(sorted(set(filters.values.get("slots", [])))))


@lru_cache(maxsize=256)
def _slot_grid(chosen):
    # Kept, because 28 cells are a fifth of the page's drawing and most visitors choose none.
    rows = []
    for letter, part in PARTS:
        codes = [f"{day}{letter}" for day in range(1, 8)]
        rows.append((part, [(code, format_slot(code), code in chosen) for code in codes]))
    return render_to_string("listings/search/_slots.html", {"slot_rows": rows, "days": DAYS})


def describe_total(counts: dict) -> str:
    """How many there are, with a plus where there may be more than were counted."""
    total = counts.get("total", {}).get("", 0)
    return f"{total:,}{'+' if 'total' in counts.get('more', {}) else ''}"
