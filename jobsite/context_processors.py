from functools import lru_cache
from urllib.parse import urlencode

from django.db.models import Subquery
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, lazy

from cities.directory.exchange_groups import list_groups_serving
from cities.directory.regions import get_region
from cities.models import Region
from sitekit.models import Operator
from sitekit.web.city_urls import reverse_in_city


def add_site_context(request):
    """What every page needs: whose site this is, which city's, and the addresses of its parts.

    What asks the database or the host name is lazy: the page for a bad request comes through here
    too, and needs neither.
    """
    match = request.resolver_match
    city = match.kwargs.get("city") if match else None
    city = city if isinstance(city, Region) else None
    operator = SimpleLazyObject(lambda: _operator(city))
    name = city.short_name if city else ""
    return {
        "operator": operator,
        "city": city,
        "brand": f"{name}兼职信息网",
        "tagline": _later(lambda: operator.tagline),
        "seal": name[:2] or "兼职",
        "seal_slug": city.slug if city else "all",
        "canonical": _later(lambda: request.build_absolute_uri(request.path)),
        "nav": {
            "home": reverse_in_city("city_home" if city else "home", city),
            "jobs": reverse_in_city("listings:list", city),
            "news": reverse_in_city("news:list", city),
            "alerts": reverse_in_city("news:alerts", city),
            "check": reverse("safety:check"),
            "guides": reverse_in_city("news:kind", city, kind="guide"),
            "subscribe": reverse_in_city("news:subscribe", city),
            "governance": reverse_in_city("safety:governance", city),
            "group": _later(lambda: _group(operator)),
            "me": reverse("me"),
            "switch": f"{reverse('cities:index')}?{urlencode({'next': request.path})}",
        },
    }


def _operator(city):
    """With the place whose exchange group serves the city: no page pays a query of its own."""
    return next(iter(Operator.objects.raw(*_operator_query(city))), None) or Operator()


@lru_cache(maxsize=512)
def _operator_query(city):
    """Kept as text: to put it together anew took a tenth of the time of a page."""
    found = Operator.objects.filter(pk=1)
    if city is not None:
        place = list_groups_serving(city).values("region_id")[:1]
        found = found.annotate(group_place=Subquery(place))
    return found.query.sql_with_params()


def _group(operator):
    """The address of the city's exchange group; an operator without a name runs none."""
    place = get_region(getattr(operator, "group_place", None))
    return reverse("news:group", args=[place]) if place and operator.name else ""


def _later(words):
    return lazy(words, str)()
