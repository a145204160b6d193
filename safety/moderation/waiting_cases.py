"""What waits at the desk: listings with a text to look at or held, and employers with papers."""

from django.db.models import (
    Case,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.verification.employer_checks import list_employers_to_review
from listings.choices import ListingStatus as S
from listings.choices import RevisionStatus
from listings.models import Listing, ListingEvent, ListingRevision, RevisionAssessment
from listings.publication.transitions import IN_PUBLIC
from screening.fraud_types import RiskLevel

HIGH, MEDIUM, LOW = 3, 2, 1
_BANDS = (
    When(level=RiskLevel.HIGH, then=HIGH),
    When(Q(level=RiskLevel.MEDIUM) | Q(status=S.HELD), then=MEDIUM),
)
_WAITS = Q(revisions__status=RevisionStatus.WAITING)  # one at most, by a constraint


def list_listings_to_decide():
    return Listing.objects.filter(status__in=(S.PENDING, S.HELD)).order_by()


def list_waiting_edits():
    """Waiting texts of listings that stand in public."""
    return ListingRevision.objects.filter(
        status=RevisionStatus.WAITING, listing__status__in=IN_PUBLIC
    ).order_by()


def list_waiting_listings():
    """Listings that wait, riskiest first, then who waits longest. What is read of each:
    `text` and `last` (numbers of the waiting revision and the last event), `assessed`, `level`, `band`, `since`."""
    numbers = (
        list_listings_to_decide()
        .values("pk")
        .union(list_waiting_edits().values("listing_id"), all=True)
    )
    last = ListingEvent.objects.filter(listing=OuterRef("pk")).order_by("-pk")
    return (
        Listing.objects.filter(pk__in=numbers)
        .annotate(
            waits=FilteredRelation("revisions", condition=_WAITS),
            text=F("waits__pk"),
            last=Subquery(last.values("pk")[:1]),
            assessed=_said("pk"),
            level=_said("level"),
            band=Case(*_BANDS, default=Value(LOW), output_field=IntegerField()),
            since=Coalesce(
                Case(
                    When(status=S.HELD, then=Subquery(last.values("created_at")[:1])),
                    default=F("waits__created_at"),
                ),
                "updated_at",
            ),
        )
        .order_by("-band", "since", "pk")
    )


def _said(field):
    """Of the text that waits; of one that is held without such a text, of the last."""
    rows = RevisionAssessment.objects.filter(revision__listing=OuterRef("pk")).order_by("-pk")
    of_last = Case(When(status=S.HELD, then=Subquery(rows.values(field)[:1])))
    return Coalesce(F(f"waits__assessment__{field}"), of_last)


def list_waiting_employers():
    """Employers that handed in what is to be checked, those who wait longest first."""
    return list_employers_to_review()
