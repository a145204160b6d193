"""Typed readers for environment variables; a wrong value stops the start-up with its name."""

import os
import re
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set.")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    if not value:  # an empty line in an env file says nothing: HTTPS= must not turn it off
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false.")


def integer(name: str, default: int, low: int, high: int) -> int:
    value = os.environ.get(name)
    if not value:
        return default
    if not re.fullmatch("[0-9]{1,12}", value) or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name}={value!r} is no whole number from {low} to {high}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas; empty parts are dropped."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def database(name: str) -> dict | None:
    """Django's settings for a postgresql:// address, None when the variable is not set."""
    value = os.environ.get(name)
    if not value:
        return None
    wanted = ImproperlyConfigured(f"{name} is no postgresql://user:password@host:port/name.")
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        raise wanted from None  # the original words may hold the password
    if url.scheme not in ("postgres", "postgresql") or not url.path.strip("/"):
        raise wanted
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(url.query)),
    }
