"""The way back from what one tap did: the words of a message, and the button 撤销 beside them."""

from django.contrib import messages
from django.http import HttpRequest

# Beside a message an address says that it can be undone: `_messages.html` posts to it.
UNDO = "undo"


def offer_undo(request: HttpRequest, words: str, address: str) -> None:
    """Tell what was done; a POST to `address`, with no fields, takes it back."""
    messages.success(request, words, extra_tags=address)


def is_undo(request: HttpRequest) -> bool:
    """Whether the address that is posted to is one of `add_undo`."""
    return UNDO in request.GET


def add_undo(address: str, value: str = "1") -> str:
    """Return the address at which the opposite is asked for."""
    return f"{address}?{UNDO}={value}"
