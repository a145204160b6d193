"""What shares contacts, wording or papers with a case, two steps out, as nodes and links.

Contacts are compared by their keyed hashes; a graph never shows one. A dozen queries, however many
neighbours there are.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from accounts.choices import EmployerStatus
from accounts.models import Employer, EmployerDocument, EmployerMember
from listings.choices import ListingStatus as S
from listings.models import Listing, ListingContact
from listings.publication.contacts_in_text import find_named_contacts
from listings.publication.fingerprints import (
    SAME,
    build_fingerprint_text,
    compare_listings,
    find_similar_texts,
)
from screening import known
from screening.models import KnownContact

MOST = 60
ROWS = 300  # of one question: a number may stand in thousands of listings
ALIKE = 0.6
OF_AN_EMPLOYER = 6
CONTACT, TEXT, EMPLOYER = "contact", "text", "employer"


class GraphKey(NamedTuple):
    kind: str
    pk: int


class GraphLink(NamedTuple):
    one: GraphKey
    other: GraphKey
    sort: str
    words: str


@dataclass
class GraphNode:
    key: GraphKey
    step: int
    parent: "GraphNode | None" = None
    thing: Listing | Employer | None = None
    number: int = 0
    because: dict[str, list["GraphNode"]] = field(default_factory=dict)

    @property
    def is_listing(self):
        return self.key.kind == "listing"

    @property
    def tone(self):
        """How it is coloured; its words stand in the table."""
        status = self.thing.status if self.thing else ""
        if status in (S.REMOVED_FRAUD, EmployerStatus.BANNED):
            return "bad"
        if status in (S.HELD, EmployerStatus.FROZEN):
            return "care"
        if status in (S.PUBLISHED, S.PAUSED, S.FILLED, EmployerStatus.VERIFIED):
            return "good"
        return "plain"


@dataclass
class CaseGraph:
    nodes: list[GraphNode]
    links: list[tuple[GraphNode, GraphNode, str]]
    left_out: int


def build_case_graph(listing: Listing, content) -> CaseGraph:
    """`content` is the text of the case that is looked at."""
    case = GraphKey("listing", listing.pk)
    first = _from_case(case, listing, content)
    near = _reached(first, {case})[: MOST - 1]
    second = [
        *_from_listings([key.pk for key in near if key.kind == "listing"], content),
        *_from_employers([key.pk for key in near if key.kind == "employer"]),
    ]
    far = _reached(second, {case, *near})
    return _joined([(case, 0), *((k, 1) for k in near), *((k, 2) for k in far)], first + second)


def _from_case(case, listing, content):
    links = []
    found = [one for one in find_named_contacts(content) if not known.is_shared(one)]
    digests = known.digests(found)
    for pk, digest in _named(digests, [listing.pk]):
        links.append(_same_contact(case, GraphKey("listing", pk), digests[digest]))
    for pk, share in find_similar_texts(build_fingerprint_text(content), MOST, ALIKE):
        links.append(GraphLink(case, GraphKey("listing", pk), TEXT, _alike(share)))
    if listing.employer_id:
        links.append(_publishes(listing.employer_id, listing.pk))
    phones = [one.value for one in found if one.kind == "phone"]
    owners = Employer.objects.filter(contact_phone__in=phones).values_list("pk", flat=True)
    links += [_phone_of(pk, listing.pk) for pk in owners[:ROWS]]
    return [link for link in links if link.one != link.other]


def _from_listings(numbers, content):
    """From what is one step away; the contacts of the case itself have been followed."""
    followed = known.digests(find_named_contacts(content))
    named = list(
        ListingContact.objects.filter(listing__in=numbers)
        .exclude(digest__in=followed)
        .values_list("listing", "digest", "kind")[:ROWS]
    )
    by_digest: dict[str, list[tuple[int, str]]] = {}
    for pk, digest, kind in named:
        by_digest.setdefault(digest, []).append((pk, kind))
    for other, digest in _named(by_digest):
        for pk, kind in by_digest[digest]:
            if pk != other:
                yield _same_contact(GraphKey("listing", pk), GraphKey("listing", other), kind)
    for one, other, share in compare_listings(numbers, ALIKE):
        yield GraphLink(GraphKey("listing", one), GraphKey("listing", other), TEXT, _alike(share))
    rows = Listing.objects.filter(pk__in=numbers, employer__isnull=False)
    for pk, employer in rows.values_list("pk", "employer"):
        yield _publishes(employer, pk)


def _from_employers(numbers):
    """Who shares a phone, a paper or a member with these, what names their phones, what they posted."""
    asked = Employer.objects.filter(pk__in=numbers).exclude(contact_phone="")
    phones = dict(asked.values_list("contact_phone", "pk"))
    hashes = {digest: phone for phone in phones for digest in known.digests(_phone(phone))}
    for pk, digest in _named(hashes):
        yield _phone_of(phones[hashes[digest]], pk)
    rows = Employer.objects.filter(contact_phone__in=phones).values_list("pk", "contact_phone")
    yield from _same_employers(phones, rows, "同一个联系手机")
    papers = EmployerDocument.objects.filter(purged_at=None)
    own = dict(papers.filter(employer__in=numbers).values_list("digest", "employer"))
    rows = papers.filter(digest__in=own).values_list("employer", "digest")
    yield from _same_employers(own, rows, "同一份证照")
    members = EmployerMember.objects.all()
    own = dict(members.filter(employer__in=numbers).values_list("user", "employer"))
    rows = members.filter(user__in=own).values_list("employer", "user")
    yield from _same_employers(own, rows, "同一个成员")
    for employer, pk in _newest_of(numbers):
        yield _publishes(employer, pk)


def _newest_of(employers):
    place = Window(RowNumber(), partition_by=F("employer"), order_by=F("pk").desc())
    rows = Listing.objects.filter(employer__in=employers).exclude(status=S.DRAFT)
    numbered = rows.order_by().annotate(place=place).filter(place__lte=OF_AN_EMPLOYER)
    return numbered.values_list("employer", "pk")


def _named(digests, but=()):
    """(listing, digest) of those that name one of them, the newest first."""
    if not digests:
        return []
    rows = ListingContact.objects.filter(digest__in=list(digests)).exclude(listing__in=but)
    return list(rows.order_by("-listing").values_list("listing", "digest")[:ROWS])


def _phone(written):
    return [contact for contact in known.of_fields([written]) if contact.kind == "phone"]


def _same_contact(one, other, kind):
    return GraphLink(one, other, CONTACT, f"同一个{KnownContact.Kind(kind).label}")


def _publishes(employer, listing):
    return GraphLink(
        GraphKey("employer", employer), GraphKey("listing", listing), EMPLOYER, "发布方"
    )


def _phone_of(employer, listing):
    words = "兼职里的电话是这家单位的"
    return GraphLink(GraphKey("employer", employer), GraphKey("listing", listing), CONTACT, words)


def _same_employers(owners, rows, words):
    """`rows` are (employer, what it shares); `owners` say whose that is among those asked for."""
    for pk, shared in rows[:ROWS]:
        if pk != owners[shared]:
            yield GraphLink(
                GraphKey("employer", owners[shared]), GraphKey("employer", pk), EMPLOYER, words
            )


def _alike(share):
    return "文字几乎相同" if share >= SAME else "文字大半相同"


def _reached(links, known_keys):
    """Keys that the links lead to, in their order, each once."""
    found = dict.fromkeys(key for link in links for key in (link.one, link.other))
    return [key for key in found if key not in known_keys]


def _joined(keys, links):
    """Nodes with their rows, numbered; links between those that are shown, each pair and words
    once."""
    nodes = {key: GraphNode(key, step) for key, step in keys[:MOST]}
    _load(nodes)
    shown = {key: node for key, node in nodes.items() if node.thing is not None}
    pairs: dict[tuple[GraphKey, GraphKey], dict[str, str]] = {}
    for link in links:
        if link.one in shown and link.other in shown:
            pair = (min(link.one, link.other), max(link.one, link.other))
            pairs.setdefault(pair, {}).setdefault(link.words, link.sort)
    for number, node in enumerate(shown.values()):
        node.number = number
    lines = []
    for (one, other), said in pairs.items():
        a, b = sorted((shown[one], shown[other]), key=lambda node: node.number)
        for words in said:  # each pair is told once, where it is met second
            b.because.setdefault(words, []).append(a)
        b.parent = b.parent or (a if a.step < b.step else None)
        lines.append((a, b, next(iter(said.values()))))
    return CaseGraph(list(shown.values()), lines, max(0, len(keys) - MOST))


def _load(nodes):
    listings = Listing.objects.select_related("employer")
    rows = listings.in_bulk([key.pk for key in nodes if key.kind == "listing"])
    employers = Employer.objects.in_bulk([key.pk for key in nodes if key.kind == "employer"])
    for key, node in nodes.items():
        node.thing = (rows if key.kind == "listing" else employers).get(key.pk)
