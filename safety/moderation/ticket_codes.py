"""The code of a report or an appeal, with which its author looks up its status."""

from django.utils.crypto import get_random_string

from sitekit.forms.fields import normalise_input

# Without characters that look alike: 0 and O, 1, I and L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
TICKET_LENGTH = 10


def create_ticket_code() -> str:
    return get_random_string(TICKET_LENGTH, ALPHABET)


def normalise_ticket(typed: str) -> str:
    """Return the code without spaces and dashes, in capitals; empty if it is not a possible code."""
    capitals = normalise_input(typed).upper()
    code = "".join(letter for letter in capitals if letter not in " -—–_.。\t\r\n\u3000")
    return code if len(code) == TICKET_LENGTH and set(code) <= set(ALPHABET) else ""
