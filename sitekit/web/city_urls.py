"""URLs of pages that exist for each city and for the whole country."""

from typing import Any

from django.urls import reverse


def reverse_in_city(name: str, city: object = None, **kwargs: Any) -> str:
    """Return the URL of the page under the city (a `Region`), or of the national page without one."""
    return reverse(name, kwargs=kwargs | ({"city": city} if city else {}))
