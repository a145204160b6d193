from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from cities.directory.regions import get_current_region
from cities.models import Region


class RetiredPlaceMiddleware(MiddlewareMixin):
    """Redirects the addresses of a retired place name to its successor: /xiangfan/ → /xiangyang/."""

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
        kwargs = view_kwargs | {"city": get_current_region(city)}
        address = reverse(match.view_name, args=view_args, kwargs=kwargs)
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
