"""The contacts of a fraud are stored as keyed hashes, to be recognised in other texts."""

from listings.copies.contacts_in_text import find_named_contacts
from listings.models import Listing
from screening.contacts import known_contacts
from screening.contacts.extraction import find_contacts, parse_contact_field
from sitekit.models import Picture


def add_to_blocklist(listing: Listing) -> None:
    """Store the contacts of every text, of the codes in its photos, and the employer's phone."""
    texts = [listing, *listing.revisions.all()]
    contacts = [contact for text in texts for contact in find_named_contacts(text)]
    photos = {number for text in texts for number in text.photos or []}
    for picture in Picture.objects.filter(pk__in=photos).exclude(codes=[]):
        contacts += [contact for code in picture.codes for contact in find_contacts(code)]
    if listing.employer and (
        employer_phone := parse_contact_field("phone", listing.employer.contact_phone)
    ):
        contacts.append(employer_phone)
    known_contacts.learn_contacts(contacts, listing.fraud_type, listing.pk)


def remove_from_blocklist(listing: Listing) -> None:
    known_contacts.forget_contacts(listing.pk)
