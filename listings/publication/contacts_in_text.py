"""The contacts that a listing names, in its texts and in its contact fields."""

from listings.publication.completeness import ContentSource, make_content_reader
from screening import contacts
from screening.contacts import Contact

TEXTS = ("title", "duties", "requirements", "address", "work_hours", "contact_name")
FIELDS = {"contact_phone": "phone", "contact_wechat": "wechat"}


def find_named_contacts(content: ContentSource) -> list[Contact]:
    """Return each contact once."""
    read_content = make_content_reader(content)
    named = [contact for name in TEXTS for contact in contacts.in_text(read_content(name) or "")]
    for name, kind in FIELDS.items():
        if contact := contacts.of_field(kind, read_content(name) or ""):
            named.append(contact)
    return list({(contact.kind, contact.value): contact for contact in named}.values())
