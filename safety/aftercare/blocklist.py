"""The contacts of a fraud are known again, wherever they turn up; as keyed hashes only."""

from listings.contacts import contacts_of
from listings.models import Listing
from screening import known
from screening.contacts import of_field


def learn(listing: Listing) -> None:
    """Those of every text that was handed in, and the employer's own phone."""
    found = [contact for text in listing.revisions.all() for contact in contacts_of(text)]
    found += contacts_of(listing)
    if listing.employer and (own := of_field("phone", listing.employer.contact_phone)):
        found.append(own)
    known.learn(found, listing.fraud_type, listing.pk)


def forget(listing: Listing) -> None:
    known.forget(listing.pk)
