"""The code by which somebody asks after a report or an appeal: read aloud, typed, never guessed."""

import secrets

from sitekit.forms.fields import normalise_input

# Nothing that is taken for something else: 0 and O, 1, I and L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10


def create_ticket_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def format_ticket(ticket: str) -> str:
    """In two groups, as on the page and in mails."""
    return f"{ticket[:5]}-{ticket[5:]}"


def normalise_ticket(typed: str) -> str:
    """The code that was meant, however it was typed; empty where it can be none."""
    words = normalise_input(typed).upper()
    code = "".join(letter for letter in words if letter not in " -—–_.。\t\r\n\u3000")
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""
