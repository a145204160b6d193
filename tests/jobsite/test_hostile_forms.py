"""Whatever is posted, to whatever takes a POST, by whomever: an answer in our words, never a fault
of ours, and nothing changed for who may not change it."""

import re
from collections import defaultdict
from contextlib import contextmanager
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import resolve

from cities import directory
from tests import world
from tests.access import GET, POST, ROLES
from tests.addresses import FORMS, POSTS
from tests.conftest import publisher, tea_shop
from tests.people import sign_in

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
HUGE = "长" * 350_000  # a megabyte
# What is typed into every field of a form at once.
TYPED = {
    "nul": "a\0b",
    "pictures": "👩‍👩‍👧‍👦\u202egpj.exe\u2066\u200b\ufeff",
    "wide": "１３８００１３８０００",
    "quotes": "'; DROP TABLE accounts_user; --",
    "tags": f'"><img src=x onerror=alert(1)>{SCRIPT}',
    "patterns": "%s %(x)s {0} {x} {{ 7|add:7 }}{% debug %} \\1 .*",
    "lines": "a\r\nSet-Cookie: x=1\r\nBcc: x@example.com\r\n\r\nb",
    "controls": "\x01\x1b[31m\x7f\u2028\udcff".encode("utf-8", "replace").decode(),
    "huge number": "1" + "0" * 30,
    "endless number": "9" * 5000,
    "minus": "-1",
    "not a number": "NaN",
    "no such choice": "no_such_choice",
    "no such day": "9999-99-99",
    "last day": "9999-12-31",
    "elsewhere": "//evil.example/",
    "elsewhere too": "/\\evil.example",
    "long": "长" * 3000,
}
# Sent as they are.
BODIES = {
    "nothing": b"",
    "no utf-8": b"{0}=%FF%FE%ED%A0%80&{1}=\xff\xfe",
    "lists": b"{0}=a&{0}=b&{0}=c&{1}[]=1&{1}[a]=2&{1}=&{1}",
}
AT_ONE_PLACE = ("nul", "endless number", "no such choice")
# Who is tried at length: the first of these whom a page is for.
BY_RIGHT = ("seeker", "employer", "moderator", "visitor", "admin")
# Fields of pages that are drawn otherwise than by a form in the page.
ALWAYS = ("next", "back", "action", "reason", "go", "canned", "case", "to", "what", "again", "code")
WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', re.IGNORECASE)
# What anybody may cause: one's own session, counters of limits.
NOBODYS = {"django_session", "sitekit_tally", "usersessions_usersession"}


class Forms(HTMLParser):
    """{address: {field: what a browser would send}} of the forms of a page that are posted."""

    def __init__(self, page, address):
        super().__init__()
        self.found, self.address, self.now = defaultdict(dict), address, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "form":
            is_posted = (said.get("method") or "").lower() == "post"
            self.now = (said.get("action") or self.address) if is_posted else None
            self.now = self.now and urlsplit(self.now).path
        elif self.now and said.get("name") and tag in {"input", "select", "textarea", "button"}:
            kept = said.get("value") or ""
            if tag == "input" and said.get("type") in {"radio", "checkbox"}:
                kept = kept or "on"
            self.found[self.now].setdefault(said["name"], kept)
        elif self.now and tag == "option" and said.get("value"):
            last = next(reversed(self.found[self.now]), None)
            if last and not self.found[self.now][last]:
                self.found[self.now][last] = said["value"]

    def handle_endtag(self, tag):
        if tag == "form":
            self.now = None


@contextmanager
def taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        shop = tea_shop()
        people, values = world.make(publisher(shop), directory.by_slug, shop)
        clients = {role: Client() for role in ROLES}
        for role, person in people.items():
            if person:
                sign_in(clients[role], person)
        yield clients, values
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def fields(cast):
    """{address: {field: what a browser would send}}, of every page whoever may see it."""
    clients, values = cast
    found = defaultdict(dict)
    pages = {ask.address for asks in GET.values() for ask in asks}
    pages |= {address for group in FORMS.values() for address in group} | {"/", "/cities/"}
    for address in sorted(page.format(**values) for page in pages):
        for role in ROLES:
            with taken_back():
                answer = clients[role].get(address)
                for close in answer._resource_closers:
                    close()
            if answer.status_code != 200 or "html" not in answer["Content-Type"]:
                continue
            for action, names in Forms(answer.content.decode(), address).found.items():
                found[action] = names | found[action]
    return found


