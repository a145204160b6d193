"""Learn the contacts of a listing that was removed for fraud, so that other texts with them are recognised."""

from listings.copies.contacts_in_text import find_named_contacts
from listings.models import Listing
from screening.contacts import known_contacts
from screening.contacts.extraction import find_contacts, parse_contact_field
from sitekit.models import Picture


def learn_fraud_contacts(listing: Listing) -> int:
    """Store hashes of the contacts of every text, of the codes in its photos, and of the employer's phone; return
    how many."""
    texts = [listing, *listing.revisions.all()]
    contacts = [contact for text in texts for contact in find_named_contacts(text)]
    photos = {number for text in texts for number in text.photos or []}
    for picture in Picture.objects.filter(pk__in=photos).exclude(codes=[]):
        contacts += [contact for code in picture.codes for contact in find_contacts(code)]
    if listing.employer and (
        employer_phone := parse_contact_field("phone", listing.employer.contact_phone)
    ):
        contacts.append(employer_phone)
    return known_contacts.learn_contacts(contacts, listing.fraud_type, listing.pk)
