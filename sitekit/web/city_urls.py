"""URLs of pages that exist for each city and for the whole country."""

from functools import lru_cache
from typing import Any

from django.urls import reverse


def reverse_in_city(name: str, city: Any = None, **kwargs: Any) -> str:
    """Return the URL of the page under the city (a `Region` or its slug), or of the national page without one."""
    slug = city if isinstance(city, str | None) else city.slug
    return _reverse_city_url(name, slug, *kwargs.items())


# A page of a list has dozens of addresses, mostly those of the page before.
@lru_cache(maxsize=4096)
def _reverse_city_url(name: str, slug: str | None, *kwargs: tuple[str, Any]) -> str:
    return reverse(name, kwargs=dict(kwargs) | ({"city": slug} if slug else {}))
