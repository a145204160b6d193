"""Tokens of links that work without an account: the id of a row, signed for one purpose."""

from datetime import timedelta

from django.core import signing


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
