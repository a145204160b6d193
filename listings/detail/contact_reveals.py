"""Showing an employer's contact. Who was shown which is kept, so that they can be warned later."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from listings.choices import RevisionStatus
from listings.models import ContactReveal, Listing
from sitekit.web.rate_limits import count_attempt
from sitekit.workflow.refusals import Refusal

A_DAY = 20  # contacts, for one person
OF_A_NETWORK = 100  # whole dormitories share an address
AGAIN = timedelta(minutes=10)  # a second click is the same look


class ContactNotAvailable(Refusal):
    """The listing takes nobody just now, or has no contact."""


class TooManyReveals(Refusal):
    """Somebody collects contacts; says so in Chinese."""


@dataclass(frozen=True)
class ContactViewer:
    """Who is shown it: a person signed in, or what a visitor left to be warned by, or both."""

    user: User | None = None
    email: str = ""
    phone: str = ""

    @property
    def names(self) -> list[str]:
        """As whom the viewer is counted."""
        return [str(name) for name in (self.user and self.user.pk, self.email, self.phone) if name]

    def row(self) -> dict:
        return {"user": self.user, "email": self.email, "phone": self.phone}


def is_contact_shown(listing: Listing) -> bool:
    """Whether a listing that is live has a contact of ours to show; a repost never has."""
    return listing.has_contact and not listing.is_repost


def reveal_contact(listing_id: int, viewer: ContactViewer, network: str) -> Listing:
    """The listing with its contact, after the row that says who saw it is written.

    The lock on the listing makes a removal wait: whoever is shown the contact stands in the ledger
    before the ledger is read.
    """
    with transaction.atomic():
        live = Listing.objects.live().filter(pk=listing_id)
        listing = live.select_for_update(of=("self",), no_key=True).first()
        if listing is None or not is_contact_shown(listing):
            raise ContactNotAvailable("这份兼职现在不招人，或者没有留联系方式。")
        if not _seen_just_now(listing, viewer):
            _count(viewer, network)
            record_reveal(listing, viewer)
    return listing


def record_reveal(listing: Listing, viewer: ContactViewer) -> ContactReveal:
    """A line of the ledger; for whoever calls it within the transaction that shows the contact."""
    shown = listing.revisions.filter(status=RevisionStatus.APPROVED).order_by("-pk")
    revision = shown.values_list("pk", flat=True).first()
    return ContactReveal.objects.create(listing=listing, revision=revision, **viewer.row())


def _seen_just_now(listing, viewer):
    rows = ContactReveal.objects.filter(listing=listing, created_at__gt=timezone.now() - AGAIN)
    return rows.filter(**viewer.row()).exists()


def _count(viewer, network):
    day = timedelta(days=1)
    for name in viewer.names:
        if not count_attempt("contacts", name, A_DAY, day):
            raise TooManyReveals(f"一天最多看 {A_DAY} 个联系方式，今天的看完了，明天再来。")
    if not count_attempt("contacts of a network", network, OF_A_NETWORK, day):
        raise TooManyReveals("这个网络今天看得太多了，换个网络，或者明天再来。")
