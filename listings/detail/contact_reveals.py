"""Show an employer's contact, and store who saw it, so that they can be warned later."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from listings.choices import RevisionStatus
from listings.models import ContactReveal, Listing
from listings.vocabulary.age_limits import GROWN
from sitekit.web.rate_limits import count_attempt
from sitekit.workflow.refusals import Refusal

A_DAY = 20  # contacts, for one person
A_DAY_PER_NETWORK = 100  # contacts a day; whole dormitories share an address
AGAIN = timedelta(minutes=10)  # a second reveal within this time is not counted


class ContactNotAvailable(Refusal):
    """The listing is not live, or has no contact."""


class AgeNotConfirmed(Refusal):
    """The work is for people of 18 and above, and the viewer did not confirm to be one."""


class TooManyReveals(Refusal):
    """A viewer or a network saw too many contacts today."""


@dataclass(frozen=True)
class ContactViewer:
    """Who sees a contact: a signed-in user, or the address a visitor left for warnings, or both.

    Its fields are columns of `ContactReveal`.
    `said_grown`: they confirmed to be 18, which is asked only where the work demands it.
    """

    user: User | None = None
    email: str = ""
    phone: str = ""
    said_grown: bool = False


def is_contact_shown(listing: Listing) -> bool:
    """Whether a live listing has a contact to show; a repost has none."""
    return listing.has_contact and not listing.is_repost


def reveal_contact(listing_id: int, viewer: ContactViewer, network: str) -> Listing:
    """Return the listing, after writing the `ContactReveal`.

    The lock on the listing makes a removal wait, so that the people to be warned include everyone
    who saw the contact.
    """
    with transaction.atomic():
        live = Listing.objects.live().filter(pk=listing_id)
        listing = live.select_for_update(of=("self",), no_key=True).first()
        if listing is None or not is_contact_shown(listing):
            raise ContactNotAvailable("这份兼职现在不招人，或者没有留联系方式。")
        if listing.minimum_age == GROWN and not viewer.said_grown:
            raise AgeNotConfirmed(f"这份活要年满 {GROWN} 周岁才能做。")
        just_now = timezone.now() - AGAIN
        if not listing.reveals.filter(created_at__gt=just_now, **vars(viewer)).exists():
            _count_reveal(viewer, network)
            record_reveal(listing, viewer)
    return listing


def record_reveal(listing: Listing, viewer: ContactViewer) -> ContactReveal:
    """Write a `ContactReveal`; to be called in the transaction that shows the contact."""
    approved = listing.revisions.filter(status=RevisionStatus.APPROVED).order_by("-pk")
    revision = approved.values_list("pk", flat=True).first()
    return ContactReveal.objects.create(listing=listing, revision=revision, **vars(viewer))


def _count_reveal(viewer: ContactViewer, network: str) -> None:
    day = timedelta(days=1)
    for name in filter(None, (viewer.user and viewer.user.pk, viewer.email, viewer.phone)):
        if not count_attempt("contacts", name, A_DAY, day):
            raise TooManyReveals(f"一天最多看 {A_DAY} 个联系方式，今天的看完了，明天再来。")
    if not count_attempt("contacts of a network", network, A_DAY_PER_NETWORK, day):
        raise TooManyReveals("这个网络今天看得太多了，换个网络，或者明天再来。")
