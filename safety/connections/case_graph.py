"""The graph of what shares contacts, wording or papers with a case, up to two steps away.

Contacts are compared by their keyed hashes; a graph never shows one. A dozen queries, however many
neighbours there are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.choices import EmployerStatus
from accounts.models import Employer, EmployerDocument, EmployerMember
from listings.choices import ListingStatus as S
from listings.copies.contacts_in_text import find_named_contacts
from listings.copies.copy_search import SAME, compare_listings, find_similar_texts
from listings.copies.fingerprints import build_fingerprint_text
from listings.models import Listing, ListingContact
from safety.moderation.text_changes import ListingContent
from screening.contacts import known_contacts
from screening.contacts.extraction import Contact
from screening.models import KnownContact

MAX_NODES = 60
MAX_ROWS = 300  # of one query: a phone number may be in thousands of listings
MIN_SIMILARITY = 0.6
LISTINGS_PER_EMPLOYER = 6
CONTACT, TEXT, EMPLOYER = "contact", "text", "employer"


class GraphKey(NamedTuple):
    kind: str
    pk: int


class GraphLink(NamedTuple):
    start: GraphKey
    end: GraphKey
    sort: str
    words: str


@dataclass
class GraphNode:
    key: GraphKey
    step: int
    parent: "GraphNode | None" = None
    thing: Listing | Employer | None = None
    number: int = 0
    # By what connects them: the nodes with smaller numbers that it is linked to.
    because: dict[str, list["GraphNode"]] = field(default_factory=dict)

    @property
    def is_listing(self) -> bool:
        return self.key.kind == "listing"

    @property
    def tone(self) -> str:
        """The colour; the table says the status in words."""
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


def build_case_graph(listing: Listing, content: ListingContent) -> CaseGraph:
    """Return the graph around the listing; `content` is the text that is decided with the case."""
    case = GraphKey("listing", listing.pk)
    first = _find_links_of_case(case, listing, content)
    near_keys = _list_new_keys(first, {case})[: MAX_NODES - 1]
    second = [
        *_find_links_of_listings([key.pk for key in near_keys if key.kind == "listing"], content),
        *_find_links_of_employers([key.pk for key in near_keys if key.kind == "employer"]),
    ]
    far_keys = _list_new_keys(second, {case, *near_keys})
    return _join_graph(
        [(case, 0), *((k, 1) for k in near_keys), *((k, 2) for k in far_keys)], first + second
    )


def _find_links_of_case(
    case: GraphKey, listing: Listing, content: ListingContent
) -> list[GraphLink]:
    links = []
    contacts = [c for c in find_named_contacts(content) if not known_contacts.is_shared(c)]
    digests = known_contacts.hash_contacts(contacts)
    for pk, digest in _find_naming_listings(digests, [listing.pk]):
        links.append(_link_same_contact(case, GraphKey("listing", pk), digests[digest]))
    for pk, share in find_similar_texts(build_fingerprint_text(content), MAX_NODES, MIN_SIMILARITY):
        links.append(GraphLink(case, GraphKey("listing", pk), TEXT, _describe_similarity(share)))
    if listing.employer_id:
        links.append(_link_publisher(listing.employer_id, listing.pk))
    phones = [contact.value for contact in contacts if contact.kind == "phone"]
    owners = Employer.objects.filter(contact_phone__in=phones).values_list("pk", flat=True)
    links += [_link_employer_phone(pk, listing.pk) for pk in owners[:MAX_ROWS]]
    return [link for link in links if link.start != link.end]


def _find_links_of_listings(numbers: list[int], content: ListingContent) -> Iterator[GraphLink]:
    """Yield the links of listings one step away, except those by contacts of the case, which were followed before."""
    followed = known_contacts.hash_contacts(find_named_contacts(content))
    contact_rows = list(
        ListingContact.objects.filter(listing__in=numbers)
        .exclude(digest__in=followed)
        .values_list("listing", "digest", "kind")[:MAX_ROWS]
    )
    by_digest: dict[str, list[tuple[int, str]]] = {}
    for pk, digest, kind in contact_rows:
        by_digest.setdefault(digest, []).append((pk, kind))
    for other_pk, digest in _find_naming_listings(by_digest):
        for pk, kind in by_digest[digest]:
            if pk != other_pk:
                yield _link_same_contact(
                    GraphKey("listing", pk), GraphKey("listing", other_pk), kind
                )
    for pk, other_pk, share in compare_listings(numbers, MIN_SIMILARITY):
        yield GraphLink(
            GraphKey("listing", pk),
            GraphKey("listing", other_pk),
            TEXT,
            _describe_similarity(share),
        )
    rows = Listing.objects.filter(pk__in=numbers, employer__isnull=False)
    for pk, employer in rows.values_list("pk", "employer"):
        yield _link_publisher(employer, pk)


def _find_links_of_employers(numbers: list[int]) -> Iterator[GraphLink]:
    """Yield links from employers one step away: to employers with the same phone, paper or member, to listings that
    name their phones, and to their own listings."""
    employers = Employer.objects.filter(pk__in=numbers).exclude(contact_phone="")
    phones = dict(employers.values_list("contact_phone", "pk"))
    hashes = {
        digest: phone
        for phone in phones
        for digest in known_contacts.hash_contacts(_parse_phone(phone))
    }
    for pk, digest in _find_naming_listings(hashes):
        yield _link_employer_phone(phones[hashes[digest]], pk)
    same_phone = Employer.objects.filter(contact_phone__in=phones)
    rows = same_phone.values_list("pk", "contact_phone")
    yield from _link_employers(phones, rows, "同一个联系手机")
    papers = EmployerDocument.objects.filter(purged_at=None)
    by_paper = dict(papers.filter(employer__in=numbers).values_list("digest", "employer"))
    paper_rows = papers.filter(digest__in=by_paper).values_list("employer", "digest")
    yield from _link_employers(by_paper, paper_rows, "同一份证照")
    members = EmployerMember.objects.all()
    by_member = dict(members.filter(employer__in=numbers).values_list("user", "employer"))
    member_rows = members.filter(user__in=list(by_member)).values_list("employer", "user")
    yield from _link_employers(by_member, member_rows, "同一个成员")
    for employer, pk in _list_newest_listings(numbers):
        yield _link_publisher(employer, pk)


def _list_newest_listings(employers: list[int]) -> Iterable[tuple[int, int]]:
    """Return (employer, listing) of the newest few of each employer, drafts left out."""
    position = Window(RowNumber(), partition_by=F("employer"), order_by=F("pk").desc())
    rows = Listing.objects.filter(employer__in=employers).exclude(status=S.DRAFT)
    numbered = (
        rows.order_by().annotate(position=position).filter(position__lte=LISTINGS_PER_EMPLOYER)
    )
    return numbered.values_list("employer", "pk")


def _find_naming_listings(
    digests: Iterable[str], excluded_ids: Iterable[int] = ()
) -> list[tuple[int, str]]:
    """Return (listing, digest) of the listings with one of the contacts, newest first."""
    digests = list(digests)
    if not digests:
        return []
    rows = ListingContact.objects.filter(digest__in=digests).exclude(listing__in=excluded_ids)
    return list(rows.order_by("-listing").values_list("listing", "digest")[:MAX_ROWS])


def _parse_phone(text: str) -> list[Contact]:
    return [
        contact
        for contact in known_contacts.parse_contact_fields([text])
        if contact.kind == "phone"
    ]


def _link_same_contact(start: GraphKey, end: GraphKey, kind: str) -> GraphLink:
    return GraphLink(start, end, CONTACT, f"同一个{KnownContact.Kind(kind).label}")


def _link_publisher(employer: int, listing: int) -> GraphLink:
    return GraphLink(
        GraphKey("employer", employer), GraphKey("listing", listing), EMPLOYER, "发布方"
    )


def _link_employer_phone(employer: int, listing: int) -> GraphLink:
    words = "兼职里的电话是这家单位的"
    return GraphLink(GraphKey("employer", employer), GraphKey("listing", listing), CONTACT, words)


def _link_employers[Shared](
    owners: Mapping[Shared, int], rows: QuerySet[Any, tuple[int, Shared]], words: str
) -> Iterator[GraphLink]:
    """Yield links between employers. `rows` are (employer, shared value); `owners` maps a shared value to the
    employer one step away."""
    for pk, shared in rows[:MAX_ROWS]:
        if pk != owners[shared]:
            yield GraphLink(
                GraphKey("employer", owners[shared]), GraphKey("employer", pk), EMPLOYER, words
            )


def _describe_similarity(share: float) -> str:
    return "文字几乎相同" if share >= SAME else "文字大半相同"


def _list_new_keys(links: Iterable[GraphLink], known_keys: set[GraphKey]) -> list[GraphKey]:
    """Return the keys that the links lead to, in their order, each once."""
    keys = dict.fromkeys(key for link in links for key in (link.start, link.end))
    return [key for key in keys if key not in known_keys]


def _join_graph(keys: list[tuple[GraphKey, int]], links: Iterable[GraphLink]) -> CaseGraph:
    """Return numbered nodes with their rows, and the links between them: one for each pair."""
    nodes = {key: GraphNode(key, step) for key, step in keys[:MAX_NODES]}
    _load_rows(nodes)
    shown = {key: node for key, node in nodes.items() if node.thing is not None}
    pairs: dict[tuple[GraphKey, GraphKey], dict[str, str]] = {}
    for link in links:
        if link.start in shown and link.end in shown:
            pair = (min(link.start, link.end), max(link.start, link.end))
            pairs.setdefault(pair, {}).setdefault(link.words, link.sort)
    for number, node in enumerate(shown.values()):
        node.number = number
    lines = []
    for pair, sort_by_words in pairs.items():
        a, b = sorted((shown[key] for key in pair), key=lambda node: node.number)
        for words in sort_by_words:  # each pair is listed once, at the later node
            b.because.setdefault(words, []).append(a)
        b.parent = b.parent or (a if a.step < b.step else None)
        lines.append((a, b, next(iter(sort_by_words.values()))))
    return CaseGraph(list(shown.values()), lines, max(0, len(keys) - MAX_NODES))


def _load_rows(nodes: dict[GraphKey, GraphNode]) -> None:
    """Set the listing or employer of each node; it stays None if there is no such row."""
    listings_query = Listing.objects.select_related("employer")
    listings = listings_query.in_bulk([key.pk for key in nodes if key.kind == "listing"])
    employers = Employer.objects.in_bulk([key.pk for key in nodes if key.kind == "employer"])
    for key, node in nodes.items():
        node.thing = listings.get(key.pk) if key.kind == "listing" else employers.get(key.pk)
