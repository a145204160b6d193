"""Tokens of links that work without an account, signed for one purpose: of the id of a row, with an age; and
short ones, since a value in the template of a text message may have 35 characters.

A short code works as long as the key of the site; whoever reads it says how long it is of use.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

_SHORT_DIGITS = 20  # hexadecimal: 80 bits


class LinkUnusable(Exception):
    """The token is forged, damaged or too old."""


def sign_link(purpose: str, row_id: int) -> str:
    return signing.dumps(row_id, salt=f"sitekit.signed.{purpose}")


def read_signed_link(purpose: str, token: str, max_age: timedelta) -> int:
    """Return the id that was signed for `purpose` in the last `max_age`; raises LinkUnusable."""
    try:
        row_id = signing.loads(token, salt=f"sitekit.signed.{purpose}", max_age=max_age)
    except (signing.BadSignature, ValueError):
        raise LinkUnusable from None
    if not isinstance(row_id, int):
        raise LinkUnusable
    return row_id


def sign_short_code(purpose: str, subject: str) -> str:
    """The subject can be read in the code, and may have no hyphen."""
    return f"{subject}-{_sign_shortly(purpose, subject, settings.SECRET_KEY)}"


def read_short_code(purpose: str, code: str) -> str | None:
    """Return the subject that was signed for this purpose; None if the code was not made here."""
    subject, _, signature = code.partition("-")
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    # Every key is tried, so that the time this takes reveals nothing.
    matches = [
        constant_time_compare(signature, _sign_shortly(purpose, subject, key)) for key in keys
    ]
    return subject if any(matches) else None


def _sign_shortly(purpose: str, subject: str, secret: str | bytes) -> str:
    mac = salted_hmac(purpose, subject, secret=secret, algorithm="sha256")
    return mac.hexdigest()[:_SHORT_DIGITS]
