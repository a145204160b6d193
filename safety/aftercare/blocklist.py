"""The contacts of a fraud are known again, wherever they turn up; as keyed hashes only."""

from listings.models import Listing
from listings.publication.contacts_in_text import find_named_contacts
from screening import known
from screening.contacts import in_text, of_field
from sitekit.models import Picture


def add_to_blocklist(listing: Listing) -> None:
    """Those of every text that was handed in and of the codes in its photos, and the employer's
    own phone."""
    texts = [listing, *listing.revisions.all()]
    found = [contact for text in texts for contact in find_named_contacts(text)]
    photos = {number for text in texts for number in text.photos or []}
    for picture in Picture.objects.filter(pk__in=photos).exclude(codes=[]):
        found += [contact for code in picture.codes for contact in in_text(code)]
    if listing.employer and (own := of_field("phone", listing.employer.contact_phone)):
        found.append(own)
    known.learn(found, listing.fraud_type, listing.pk)


def remove_from_blocklist(listing: Listing) -> None:
    known.forget(listing.pk)
