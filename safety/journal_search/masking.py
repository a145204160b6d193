"""Contacts and names as the journal shows them: enough to know again, not enough to use."""

from screening.contacts.extraction import find_contacts
from sitekit.forms.fields import mask_email


def mask_contact(text: str) -> str:
    """13800138000 → 138****8000; xiao_ming88 → xia****88; 王小明 → 王**."""
    if "@" in text:
        return mask_email(text)
    plain = "".join(text.split())
    if len(plain) <= 4:
        return plain[:1] + "*" * (len(plain) - 1)
    if len(plain) <= 6:
        return plain[:2] + "*" * (len(plain) - 2)
    end = 4 if plain[-4:].isdigit() else 2
    return f"{plain[:3]}****{plain[-end:]}"


def mask_contacts_in_text(text: str) -> str:
    """Mask what a moderator or a visitor wrote of phones, WeChat ids and mailboxes."""
    masked, position = [], 0
    for contact in find_contacts(text):
        masked += [text[position : contact.start], mask_contact(text[contact.start : contact.end])]
        position = contact.end
    return "".join([*masked, text[position:]])
