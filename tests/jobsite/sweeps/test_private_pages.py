"""What holds for every page that only somebody may see, whoever is let in.

All pages are read once, with markup in every text and known contacts in every listing.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from http.cookies import SimpleCookie
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import CharField, EmailField, Q, SlugField, TextField, URLField, Value
from django.test import Client

from accounts.models import Employer
from cities.directory.regions import get_region_by_slug
from listings.models import Listing, ListingCard, ListingSearch
from listings.search.search_index import refresh_search_rows
from tests import world
from tests.access import GET
from tests.addresses import FORMS, PAGES, PLAIN, fill_addresses
from tests.conftest import build_listing_publisher, tea_shop
from tests.daily_tests import choose_one_of_each
from tests.databases import shared_rows, taken_back
from tests.hostile_requests import ROLES
from tests.people import sign_in

pytestmark = pytest.mark.django_db
OURS = ("accounts", "listings", "news", "safety", "sitekit")
# The papers of an employer stand in a frame of its case, and in no other.
OWN_FRAME = re.compile(r"^/admin/desk/employers/\d+/papers/")
MARKUP = "<script>alert(1)</script>"
SHORT = '<i x="1">'
# Not typed by anybody, or looked up by what it says.
NO_WORDS = {
    "key", "digest", "code", "ticket", "slug", "file", "status", "action", "before", "after",
    "body", "query", "html", "address", "content_type", "purpose", "password", "canned", "against",
    "source_id", "licence_code", "keys", "tokens", "engine", "robots_path", "icp_number",
}  # fmt: skip
CONTACTS = {
    "contact_name": f"周某某{SHORT}",
    "contact_phone": "13611112222",
    "contact_wechat": f"wx_q7x{SHORT}",
}
NOBODYS = ("周某某", "13611112222", "136 1111 2222", "wx_q7x")
HINT = ("session_hint", "1")  # that there is a session, and nothing of it
LET_IN = {"employer", "moderator", "admin"}  # whose it is, and who checks


class Visit(NamedTuple):
    """One answer, with all of its body; `is_private` where the address is for somebody only."""

    role: str
    address: str
    is_private: bool
    status: int
    headers: dict[str, str]
    cookies: SimpleCookie
    body: bytes

    @property
    def is_page(self) -> bool:
        return "html" in self.headers["Content-Type"]


class Crawl(NamedTuple):
    visits: list[Visit]
    kept_rows: list[dict[str, Any]]  # that lists are made of


def _list_text_fields(model):
    """Its fields that hold words of people, with the longest markup that fits."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, CharField | TextField)
        if isinstance(field, EmailField | SlugField | URLField):
            continue
        if is_text and not (field.choices or field.unique or field.name in NO_WORDS):
            room = field.max_length or 99
            if room >= len(SHORT):
                yield field.name, MARKUP if room >= len(MARKUP) else SHORT


def _fill_with_markup():
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for name, words in _list_text_fields(model):
                rows = model._base_manager.exclude(Q(**{name: ""}) | Q(**{f"{name}__isnull": True}))
                with suppress(IntegrityError), transaction.atomic():  # may be there once only
                    rows.update(**{name: Value(words)})


def _fill_contacts(employer):
    Listing.objects.update(**CONTACTS)
    shop = {"contact_name": CONTACTS["contact_name"], "contact_phone": "+8613611112222"}
    Employer.objects.filter(pk=employer).update(**shop)


def _visit_page(client, role, address, is_private):
    with taken_back():
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        for close in answer._resource_closers:
            close()
    headers = {"Content-Type": "", **answer.headers}
    return Visit(role, address, is_private, answer.status_code, headers, answer.cookies, body)


