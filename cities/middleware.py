from django.http import HttpResponsePermanentRedirect
from django.urls import reverse

from cities.directory.regions import heir_of


class RetiredPlaceMiddleware:
    """Addresses of a name out of use lead to the place that took over: /xiangfan/ → /xiangyang/."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        city = view_kwargs.get("city")
        if getattr(city, "successor_id", None) is None or request.method not in ("GET", "HEAD"):
            return None
        address = reverse(
            request.resolver_match.view_name,
            args=view_args,
            kwargs={**view_kwargs, "city": heir_of(city)},
        )
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
