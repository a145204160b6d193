"""The rows that a search finds. Contacts are compared by their hashes, so no sealed value is opened."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Model, Q, QuerySet

from accounts.models import Employer, EmployerDocument, EmployerInvitation, PublicText, User
from listings.models import Listing, ListingContact, SeekerProfile
from news.models import Article
from safety.choices import TermKind
from safety.journal_search.search_terms import SearchTerm
from safety.models import Appeal, FraudCase, Report
from screening.contacts.known_contacts import hash_contact

MAX_OF_A_KIND = 50
MODELS: dict[str, type[Model]] = {
    "user": User,
    "employer": Employer,
    "listing": Listing,
    "article": Article,
    "report": Report,
    "appeal": Appeal,
    "fraud": FraudCase,
    "text": PublicText,
}
# For these kinds of term the reader chooses one row: rows that share a name or number are not related.
CHOSEN_FROM = {TermKind.WORDS, TermKind.NUMBER}


class SubjectKey(NamedTuple):
    kind: str
    pk: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"


def parse_subject_key(text: str) -> SubjectKey:
    kind, _colon, pk = text.partition(":")
    return SubjectKey(kind, int(pk))


class NamedSubjects(NamedTuple):
    """The rows that a text finds: each once, at most 50 of a kind, the newest first. `kind` is how the text was
    read; it is words if the text is only a part of a name, an address or a code of the rows."""

    keys: list[SubjectKey]
    kind: TermKind


def look_up_term(term: SearchTerm) -> NamedSubjects:
    """Find rows by the whole term. If that finds nothing, or the term is just a number, also find it as a part."""
    keys = [*_find_numbered(term), *_find_by_ticket(term), *_find_by_licence(term)]
    keys += [*_find_by_login(term), *_find_by_contact(term)]
    parts: list[SubjectKey] = []
    if not keys or (term.kind == TermKind.NUMBER and term.is_number):
        parts = list(_find_by_licence_part(term.licence_part))
        # Digits alone are searched in names only if nothing else was found.
        if term.is_number:
            parts += [] if keys else _find_by_digits(term.text)
        elif term.kind != TermKind.MAIL:
            parts += _find_by_words(term.text)
    return NamedSubjects(
        list(dict.fromkeys([*keys, *parts])), TermKind.WORDS if parts else term.kind
    )


def _find_numbered(term: SearchTerm) -> Iterator[SubjectKey]:
    if term.row is None:
        return
    kind, pk = term.row
    for name in [kind] if kind else ["listing", "employer", "user", "fraud"]:
        yield from _list_keys(name, MODELS[name]._default_manager.filter(pk=pk))


def _find_by_ticket(term: SearchTerm) -> Iterator[SubjectKey]:
    if term.ticket:
        yield from _list_keys("report", Report.objects.filter(ticket=term.ticket))
        yield from _list_keys("appeal", Appeal.objects.filter(ticket=term.ticket))


def _find_by_licence(term: SearchTerm) -> Iterator[SubjectKey]:
    if term.licence:
        yield from _list_keys("employer", Employer.objects.filter(licence_code=term.licence))
        papers = EmployerDocument.objects.filter(read_code=term.licence).order_by("-pk")
        for pk in papers.values_list("employer", flat=True)[:MAX_OF_A_KIND]:
            yield SubjectKey("employer", pk)


def _find_by_licence_part(part: str) -> Iterator[SubjectKey]:
    """Find employers by a part of the licence code. No index has parts, so this reads the whole table."""
    if part:
        coded = Q(licence_code__contains=part)
        yield from _list_keys("employer", Employer.objects.filter(coded))
        papers = EmployerDocument.objects.exclude(read_code="").filter(read_code__contains=part)
        for pk in papers.order_by("-pk").values_list("employer", flat=True)[:MAX_OF_A_KIND]:
            yield SubjectKey("employer", pk)


def _find_by_login(term: SearchTerm) -> Iterator[SubjectKey]:
    """Find rows by the sealed contacts of accounts, profiles and employers.

    Contacts of reporters are not searched, because nobody is told who reported.
    """
    phones, wechats = list(term.phones), _list_values(term, "wechat")
    people: list[int] = []
    if phones or wechats:
        profiles = SeekerProfile.objects.filter(Q(phone__in=phones) | Q(wechat__in=wechats))
        people = list(profiles.values_list("user", flat=True)[:MAX_OF_A_KIND])
    if phones:
        yield from _list_keys("employer", Employer.objects.filter(contact_phone__in=phones))
    if phones or people:
        yield from _list_keys("user", User.objects.filter(Q(phone__in=phones) | Q(pk__in=people)))
    if term.email:
        yield from _list_keys("user", User.objects.filter(email=term.email))
        invited = EmployerInvitation.objects.filter(email=term.email)
        employers = invited.values_list("employer", flat=True)[:MAX_OF_A_KIND]
        yield from (SubjectKey("employer", pk) for pk in employers)


def _list_values(term: SearchTerm, kind: str) -> list[str]:
    return [contact.value for contact in term.contacts if contact.kind == kind]


def _find_by_contact(term: SearchTerm) -> Iterator[SubjectKey]:
    """Find listings that have the contact in their texts or contact fields, by its keyed hash."""
    digests = [hash_contact(contact) for contact in term.contacts]
    if digests:
        rows = ListingContact.objects.filter(digest__in=digests).order_by("-listing")
        for pk in rows.values_list("listing", flat=True)[:MAX_OF_A_KIND]:
            yield SubjectKey("listing", pk)


def _find_by_digits(digits: str) -> Iterator[SubjectKey]:
    """Find employers with the number in their names. Nothing else is searched for a phone that nobody has."""
    yield from _list_keys("employer", Employer.objects.filter(_build_name_condition(digits)))


def _build_name_condition(words: str) -> Q:
    return Q(name__icontains=words) | Q(checked_name__icontains=words)


def _find_by_words(words: str) -> Iterator[SubjectKey]:
    """Find rows by names, titles and places of work; each of these reads a whole table. An employer is also found by
    the place of work of its listings."""
    yield from _list_keys("employer", Employer.objects.filter(_build_name_condition(words)))
    yield from _list_keys("user", User.objects.filter(name__icontains=words))
    at_place = Q(address__icontains=words) | Q(further_places__icontains=words)
    listed = at_place | Q(title__icontains=words)
    listed |= Q(company_text__icontains=words) | Q(contact_name=words)
    rows = Listing.objects.filter(listed).annotate(is_there=_as_column(at_place))
    listings = list(rows.order_by("-pk").values_list("pk", "employer", "is_there")[:MAX_OF_A_KIND])
    yield from (SubjectKey("listing", pk) for pk, _employer, _is_there in listings)
    for _pk, employer, is_there in listings:
        if employer and is_there:
            yield SubjectKey("employer", employer)
    yield from _list_keys("article", Article.objects.filter(title__icontains=words))


def _as_column(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, BooleanField())


def _list_keys(kind: str, rows: QuerySet) -> list[SubjectKey]:
    pks: Iterable[int] = rows.order_by("-pk").values_list("pk", flat=True)[:MAX_OF_A_KIND]
    return [SubjectKey(kind, pk) for pk in pks]
