from urllib.parse import urlencode

from django.urls import reverse

from cities.models import Region
from sitekit.models import Operator


def site(request):
    """What every page needs: whose site this is, which city's, and the addresses of its parts."""
    match = request.resolver_match
    city = match.kwargs.get("city") if match else None
    city = city if isinstance(city, Region) else None
    place = {"city": city} if city else {}
    operator = Operator.current()
    name = city.short_name if city else ""
    return {
        "operator": operator,
        "city": city,
        "brand": f"{name}兼职信息网",
        "tagline": operator.tagline,
        "seal": name[:2] or "兼职",
        "seal_slug": city.slug if city else "all",
        "canonical": request.build_absolute_uri(request.path),
        "nav": {
            "home": reverse("city_home", kwargs=place) if city else reverse("home"),
            "jobs": reverse("listings:list", kwargs=place),
            "news": reverse("news:list", kwargs=place),
            "alerts": reverse("news:alerts", kwargs=place),
            "switch": f"{reverse('cities:index')}?{urlencode({'next': request.path})}",
        },
    }
