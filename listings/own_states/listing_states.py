"""What somebody has done with listings: saved, contact seen, signed up; for rows and pages shown to them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from accounts.models import User
from listings.choices import ApplicationStatus as S
from listings.models import Application, ContactReveal, SavedListing

SAVED, REVEALED = "已收藏", "已联系"
# Final states, which rows show quietly.
QUIET = (S.DECLINED, S.WITHDRAWN, S.NO_SHOW)


class OwnApplication(NamedTuple):
    pk: int
    status: str
    applied_at: datetime


class OwnState(NamedTuple):
    """What a user has done with one listing. A part is empty if it was not done."""

    application: OwnApplication | None = None
    revealed_at: datetime | None = None
    is_saved: bool = False

    @property
    def words(self) -> str:
        """The furthest step in one word; "" for nothing."""
        if self.application:
            return S(self.application.status).label
        if self.revealed_at:
            return REVEALED
        return SAVED if self.is_saved else ""

    @property
    def is_quiet(self) -> bool:
        return self.application is not None and self.application.status in QUIET


def read_own_states(user: User, listing_ids: Collection[int]) -> dict[int, OwnState]:
    """Return the states of those listings with which the user has done something. Three queries for any number of
    listings."""
    application_rows = Application.objects.filter(seeker=user, listing__in=listing_ids)
    applications = {
        row.listing_id: OwnApplication(row.pk, row.status, row.applied_at)
        for row in application_rows.only("listing_id", "status", "applied_at").order_by()
    }
    reveals = ContactReveal.objects.filter(user=user, listing__in=listing_ids).order_by(
        "created_at"
    )
    revealed = dict(reveals.values_list("listing_id", "created_at"))  # the last one stays
    saved_rows = SavedListing.objects.filter(user=user, listing__in=listing_ids)
    saved = set(saved_rows.order_by().values_list("listing_id", flat=True))
    return {
        pk: OwnState(applications.get(pk), revealed.get(pk), pk in saved)
        for pk in {*applications, *revealed, *saved}
    }
