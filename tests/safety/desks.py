"""Helpers for the tests of the desk: moderators, and cases that wait."""

from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.choices import StaffRole
from accounts.models import User
from listings.choices import ListingStatus
from listings.models import Listing, ListingRevision, RevisionAssessment
from listings.publication.transitions import (
    find_revision_to_approve,
    needs_two_people,
    submit_revision,
)
from safety.casework.listing_case import ListingCase, ListingUnderReview
from safety.models import SecondLook
from safety.moderation.decisions import make_decision
from tests.conftest import build_listing_fields
from tests.people import make_person


def make_moderator_user(name="mod", **fields):
    user = make_person(name, is_staff=True, **fields)
    # Every database of the tests has the group; `add` would look at all that the person may.
    group = Group.objects.get(name=StaffRole.MODERATOR.label)
    User.groups.through.objects.create(user=user, group=group)
    return user


def make_pending_listing(employer, author=None, *, level="low", reasons=(), signals=(), **fields):
    """A listing that waits, with what the automatic check said of it."""
    listing = Listing.objects.create(
        employer=employer, status=ListingStatus.DRAFT, **build_listing_fields(**fields)
    )
    return waiting_text(listing, author, level=level, reasons=reasons, signals=signals, **fields)


def waiting_text(listing, author=None, *, level="low", reasons=(), signals=(), **fields):
    """A text that waits for a moderator; a draft becomes pending with it."""
    revision = submit_revision(
        listing, ListingRevision(author=author, **build_listing_fields(**fields))
    )
    score = {"low": 5, "medium": 50, "high": 90}[level]
    RevisionAssessment.objects.create(
        revision=revision,
        engine="test",
        score=score,
        level=level,
        outcome="queue",
        reasons=[{"code": "x", "words": words, "cure": ""} for words in reasons],
        signals=list(signals),
    )
    if listing.status == ListingStatus.DRAFT:
        Listing.objects.filter(pk=listing.pk).update(status=ListingStatus.PENDING)
        listing.refresh_from_db()
    return listing


def approve_by_another(listing):
    """Of a kind of work that two people approve, somebody else has done so first."""
    text = find_revision_to_approve(listing)
    if needs_two_people(text) and text.first_approver is None:
        another = User.objects.filter(name="first_approver").first() or make_moderator_user(
            "first_approver"
        )
        make_decision("listing", listing.pk, "approve_first", another)


def make_second_look(**fields):
    """A look at a `listing`, or at a `text`, that the machine published."""
    return SecondLook.objects.create(by_machine=True, approved_at=timezone.now(), **fields)


def hash_state(listing):
    """The state in which a moderator sees a listing, as the form sends it."""
    return ListingCase().hash_state(ListingUnderReview(listing))


def get_stored_status(thing):
    return type(thing).objects.values_list("status", flat=True).get(pk=thing.pk)
