"""Contacts that stand in a text, moved with a button into their fields: nothing that was typed is lost."""

import re

from listings.models.revision import TypedValues
from listings.post_reader.contact_reader import format_phone_contact, format_wechat
from listings.post_reader.post_text import PostText
from screening.contacts.extraction import Contact, find_contacts

SENTENCE = re.compile(r"[^，。；！？,;!?\n]+[，。；！？,;!?\n]*")


def _find_quoted_sentences(text: str, quote: str) -> list[tuple[int, int]]:
    """Return where the sentences stand that hold the quote, whatever its blanks."""
    words = "".join(quote.split())
    return [match.span() for match in SENTENCE.finditer(text) if words in "".join(match[0].split())]


def find_contact_moves(typed: TypedValues, name: str, quote: str) -> TypedValues | None:
    """Return what the contact fields get from the sentences with the quote.

    None if a contact would be lost with them: it has no field, or its field has another.
    """
    post = PostText("".join(typed.get(name, [])[:1]))
    sentences = _find_quoted_sentences(post.written, quote)
    moves: TypedValues = {}
    contacts = [
        contact
        for contact in find_contacts(post.written)
        if any(start <= contact.start < end for start, end in sentences)
    ]
    for contact in contacts:
        field, value = _format_contact(post, contact)
        field_value = "".join(moves.get(field) or typed.get(field, [])).strip()
        if not field or (field_value and _fold_contact(field_value) != _fold_contact(value)):
            return None
        moves[field] = [value]
    return moves or None


def _fold_contact(written: str) -> str:
    return re.sub(r"^\+86|[\s-]", "", written).lower()


def _format_contact(post: PostText, contact: Contact) -> tuple[str, str]:
    """Return its field, "" if it has none, and how it is typed there."""
    match contact.kind:
        case "phone":
            return "contact_phone", format_phone_contact(post, contact)[0]
        case "wechat":
            return "contact_wechat", format_wechat(post, contact)
    return "", contact.value
