"""What moderators decided of texts, as examples: this one was fraud of that type, that one honest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from listings.choices import ListingStatus as S
from listings.models import Listing, ListingEvent, ListingRevision
from listings.publication.gate import ScreenedText
from safety.choices import AppealStatus, CaseKind
from safety.models import Appeal, CannedReason, Decision

HONEST = ""
_PASSED = {S.PUBLISHED, "approve_edit", "restore"}
_REFUSED = {S.REJECTED, "refuse_edit"}


@dataclass(frozen=True)
class LabelledText:
    """`source` is who wrote it: what one employer copies must not vouch for itself."""

    listing: int
    revision: int | None
    text: str
    fraud_type: str  # empty for an honest one
    source: str
    decided_at: datetime


def list_decided_examples(
    since: datetime | None = None, until: datetime | None = None
) -> Iterator[LabelledText]:
    """One a listing: its last decision that says whether it is fraud; an upheld appeal overrules it.

    A refusal for other reasons says nothing of fraud and is left out.
    """
    rows = Decision.objects.filter(kind=CaseKind.LISTING, undone_at=None).order_by("pk")
    rows = rows.filter(created_at__gte=since) if since else rows
    rows = rows.filter(created_at__lt=until) if until else rows
    kinds = dict(CannedReason.objects.exclude(fraud_type="").values_list("code", "fraud_type"))
    last: dict[int, tuple[Decision, str | None]] = {}
    for row in rows.iterator():
        said = _said(row, kinds)
        if said is not None:
            last[row.number] = row, said
    yield from _examples(last)


def _said(row, kinds):
    """The type, or that it is honest; None where the decision says neither."""
    if row.action in _PASSED:
        return HONEST
    if row.action in _REFUSED:
        return kinds.get(row.canned)
    return "removed" if row.action == S.REMOVED_FRAUD else None


def _examples(last):
    numbers = list(last)
    overruled = set(
        Appeal.objects.filter(status=AppealStatus.UPHELD, listing__in=numbers).values_list(
            "listing_id", flat=True
        )
    )
    events = dict(
        ListingEvent.objects.filter(pk__in=[row.event for row, _ in last.values()]).values_list(
            "pk", "revision_id"
        )
    )
    for start in range(0, len(numbers), 500):
        listings = Listing.objects.in_bulk(numbers[start : start + 500])
        wanted = [events.get(last[number][0].event) for number in listings]
        texts = ListingRevision.objects.in_bulk([pk for pk in wanted if pk])
        for number, listing in listings.items():
            row, said = last[number]
            fraud_type = HONEST if number in overruled else said
            if fraud_type == "removed":
                fraud_type = listing.fraud_type  # a removal for fraud can't be undone
            revision = texts.get(events.get(row.event))
            yield LabelledText(
                listing=number,
                revision=revision.pk if revision else None,
                text=ScreenedText(revision or listing, listing.company_text).whole,
                fraud_type=fraud_type,
                source=f"{listing.employer_id or listing.source_name or number}",
                decided_at=row.created_at,
            )
