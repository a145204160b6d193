"""The list of listings, of a city or the nation."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cities.models import Region
from listings.models import Listing
from listings.own_states.blocked_employers import find_hidden_listings
from listings.pages.near_place import describe_near
from listings.search import facet_panels
from listings.search.cards import extract_card_path, extract_card_title, fill_card
from listings.search.filters import (
    build_filter_chips,
    describe_left_out,
    encode_asked_filters,
)
from listings.search.forgiving_search import (
    FEW_LISTINGS,
    Correction,
    RelaxedSearch,
    explain_unused_text,
    relax_search,
    suggest_correction,
)
from listings.search.keyword_query import KeywordQuery
from listings.search.listing_search import SearchResultRow
from listings.search.search_request import SearchRequest, parse_search_request
from listings.search.sort_orders import MATCH, NEAR, SORTS
from listings.search.wider_suggestions import suggest_wider_searches
from listings.search_subscriptions.saved_searches import build_form_address
from listings.search_suggestions.search_counts import note_search
from listings.vocabulary.category_threats import find_threatening_fraud_types
from listings.vocabulary.list_addresses import (
    Narrowing,
    build_list_address,
    build_narrowed_path,
    find_canonical_path,
    find_narrowing,
    list_inner_places,
)
from news.related.drawn_blocks import draw_nearest_alerts
from screening.contacts.extraction import find_contacts
from sitekit.kept_pages.changes import Dependency
from sitekit.kept_pages.middleware import depend_on_topics
from sitekit.kept_pages.store import keep_while_told
from sitekit.seo.json_ld import MakeAbsolute, Schema, build_breadcrumbs, build_item_list
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import forbid_caching, page
from sitekit.web.paging import BadCursor
from textkit.highlighting import build_match_pattern, cut_highlighted_snippet
from textkit.tsearch import list_query_spellings

LIST_ROWS_BYTES = 2**15  # bytes of the rows of a page, about
# What somebody types who looks for help, not for work.
_FRAUD_WORDS = re.compile("被骗|骗了|骗子|骗钱|骗局|诈骗|上当|受骗|报警|追回|退钱|退押金|举报")
MAX_OTHERS = 10  # listings that have only some of the words


@dataclass(frozen=True)
class ListAnswer:
    """What a list shows: rows, and suggestions for other searches if there are few rows or none."""

    search_request: SearchRequest  # for fewer words, where nothing has all
    rows: list[SearchResultRow]
    following: str
    messages: tuple[str, ...] = ()
    correction: Correction | None = None
    notice: str = ""
    fewer: RelaxedSearch | None = None
    other_rows: list[SearchResultRow] = field(default_factory=list)


@page(takes="read")
def show_listing_list(
    request: HttpRequest, city: Region | None = None, work: str = "", inside: Region | None = None
) -> HttpResponse:
    """The list, narrowed by its path to a kind of `work` or to the place `inside` the city.

    A query that asks for nothing but one of these is redirected to that path.
    """
    narrowing = read_narrowing(city, work, inside)
    query: QueryDict = request.GET
    if narrowing:
        query = narrowing.add_to(query)
    elif find_narrowing(query, city):
        return HttpResponsePermanentRedirect(build_list_address(city, query))
    note_search(request, city)
    hidden = find_hidden_listings(request)
    answer = answer_list_request(parse_search_request(query, city, hidden))
    context = _build_list_context(answer, city)
    context |= _describe_to_engines(request, city, narrowing, context)
    _depend_on_rows(request, answer, city, has_wider=bool(context["wider"]))
    response = render(request, "listings/pages/list.html", context)
    return forbid_caching(response) if hidden else response


def _build_list_context(answer: ListAnswer, city: Region | None) -> dict[str, Any]:
    search_request, rows = answer.search_request, answer.rows
    filters, keyword_query = search_request.filters, search_request.keyword_query
    place, search = search_request.place, search_request.search
    values = filters.values
    threats = find_threatening_fraud_types(values.get("category", []), values.get("mode", ""))
    list_address = reverse_in_city("listings:list", city)
    return {
        "place": place,
        "place_home": reverse_in_city("city_home" if place else "home", place),
        "list_address": list_address,
        "q": search_request.typed_text,
        "correction": answer.correction,
        "notice_of_words": answer.notice or explain_unused_text(search_request),
        "has_contact": bool(find_contacts(search_request.typed_text)),
        "tells_of_fraud": bool(_FRAUD_WORDS.search(search_request.typed_text)),
        "other_words": answer.fewer,
        "other_cards": _fill_cards(answer.other_rows, keyword_query, values.get("near")),
        "left_out": describe_left_out(filters),
        "elsewhere": place if place != city else None,
        "cards": _fill_cards(rows, keyword_query, values.get("near")),
        **facet_panels.draw_counted_filters(search_request, list_address)._asdict(),
        "heading": build_list_heading(search_request),
        "chips": build_filter_chips(filters),
        **_describe_order(search_request),
        "hidden_number": search.count_hidden(),
        "messages_of_filters": [*filters.messages, *answer.messages],
        "next_page": search_request.build_address(after=answer.following)
        if answer.following
        else "",
        "first_page": search_request.build_address() if search.after else "",
        "is_first": not search.after,
        "subscribe_address": build_form_address(search_request, city),
        "alerts": draw_nearest_alerts(place, threats),
        "is_work_named": bool(threats),
        "wider": suggest_wider_searches(search, filters, keyword_query) if not rows else [],
    }


def _describe_order(search_request: SearchRequest) -> dict[str, Any]:
    """Return the orders to choose from, each with its address, and what is to be known of the chosen one."""
    has_words, is_near = (
        bool(search_request.keyword_query.words),
        "near" in search_request.filters.values,
    )
    chosen = search_request.search.sort
    return {
        "sorts": [
            (sort.label, search_request.build_address(sort=code), code == chosen.code)
            for code, sort in SORTS.items()
            if (has_words or sort is not MATCH) and (is_near or sort is not NEAR)
        ],
        "sort_note": chosen.note,
        "pay_note": search_request.pay_note,
        "near": describe_near(search_request),
    }


def _depend_on_rows(
    request: HttpRequest, answer: ListAnswer, city: Region | None, *, has_wider: bool
) -> None:
    """Say for the kept page which changes of listings change it."""
    keyword_query = answer.search_request.keyword_query
    # Words that no listing of the country has were left out.
    has_dropped_words = answer.notice and not keyword_query.words
    if answer.search_request.search.scope.place != city or has_wider or has_dropped_words:
        depend_on_topics(request, "rows", "listings")
    elif keyword_query.words:  # cards show words of the texts
        shown = [*answer.rows, *answer.other_rows]
        depend_on_topics(request, *(Dependency("listings", row.pk) for row in shown))


def build_list_heading(search_request: SearchRequest) -> str:
    """Return what the page, its share card and its feed are called."""
    words = search_request.keyword_query.typed_words
    return facet_panels.build_filter_heading(
        search_request.filters, search_request.place, words, search_request.pay_words
    )


def read_narrowing(city: Region | None, work: str, inside: Region | None) -> Narrowing | None:
    """Return what the path narrows the list to; raise Http404 for a place that is not inside."""
    if work:
        return Narrowing.by_work(work)
    if inside is None:
        return None
    if inside not in list_inner_places(city):
        raise Http404("这个地方不在里面。")
    return Narrowing.by_place(inside)


def _describe_to_engines(
    request: HttpRequest, city: Region | None, narrowing: Narrowing | None, context: dict[str, Any]
) -> dict[str, Any]:
    """Return the directives for search engines: from later pages and filtered lists they only follow the links."""
    absolute = request.build_absolute_uri
    canonical = absolute(find_canonical_path(city, narrowing))
    is_plain = not any(value for values in request.GET.lists() for value in values[1])
    if not is_plain or (narrowing and not context["cards"]):
        return {
            "robots": "noindex, follow",
            "canonical": canonical if is_plain else "",
            "feed_query": encode_asked_filters(request.GET),
            "schemas": [],
        }
    return {
        "canonical": canonical,
        "is_narrowed": narrowing is not None,
        "schemas": _build_schemas(absolute, city, narrowing, context),
    }


def _build_schemas(
    absolute: MakeAbsolute,
    city: Region | None,
    narrowing: Narrowing | None,
    context: dict[str, Any],
) -> list[Schema]:
    jobs = f"{city.short_name if city else '全国'}兼职"
    crumbs = [(jobs, absolute(reverse_in_city("listings:list", city)))]
    if narrowing:
        crumbs.append((context["heading"], absolute(build_narrowed_path(city, narrowing))))
    addresses = [absolute(extract_card_path(card)) for card in context["cards"]]
    return [build_breadcrumbs(crumbs), *([build_item_list(addresses)] if addresses else [])]


def answer_list_request(search_request: SearchRequest) -> ListAnswer:
    messages: tuple[str, ...] = ()
    try:
        rows, following = _keep_page(search_request)
    except BadCursor:
        messages = ("翻页的位置认不出来，已回到第一页。",)
        search_request.search.after = ""
        rows, following = _keep_page(search_request)
    answer = ListAnswer(search_request, rows, following, messages)
    if (
        len(rows) >= FEW_LISTINGS
        or search_request.search.after
        or not search_request.keyword_query.words
    ):
        return answer
    return _forgive_words(answer)


def _forgive_words(answer: ListAnswer) -> ListAnswer:
    """Return the answer with a correction, and with listings that have only some of the words."""
    fewer = relax_search(answer.search_request, finds_nothing=not answer.rows)
    correction = suggest_correction(
        answer.search_request,
        with_titles=not answer.rows and (fewer is None or not fewer.words),
    )
    answer = replace(answer, correction=correction)
    # What was only spelled wrongly is offered, not dropped.
    if fewer is None or (correction and not fewer.words):
        return answer
    rows, following = _keep_page(fewer.request)
    if not rows:
        return answer
    if not answer.rows:
        return replace(
            answer,
            search_request=fewer.request,
            rows=rows,
            following=following,
            notice=fewer.notice,
        )
    shown = {row.pk for row in answer.rows}
    others = [row for row in rows if row.pk not in shown]
    return replace(answer, fewer=fewer, other_rows=others[:MAX_OTHERS])


def _keep_page(search_request: SearchRequest) -> tuple[list[SearchResultRow], str]:
    """Return the rows and the cursor of the next page; raise BadCursor."""
    search = search_request.search
    key = ("rows", search_request.key, search.after)
    return keep_while_told(key, [search.scope.rows], search.fetch_page, LIST_ROWS_BYTES)


def _fill_cards(
    rows: list[SearchResultRow], keyword_query: KeywordQuery, start: Region | None
) -> list[SafeString]:
    """Return the rows with the keywords marked and the distance from `start`, if there is one; if the
    title lacks some of the keywords, a snippet is added."""
    pattern = build_match_pattern(keyword_query.spellings)
    ids = [row.pk for row in rows if pattern and not _is_in_title(row, keyword_query)]
    texts = _read_texts(ids) if ids else {}
    filled = []
    for row in rows:
        snippet = cut_highlighted_snippet(texts.get(row.pk, ""), pattern)
        hit = format_html('<p class="snippet">{}</p>', snippet) if snippet else ""
        filled.append(fill_card(row.html, row.published_at, pattern, hit, start))
    return filled


def _read_texts(ids: list[int]) -> dict[int, str]:
    listings = Listing.objects.filter(pk__in=ids).values_list("pk", "duties", "requirements")
    return {pk: f"{duties} {requirements}" for pk, duties, requirements in listings}


def _is_in_title(row: SearchResultRow, keyword_query: KeywordQuery) -> bool:
    title = extract_card_title(row.html)
    return all(any(s in title for s in list_query_spellings(word)) for word in keyword_query.words)
