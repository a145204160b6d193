"""Absolute addresses where there is no request to take the host from, as in a mail."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def absolute(path):
    if not settings.SITE_URL:
        raise ImproperlyConfigured("SITE_URL is not set: mails would lead nowhere.")
    return settings.SITE_URL + path


def domain():
    return urlsplit(settings.SITE_URL).hostname or "localhost"
