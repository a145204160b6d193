"""The cases that wait at the moderators' desk: listings with a waiting text, held listings, other texts, appeals."""

from typing import Any

from django.db.models import (
    Case,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import PublicText
from listings.choices import IN_PUBLIC, SETTING_ACTIONS, RevisionStatus
from listings.choices import ListingStatus as S
from listings.models import Listing, ListingEvent, ListingRevision, RevisionAssessment
from listings.publication.transitions import list_hold_events
from safety.choices import AppealStatus
from safety.models import Appeal
from screening.fraud_types import RiskLevel

HIGH, MEDIUM, LOW = 3, 2, 1
RISK_BAND_NUMBERS: dict[str, int] = {
    RiskLevel.HIGH: HIGH,
    RiskLevel.MEDIUM: MEDIUM,
    RiskLevel.LOW: LOW,
}
_WAITS = Q(revisions__status=RevisionStatus.WAITING)  # a constraint allows one at most


def list_listings_to_decide() -> QuerySet[Listing]:
    return Listing.objects.filter(status__in=(S.PENDING, S.HELD)).order_by()


def list_waiting_edits() -> QuerySet[ListingRevision]:
    """Return the waiting texts of public listings."""
    return ListingRevision.objects.filter(
        status=RevisionStatus.WAITING, listing__status__in=IN_PUBLIC
    ).order_by()


def list_waiting_texts() -> QuerySet[Any]:
    """Return the texts other than listings that wait, or whose refusal is appealed against, highest risk first,
    then longest waiting. `since` is when the text was submitted, or the appeal was made."""
    waiting = PublicText.objects.filter(status=RevisionStatus.WAITING).order_by()
    appealed = _list_appeals().filter(text__isnull=False).order_by()
    numbers = waiting.values("pk").union(appealed.values("text"), all=True)
    texts = PublicText.objects.filter(pk__in=numbers)
    appeal = _list_appeals().filter(text=OuterRef("pk")).order_by()
    since = Coalesce(Subquery(appeal.values("created_at")[:1]), "created_at")
    return texts.annotate(band=_build_band_field(), since=since).order_by("-band", "since", "pk")


def list_open_appeals() -> QuerySet[Appeal]:
    """Return the open appeals that are cases of their own; an appeal against a refused text belongs to the text."""
    return _list_appeals().filter(text=None)


def _list_appeals() -> QuerySet[Appeal]:
    return Appeal.objects.filter(status=AppealStatus.OPEN)


def list_waiting_listings() -> QuerySet[Any]:
    """Return the listings that wait, highest risk first, then longest waiting.

    Annotated with `text`, `last`, `hold` and `assessed` (numbers of the waiting revision, the last
    event, the hold and the assessment), `first_approver` (of a text that two people approve), `level`,
    `band` and `since`. An undo gives a held listing back its hold with the time of it."""
    numbers = (
        list_listings_to_decide()
        .values("pk")
        .union(list_waiting_edits().values("listing_id"), all=True)
    )
    events = ListingEvent.objects.exclude(action__in=SETTING_ACTIONS)
    last = events.filter(listing=OuterRef("pk")).order_by("-pk")
    holds = list_hold_events(OuterRef("pk"))
    return (
        Listing.objects.filter(pk__in=numbers)
        .annotate(
            waits=FilteredRelation("revisions", condition=_WAITS),
            text=F("waits__pk"),
            first_approver=F("waits__first_approver"),
            last=Subquery(last.values("pk")[:1]),
            hold=Subquery(holds.values("pk")[:1]),
            assessed=_get_assessment_field("pk"),
            level=_get_assessment_field("level"),
            band=_build_band_field(Q(status=S.HELD)),
            since=Coalesce(
                Case(
                    When(status=S.HELD, then=Subquery(holds.values("created_at")[:1])),
                    default=F("waits__created_at"),
                ),
                "updated_at",
            ),
        )
        .order_by("-band", "since", "pk")
    )


def _build_band_field(*medium: Q) -> Case:
    """Return the risk band of a row by the risk of its text. Rows that meet one of `medium` have at least the medium
    band."""
    return Case(
        When(level=RiskLevel.HIGH, then=HIGH),
        *(When(condition, then=MEDIUM) for condition in (Q(level=RiskLevel.MEDIUM), *medium)),
        default=Value(LOW),
        output_field=IntegerField(),
    )


def _get_assessment_field(field: str) -> Coalesce:
    """Return a field of the assessment of the waiting text; for a held listing without one, of the last text."""
    assessments = RevisionAssessment.objects.filter(revision__listing=OuterRef("pk")).order_by(
        "-pk"
    )
    last_if_held = Case(When(status=S.HELD, then=Subquery(assessments.values(field)[:1])))
    return Coalesce(F(f"waits__assessment__{field}"), last_if_held)
