"""What a search is about, with all that hangs on it: an employer's listings, a listing's reports …"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value

from accounts.choices import TextKind
from accounts.models import Employer, EmployerDocument, PublicText, User
from listings.models import Application, Listing
from safety.journal_search.subjects import SubjectKey, parse_subject_key
from safety.models import Appeal, FraudCase, JournalSearch, Report

MOST_LISTINGS = 300  # of the employers, the newest
MOST_OF_A_KIND = 500


@dataclass
class JournalScope:
    """Numbers of rows by their kind, and the contacts that messages went to."""

    subjects: list[SubjectKey]
    users: dict[int, User] = field(default_factory=dict)
    employers: dict[int, Employer] = field(default_factory=dict)
    numbers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    phones: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    term: str = ""  # as it was typed, by which searches for it are found

    def list_numbers(self, kind: str) -> list[int]:
        return sorted(self.numbers[kind])

    @property
    def is_cut(self) -> bool:
        return len(self.numbers["listing"]) >= MOST_LISTINGS


def build_journal_scope(search: JournalSearch, phones: Iterable[str], email: str) -> JournalScope:
    """Return it in four queries at most. `phones` and `email` are those of the term."""
    subjects = [parse_subject_key(text) for text in search.subjects]
    scope = JournalScope(subjects, phones=set(phones), term=search.term)
    scope.emails |= {email} if email else set()
    for kind, pk in subjects:
        scope.numbers[kind].add(pk)
    _add_users(scope)
    _add_employers(scope)
    if scope.numbers["employer"]:
        rows = Listing.objects.filter(employer__in=scope.list_numbers("employer"))
        newest = rows.order_by("-pk").values_list("pk", flat=True)[:MOST_LISTINGS]
        scope.numbers["listing"].update(newest)
    _add_cases(scope)
    return scope


def _add_users(scope: JournalScope) -> None:
    if numbers := scope.list_numbers("user"):
        scope.users = User.objects.in_bulk(numbers)
    for user in scope.users.values():
        scope.phones |= {user.phone} if user.phone else set()
        scope.emails |= {user.email} if user.email else set()


def _add_employers(scope: JournalScope) -> None:
    """Those that were named, and those that the people act for."""
    users, numbers = scope.list_numbers("user"), scope.list_numbers("employer")
    if users or numbers:
        rows = Employer.objects.filter(Q(pk__in=numbers) | Q(memberships__user__in=users))
        scope.employers = {row.pk: row for row in rows.distinct().order_by("-pk")[:MOST_OF_A_KIND]}
        scope.numbers["employer"].update(scope.employers)


def _add_cases(scope: JournalScope) -> None:
    """Reports, appeals, fraud cases, public words, papers and sign-ups: one query."""
    listings, employers = scope.list_numbers("listing"), scope.list_numbers("employer")
    users, articles = scope.list_numbers("user"), scope.list_numbers("article")
    intros = Q(kind=TextKind.EMPLOYER_INTRO, subject__in=employers)
    queries: dict[str, QuerySet[Any]] = {}
    if listings or articles:
        on_them = Q(listing__in=listings) | Q(article__in=articles)
        queries["report"] = Report.objects.filter(on_them)
    if listings:
        queries["fraud"] = FraudCase.objects.filter(listing__in=listings)
    if listings or employers:
        against = Q(listing__in=listings) | Q(employer__in=employers)
        queries["appeal"] = Appeal.objects.filter(against)
    if listings or users:
        signed_up = Q(listing__in=listings) | Q(seeker__in=users)
        queries["application"] = Application.objects.filter(signed_up)
    if employers or users:
        queries["text"] = PublicText.objects.filter(intros | Q(author__in=users))
    if employers:
        queries["document"] = EmployerDocument.objects.filter(employer__in=employers)
    parts = [
        rows.order_by("-pk")
        .annotate(row_kind=Value(kind, CharField()), number=F("pk"))
        .values_list("row_kind", "number")[:MOST_OF_A_KIND]
        for kind, rows in queries.items()
    ]
    if parts:
        for kind, number in parts[0].union(*parts[1:], all=True).order_by():
            scope.numbers[kind].add(number)
