"""Absolute URLs without a request, for mails."""

from urllib.parse import urlsplit

from django.conf import settings


def build_absolute_url(path: str) -> str:
    return settings.SITE_URL + path


def get_site_domain() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
