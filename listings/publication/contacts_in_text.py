"""The contacts a listing names, in its text and in the fields for them."""

from listings.publication.completeness import make_content_reader
from screening import contacts
from screening.contacts import Contact

TEXTS = ("title", "duties", "requirements", "address", "work_hours", "contact_name")
FIELDS = {"contact_phone": "phone", "contact_wechat": "wechat"}


def find_named_contacts(content) -> list[Contact]:
    """`content` is a dict of content fields or a model that has them; each contact once."""
    said = make_content_reader(content)
    found = [one for name in TEXTS for one in contacts.in_text(said(name) or "")]
    for name, kind in FIELDS.items():
        one = contacts.of_field(kind, said(name) or "")
        found += [one] if one else []
    return list({(one.kind, one.value): one for one in found}.values())
