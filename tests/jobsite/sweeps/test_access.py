"""Every address × every role × what it is answered."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.models import User
from accounts.staff.posts import PostTerms, write_post
from cities.directory.regions import get_region_by_slug
from tests import access, world
from tests.access import GET, POST, list_answers
from tests.addresses import ELSEWHERE, FORMS, PAGES, PLAIN, fill_addresses
from tests.conftest import build_listing_publisher, tea_shop
from tests.daily_tests import choose_one_of_each
from tests.databases import shared_rows, taken_back
from tests.further_staff import FURTHER_STAFF, READS, get_staff_answer
from tests.hostile_requests import ALL_ROLES, ROLES, STAFF
from tests.people import make_person, sign_in
from tests.written_tables import changed_tables, written_tables
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db

BACKEND = "accounts.backends.EmailOrPhoneBackend"
SIGN_IN = ("/accounts/login/", "/admin/login/", "/accounts/2fa/", "/accounts/reauthenticate/")
# Addresses whose GET leaves a line in a log, and the table of it.
LOGGED_BY_GET = {"/admin/accounts/employer/papers/{paper}/": {"django_admin_log"}}
# Models whose lists a moderator may open; the others are the admin's.
MODERATOR_READS = access.MODERATOR_READS
# Models whose rows lie in places.
HAS_PLACES = {
    *("safety.Decision", "safety.Report", "safety.Appeal", "listings.Listing"),
    *("accounts.Employer", "news.Article"),
}


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    """(people by role, values of the addresses): once for the module, gone after it."""
    with shared_rows(django_db_blocker):
        shop = tea_shop()
        yield world.make_site_data(build_listing_publisher(shop), get_region_by_slug, shop)


@pytest.fixture(scope="module")
def clients(cast, django_db_blocker):
    people, _values = cast
    return {role: _build_client(people[role]) for role in ROLES} | _further_clients()


@pytest.fixture(scope="module")
def staff_clients(cast, django_db_blocker):
    """By further role of the staff; the place of the town's moderator is far from everything."""
    clients = {}
    for role in FURTHER_STAFF:
        user = make_person(f"staff-{role}", is_staff=True)
        is_town = role == "town_moderator"
        places = (get_region_by_slug("beijing").adcode,) if is_town else ()
        terms = PostTerms("moderator" if is_town else role, not is_town, places)
        write_post(user, terms, None)
        clients[role] = _build_client(user)
    return clients


def _build_client(person):
    client = Client()
    return sign_in(client, person) if person else client


def _further_clients():
    frozen, editor = make_person("frozen-employer"), make_person("editor", is_staff=True)
    make_employer("冻结的店", member=frozen, status="frozen")
    editor.user_permissions.set(Permission.objects.filter(content_type__app_label="news"))
    half = Client()
    half.force_login(make_person("half", is_staff=True, is_superuser=True), backend=BACKEND)
    recruiter = User.objects.get(email="recruiter@example.com")
    people = {"recruiter": recruiter, "frozen_employer": frozen, "editor": editor}
    return {role: _build_client(each) for role, each in people.items()} | {"half_staff": half}


def list_asks(table):
    return [(route, ask) for route, group in table.items() for ask in group]


def find_wrong_answers(clients, address, answers, send, watch, find_fault):
    """{role: fault} where the answer or what was written is not as it should be; it is taken back."""
    wrong = {}
    for role, expected in answers.items():
        with taken_back():
            with watch() as changed:
                response = send(clients[role], address)
                for close in response._resource_closers:  # a file that is handed out
                    close()
            status = response.status_code
        if status != expected:
            wrong[role] = f"{status}, not {expected}"
        elif fault := find_fault(role, response, changed):
            wrong[role] = fault
    return wrong


def find_change_without_right(role, address, response, changed):
    """Of a POST: who is refused, or sent to sign in, has written nothing."""
    is_sent_to_sign_in = response.get("Location", "").startswith(SIGN_IN)
    is_for_staff = address.startswith("/admin/")
    may_not = role == "visitor" or (is_for_staff and role not in (*STAFF, "editor"))
    if may_not and response.status_code == 302 and not is_sent_to_sign_in:
        return f"led to {response['Location']}"
    if changed and (response.status_code >= 400 or is_sent_to_sign_in):
        return f"wrote {sorted(changed)}"
    return None


