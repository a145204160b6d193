"""Absolute addresses where there is no request to take the host from, as in a mail."""

from urllib.parse import urlsplit

from django.conf import settings


def absolute(path):
    return settings.SITE_URL + path


def domain():
    return urlsplit(settings.SITE_URL).hostname or "localhost"
