"""The facts beside a case: the employer, and the events that happened before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Model

from accounts.choices import EMPLOYER_ACTION_LABELS, TEXT_ACTION_LABELS
from accounts.models import Employer, PublicText, User, describe_word_changes
from accounts.models.word_changes import WordChange
from listings.choices import LISTING_ACTION_LABELS, ListingStatus
from listings.models import Listing
from safety.choices import ReportStatus
from safety.models import Report

MAX_FACTS_SHOWN = 12


def collect_employer_facts(employer: Employer | None) -> dict[str, Any]:
    """Return its checks, its listings counted by status, and employers that share data with it."""
    if employer is None:
        return {}
    rows = employer.listings.order_by().values("status").annotate(n=Count("*"))
    counts = {row["status"]: row["n"] for row in rows}
    return {
        "checks": list(employer.checks.select_related("reviewer")),
        "counts": [
            (label, counts[status]) for status, label in ListingStatus.choices if status in counts
        ],
        "doubles": find_employers_sharing_data(employer),
    }


@dataclass(frozen=True)
class RelatedEmployer:
    """An employer that shares data with another one; `words` says in Chinese what they share."""

    employer: Employer
    words: str


def find_employers_sharing_data(employer: Employer) -> list[RelatedEmployer]:
    """Return other employers with the same phone or a common member, also banned ones."""
    others = Employer.objects.exclude(pk=employer.pk).order_by("-pk")
    people = employer.memberships.values("user")
    shared = [("同一成员", others.filter(memberships__user__in=people))]
    if employer.contact_phone:
        shared.insert(0, ("同一手机", others.filter(contact_phone=employer.contact_phone)))
    labels: dict[Employer, list[str]] = {}
    for label, rows in shared:
        for row in rows[:MAX_FACTS_SHOWN]:
            labels.setdefault(row, []).append(label)
    return [RelatedEmployer(row, "、".join(words)) for row, words in labels.items()]


# The column of an event that says what was done, and the words for its values.
_EVENT_WORDS: dict[type[Model], tuple[str, Mapping[str, str]]] = {
    Listing: ("action", LISTING_ACTION_LABELS),
    Employer: ("action", EMPLOYER_ACTION_LABELS),
    PublicText: ("action", TEXT_ACTION_LABELS),
    Report: ("after", dict(ReportStatus.choices)),
}


@dataclass(frozen=True)
class CaseEvent:
    """An event of a listing, employer, text or report, as the history of a case shows it."""

    created_at: datetime
    words: str  # in Chinese: what was done
    actor: User | None  # None is the system
    reason: str
    changes: list[WordChange]


def list_events(row: Listing | Employer | PublicText | Report) -> list[CaseEvent]:
    """Return the newest events of the row, the newest first."""
    column, words = _EVENT_WORDS[type(row)]
    return [
        CaseEvent(
            created_at=event.created_at,
            words=words.get(getattr(event, column), getattr(event, column)),
            actor=event.actor,
            reason=event.reason,
            changes=[*describe_word_changes(type(row), getattr(event, "changes", {}))],
        )
        for event in row.events.select_related("actor").order_by("-pk")[:MAX_FACTS_SHOWN]
    ]
