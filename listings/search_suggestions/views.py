"""The suggestions of a city as JSON, the same for everybody."""

from django.http import HttpRequest, JsonResponse

from cities.models import Region
from listings.search_suggestions.suggestions import list_suggestions
from sitekit.web.pages import page

SECONDS = 300  # a number beside a suggestion may be so old


@page(takes="read", cache=SECONDS)
def show_suggestions(request: HttpRequest, city: Region | None = None) -> JsonResponse:
    words = {"ensure_ascii": False}  # a third of the size
    return JsonResponse({"suggestions": list_suggestions(city)}, json_dumps_params=words)
