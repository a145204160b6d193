"""What the buttons beside a finding do to the typed fields: cut a sentence, move a contact, choose."""

import re

from listings.copies.contacts_in_text import TEXT_FIELDS
from listings.paste_posting.findings import NO_NEEDS
from listings.vocabulary.categories import CATEGORIES
from screening.contacts.extraction import find_contacts

type Typed = dict[str, list[str]]
_SENTENCE = re.compile(r"[^，。；！？,;!?\n]+[，。；！？,;!?\n]*")


def apply_cure(typed: Typed, go: str) -> bool:
    """Change the fields as the button says; return whether it was such a button."""
    act, _, rest = go.partition(":")
    match act:
        case "cut":
            name, _, quote = rest.partition(":")
            return cut_sentence(typed, name, quote)
        case "move":
            name, _, quote = rest.partition(":")
            _move_contact(typed, name, quote)
            return cut_sentence(typed, name, quote)
        case "pick" if rest in CATEGORIES:
            typed["category"] = [rest]
            return True
        case "fill" if rest == "requirements":
            typed["requirements"] = [NO_NEEDS]
            return True
    return False


def cut_sentence(typed: Typed, name: str, quote: str) -> bool:
    """Take the sentences that hold the quote out of the field."""
    text = "".join(typed.get(name, [])[:1])
    words = "".join(quote.split())
    if name not in TEXT_FIELDS or not words or words not in "".join(text.split()):
        return False
    pieces = _SENTENCE.findall(text)
    kept = [piece for piece in pieces if words not in "".join(piece.split())]
    if len(kept) == len(pieces):  # the quote goes over several sentences
        kept = ["".join(pieces).replace(quote, "")]
    typed[name] = [re.sub(r"[，,；;]+$", "。", "".join(kept).strip())]
    return True


def _move_contact(typed: Typed, name: str, quote: str) -> None:
    text = "".join(typed.get(name, [])[:1])
    for contact in find_contacts(text):
        field = {"phone": "contact_phone", "wechat": "contact_wechat"}.get(contact.kind)
        if field and not "".join(typed.get(field, [])).strip():
            typed[field] = [contact.value.removeprefix("+86")]
