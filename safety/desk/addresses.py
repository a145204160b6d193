"""Addresses of pages that other parts of the site own."""

from django.urls import NoReverseMatch, reverse


def address(name, *args) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
