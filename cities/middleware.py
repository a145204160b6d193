from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from cities.directory.regions import get_current_region
from cities.models import Region


class RetiredPlaceMiddleware:
    """Redirects the addresses of a retired place name to its successor: /xiangfan/ → /xiangyang/."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: Sequence[Any],
        view_kwargs: dict[str, Any],
    ) -> HttpResponsePermanentRedirect | None:
        city, match = view_kwargs.get("city"), request.resolver_match
        if not isinstance(city, Region) or city.successor_id is None or match is None:
            return None
        if request.method not in ("GET", "HEAD"):
            return None
        address = reverse(
            match.view_name,
            args=view_args,
            kwargs={**view_kwargs, "city": get_current_region(city)},
        )
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
