"""The list of listings, of a city or the nation."""

from django.shortcuts import render
from django.utils.html import format_html

from cities.models import Region
from listings.models import Listing
from listings.search import facet_panels
from listings.search.cards import fill_card, title_of
from listings.search.facets import count_facets
from listings.search.listing_search import SORTS
from listings.search.search_request import parse_search_request
from listings.search.wider_suggestions import suggest_wider_searches
from listings.search_subscriptions.saved_searches import form_address
from listings.vocabulary.category_threats import find_threatening_fraud_types
from news.related.local_alerts import get_danger_and_alerts
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page
from sitekit.web.paging import BadCursor
from textkit.highlighting import build_match_pattern, cut_highlighted_snippet
from textkit.tsearch import list_query_spellings


@page(takes="read")
def listing_list(request, city: Region | None = None):
    search_request = parse_search_request(request.GET, city)
    filters, keyword_query, place = (
        search_request.filters,
        search_request.keyword_query,
        search_request.place,
    )
    conditions, search = search_request.conditions, search_request.search
    messages = filters.messages
    try:
        rows, following = search.page()
    except BadCursor:
        messages = [*messages, "翻页的位置认不出来，已回到第一页。"]
        search.after = ""
        rows, following = search.page()
    counts = count_facets(search, conditions)
    values = filters.values
    threats = find_threatening_fraud_types(values.get("category", []), values.get("mode", ""))
    danger, alerts = get_danger_and_alerts(place, threats)
    list_address = reverse_in_city("listings:list", city)
    context = {
        "place": place,
        "place_home": reverse_in_city("city_home" if place else "home", place),
        "list_address": list_address,
        "q": keyword_query.text,
        "elsewhere": place if place != city else None,
        "filters": filters,
        "asked": keyword_query,
        "cards": _fill(rows, keyword_query),
        "total": facet_panels.describe_total(counts),
        "heading": facet_panels.build_filter_heading(filters, place, keyword_query.words),
        "chips": facet_panels.build_filter_chips(filters),
        "panels": facet_panels.build_facet_panels(filters, counts),
        "modes": facet_panels.build_work_mode_options(filters, counts),
        "slot_grid": facet_panels.slot_grid(filters),
        "sorts": _sorts(request, search.sort),
        "sort": search.sort,
        "messages_of_filters": messages,
        "next_page": facet_panels.build_list_url(request.GET, after=following) if following else "",
        "first_page": facet_panels.build_list_url(request.GET) if search.after else "",
        "is_first": not search.after,
        "subscribe_address": form_address(search_request, city),
        "danger": danger,
        "alerts": alerts,
        "is_work_named": bool(threats),
        "wider": suggest_wider_searches(search, filters, keyword_query) if not rows else [],
    }
    return render(request, "listings/pages/list.html", context)


def _fill(rows, asked):
    """Kept rows with the words of the question marked; what the title lacks is cited below it."""
    pattern = build_match_pattern(asked.spellings)
    lacking = [row.pk for row in rows if pattern and not _in_title(row, asked)]
    texts = {}
    if lacking:
        found = Listing.objects.filter(pk__in=lacking)
        for pk, duties, requirements in found.values_list("pk", "duties", "requirements"):
            texts[pk] = f"{duties} {requirements}"
    filled = []
    for row in rows:
        hit = cut_highlighted_snippet(texts.get(row.pk, ""), pattern)
        hit = format_html('<p class="snippet">{}</p>', hit) if hit else ""
        filled.append(fill_card(row.html, row.published_at, pattern, hit))
    return filled


def _in_title(row, asked):
    title = title_of(row.html)
    return all(any(s in title for s in list_query_spellings(word)) for word in asked.words)


def _sorts(request, current):
    return [
        (sort.label, facet_panels.build_list_url(request.GET, sort=sort.code), sort is current)
        for sort in SORTS.values()
    ]