def _list_visits(clients, values, *, is_whole) -> Iterator[Visit]:
    """On every page one of those who are answered alike, in turn, and on each second page two of those who see it.

    Pages that are the same bytes for everybody (`test_sweep`) are read by a visitor. With `is_whole`
    everybody is on every page.
    """
    for turn, ask in enumerate(ask for asks in GET.values() for ask in asks):
        seers = [role for role in ROLES if ask.answers[role] == 200]
        chosen = {*choose_one_of_each(ask.answers, turn), *seers[: turn % 2]}
        for role in ROLES if is_whole else sorted(chosen):
            yield _visit_page(clients[role], role, ask.address.format(**values), is_private=True)
    for table in (PAGES, FORMS, PLAIN):
        for turn, address in enumerate(fill_addresses(table, values)):
            readers = {"visitor", ROLES[turn % len(ROLES)]} if table is FORMS else {"visitor"}
            for role in ROLES if is_whole and table is not PLAIN else sorted(readers):
                yield _visit_page(clients[role], role, address, is_private=False)


@pytest.fixture(
    scope="module", params=["by right", pytest.param("everybody", marks=pytest.mark.full)]
)
def crawl(request, django_db_setup, django_db_blocker):
    with shared_rows(django_db_blocker):
        shop = tea_shop()
        people, values = world.make_site_data(
            build_listing_publisher(shop), get_region_by_slug, shop
        )
        clients = {role: Client() for role in ROLES}
        for role, person in people.items():
            if person:
                sign_in(clients[role], person)
        _fill_with_markup()
        _fill_contacts(values["employer"])
        refresh_search_rows(list(Listing.objects.values_list("pk", flat=True)))
        visits = [*_list_visits(clients, values, is_whole=request.param == "everybody")]
        rows = [*ListingCard.objects.values(), *ListingSearch.objects.values()]
    return Crawl(visits, rows)


def _header_faults(visit: Visit) -> Iterator[str]:
    kept, policy = (
        visit.headers.get("Cache-Control", ""),
        visit.headers.get("Content-Security-Policy", ""),
    )
    if visit.status == 200 and not ("no-store" in kept and "private" in kept):
        yield f"kept: {kept}"
    is_in_frame = "frame-ancestors 'self'" in policy and OWN_FRAME.search(visit.address)
    frames = "SAMEORIGIN" if is_in_frame else "DENY"
    if visit.headers.get("X-Frame-Options") != frames and "sandbox" not in policy:
        yield "framed"
    if "default-src" not in policy:
        yield f"policy {policy}"
    if visit.headers.get("Referrer-Policy") != "same-origin":
        yield "tells others where one comes from"
    for cookie in visit.cookies.values():
        if cookie["samesite"] != "Lax" or cookie["domain"]:
            yield f"cookie {cookie.key}"
        is_read_by_scripts = (
            cookie.key in ("csrftoken", "here") or (cookie.key, cookie.value) == HINT
        )
        if cookie.value and not cookie["httponly"] and not is_read_by_scripts:
            yield f"cookie {cookie.key} for scripts"


def test_they_are_kept_by_nobody_on_the_way_and_shown_in_no_frame(crawl):
    private = [visit for visit in crawl.visits if visit.is_private]
    header_faults = {(v.role, v.address): [*_header_faults(v)] for v in private}
    assert len(private) > 300
    assert {who: faults for who, faults in header_faults.items() if faults} == {}


def test_what_somebody_wrote_is_words_on_every_page(crawl):
    pages = {(v.role, v.address): v.body.decode() for v in crawl.visits if v.is_page}
    drawn = {
        who for who, page in pages.items() if MARKUP in page or SHORT in page
        or "</script>alert" in page
    }  # fmt: skip
    assert drawn == set()
    assert sum("&lt;script&gt;" in page for page in pages.values()) > 50


def test_a_contact_stands_on_no_page_before_somebody_asks_for_it(crawl):
    """Nor in what machines read, nor in the rows that lists are made of."""
    contacts_by_page = {
        (visit.role, visit.address)
        for visit in crawl.visits
        if visit.role not in LET_IN and any(words.encode() in visit.body for words in NOBODYS)
    }
    assert contacts_by_page == set()
    assert [row for row in crawl.kept_rows for words in NOBODYS if words in str(row)] == []


def test_a_contact_stands_on_pages_of_those_who_are_let_in(crawl):
    """Otherwise the test above would find nothing wherever it stood."""
    shown = {v.role for v in crawl.visits for words in NOBODYS if words.encode() in v.body}
    assert shown == LET_IN
