"""The suggestions of a city as JSON, the same for all from whom nothing is hidden."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control

from cities.models import Region
from listings.own_states.blocked_employers import find_hidden_listings
from listings.search_suggestions.suggestions import list_suggestions
from sitekit.web.pages import forbid_caching, page

SUGGESTION_MAX_AGE = 300  # a number beside a suggestion may be so old


@page(takes="read")
def show_suggestions(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    hidden = find_hidden_listings(request)
    words = {"ensure_ascii": False}  # a third of the size
    response = JsonResponse(
        {"suggestions": list_suggestions(city, hidden)}, json_dumps_params=words
    )
    if hidden:
        return forbid_caching(response)
    patch_cache_control(response, public=True, max_age=SUGGESTION_MAX_AGE)
    return response
