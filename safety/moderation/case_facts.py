"""What stands beside a case: who the employer is, what happened before, what others said."""

from django.db.models import Count

from accounts.choices import EMPLOYER_DEEDS
from accounts.models import Employer
from listings.choices import LISTING_DEEDS, ListingStatus
from safety.models import Decision, Report

SHOWN = 12


def employer_facts(employer) -> dict:
    """Checks, counts of its listings by status, and others with the same licence or phone."""
    counted = employer.listings.order_by().values("status").annotate(n=Count("*"))
    counts = {row["status"]: row["n"] for row in counted}
    return {
        "checks": list(employer.checks.select_related("reviewer")),
        "counts": [
            (label, counts[status]) for status, label in ListingStatus.choices if status in counts
        ],
        "doubles": find_employers_sharing_data(employer),
    }


def find_employers_sharing_data(employer) -> list[Employer]:
    """Others with the same phone, or with a member of this one: also those on the blacklist."""
    if not employer.contact_phone:
        same_phone = Employer.objects.none()
    else:
        same_phone = Employer.objects.filter(contact_phone=employer.contact_phone)
    people = employer.memberships.values("user")
    same_people = Employer.objects.filter(memberships__user__in=people)
    found: dict[int, Employer] = {}
    said: dict[int, list[str]] = {}
    for rows, words in ((same_phone, "同一手机"), (same_people, "同一成员")):
        for row in rows.exclude(pk=employer.pk).order_by("-pk")[:SHOWN]:
            found.setdefault(row.pk, row)
            said.setdefault(row.pk, []).append(words)
    for pk, row in found.items():
        row.words = "、".join(said[pk])  # type: ignore[attr-defined]
    return list(found.values())


def list_listing_events(listing):
    events = listing.events.select_related("actor").order_by("-pk")[:SHOWN]
    return [_told(event, LISTING_DEEDS) for event in events]


def list_employer_events(employer):
    events = employer.events.select_related("actor").order_by("-pk")[:SHOWN]
    return [_told(event, EMPLOYER_DEEDS) for event in events]


def _told(event, words):
    event.words = words.get(event.action, event.action)
    return event


def other_listings(employer, listing):
    """The newest others of the same employer."""
    return employer.listings.exclude(pk=listing.pk).order_by("-pk")[:SHOWN]


def list_listing_reports(listing):
    return Report.objects.filter(listing=listing)[:SHOWN]


def list_case_decisions(kind: str, number: int, labels):
    rows = Decision.objects.filter(kind=kind, number=number).select_related("moderator")[:SHOWN]
    for row in rows:
        row.words = labels.get(row.action, row.action)  # type: ignore[attr-defined]
    return rows
