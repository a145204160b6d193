"""The contacts that a listing names, in its texts and in its contact fields."""

from listings.models import ListingContent
from screening.contacts.extraction import Contact, find_contacts, parse_contact_field

TEXT_FIELDS = (
    "title",
    "duties",
    "requirements",
    "address",
    "further_places",
    "work_hours",
    "contact_name",
)
CONTACT_FIELD_KINDS = {"contact_phone": "phone", "contact_wechat": "wechat"}


def find_named_contacts(content: ListingContent) -> list[Contact]:
    """Return each contact once."""
    texts = filter(None, map(content.read_text, TEXT_FIELDS))
    named = [contact for text in texts for contact in find_contacts(text)]
    for name, kind in CONTACT_FIELD_KINDS.items():
        words = content.read_text(name)
        if words and (contact := parse_contact_field(kind, words)):
            named.append(contact)
    return list({(contact.kind, contact.value): contact for contact in named}.values())
