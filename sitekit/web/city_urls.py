"""Addresses of pages that each city has, and the nation too."""

from typing import Any

from django.urls import reverse


def reverse_in_city(name: str, city: Any = None, **kwargs: Any) -> str:
    """The address of the page under the city (a region), or of the national one without a city."""
    return reverse(name, kwargs=kwargs | ({"city": city} if city else {}))
