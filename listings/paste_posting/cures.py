"""The effects of the buttons beside a finding on the typed fields: cut a sentence, move a contact, choose a value."""

import re

from listings.copies.contacts_in_text import TEXT_FIELDS
from listings.models.revision import TypedValues
from listings.paste_posting.contact_moves import SENTENCE, find_contact_moves
from listings.paste_posting.findings import NO_NEEDS
from listings.vocabulary.categories import CATEGORIES


def apply_cure(typed: TypedValues, go: str) -> bool:
    """Change the fields as the button says; return whether it was such a button."""
    act, _, argument = go.partition(":")
    match act:
        case "cut":
            name, _, quote = argument.partition(":")
            return cut_sentence(typed, name, quote)
        case "move":
            name, _, quote = argument.partition(":")
            moves = find_contact_moves(typed, name, quote)
            if moves is not None and cut_sentence(typed, name, quote):
                typed |= moves
            return True
        case "pick" if argument in CATEGORIES:
            typed["category"] = [argument]
            return True
        case "fill" if argument == "requirements":
            typed["requirements"] = [NO_NEEDS]
            return True
    return False


def cut_sentence(typed: TypedValues, name: str, quote: str) -> bool:
    """Take the sentences that hold the quote out of the field."""
    text = "".join(typed.get(name, [])[:1])
    words = "".join(quote.split())
    if name not in TEXT_FIELDS or not words or words not in "".join(text.split()):
        return False
    pieces = SENTENCE.findall(text)
    remaining = [piece for piece in pieces if words not in "".join(piece.split())]
    if len(remaining) == len(pieces):  # the quote goes over several sentences
        remaining = ["".join(pieces).replace(quote, "")]
    typed[name] = [re.sub(r"[，,；;]+$", "。", "".join(remaining).strip())]
    return True
