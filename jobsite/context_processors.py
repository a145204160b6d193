from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, lazy

from cities.directory.exchange_groups import list_groups_serving
from cities.directory.regions import get_region
from cities.models import Region
from sitekit.models import Operator
from sitekit.web.city_urls import reverse_in_city


def add_site_context(request: HttpRequest) -> dict[str, Any]:
    """Return the context of every page: operator, city, and the addresses of the main pages.

    What needs the database or the host name is lazy, because the page for a bad request, which
    has this context too, needs neither.
    """
    match = request.resolver_match
    city = match.kwargs.get("city") if match else None
    city = city if isinstance(city, Region) else None
    operator = cast("Operator", SimpleLazyObject(lambda: _get_operator(city)))
    name = city.short_name if city else ""
    return {
        "operator": operator,
        "city": city,
        "brand": f"{name}兼职信息网",
        "tagline": _make_lazy_text(lambda: operator.tagline),
        "seal": name[:2] or "兼职",
        "seal_slug": city.slug if city else "all",
        "canonical": _make_lazy_text(lambda: request.build_absolute_uri(request.path)),
        "nav": {
            "home": reverse_in_city("city_home" if city else "home", city),
            "jobs": reverse_in_city("listings:list", city),
            "news": reverse_in_city("news:list", city),
            "alerts": reverse_in_city("news:alerts", city),
            "check": reverse("safety:check"),
            "guides": reverse_in_city("news:kind", city, kind="guide"),
            "subscribe": reverse_in_city("news:subscribe", city),
            "governance": reverse_in_city("safety:governance", city),
            "group": _make_lazy_text(lambda: _build_group_url(operator)),
            "me": reverse("me"),
            "switch": f"{reverse('cities:index')}?{urlencode({'next': request.path})}",
        },
    }


def _get_operator(city: Region | None) -> Operator:
    """With `group_place`, the code of the place whose exchange group serves the city: one query."""
    return next(iter(Operator.objects.raw(*_build_operator_query(city))), None) or Operator()


@lru_cache(maxsize=512)
def _build_operator_query(city: Region | None) -> tuple[str, tuple[Any, ...]]:
    """Cached as text: building it took a tenth of the time of a page."""
    operators = Operator.objects.filter(pk=1)
    if city is not None:
        place = list_groups_serving(city).values("region_id")[:1]
        operators = operators.annotate(group_place=Subquery(place))
    return operators.query.sql_with_params()


def _build_group_url(operator: Operator) -> str:
    """The address of the city's exchange group; empty if the operator has no name."""
    place = get_region(getattr(operator, "group_place", None))
    return reverse("news:group", args=[place]) if place and operator.name else ""


def _make_lazy_text(get_text: Callable[[], str]) -> str:
    return lazy(get_text, str)()
