"""The facts beside a case: who the employer is, what happened before, what others reported."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from accounts.choices import EMPLOYER_DEEDS
from accounts.models import Employer, EmployerEvent, User
from listings.choices import LISTING_DEEDS, ListingStatus
from listings.models import Listing, ListingEvent
from safety.models import Decision, Report

SHOWN = 12


@dataclass(frozen=True)
class HistoryEntry:
    """One event of a case's history: `words` say in Chinese what was done."""

    created_at: datetime
    words: str
    actor: User | None
    reason: str


@dataclass(frozen=True)
class EmployerSharingData:
    """Another employer; `words` say in Chinese what it has in common."""

    employer: Employer
    words: str


def employer_facts(employer: Employer) -> dict[str, Any]:
    """Return its checks, its listings counted by status, and employers that share data with it."""
    rows = employer.listings.order_by().values("status").annotate(n=Count("*"))
    counts = {row["status"]: row["n"] for row in rows}
    return {
        "checks": list(employer.checks.select_related("reviewer")),
        "counts": [
            (label, counts[status]) for status, label in ListingStatus.choices if status in counts
        ],
        "doubles": find_employers_sharing_data(employer),
    }


def find_employers_sharing_data(employer: Employer) -> list[EmployerSharingData]:
    """Return the others with the same phone or with a common member, blacklisted ones included."""
    if not employer.contact_phone:
        same_phone = Employer.objects.none()
    else:
        same_phone = Employer.objects.filter(contact_phone=employer.contact_phone)
    people = employer.memberships.values("user")
    same_people = Employer.objects.filter(memberships__user__in=people)
    employers: dict[int, Employer] = {}
    labels: dict[int, list[str]] = {}
    for rows, label in ((same_phone, "同一手机"), (same_people, "同一成员")):
        for row in rows.exclude(pk=employer.pk).order_by("-pk")[:SHOWN]:
            employers.setdefault(row.pk, row)
            labels.setdefault(row.pk, []).append(label)
    return [EmployerSharingData(row, "、".join(labels[pk])) for pk, row in employers.items()]


def list_listing_events(listing: Listing) -> list[HistoryEntry]:
    events = listing.events.select_related("actor").order_by("-pk")[:SHOWN]
    return _build_history(events, LISTING_DEEDS)


def list_employer_events(employer: Employer) -> list[HistoryEntry]:
    events = employer.events.select_related("actor").order_by("-pk")[:SHOWN]
    return _build_history(events, EMPLOYER_DEEDS)


def _build_history(
    events: Iterable[ListingEvent | EmployerEvent], labels: Mapping[str, str]
) -> list[HistoryEntry]:
    return [
        HistoryEntry(
            event.created_at, labels.get(event.action, event.action), event.actor, event.reason
        )
        for event in events
    ]


def list_other_listings(employer: Employer, listing: Listing) -> QuerySet[Listing]:
    """Return the newest others of the same employer."""
    return employer.listings.exclude(pk=listing.pk).order_by("-pk")[:SHOWN]


def list_listing_reports(listing: Listing) -> QuerySet[Report]:
    return Report.objects.filter(listing=listing)[:SHOWN]


def list_case_decisions(kind: str, number: int, labels: Mapping[str, str]) -> QuerySet[Decision]:
    """Return the newest decisions, each with `words`, the label of its action."""
    decisions = Decision.objects.filter(kind=kind, number=number).select_related("moderator")[
        :SHOWN
    ]
    for decision in decisions:
        decision.words = labels.get(decision.action, decision.action)
    return decisions
