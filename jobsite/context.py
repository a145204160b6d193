from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import SimpleLazyObject, lazy

from cities.models import Region
from sitekit.models import Operator


def site(request):
    """What every page needs: whose site this is, which city's, and the addresses of its parts.

    What asks the database or the host name is lazy: the page for a bad request comes through here
    too, and needs neither.
    """
    match = request.resolver_match
    city = match.kwargs.get("city") if match else None
    city = city if isinstance(city, Region) else None
    place = {"city": city} if city else {}
    operator = SimpleLazyObject(Operator.current)
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
            "home": reverse("city_home", kwargs=place) if city else reverse("home"),
            "jobs": reverse("listings:list", kwargs=place),
            "news": reverse("news:list", kwargs=place),
            "alerts": reverse("news:alerts", kwargs=place),
            "switch": f"{reverse('cities:index')}?{urlencode({'next': request.path})}",
        },
    }


def _later(words):
    return lazy(words, str)()
