"""Every address × every role × what it is answered."""

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from cities.directory.regions import get_region_by_slug
from tests import access, addresses, world
from tests.access import GET, POST
from tests.addresses import ELSEWHERE, FORMS, PAGES, PLAIN, POSTS, TEMPORARY
from tests.conftest import publisher, tea_shop
from tests.hostile_requests import ROLES, STAFF
from tests.people import sign_in
from tests.written_tables import written_tables

pytestmark = pytest.mark.django_db

# What Django's admin brings for every model, and for itself.
STOCK_VIEWS = ("_changelist", "_add", "_history", "_delete", "_change")
STOCK_NAMES = {
    "index", "login", "logout", "password_change", "password_change_done", "jsi18n",
    "autocomplete", "view_on_site", "app_list", "auth_user_password_change",
}  # fmt: skip
# Modules whose views are not under our decorator `page`.
WITHOUT_PAGE_RULES = {
    "accounts.security.second_factor_views",  # classes of allauth
    "news.admin.group_admin",  # a method of the admin, which takes any method as the admin does
}
# Models whose lists a moderator may open; the others are the admin's.
MODERATOR_READS = access.MODERATOR_READS


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    """(people by role, values of the addresses): once for the module, gone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        shop = tea_shop()
        yield world.make(publisher(shop), get_region_by_slug, shop)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def clients(cast, django_db_blocker):
    people, _values = cast
    return {role: _client(people[role]) for role in ROLES}


def _client(person):
    client = Client()
    return sign_in(client, person) if person else client


def asks(table):
    return [(route, ask) for route, group in table.items() for ask in group]


def answered(clients, values, ask, send):
    """{role: status} where it is not what the table says; what was changed is taken back."""
    wrong = {}
    for role in ROLES:
        with transaction.atomic():
            response = send(clients[role], ask.address.format(**values))
            status = response.status_code
            for close in response._resource_closers:  # a file that is handed out
                close()
            transaction.set_rollback(True)
        if status != ask.answers[role]:
            wrong[role] = f"{status}, not {ask.answers[role]}"
    return wrong


def faults(table, check):
    found = {f"{route} {ask.address}": check(ask) for route, ask in asks(table)}
    return {address: fault for address, fault in found.items() if fault}


def ours():
    """All routes but the admin's stock ones and files of pictures."""
    stock = set(_stock_admin_routes())
    return {r for r in addresses.routes() if not r.startswith("^media/")} - stock


def _stock_admin_routes():
    prefix = reverse("admin:index").lstrip("/")
    for route, name in _named(get_resolver().url_patterns):
        is_stock = name in (None, *STOCK_NAMES) or str(name).endswith(STOCK_VIEWS)
        if route.startswith(prefix) and (is_stock or route.endswith("(?P<url>.*)$")):
            yield route


def _named(patterns, before=""):
    for route, pattern in _url_patterns(patterns, before):
        yield route, pattern.name


def _url_patterns(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from _url_patterns(pattern.url_patterns, route)


def _own_views():
    """(route, view) of every view that is not Django's or allauth's."""
    for route, pattern in _url_patterns(get_resolver().url_patterns):
        if pattern.callback.__module__.split(".")[0] not in ("django", "allauth"):
            yield route, pattern.callback


def test_every_view_says_how_it_may_be_asked_for():
    views = [view for _route, view in _own_views() if not hasattr(view, "page_rules")]
    assert {view.__module__ for view in views} == WITHOUT_PAGE_RULES


def test_a_page_behind_the_sign_in_is_never_cached():
    cached = [
        route
        for route, view in _own_views()
        if (rules := getattr(view, "page_rules", None))
        if rules.login and rules.takes != "post" and rules.cache != "never"
    ]
    assert cached == []


def test_every_address_stands_in_a_table():
    public = {*PAGES, *FORMS, *PLAIN, *ELSEWHERE, *POSTS, *TEMPORARY}
    missing = ours() - public - {*GET, *POST}
    assert sorted(missing) == []


def test_no_table_names_an_address_that_is_gone():
    assert sorted({*GET, *POST} - set(addresses.routes())) == []


def test_every_line_leads_to_its_route(cast):
    _people, values = cast
    for route, ask in asks(GET) + asks(POST):
        path = ask.address.format(**values).partition("?")[0]
        assert get_resolver().resolve(path).route == route


def test_every_line_answers_for_every_role():
    incomplete = [ask.address for _, ask in asks(GET) + asks(POST) if set(ask.answers) != {*ROLES}]
    assert incomplete == []


def test_each_role_is_answered_as_the_table_says(cast, clients):
    _people, values = cast
    wrong = faults(GET, lambda a: answered(clients, values, a, lambda c, to: c.get(to)))
    assert wrong == {}


def test_each_role_may_change_only_what_the_table_says(cast, clients):
    _people, values = cast

    def posted(ask):
        data = {
            name: value.format(**values) if isinstance(value, str) else value
            for name, value in ask.data.items()
        }
        return answered(clients, values, ask, lambda c, to: c.post(to, data))

    assert faults(POST, posted) == {}


def test_what_changes_something_is_never_done_by_get(cast, clients):
    _people, values = cast
    only_post = {route: group for route, group in POST.items() if route not in GET}

    def got(ask):
        wrong = {}
        for role in ROLES:
            with transaction.atomic(), written_tables() as written:
                status = clients[role].get(ask.address.format(**values)).status_code
                transaction.set_rollback(True)
            # Who is not signed in as staff is sent to sign in before anything else.
            if written or status not in (302, 404, 405):
                wrong[role] = (status, written)
        return wrong

    assert faults(only_post, got) == {}


def _models():
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def test_lists_of_the_admin_open_for_staff_alone(clients):
    wrong = {}
    for model in _models():
        try:
            address = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
        except NoReverseMatch:
            continue
        reads = model._meta.label in MODERATOR_READS
        expected = dict.fromkeys(ROLES, 302) | {"moderator": 200 if reads else 403, "admin": 200}
        got = {role: clients[role].get(address).status_code for role in ROLES}
        if got != expected:
            wrong[model._meta.label] = {r: s for r, s in got.items() if s != expected[r]}
    assert wrong == {}


def test_staff_without_a_second_factor_come_to_no_page_of_the_admin(cast):
    people, _values = cast
    for role in STAFF:
        client = Client()
        client.force_login(people[role], backend="accounts.backends.EmailOrPhoneBackend")
        assert client.get(reverse("admin:index")).status_code == 302
