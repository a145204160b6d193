"""Undo what one tap did: a message with the button 撤销."""

from django.contrib import messages
from django.http import HttpRequest

# The query parameter of an address that undoes. `_messages.html` draws a button that posts to the address.
UNDO = "undo"


def offer_undo(request: HttpRequest, words: str, address: str) -> None:
    """Add a message that says what was done. Its button posts to `address`, without fields, and takes it back."""
    messages.success(request, words, extra_tags=address)


def is_undo(request: HttpRequest) -> bool:
    """Whether the address of the request is one of `add_undo`."""
    return UNDO in request.GET


def add_undo(address: str, value: str = "1") -> str:
    """Return the address with the parameter that asks for the opposite."""
    return f"{address}?{UNDO}={value}"