def find_faults(table, check):
    """{route and address: fault}; `check` is asked with the line of the table and its number."""
    lines = enumerate(list_asks(table))
    faults = {f"{route} {ask.address}": check(ask, number) for number, (route, ask) in lines}
    return {address: fault for address, fault in faults.items() if fault}


def choose_answers(ask, number, every_role):
    """{role: status}; daily one of the roles that are answered alike, in turn. Staff that is led on (302) is not
    answered like those who are sent to sign in."""
    answers = list_answers(ask)
    if every_role:
        return answers
    alike = {role: (status, role in STAFF) for role, status in answers.items()}
    return {role: answers[role] for role in choose_one_of_each(alike, number)}


def find_faults_of_get(clients, values, *, every_role):
    """Who is answered otherwise, or whose look wrote to a table but those of sessions and limits."""

    def check(ask, number):
        logged = LOGGED_BY_GET.get(ask.address, set())
        return find_wrong_answers(
            clients,
            ask.address.format(**values),
            choose_answers(ask, number, every_role),
            lambda client, address: client.get(address),
            written_tables,
            lambda _role, _response, changed: sorted(changed - logged),
        )

    return find_faults(GET, check)


def find_faults_of_post(clients, values, *, every_role):
    def check(ask, number):
        data = {
            name: value.format(**values) if isinstance(value, str) else value
            for name, value in ask.data.items()
        }
        return find_wrong_answers(
            clients,
            ask.address.format(**values),
            choose_answers(ask, number, every_role),
            lambda client, address: client.post(address, data),
            changed_tables,
            lambda role, *seen: find_change_without_right(role, ask.address, *seen),
        )

    return find_faults(POST, check)


def test_every_line_leads_to_its_route(cast):
    _people, values = cast
    for route, ask in list_asks(GET) + list_asks(POST):
        path = ask.address.format(**values).partition("?")[0]
        assert get_resolver().resolve(path).route == route


def test_every_line_answers_for_every_role():
    incomplete = [
        ask.address for _, ask in list_asks(GET) + list_asks(POST) if set(ask.answers) != {*ROLES}
    ]
    assert incomplete == []


def test_each_role_is_answered_as_the_table_says(cast, clients):
    assert find_faults_of_get(clients, cast[1], every_role=False) == {}


def test_each_role_may_change_only_what_the_table_says(cast, clients):
    assert find_faults_of_post(clients, cast[1], every_role=False) == {}


@pytest.mark.full
def test_every_role_is_answered_so_at_every_address(cast, clients, record_property):
    assert find_faults_of_get(clients, cast[1], every_role=True) == {}
    assert find_faults_of_post(clients, cast[1], every_role=True) == {}
    record_property("figure", f"{describe_size(GET, 'GET')}, {describe_size(POST, 'POST')}")


def _list_staff_asks(table, method, every_role):
    """(role, ask): of the moderator of another place each address of the admin, daily each fourth one; of the
    others one in turn."""
    rows = [ask for _route, ask in list_asks(table) if ask.address.startswith("/admin/")]
    rows = rows[:: 1 if every_role else 4]
    for place, ask in enumerate(rows):
        others = FURTHER_STAFF[1:]
        for role in others if every_role else (others[place % len(others)],):
            yield role, ask
        yield FURTHER_STAFF[0], ask


def find_staff_faults(clients, values, table, method, *, every_role=False):
    wrong = {}
    for role, ask in _list_staff_asks(table, method, every_role):
        data = {name: str(value).format(**values) for name, value in ask.data.items()}
        send = getattr(clients[role], method.lower())
        with taken_back(), changed_tables() as changed:
            response = send(ask.address.format(**values), data)
            for close in response._resource_closers:
                close()
        status, expected = response.status_code, get_staff_answer(role, ask, method)
        if status != expected:
            wrong[role, ask.address] = f"{status}, not {expected}"
        elif status >= 400 and changed:
            wrong[role, ask.address] = f"wrote {sorted(changed)}"
    return wrong


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_further_roles_of_the_staff_are_answered_as_the_table_says(cast, staff_clients, method):
    table = GET if method == "GET" else POST
    assert find_staff_faults(staff_clients, cast[1], table, method) == {}


@pytest.mark.full
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_each_further_role_is_answered_so_at_each_address(cast, staff_clients, method):
    table = GET if method == "GET" else POST
    assert find_staff_faults(staff_clients, cast[1], table, method, every_role=True) == {}


