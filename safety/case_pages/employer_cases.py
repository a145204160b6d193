"""The other waiting cases of the employer whose case is shown."""

from functools import lru_cache
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import Employer, User
from accounts.staff.scope import StaffScope, get_staff_scope
from listings.models import Listing
from safety.moderation.decisions import CASE_TYPES
from safety.moderation.desk_layout import SCOPES_KEPT
from sitekit.databases.aggregates import count_rows
from sitekit.databases.composed_queries import ReplannedQuery


class EmployerCases(NamedTuple):
    """How many cases of one queue concern the employer, and the address of the page that lists them."""

    label: str
    number: int
    address: str


def list_employer_cases(
    employer: Employer | None, moderator: User, kind: str, number: int
) -> list[EmployerCases]:
    """Return the queues with cases of this employer in the moderator's places, without counting the case with
    this kind and number. One query."""
    if employer is None:
        return []
    counts = _compose_counts(get_staff_scope(moderator), tuple(CASE_TYPES), kind)
    (row,) = counts.fetch_rows(employer=employer.pk, number=number)
    address = reverse("desk:employer_cases", args=[employer.pk])
    return [
        EmployerCases(case_type.queue_label, count, address)
        for case_type, count in zip(CASE_TYPES.values(), row, strict=True)
        if count
    ]


def list_employers_with_cases(moderator: User) -> QuerySet[Employer]:
    """Return the employers that are registered, or have a listing, in the moderator's places: the case of a listing
    is decided where the listing lies."""
    scope = get_staff_scope(moderator)
    listings = Listing.objects.filter(scope.build_condition("region"), employer=OuterRef("pk"))
    return Employer.objects.filter(scope.build_condition("region") | Q(Exists(listings)))


def find_employer_address(employer: Employer | None, moderator: User) -> str:
    """Return the address of the employer's own case, "" if the moderator may not open it."""
    if employer is None or not get_staff_scope(moderator).covers_region(employer.region_id):
        return ""
    return reverse("desk:employer", args=[employer.pk])


@lru_cache(SCOPES_KEPT)
def _compose_counts(scope: StaffScope, kinds: tuple[str, ...], kind: str) -> ReplannedQuery:
    """Return a query that counts the cases of each of `kinds`, without the case of `kind` that is shown."""

    def build(employer: int, number: int) -> QuerySet:
        columns = []
        for case_type in map(CASE_TYPES.__getitem__, kinds):
            condition = case_type.build_employer_condition(Employer(pk=employer))
            cases = case_type.list_cases_in(scope).filter(condition)
            columns.append(
                count_rows(cases.exclude(pk=number) if case_type.kind == kind else cases)
            )
        return Employer.objects.filter(pk=employer).values_list(*columns)

    return ReplannedQuery(build, employer=int, number=int)
