"""The contacts that a listing names, in its texts and in its contact fields."""

from listings.publication.completeness import ContentSource, make_content_reader
from screening.contacts.extraction import Contact, find_contacts, parse_contact_field

TEXTS = ("title", "duties", "requirements", "address", "work_hours", "contact_name")
FIELDS = {"contact_phone": "phone", "contact_wechat": "wechat"}


def find_named_contacts(content: ContentSource) -> list[Contact]:
    """Return each contact once."""
    read_content = make_content_reader(content)
    named = [contact for name in TEXTS for contact in find_contacts(read_content(name) or "")]
    for name, kind in FIELDS.items():
        if contact := parse_contact_field(kind, read_content(name) or ""):
            named.append(contact)
    return list({(contact.kind, contact.value): contact for contact in named}.values())
