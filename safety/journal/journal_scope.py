"""The rows that a search is about, with all rows that belong to them: an employer's listings, their reports …"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet, Value

from accounts.choices import TextKind
from accounts.models import Employer, EmployerDocument, PublicText, User
from accounts.staff.scope import StaffScope, get_staff_scope
from listings.models import Application, Listing
from safety.journal_search.subject_scope import list_subjects_in_scope
from safety.journal_search.subjects import SubjectKey, parse_subject_key
from safety.models import Appeal, FraudCase, JournalSearch, Report, SecondLook

MAX_LISTINGS = 300  # of the employers, the newest
MAX_OF_A_KIND = 500
_KIND_LABELS = {
    "employer": "单位",
    "listing": "兼职",
    "application": "报名",
    "report": "举报",
    "appeal": "申诉",
    "fraud": "涉诈下架",
    "document": "证件",
    "text": "文字",
    "second": "复看",
}


@dataclass
class JournalScope:
    """The numbers of the rows by kind, and the contacts to which messages were sent."""

    reader: User
    subjects: list[SubjectKey]
    users: dict[int, User] = field(default_factory=dict)
    employers: dict[int, Employer] = field(default_factory=dict)
    numbers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    phones: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    term: str = ""  # as it was typed; earlier searches for the same term are found by it
    # By kind, how many rows are included where there are more.
    cut_kinds: dict[str, int] = field(default_factory=dict)

    def list_numbers(self, kind: str) -> list[int]:
        return sorted(self.numbers[kind])

    @property
    def omission_words(self) -> str:
        """Say in Chinese of which rows only the newest are included; "" if nothing was left out."""
        parts = [f"{_KIND_LABELS[kind]} {most} 条" for kind, most in self.cut_kinds.items()]
        return (
            f"记录太多，只含最新的{'、'.join(parts)}；更早的和它们的经过不在里面。" if parts else ""
        )


def build_journal_scope(search: JournalSearch, phones: Iterable[str], email: str) -> JournalScope:
    """Return the scope of a search, with at most three queries. `phones` and `email` are those of the term.

    The reader may have rights in fewer places now than at the time of the search. A contact lies in no place, so a
    reader with some places only sees what was sent to a contact if a person in these places has it.
    """
    place_scope = get_staff_scope(search.by)
    subjects = list_subjects_in_scope(map(parse_subject_key, search.subjects), search.by)
    scope = JournalScope(search.by, subjects)
    if place_scope.is_national:
        scope.phones, scope.term = set(phones), search.term
        scope.emails = {email} if email else set()
    for kind, pk in subjects:
        scope.numbers[kind].add(pk)
    _add_users(scope)
    _add_employers(scope, place_scope)
    _add_listings_and_cases(scope)
    return scope


def _add_users(scope: JournalScope) -> None:
    if numbers := scope.list_numbers("user"):
        scope.users = User.objects.in_bulk(numbers)
    for user in scope.users.values():
        scope.phones |= {user.phone} if user.phone else set()
        scope.emails |= {user.email} if user.email else set()


def _add_employers(scope: JournalScope, place_scope: StaffScope) -> None:
    """Add the employers that the search names, and those of which the people are members."""
    users, numbers = scope.list_numbers("user"), scope.list_numbers("employer")
    if users or numbers:
        rows = Employer.objects.filter(Q(pk__in=numbers) | Q(memberships__user__in=users))
        rows = rows.filter(place_scope.build_condition("region"))
        scope.employers = {row.pk: row for row in rows.distinct().order_by("-pk")[:MAX_OF_A_KIND]}
        if len(scope.employers) == MAX_OF_A_KIND:
            scope.cut_kinds["employer"] = MAX_OF_A_KIND
        scope.numbers["employer"].update(scope.employers)


def _add_listings_and_cases(scope: JournalScope) -> None:
    """Add the employers' listings with their reports, appeals, second looks, fraud cases, papers, public words and
    sign-ups. One query."""
    related = list(_list_related_rows(scope))
    parts = [
        rows.order_by("-pk")
        .annotate(part=Value(part), number=F("pk"))
        .values_list("part", "number")[: _get_most(kind)]
        for part, (kind, rows) in enumerate(related)
    ]
    if not parts:
        return
    joined = parts[0].union(*parts[1:], all=True).order_by() if len(parts) > 1 else parts[0]
    counts: Counter[int] = Counter()
    for part, number in joined:
        counts[part] += 1
        scope.numbers[related[part][0]].add(number)
    full_kinds = [
        kind for part, (kind, _rows) in enumerate(related) if counts[part] == _get_most(kind)
    ]
    scope.cut_kinds |= {kind: _get_most(kind) for kind in full_kinds}


def _get_most(kind: str) -> int:
    return MAX_LISTINGS if kind == "listing" else MAX_OF_A_KIND


def _list_related_rows(scope: JournalScope) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Yield (kind, rows) in parts. Each part has a single condition, so that an index finds its rows."""
    employers, users = scope.list_numbers("employer"), scope.list_numbers("user")
    named: Any = scope.list_numbers("listing")
    if employers:
        employer_listings = Listing.objects.filter(employer__in=employers)
        yield "listing", employer_listings
        listings: Any = employer_listings.order_by("-pk").values("pk")[:MAX_LISTINGS]
        yield "appeal", Appeal.objects.filter(employer__in=employers)
        yield "document", EmployerDocument.objects.filter(employer__in=employers)
        intros = PublicText.objects.filter(kind=TextKind.EMPLOYER_INTRO, subject__in=employers)
        yield "text", intros
        yield "second", SecondLook.objects.filter(text__in=intros)
        yield from _list_cases_of_listings(listings)
    if named:
        yield from _list_cases_of_listings(named)
    if users:
        yield "application", Application.objects.filter(seeker__in=users)
        words = PublicText.objects.filter(author__in=users)
        yield "text", words
        yield "second", SecondLook.objects.filter(text__in=words)
    if texts := scope.list_numbers("text"):
        yield "second", SecondLook.objects.filter(text__in=texts)
    if articles := scope.list_numbers("article"):
        yield "report", Report.objects.filter(article__in=articles)


def _list_cases_of_listings(listings: Any) -> Iterator[tuple[str, QuerySet[Any]]]:
    yield "report", Report.objects.filter(listing__in=listings)
    yield "fraud", FraudCase.objects.filter(listing__in=listings)
    yield "appeal", Appeal.objects.filter(listing__in=listings)
    yield "second", SecondLook.objects.filter(listing__in=listings)
    yield "application", Application.objects.filter(listing__in=listings)
