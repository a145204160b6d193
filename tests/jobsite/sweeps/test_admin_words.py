"""The admin speaks Chinese: no English of Django or of a package, and no code of ours as it is stored."""

import re
from collections import Counter
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.admin.permission_fields import list_permissions
from accounts.choices import StaffRole
from accounts.models import User
from accounts.staff.posts import PostTerms, write_post
from cities.models import Region
from listings.models import Listing
from safety.models import Appeal, Report
from tests.admin_rows import ROWS, make_admin_rows
from tests.daily_tests import is_night, mark_each
from tests.databases import shared_rows
from tests.people import make_person, sign_in

# Names of formats, techniques and companies, and what is written between braces in a canned reason.
ALLOWED = set(
    "AVIF BMP GIF JPG PNG WebP Word KTV ICP App WebAuthn TOTP Control Mac Command CSV Excel Atom RSS JavaScript".split()
)
GAPS = re.compile(r"\{\w+\}")
_HIDDEN = re.compile(r"<!--.*?-->|<(script|style|svg|textarea|pre)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
# Addresses, tickets and hashes: what somebody wrote, or what we made.
_DATA = re.compile(r"\S+@\S+|\S*/\S*|\b[A-Z0-9]{3,5}(?:-[A-Z0-9]{3,5})+\b|\b(?=\w*\d)\w+\b")
_WORDS = re.compile(r"[A-Za-z][A-Za-z_]{2,}(?: [A-Za-z_]+)*")
_MOMENT = re.compile(r"\d\+00:00")  # a time as Python writes it, and not that of Beijing


def list_english(html, typed):
    text = unescape(_TAG.sub("\n", _HIDDEN.sub("", html[html.index("<body") :])))
    moments = _MOMENT.findall(text)
    text = _DATA.sub("", GAPS.sub("", text))
    for words_of_row in sorted(typed, key=len, reverse=True):
        text = text.replace(words_of_row, "")
    words = set(_WORDS.findall(text))
    return sorted(words - ALLOWED) + moments


MAX_QUERIES = 12
# Of forms with rows beside them: groups and rights as they were, and a savepoint; checks, members, events and papers.
MORE_QUERIES = {"accounts.User": 14, "accounts.Employer": 13}
_LITERALS = re.compile(r"'(?:[^']|'')*'|\b\d+\b")
# The operator is one row; limits stand on a page of their own.
NOT_SEVERAL = {"sitekit.Operator", "sitekit.LimitSetting", "cities.HotCityList"}


@pytest.fixture(scope="module")
def rows(cast, django_db_blocker):
    """Several of each, besides the world."""
    with shared_rows(django_db_blocker):
        make_admin_rows(User.objects.get(email="admin@example.com"))
        yield


@pytest.fixture
def typed(cast, rows, db):
    """What the rows are called in these tests, and codes by which people ask for what they reported."""
    names = User.objects.exclude(name="").values_list("name", flat=True)
    words = {*names, *Listing.objects.values_list("title", flat=True)}
    for ticket in [*Report.objects.all(), *Appeal.objects.all()]:
        words |= {ticket.ticket, ticket.display_ticket}
    return words


def find_repeated(queries):
    """Return the queries that differ in a value only and were sent for each of several rows."""
    counts = Counter(_LITERALS.sub("?", query["sql"]) for query in queries)
    return [sql[:200] for sql, count in counts.items() if count >= ROWS and "SAVEPOINT" not in sql]


# Places have their sound in a column.
@pytest.mark.parametrize(
    "model",
    mark_each(6, [model for model in admin.site._registry if model is not Region]),
    ids=lambda model: model._meta.label,
)
def test_lists_and_forms_speak_chinese_and_ask_once(cast, typed, model):
    clients, _values = cast
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    rows_address = reverse(f"{name}_changelist")
    addresses = [rows_address, f"{rows_address}?_facets=True", reverse(f"{name}_add")]
    stored = model._default_manager.order_by("pk")[:ROWS]
    assert len(stored) == ROWS or model._meta.label in NOT_SEVERAL
    if stored:
        addresses += [
            reverse(f"{name}_{page}", args=[quote(stored[0].pk)]) for page in ("change", "history")
        ]
    english, queries, repeated = {}, {}, {}
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            answer = clients["admin"].get(address, follow=True)
        queries[address] = len(captured)
        repeated[address] = find_repeated(captured.captured_queries)
        if answer.status_code == 200 and (words := list_english(answer.content.decode(), typed)):
            english[address] = words
    assert english == {}
    counted = f"{rows_address}?_facets=True"  # a query more for each filter
    most = MORE_QUERIES.get(model._meta.label, MAX_QUERIES)
    assert {a: n for a, n in queries.items() if n > most and a != counted} == {}
    assert {a: sqls for a, sqls in repeated.items() if sqls} == {}


def open_newest_rows(client):
    """Yield (name of the model, html) of the newest row of each that the client may look at."""
    for model in admin.site._registry:
        stored = model._default_manager.order_by("-pk").first()
        if model is Region or stored is None:
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        answer = client.get(reverse(name, args=[quote(stored.pk)]), follow=True)
        if answer.status_code == 200:
            yield model._meta.label, answer.content.decode()


def list_closed_links(client, html, known):
    """Return the links of a page to pages of the staff that answer with a refusal."""
    addresses = set(re.findall(r'href="(/admin/[^"?#]*)"', html)) - {"/admin/logout/"}
    for address in addresses - known.keys():
        known[address] = client.get(address).status_code
    return sorted(address for address in addresses if known[address] in (403, 404))


def make_colleagues():
    """One of each role, and somebody with all rights to look and none to change."""
    people = [make_person(f"colleague-{role}", is_staff=True) for role in StaffRole]
    for role, colleague in zip(StaffRole, people, strict=True):
        write_post(colleague, PostTerms(role, True, ()), None)
    viewer = make_person("viewer", is_staff=True)
    viewer.user_permissions.set(list_permissions().filter(codename__startswith="view_"))
    people.append(viewer)
    User.objects.filter(pk__in=[user.pk for user in people]).update(name="看的人")
    return people


@pytest.mark.full
def test_every_role_reads_words_and_meets_no_closed_page(cast, typed):
    newest = Listing.objects.latest("pk")
    Listing.objects.filter(pk=newest.pk).update(perks=["meals"], flags=["student_welcome"])
    for colleague in make_colleagues()[:: 1 if is_night() else 4]:
        client = sign_in(Client(), colleague)
        known, english, closed = {}, {}, {}
        for label, html in open_newest_rows(client):
            if words := list_english(html, typed):
                english[label] = words
            if refused := list_closed_links(client, html, known):
                closed[label] = refused
        assert len(known) > 5, colleague
        assert english == {}, colleague
        assert closed == {}, colleague


def test_a_ticket_of_letters_only_is_no_english_word(typed):
    html = "<body>查询码 ABCDEFGH，ABCD-EFGH，状态</body>"
    assert list_english(html, {"ABCDEFGH", "ABCD-EFGH"}) == []
    assert list_english("<body>Appeal object</body>", typed) == ["Appeal object"]
