"""Cookies that only this server can read: sealed, not merely signed, for what must not stand in clear
in a browser that others use too."""

import base64
import json
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac


def set_sealed_cookie(
    response: HttpResponse, name: str, content: dict[str, Any], lasts: timedelta
) -> None:
    response.set_cookie(
        name,
        _build_box(name).encrypt(json.dumps(content).encode()).decode(),
        max_age=lasts,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def read_sealed_cookie(request: HttpRequest, name: str, lasts: timedelta) -> dict[str, Any]:
    """Return what was sealed under this name; nothing if it is forged, or older than `lasts`."""
    token = request.COOKIES.get(name, "").encode(errors="replace")
    try:
        return json.loads(_build_box(name).decrypt(token, ttl=int(lasts.total_seconds())))
    except InvalidToken:
        return {}


def _build_box(name: str) -> MultiFernet:
    """The first key seals, each of them opens."""
    keys = [
        salted_hmac("sitekit.sealed_cookies", name, secret=secret, algorithm="sha256").digest()
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
