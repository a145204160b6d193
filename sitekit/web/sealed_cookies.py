"""Cookies that only this server can read: sealed, not merely signed, for what must not stand in clear
in a browser that others use too."""

import json
from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from sitekit.sealing.keys import build_cipher, derive_keys


def set_sealed_cookie(
    response: HttpResponse,
    name: str,
    content: dict[str, Any],
    lasts: timedelta,
    *,
    ends_with_browser: bool = False,
) -> None:
    """`ends_with_browser`: it is gone when the browser is closed, and of no use after `lasts`."""
    response.set_cookie(
        name,
        _build_cipher(name).encrypt(json.dumps(content).encode()).decode(),
        max_age=None if ends_with_browser else lasts,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def read_sealed_cookie(request: HttpRequest, name: str, lasts: timedelta) -> dict[str, Any]:
    """Return what was sealed under this name; nothing if it is forged, or older than `lasts`."""
    token = request.COOKIES.get(name, "").encode(errors="replace")
    try:
        return json.loads(_build_cipher(name).decrypt(token, ttl=int(lasts.total_seconds())))
    except InvalidToken:
        return {}


def _build_cipher(name: str) -> MultiFernet:
    return build_cipher(derive_keys(f"sitekit.sealed_cookies.{name}"))
