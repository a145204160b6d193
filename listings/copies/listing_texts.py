"""The texts of an employer's listings, as a new text of the employer is compared with them."""

from accounts.public_text.employer_texts import MAX_EMPLOYER_TEXTS, TextKey
from listings.choices import ListingStatus
from listings.copies.contacts_in_text import TEXT_FIELDS
from listings.models import Listing

LISTING_TEXT = "listing"


def list_listing_texts(employer_id: int) -> dict[TextKey, str]:
    """Return the text of each published listing."""
    listings = Listing.objects.filter(employer=employer_id, status=ListingStatus.PUBLISHED)
    newest = listings.only(*TEXT_FIELDS).order_by("-pk")[:MAX_EMPLOYER_TEXTS]
    return {
        (LISTING_TEXT, listing.pk): "\n".join(map(listing.read_text, TEXT_FIELDS))
        for listing in newest
    }
