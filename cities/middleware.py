from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from cities.directory.regions import get_current_region
from cities.models import Region
from cities.switcher.likely_city import remember_visit


class VisitedPlaceMiddleware:
    """Remembers the city of the last page, for pages that belong to no city. It comes before the kept pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        city = request.resolver_match and request.resolver_match.kwargs.get("city")
        if isinstance(city, Region) and request.method == "GET" and _is_page(response):
            remember_visit(response, city, secure=request.is_secure())
        return response


def _is_page(response: HttpResponseBase) -> bool:
    if response.status_code == 304:
        return True
    kind = response.headers.get("Content-Type", "")
    return response.status_code == 200 and kind.startswith("text/html")


class RetiredPlaceMiddleware(MiddlewareMixin):
    """Redirects the addresses of a retired place name to its successor: /xiangfan/ → /xiangyang/, and
    /hubei/jobs/in/xiangfan/ → /hubei/jobs/in/xiangyang/."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: Sequence[Any],
        view_kwargs: dict[str, Any],
    ) -> HttpResponsePermanentRedirect | None:
        match = request.resolver_match
        successors = {
            name: get_current_region(place)
            for name, place in view_kwargs.items()
            if isinstance(place, Region) and place.successor_id is not None
        }
        if not successors or match is None or request.method not in ("GET", "HEAD"):
            return None
        address = reverse(match.view_name, args=view_args, kwargs=view_kwargs | successors)
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
