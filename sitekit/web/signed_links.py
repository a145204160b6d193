"""Links that act for one row, without an account: the row's number, signed for one purpose."""

from django.core import signing


class LinkUnusable(Exception):
    """Forged, spoiled on the way, or too old."""


def sign_link(purpose, number):
    return signing.dumps(number, salt=f"sitekit.signed.{purpose}")


def read_signed_link(purpose, token, max_age):
    """The number that was signed for `purpose` no longer than `max_age` (a timedelta) ago."""
    try:
        number = signing.loads(token, salt=f"sitekit.signed.{purpose}", max_age=max_age)
    except (signing.BadSignature, ValueError):
        raise LinkUnusable from None
    if not isinstance(number, int):
        raise LinkUnusable
    return number
