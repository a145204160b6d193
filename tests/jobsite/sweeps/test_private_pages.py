"""What holds for every page that only somebody may see, whoever is let in."""

from contextlib import suppress

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import CharField, EmailField, Q, SlugField, TextField, URLField, Value
from django.test import Client

from accounts.models import Employer
from cities.directory.regions import by_slug
from listings.models import Listing, ListingCard, ListingSearch
from listings.search.search_index import refresh_search_rows
from tests import world
from tests.access import GET
from tests.addresses import FORMS, PAGES, PLAIN, of
from tests.conftest import publisher, tea_shop
from tests.hostile_requests import ROLES
from tests.people import sign_in

pytestmark = pytest.mark.django_db
OURS = ("accounts", "listings", "news", "safety", "sitekit")
MARKUP = "<script>alert(1)</script>"
SHORT = '<i x="1">'
# Not typed by anybody, or looked up by what it says.
NO_WORDS = {
    "key", "digest", "code", "ticket", "slug", "file", "status", "action", "before", "after",
    "body", "query", "html", "address", "content_type", "purpose", "password", "canned", "against",
    "source_id", "licence_code", "keys", "tokens", "engine", "robots_path", "icp_number",
}  # fmt: skip


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        shop = tea_shop()
        people, values = world.make(publisher(shop), by_slug, shop)
        clients = {role: Client() for role in ROLES}
        for role, person in people.items():
            if person:
                sign_in(clients[role], person)
        yield clients, values
        transaction.set_rollback(True)


def asked(cast, public=False):
    """(role, address, answer) of every page of the table, for all roles."""
    clients, values = cast
    addresses = {ask.address.format(**values) for asks in GET.values() for ask in asks}
    addresses |= set(of(PAGES | FORMS, values)) if public else set()
    for address in sorted(addresses):
        for role in ROLES:
            with transaction.atomic():
                answer = clients[role].get(address)
                for close in answer._resource_closers:
                    close()
                transaction.set_rollback(True)
            yield role, address, answer


def test_they_are_kept_by_nobody_on_the_way_and_shown_in_no_frame(cast):
    faults = {}
    for role, address, answer in asked(cast):
        kept = answer.get("Cache-Control", "")
        policy = answer.get("Content-Security-Policy", "")
        if answer.status_code == 200 and not ("no-store" in kept and "private" in kept):
            faults[address] = f"{role}: kept: {kept}"
        if answer.get("X-Frame-Options") != "DENY" and "sandbox" not in policy:
            faults[address] = f"{role}: framed"
        if "default-src" not in policy:
            faults[address] = f"{role}: policy {policy}"
        if answer.get("Referrer-Policy") != "same-origin":
            faults[address] = f"{role}: tells others where one comes from"
        for cookie in answer.cookies.values():
            if cookie["samesite"] != "Lax" or cookie["domain"]:
                faults[address] = f"cookie {cookie.key}"
            if cookie.value and not cookie["httponly"] and cookie.key != "csrftoken":
                faults[address] = f"cookie {cookie.key} for scripts"
    assert faults == {}


def _words(model):
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
            for name, words in _words(model):
                rows = model._base_manager.exclude(Q(**{name: ""}) | Q(**{f"{name}__isnull": True}))
                with suppress(IntegrityError), transaction.atomic():  # may be there once only
                    rows.update(**{name: Value(words)})
    refresh_search_rows(list(Listing.objects.values_list("pk", flat=True)))


def test_what_somebody_wrote_is_words_on_every_page(cast):
    with transaction.atomic():
        _fill_with_markup()
        drawn, shown = {}, 0
        for role, address, answer in asked(cast, public=True):
            if answer.streaming or "html" not in answer["Content-Type"]:
                continue
            page = answer.content.decode()
            shown += "&lt;script&gt;" in page
            if MARKUP in page or SHORT in page or "</script>alert" in page:
                drawn[address] = role
        transaction.set_rollback(True)
    assert drawn == {}
    assert shown > 50


CONTACTS = {
    "contact_name": "周某某联系人",
    "contact_phone": "13611112222",
    "contact_wechat": "wx_q7x",
}
NOBODYS = ("周某某联系人", "13611112222", "136 1111 2222", "wx_q7x")
LET_IN = {"employer", "moderator", "admin"}  # whose it is, and who checks


def test_a_contact_stands_on_no_page_before_somebody_asks_for_it(cast):
    """Nor in what machines read, nor in the rows that lists are made of."""
    with transaction.atomic():
        clients, values = cast
        Listing.objects.update(**CONTACTS)
        shop = {"contact_name": CONTACTS["contact_name"], "contact_phone": "+8613611112222"}
        Employer.objects.filter(pk=values["employer"]).update(**shop)
        numbers = list(Listing.objects.values_list("pk", flat=True))
        refresh_search_rows(numbers)
        found = {
            f"{role} {address}"
            for role, address, answer in asked(cast, public=True)
            if role not in LET_IN and not answer.streaming
            if any(words.encode() in answer.content for words in NOBODYS)
        }
        for address in of(PLAIN, values):
            answer = clients["visitor"].get(address)
            page = b"".join(answer) if answer.streaming else answer.content
            found |= {address for words in NOBODYS if words.encode() in page}
        kept = [*ListingCard.objects.values(), *ListingSearch.objects.values()]
        found |= {"a kept row" for row in kept for words in NOBODYS if words in str(row)}
        transaction.set_rollback(True)
    assert found == set()