def find_changes_by_get(clients, values):
    """Who is answered by an address that only takes POST, or makes it write. Each role is asked: which one may see what
    the page is for cannot be told from the answers."""
    only_post = {route: group for route, group in POST.items() if route not in GET}

    def check(ask, _number):
        wrong = {}
        for role in ROLES:
            with taken_back(), written_tables() as written:
                status = clients[role].get(ask.address.format(**values)).status_code
            # Who is not signed in as staff is sent to sign in before anything else.
            if written or status not in (302, 404, 405):
                wrong[role] = (status, written)
        return wrong

    return find_faults(only_post, check)


def test_what_changes_something_is_never_done_by_get(cast, clients):
    assert find_changes_by_get(clients, cast[1]) == {}


def _list_admin_models():
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def describe_size(table, method):
    lines = len(list_asks(table))
    requests = lines * len(ALL_ROLES)
    return f"{method}: {len(ALL_ROLES)} roles × {lines} addresses = {requests} requests"


def list_public(values):
    return fill_addresses(PAGES | FORMS | PLAIN | ELSEWHERE, values)


def write_by_get(clients, address, roles):
    """{role: tables} that looking at a public page writes to."""
    wrong = {}
    for role in roles:
        with taken_back(), written_tables() as written:
            response = clients[role].get(address)
            for close in response._resource_closers:
                close()
        if written:
            wrong[role, address] = written
    return wrong


def test_looking_at_a_public_page_writes_nothing(cast, clients):
    """A visitor at each, and at each third one of the others in turn."""
    wrong = {}
    for place, address in enumerate(list_public(cast[1])):
        others = ALL_ROLES[1:][place % (len(ALL_ROLES) - 1) :][: place % 3 == 0]
        roles = ("visitor", *others)
        wrong |= write_by_get(clients, address, roles)
    assert wrong == {}


@pytest.mark.full
def test_looking_at_a_public_page_writes_nothing_whoever_looks(cast, clients, record_property):
    wrong, public = {}, list_public(cast[1])
    for address in public:
        wrong |= write_by_get(clients, address, ALL_ROLES)
    assert wrong == {}
    words = f"{len(ALL_ROLES)} roles × {len(public)} addresses"
    record_property("figure", f"GET of public pages: {words}")


def find_open_lists(clients, *, every_role):
    """{model: {role: status}} where a list of the admin is answered otherwise than by right."""
    wrong = {}
    for turn, model in enumerate(_list_admin_models()):
        try:
            address = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
        except NoReverseMatch:
            continue
        reads = model._meta.label in MODERATOR_READS
        expected = dict.fromkeys(ROLES, 302) | {"moderator": 200 if reads else 403, "admin": 200}
        if not every_role:
            expected = choose_one_of_each(expected, turn)
        got = {role: clients[role].get(address).status_code for role in expected}
        if got != expected:
            wrong[model._meta.label] = {r: s for r, s in got.items() if s != expected[r]}
    return wrong


def test_lists_of_the_admin_open_for_staff_alone(clients):
    assert find_open_lists(clients, every_role=False) == {}


@pytest.mark.full
def test_lists_of_the_admin_open_for_staff_alone_whoever_asks(clients):
    assert find_open_lists(clients, every_role=True) == {}


@pytest.mark.full
def test_lists_of_the_admin_open_for_the_roles_of_the_table(staff_clients):
    """And the lists of who is there for a place elsewhere have none of the world's rows."""
    wrong = {}
    for model in _list_admin_models():
        label = model._meta.label
        try:
            address = reverse(f"admin:{label.lower().replace('.', '_')}_changelist")
        except NoReverseMatch:
            continue
        for role, client in staff_clients.items():
            answer = client.get(address)
            if answer.status_code != (200 if label in READS[role] else 403):
                wrong[role, label] = answer.status_code
            elif role == "town_moderator" and label in HAS_PLACES:
                if_shown = {"rows": answer.context["cl"].result_count}
                wrong |= {(role, label): if_shown} if if_shown["rows"] else {}
    assert wrong == {}


def test_staff_without_a_second_factor_come_to_no_page_of_the_admin(cast):
    people, _values = cast
    for role in STAFF:
        client = Client()
        client.force_login(people[role], backend=BACKEND)
        assert client.get(reverse("admin:index")).status_code == 302
