"""The query string of a list, parsed: its filters, keywords and place, and the search for them."""

from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.http import QueryDict

from cities.directory.points import get_region_point
from cities.directory.regions import get_current_region, get_region
from cities.models import Region
from listings.search.filters import ListingFilter, build_query_url
from listings.search.keyword_query import MAX_LENGTH, KeywordQuery, parse_keyword_query
from listings.search.listing_search import ListingSearchQuery
from listings.search.scope import SearchCondition, get_search_scope
from listings.search.sort_orders import MATCH, NEAR, NEWEST, SORTS, SortOrder, build_near_order
from listings.vocabulary.query_conditions import (
    LEFT_OUT,
    TypedPay,
    move_conditions_to_filters,
)
from textkit.invisible_characters import INVISIBLE_CHARACTERS, build_removal_table
from textkit.segmentation import fold_traditional

PAY_NOTE = (
    "按天、周、月算的都折成时薪来比，没写几小时的按一天 8 小时。"
    "按件、单、次、课时算的和面议的折不了，不在下面。"
)
_INVISIBLE = build_removal_table(INVISIBLE_CHARACTERS)


@dataclass(frozen=True)
class SearchRequest:
    filters: ListingFilter
    keyword_query: KeywordQuery
    place: Region | None  # the keywords may name another place than the address
    conditions: dict[str, SearchCondition]
    search: ListingSearchQuery
    typed_text: str = ""  # what the search field holds: the keywords with the conditions among them
    typed_pay: TypedPay | None = None  # among the keywords; the filter may have been set before
    forbidden_words: str = ""  # such as 不要押金: no listing may ask for a deposit
    # The query as typed, with the conditions among its words: the heading repeats their exact words.
    query: QueryDict = field(default_factory=QueryDict)

    @property
    def key(self) -> tuple[object, ...]:
        """A cache key: everything that the results depend on, without the cursor, as long as no row changes."""
        return (*self.filters.key, self.keyword_query.words, self.search.hidden)

    def build_address(self, drop: str = "", **changes: str) -> str:
        """Return the address of another page, or another order, of the same list. It has the words as they were
        typed, since the heading repeats them: 一天 200 元."""
        return build_query_url(self.filters.city, self.query, drop, **changes)

    @property
    def is_pay_typed(self) -> bool:
        """Whether the pay filter comes from the typed words, and was not set before."""
        hourly = self.filters.values.get("pay_min")
        return self.typed_pay is not None and hourly == self.typed_pay.hourly

    @property
    def pay_words(self) -> str:
        """The typed pay in the heading if it is not by the hour: （一天 200 元）."""
        is_converted = self.is_pay_typed and self.typed_pay and self.typed_pay.describe_conversion()
        return f"（{self.typed_pay}）" if is_converted else ""

    @property
    def pay_note(self) -> str:
        """What the pay filter compares and what it leaves out; "" without that filter."""
        hourly = self.filters.values.get("pay_min")
        if hourly is None:
            return ""
        typed = ""
        if self.typed_pay and not self.is_pay_typed:
            typed = (
                f"“{self.typed_pay.words}”没有用上，按筛选里的时薪 {hourly.normalize():f} 元找。"
            )
        elif self.typed_pay and (conversion := self.typed_pay.describe_conversion()):
            typed = f"{self.typed_pay}{conversion}，就是时薪 {hourly.normalize():f} 元。"
        return typed + PAY_NOTE


def parse_search_request(
    query: QueryDict, city: Region | None, hidden: tuple[int, ...] = ()
) -> SearchRequest:
    """`hidden` are listings that its reader does not want to see."""
    query = _drop_invisible(_drop_repeated(_follow_merged_places(query)))
    typed_text = query.get("q", "")[:MAX_LENGTH]
    typed_query = query
    query, typed = move_conditions_to_filters(_fold_keywords(query))
    filters = ListingFilter(query, city, city)
    keyword_query = parse_keyword_query(filters.values.get("q", ""), city)
    place = keyword_query.place or city
    if place != city:
        filters = ListingFilter(query, place, city)
    conditions = filters.build_conditions()
    values = filters.values
    scope = get_search_scope(place, [values.get("mode")])
    search = ListingSearchQuery(
        scope=scope,
        conditions=list(conditions.values()),
        tokens=keyword_query.tokens,
        closest=keyword_query.closest,
        sort=_choose_order(values, scope.place, has_words=bool(keyword_query.words)),
        after=query.get("after", ""),
        hidden=hidden,
    )
    return SearchRequest(
        filters=filters,
        keyword_query=keyword_query,
        place=place,
        conditions=conditions,
        search=search,
        typed_text=typed_text,
        typed_pay=typed.pay,
        forbidden_words=typed.forbidden,
        query=typed_query,
    )


def _follow_merged_places(query: QueryDict) -> QueryDict:
    """Return the query with each place that was merged into another one replaced by that one."""
    codes = query.getlist("district")
    present = [_find_place_in_use(code) for code in codes]
    if present == codes:
        return query
    query = query.copy()
    query.setlist("district", present)
    return query


def _find_place_in_use(code: str) -> str:
    place = get_region(int(code)) if code.isdecimal() and len(code) < 10 else None
    return str(get_current_region(place).adcode) if place else code


def _drop_repeated(query: QueryDict) -> QueryDict:
    """Return the query with each value of a filter only once, because the heading and the chips list the values."""
    if all(len(values) == len(set(values)) for _, values in query.lists()):
        return query
    shorter = query.copy()
    for name, values in query.lists():
        shorter.setlist(name, list(dict.fromkeys(values)))
    return shorter


def _drop_invisible(query: QueryDict) -> QueryDict:
    """Return the query without invisible characters in its words; some of them would reverse the text of the
    heading."""
    words = {name: query.getlist(name) for name in ("q", LEFT_OUT) if name in query}
    if INVISIBLE_CHARACTERS.isdisjoint("".join(chain(*words.values()))):
        return query
    query = query.copy()
    for name, values in words.items():
        query.setlist(name, [value.translate(_INVISIBLE) for value in values])
    return query


def _fold_keywords(query: QueryDict) -> QueryDict:
    """Return the query with keywords in simplified characters: conditions, places and words are read from these."""
    text = query.get("q", "")
    folded = fold_traditional(text)
    if folded == text:
        return query
    query = query.copy()
    query["q"] = folded
    return query


def _choose_order(values: dict[str, Any], place: Region | None, *, has_words: bool) -> SortOrder:
    order = SORTS.get(values.get("sort", ""), MATCH)
    if order is NEAR:
        start = get_region_point(values["near"]) if "near" in values else None
        order = build_near_order(start, place) if start else MATCH
    return NEWEST if order is MATCH and not has_words else order
