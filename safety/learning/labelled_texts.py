"""Decided texts as training examples: each with its fraud type, or honest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from listings.choices import ListingStatus as S
from listings.models import Listing, ListingEvent, ListingRevision
from listings.publication.gate import ScreenedText
from safety.choices import AppealStatus, CaseKind
from safety.models import Appeal, CannedReason, Decision

HONEST = ""
_PASSED = {S.PUBLISHED, "approve_edit", "restore"}
_REFUSED = {S.REJECTED, "refuse_edit"}
_REMOVED = "removed"


@dataclass(frozen=True)
class LabelledText:
    """`source` identifies the writer: copies of one employer must not confirm each other."""

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
    yield from _build_examples(_find_last_labels(since, until))


def count_decided_examples() -> tuple[int, int]:
    """Return how many are fraudulent and how many honest, without reading their texts."""
    last = _find_last_labels()
    upheld = _list_upheld().filter(listing=OuterRef("pk")).order_by("-decided_at")
    listings = Listing.objects.filter(pk__in=last).values_list(
        "pk", "fraud_type", Subquery(upheld.values("decided_at")[:1])
    )
    fraud_types = [
        _settle_label(last[number][1], _is_overruled(last[number][0], upheld_at), fraud_type)
        for number, fraud_type, upheld_at in listings.iterator()
    ]
    honest = fraud_types.count(HONEST)
    return len(fraud_types) - honest, honest


def _find_last_labels(
    since: datetime | None = None, until: datetime | None = None
) -> dict[int, tuple[Decision, str]]:
    """Return the last decision on fraud of each listing, with its label."""
    decisions = Decision.objects.filter(kind=CaseKind.LISTING, undone_at=None).order_by("pk")
    decisions = decisions.filter(created_at__gte=since) if since else decisions
    decisions = decisions.filter(created_at__lt=until) if until else decisions
    reasons = CannedReason.objects.filter(code=OuterRef("canned")).exclude(fraud_type="")
    rows = decisions.annotate(canned_type=Subquery(reasons.values("fraud_type")[:1]))
    rows = rows.only("number", "action", "event", "created_at")
    last: dict[int, tuple[Decision, str]] = {}
    for decision in rows.iterator():
        label = _get_label(decision.action, decision.canned_type)
        if label is not None:
            last[decision.number] = decision, label
    return last


def _list_upheld() -> QuerySet[Appeal]:
    return Appeal.objects.filter(status=AppealStatus.UPHELD)


def _is_overruled(decision: Decision, upheld_at: datetime | None) -> bool:
    """Whether an appeal was upheld after the decision; an earlier one was about another decision."""
    return upheld_at is not None and upheld_at > decision.created_at


def _settle_label(label: str, is_overruled: bool, removed_as: str) -> str:
    """Return the fraud type of an example; after a removal for fraud it is that of the listing."""
    if is_overruled:
        return HONEST
    return removed_as if label == _REMOVED else label  # a removal for fraud can't be undone


def _get_label(action: str, canned_type: str | None) -> str | None:
    """Return the fraud type, `HONEST` or `_REMOVED`; None if the decision says nothing of fraud."""
    if action in _PASSED:
        return HONEST
    if action in _REFUSED:
        return canned_type
    return _REMOVED if action == S.REMOVED_FRAUD else None


def _build_examples(last: dict[int, tuple[Decision, str]]) -> Iterator[LabelledText]:
    numbers = list(last)
    upheld = _list_upheld().filter(listing__in=numbers).order_by("decided_at")
    upheld_at = dict(upheld.values_list("listing", "decided_at"))  # of several the last one stays
    rows = ListingEvent.objects.filter(pk__in=[decision.event for decision, _ in last.values()])
    revision_pks: dict[int | None, int | None] = dict(rows.values_list("pk", "revision_id"))
    for start in range(0, len(numbers), 500):
        listings = Listing.objects.in_bulk(numbers[start : start + 500])
        batch_pks = [revision_pks.get(last[number][0].event) for number in listings]
        texts = ListingRevision.objects.in_bulk([pk for pk in batch_pks if pk])
        for number, listing in listings.items():
            decision, label = last[number]
            revision = texts.get(revision_pks.get(decision.event))
            yield LabelledText(
                listing=number,
                revision=revision.pk if revision else None,
                text=ScreenedText(revision or listing, listing.company_text).whole,
                fraud_type=_settle_label(
                    label, _is_overruled(decision, upheld_at.get(number)), listing.fraud_type
                ),
                source=f"{listing.employer_id or listing.source_name or number}",
                decided_at=decision.created_at,
            )
