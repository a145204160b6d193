"""Decisions to appeal against, and the people who do."""

from listings.models import Listing, ListingRevision
from listings.publication.employer_status import move_employer_with_listings
from listings.publication.transitions import move_listing, refuse_listing_edit, submit_revision
from safety.appeals.transitions import create_appeal
from tests.conftest import build_listing_fields
from tests.people import make_person

WORDS = "判错了：没有收过任何人的钱，押金是租房的。"


def make_superuser(name):
    return make_person(name, is_staff=True, is_superuser=True)


def move_listing_to_status(listing, status, moderator):
    """The listing as a moderator left it, by the moves that lead there."""
    if status == "rejected":
        Listing.objects.filter(pk=listing.pk).update(status="pending", published_at=None)
        submit_revision(listing, ListingRevision(**build_listing_fields(title="改好的标题")))
    fraud = "upfront_fee" if status == "removed_fraud" else ""
    move_listing(listing.pk, status, moderator, "有人反映要押金", fraud)
    listing.refresh_from_db()
    return listing


def refuse_edit(listing, moderator):
    submit_revision(listing, ListingRevision(**build_listing_fields(title="改过的标题")))
    refuse_listing_edit(listing.pk, moderator, "写了收费")
    listing.refresh_from_db()
    return listing


def employer_at(employer, status, moderator):
    """By the moves that lead there."""
    way = {"rejected": ["lapsed", "pending", "rejected"], "frozen": ["frozen"]}
    for step in way.get(status, [status]):
        move_employer_with_listings(employer.pk, step, moderator, "材料对不上")
    employer.refresh_from_db()
    return employer


def make_appeal(thing, user, words=WORDS):
    return create_appeal(thing, user, words)
