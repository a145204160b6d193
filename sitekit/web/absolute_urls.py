"""Absolute addresses where there is no request to take the host from, as in a mail."""

from urllib.parse import urlsplit

from django.conf import settings


def build_absolute_url(path):
    return settings.SITE_URL + path


def get_site_domain():
    return urlsplit(settings.SITE_URL).hostname or "localhost"