def targets(values):
    """(address, {role: what the table expects, or None where anybody may}) of all that takes a POST."""
    for table in (POST, GET):
        for route, asks in table.items():
            if table is GET and route in POST:
                continue
            for ask in asks:
                yield ask.address.format(**values), ask.answers, dict(ask.data)
    for table in (FORMS, POSTS):
        for group in table.values():
            for address in group:
                yield address.format(**values), None, {}


def may_not(answers, role):
    """Whether the table says that this role does nothing there, while others may."""
    if answers is None or len(set(answers.values())) == 1:
        return False
    return answers[role] in {403, 404} or (role == "visitor" and answers[role] == 302)


@contextmanager
def watched(written):
    def note(execute, sql, params, many, context):
        if (match := WRITES.match(sql)) and match[2] not in NOBODYS:
            written.add(match[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield


def fault(client, address, answers, role, send):
    """What is wrong with the answer, if anything."""
    written = set()
    with taken_back():
        try:
            with watched(written), transaction.atomic():
                answer = send(client, address)
        except Exception as error:
            return f"{type(error).__name__}: {str(error)[:90]}"
        for close in answer._resource_closers:
            close()
    if answer.status_code >= 500:
        return answer.status_code
    if "evil.example" in urlsplit(answer.get("Location", "")).netloc or answer.get(
        "Location", ""
    ).startswith(("//", "/\\")):
        return f"leads to {answer['Location']}"
    if not answer.streaming and SCRIPT.encode() in answer.content:
        return "script comes back"
    if may_not(answers, role) and written:
        return f"wrote {sorted(written)}"
    return None


def posts(given):
    """(name, send) of everything that is tried at one address with these fields."""
    names = [*dict.fromkeys([*given, *ALWAYS])]
    first, last = names[0], [*given, *names][-1]
    for kind, words in TYPED.items():
        yield kind, _form(dict.fromkeys(names, words))
    for kind in AT_ONE_PLACE:
        for name in given:
            yield f"{kind} as {name}", _form(given | {name: TYPED[kind]})
    for kind, body in BODIES.items():
        yield kind, _raw(body.replace(b"{0}", first.encode()).replace(b"{1}", last.encode()))
    yield "a megabyte", _form(given | {first: HUGE})
    yield "files", _files(names)


def few_posts(given):
    """What is tried by others than whom it is for."""
    yield "nothing", _form({})
    yield "what a browser sends", _form(given)
    yield "tags", _form(dict.fromkeys([*given, *ALWAYS], TYPED["tags"]))


def _form(data):
    body = "&".join(f"{quote(name)}={quote(value)}" for name, value in data.items())
    return _raw(body.encode())


def _raw(body, kind="application/x-www-form-urlencoded"):
    return lambda client, address: client.post(address, body, content_type=kind)


def _files(names):
    def send(client, address):
        parts = b"".join(
            b'--B\r\nContent-Disposition: form-data; name="%s"; filename="../../x.png"\r\n'
            b"Content-Type: image/png\r\n\r\n\x00\xff\x89PNG\r\n" % name.encode()
            for name in names
        )
        return client.post(address, parts + b"--B--\r\n", MULTIPART_CONTENT.split(";")[0] + "; boundary=B")

    return send


def test_no_post_breaks_anything(cast, fields):
    clients, values = cast
    import time; t0 = time.time(); n = 0
    faults = defaultdict(list)
    for address, answers, data in targets(values):
        path = address.partition("?")[0]
        given = {k: v.format(**values) for k, v in data.items()} | fields.get(path, {})
        given.pop("csrfmiddlewaretoken", None)
        whose = next((r for r in BY_RIGHT if answers and answers[r] == 200), None) or next(
            (r for r in BY_RIGHT if not may_not(answers, r)), "admin"
        )
        with taken_back():
            if clients[whose].post(address).status_code == 405:
                continue
        for role in ROLES:
            for kind, send in posts(given) if role == whose else few_posts(given):
                n += 1
                if wrong := fault(clients[role], address, answers, role, send):
                    faults[f"{resolve(path).route} {wrong}"].append(f"{role}: {kind}")
    print(n, time.time() - t0)
    assert {what: kinds[:4] for what, kinds in faults.items()} == {}
