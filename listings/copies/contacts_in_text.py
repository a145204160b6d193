"""The contacts that a listing names, in its texts and in its contact fields."""

from listings.models import ListingContent
from screening.contacts.extraction import Contact, find_contacts, parse_contact_field

TEXTS = (
    "title",
    "duties",
    "requirements",
    "address",
    "further_places",
    "work_hours",
    "contact_name",
)
FIELDS = {"contact_phone": "phone", "contact_wechat": "wechat"}


def find_named_contacts(content: ListingContent) -> list[Contact]:
    """Return each contact once."""
    texts = filter(None, map(content.read_text, TEXTS))
    named = [contact for text in texts for contact in find_contacts(text)]
    for name, kind in FIELDS.items():
        words = content.read_text(name)
        if words and (contact := parse_contact_field(kind, words)):
            named.append(contact)
    return list({(contact.kind, contact.value): contact for contact in named}.values())
