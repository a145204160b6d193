"""Decided texts as training examples: each with its fraud type, or honest."""

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
    """`source` is who wrote it: copies of one employer must not confirm each other."""

    listing: int
    revision: int | None
    text: str
    fraud_type: str  # empty for an honest one
    source: str
    decided_at: datetime


def list_decided_examples(
    since: datetime | None = None, until: datetime | None = None
) -> Iterator[LabelledText]:
    """Yield one example per listing, by its last decision on fraud; an upheld appeal makes it honest.

    Refusals for other reasons say nothing of fraud and are left out.
    """
    decisions = Decision.objects.filter(kind=CaseKind.LISTING, undone_at=None).order_by("pk")
    decisions = decisions.filter(created_at__gte=since) if since else decisions
    decisions = decisions.filter(created_at__lt=until) if until else decisions
    kinds = dict(CannedReason.objects.exclude(fraud_type="").values_list("code", "fraud_type"))
    last: dict[int, tuple[Decision, str]] = {}
    for decision in decisions.iterator():
        label = _get_label(decision, kinds)
        if label is not None:
            last[decision.number] = decision, label
    yield from _build_examples(last)


def _get_label(row: Decision, kinds: dict[str, str]) -> str | None:
    """Return the fraud type, `HONEST` or "removed"; None if the decision says nothing of fraud."""
    if row.action in _PASSED:
        return HONEST
    if row.action in _REFUSED:
        return kinds.get(row.canned)
    return "removed" if row.action == S.REMOVED_FRAUD else None


def _build_examples(last: dict[int, tuple[Decision, str]]) -> Iterator[LabelledText]:
    numbers = list(last)
    upheld = Appeal.objects.filter(status=AppealStatus.UPHELD, listing__in=numbers)
    overruled = set(upheld.values_list("listing_id", flat=True))
    rows = ListingEvent.objects.filter(pk__in=[decision.event for decision, _ in last.values()])
    revision_pks: dict[int | None, int | None] = dict(rows.values_list("pk", "revision_id"))
    for start in range(0, len(numbers), 500):
        listings = Listing.objects.in_bulk(numbers[start : start + 500])
        batch_pks = [revision_pks.get(last[number][0].event) for number in listings]
        texts = ListingRevision.objects.in_bulk([pk for pk in batch_pks if pk])
        for number, listing in listings.items():
            decision, label = last[number]
            fraud_type = HONEST if number in overruled else label
            if fraud_type == "removed":
                fraud_type = listing.fraud_type  # a removal for fraud can't be undone
            revision = texts.get(revision_pks.get(decision.event))
            yield LabelledText(
                listing=number,
                revision=revision.pk if revision else None,
                text=ScreenedText(revision or listing, listing.company_text).whole,
                fraud_type=fraud_type,
                source=f"{listing.employer_id or listing.source_name or number}",
                decided_at=decision.created_at,
            )
