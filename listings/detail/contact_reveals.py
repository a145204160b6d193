"""Show an employer's contact, and store who saw it, so that they can be warned later."""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, SupportsIndex

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from listings.choices import RevisionStatus
from listings.models import ContactReveal, Listing
from listings.vocabulary.age_limits import ADULT_AGE_YEARS
from sitekit.site_settings.limits import declare_limit
from sitekit.web.rate_limits import count_attempt, give_attempt_back, has_attempts_left
from sitekit.web.visitor_network import widen_network
from sitekit.workflow.periods import DAY
from sitekit.workflow.refusals import Refusal

REVEALS_A_DAY = declare_limit("reveals_a_day", "看联系方式", "每人每天看几个", 20, most=200)
# Contacts a day for all members with a proved phone on one network; whole dormitories share an address.
USERS_A_DAY_PER_NETWORK = declare_limit(
    "reveals_of_members_network",
    "看联系方式",
    "验证过手机的人，同一个网络每天一共看几个",
    100,
    most=2000,
)
# For all others, because mailboxes cost nothing: enough for a family or a shared room on one evening, but a collector
# of contacts is stopped soon. Residents of a dormitory can sign in with their phones, also by a code, and go on.
GUESTS_A_DAY_PER_NETWORK = declare_limit(
    "reveals_of_guests_network", "看联系方式", "没登录的人，同一个网络每天一共看几个", 10, most=200
)
# One subscriber has many networks of a /24 or /48 at hand.
GUESTS_A_DAY_PER_RANGE = declare_limit(
    "reveals_of_guests_range", "看联系方式", "没登录的人，同一个网段每天一共看几个", 30, most=600
)
# More than any listing ever had in an hour. If a post elsewhere sends crowds to a contact, they get it slowly.
GUESTS_AN_HOUR_PER_LISTING = declare_limit(
    "reveals_of_listing", "看联系方式", "一条兼职，没登录的人每小时一共看几次", 30, most=600
)
REPEATED_REVEAL_INTERVAL = timedelta(minutes=10)  # a second reveal within this time is not counted


class ContactNotAvailable(Refusal):
    """The listing is not live, or has no contact."""


class AgeNotConfirmed(Refusal):
    """The work is for people of 18 and above, and the viewer did not confirm to be one."""


class TooManyReveals(Refusal):
    """A viewer or a network saw too many contacts today, or too many saw this one within an hour."""


@dataclass(frozen=True)
class ContactViewer:
    """Who sees a contact: a signed-in user, the mailbox or phone that was proved on this browser, or both. The
    ledger stores nobody else, because warnings must be able to reach everyone in it.

    Its fields are columns of `ContactReveal`. `said_grown`: they confirmed to be 18, which is asked only if the
    work demands it.
    """

    user: User | None = None
    email: str = ""
    phone: str = ""
    said_grown: bool = False

    @property
    def has_proved_phone(self) -> bool:
        return bool(self.user and self.user.phone and self.user.phone_proved_at)


class _Limit(NamedTuple):
    """At most `most` reveals `within` a period. They are counted under `limit_name` for `counted_for`; `words` are
    shown when the limit is reached."""

    limit_name: str
    counted_for: object
    most: SupportsIndex
    within: timedelta
    words: str


def is_contact_shown(listing: Listing) -> bool:
    """Whether a live listing has a contact to show; a repost has none."""
    return listing.has_contact and not listing.is_repost


def reveal_contact(listing_id: int, viewer: ContactViewer, network: str) -> Listing:
    """Write the `ContactReveal` and return the listing.

    The listing is locked, so that a removal waits for this transaction: its warnings then reach everyone who saw
    the contact.
    """
    with transaction.atomic():
        live = Listing.objects.live().filter(pk=listing_id)
        listing = live.select_for_update(of=("self",), no_key=True).first()
        if listing is None or not is_contact_shown(listing):
            raise ContactNotAvailable("这份兼职现在不招人，或者没有留联系方式。")
        if listing.minimum_age == ADULT_AGE_YEARS and not viewer.said_grown:
            raise AgeNotConfirmed(f"这份活要年满 {ADULT_AGE_YEARS} 周岁才能做。")
        just_now = timezone.now() - REPEATED_REVEAL_INTERVAL
        if not listing.reveals.filter(created_at__gt=just_now, **vars(viewer)).exists():
            _count_reveal(listing, viewer, network)
            record_reveal(listing, viewer)
    return listing


def record_reveal(listing: Listing, viewer: ContactViewer) -> ContactReveal:
    """Write a `ContactReveal`; to be called in the transaction that shows the contact."""
    approved = listing.revisions.filter(status=RevisionStatus.APPROVED).order_by("-pk")
    revision = approved.values_list("pk", flat=True).first()
    return ContactReveal.objects.create(listing=listing, revision=revision, **vars(viewer))


def require_guest_reveals_left(listing: Listing, network: str) -> None:
    """Raise TooManyReveals before a guest gets a code, if the guest could not see the contact with it."""
    for limit_name, counted_for, most, within, words in _list_guest_limits(listing, network):
        if not has_attempts_left(limit_name, counted_for, most, within):
            raise TooManyReveals(words)


def _count_reveal(listing: Listing, viewer: ContactViewer, network: str) -> None:
    limits = _list_person_limits(viewer)
    if viewer.has_proved_phone:
        words = "这个网络今天看得太多了，换个网络，或者明天再来。"
        limits.append(_Limit("contacts of a network", network, USERS_A_DAY_PER_NETWORK, DAY, words))
    else:
        limits += _list_guest_limits(listing, network)
    for number, (limit_name, counted_for, most, within, words) in enumerate(limits):
        if not count_attempt(limit_name, counted_for, most, within):
            for counted in limits[:number]:  # a shared cache rolls nothing back
                give_attempt_back(counted.limit_name, counted.counted_for, counted.within)
            raise TooManyReveals(words)


def _list_person_limits(viewer: ContactViewer) -> list[_Limit]:
    words = f"一天最多看 {int(REVEALS_A_DAY)} 个联系方式，今天的看完了，明天再来。"
    names = filter(None, (viewer.user and viewer.user.pk, viewer.email, viewer.phone))
    return [_Limit("contacts", name, REVEALS_A_DAY, DAY, words) for name in names]


def _list_guest_limits(listing: Listing, network: str) -> list[_Limit]:
    busy = "这个网络今天看得太多了。用手机号登录，还能继续看。"
    crowded = "这一小时看它的人太多了。过一会儿再来，或者用手机号登录再看。"
    network_range = widen_network(network)
    most = GUESTS_AN_HOUR_PER_LISTING
    return [
        _Limit("contacts of guests", network, GUESTS_A_DAY_PER_NETWORK, DAY, busy),
        _Limit("contacts of a range", network_range, GUESTS_A_DAY_PER_RANGE, DAY, busy),
        _Limit("contact to guests", listing.pk, most, timedelta(hours=1), crowded),
    ]
