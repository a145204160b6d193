"""Whatever is posted, to whatever takes a POST, by whomever: an answer in our words, never a fault
of ours, and nothing changed for who may not change it."""

import re
from collections import defaultdict
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Employer, EmployerCheck
from listings.models import Application, Listing, ListingRevision
from safety.models import Appeal, Report
from tests.access import GET, POST
from tests.addresses import FORMS, POSTS, fill_addresses
from tests.daily_tests import is_night, mark_each
from tests.databases import taken_back
from tests.hostile_requests import ROLES, allow_staff
from tests.page_forms import Forms

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
HUGE = "x" * 1_000_000
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
IN_THE_ADMIN = ("nul", "tags", "endless number", "last day")
# Who is tried at length: the first of these whom a page is for.
BY_RIGHT = ("seeker", "employer", "moderator", "visitor", "admin")
# Fields of pages that are drawn otherwise than by a form in the page.
ALWAYS = ("next", "back", "action", "reason", "go", "canned", "case", "to", "what", "again", "code")
WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', re.IGNORECASE)
# What anybody may cause: one's own session, counters of limits.
NOBODYS = {"django_session", "sitekit_tally", "usersessions_usersession"}


@pytest.fixture(scope="module")
def fields(cast):
    """{address: {field: what a browser would send}}, of every page by the first whom it is for, and at night
    by the admin, who sees most."""
    clients, values = cast
    fields_by_address = defaultdict(dict)
    pages = {ask.address: ask.answers for asks in GET.values() for ask in asks}
    pages |= dict.fromkeys(
        [*fill_addresses(FORMS, values), "/", "/cities/"], dict.fromkeys(ROLES, 200)
    )
    for page, answers in sorted(pages.items()):
        address = page.format(**values)
        seers = [role for role in BY_RIGHT if answers[role] == 200]
        for role in dict.fromkeys([*seers[:1], *(seers[-1:] if is_night() else ())]):
            with taken_back():
                answer = clients[role].get(address)
                for close in answer._resource_closers:
                    close()
            if answer.status_code != 200 or "html" not in answer["Content-Type"]:
                continue
            for action, names in Forms(answer.content.decode(), address).found.items():
                names.pop("csrfmiddlewaretoken", None)
                fields_by_address[action] = names | fields_by_address[action]
    return fields_by_address


class Target(NamedTuple):
    """What takes a POST: whom the table expects what of, or None where anybody may; what it takes."""

    address: str
    answers: dict[str, int] | None
    data: dict[str, Any]

    def filled(self, values):
        data = {name: str(value).format(**values) for name, value in self.data.items()}
        return self._replace(address=self.address.format(**values), data=data)


def list_form_targets():
    """All of them; addresses and data have names in braces, of the values of the world."""
    for table in (POST, GET):
        for route, asks in table.items():
            if table is GET and route in POST:
                continue
            yield Target(asks[0].address, asks[0].answers, asks[0].data)
    for table in (FORMS, POSTS):
        for group in table.values():
            for address in group:
                yield Target(address, None, {})
    bulk = {"action": "refuse", "case": "{case}", "reason": "写清楚"}
    yield Target("/admin/desk/listings/bulk/", allow_staff(302), bulk)


TARGETS = [*list_form_targets()]


def may_not(answers, role):
    """Whether the table says that this role does nothing there, while others may."""
    if answers is None or len(set(answers.values())) == 1:
        return False
    return answers[role] in {403, 404} or (role == "visitor" and answers[role] == 302)


@contextmanager
def watch_table_writes(written):
    def note(execute, sql, params, many, context):
        if (match := WRITES.match(sql)) and match[2] not in NOBODYS:
            written.add(match[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield


def find_answer_fault(client, address, answers, role, send):
    """What is wrong with the answer, if anything."""
    written = set()
    with taken_back():
        try:
            with watch_table_writes(written), transaction.atomic():
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


def list_hostile_posts(given):
    """(name, send) of what is tried at one address: each field meets every other thing that is typed,
    with something else in every field beside it; and once it alone is wrong.

    Fields that nobody saw there are guesses: each meets a sixth.
    """
    names = [*dict.fromkeys([*given, *ALWAYS])]
    kinds = [*TYPED]
    for first in range(0, len(kinds), 2 if given else 6):
        mixed = {n: kinds[(first + 5 * place) % len(kinds)] for place, n in enumerate(names)}
        yield (
            f"mixed {mixed}",
            _build_form_sender({name: TYPED[kind] for name, kind in mixed.items()}),
        )
    for place, name in enumerate(given):
        kind = AT_ONE_PLACE[place % len(AT_ONE_PLACE)]
        yield f"{kind} as {name}", _build_form_sender(given | {name: TYPED[kind]})
    yield from _list_malformed_posts(given, names)


def all_posts(given):
    """The same thing in all fields at once, and each field wrong in each way."""
    names = [*dict.fromkeys([*given, *ALWAYS])]
    for kind, words in TYPED.items():
        yield kind, _build_form_sender(dict.fromkeys(names, words))
        for name in given:
            yield f"{kind} as {name}", _build_form_sender(given | {name: words})
    yield from _list_malformed_posts(given, names)


def _list_malformed_posts(given, names):
    first, last = names[0], [*given, *names][-1]
    for kind, body in BODIES.items():
        yield (
            kind,
            _build_body_sender(body.replace(b"{0}", first.encode()).replace(b"{1}", last.encode())),
        )
    yield "a megabyte", _build_form_sender(given | {first: HUGE})
    yield "files", _build_file_sender(names)


def few_posts(given, answers, role):
    """What is tried by others than whom it is for: what a browser sends, by who may not."""
    if role == "admin" or may_not(answers, role):
        yield "what a browser sends", _build_form_sender(given)


def more_posts(given, answers, role):
    yield "nothing", _build_form_sender({})
    yield "what a browser sends", _build_form_sender(given)
    yield "tags", _build_form_sender(dict.fromkeys([*given, *ALWAYS], TYPED["tags"]))


def _build_form_sender(data):
    body = "&".join(f"{quote(name)}={quote(value)}" for name, value in data.items())
    return _build_body_sender(body.encode())


def _build_body_sender(body, kind="application/x-www-form-urlencoded"):
    return lambda client, address: client.post(address, body, content_type=kind)


def _build_file_sender(names):
    def send(client, address):
        parts = b"".join(
            b'--B\r\nContent-Disposition: form-data; name="%s"; filename="../../x.png"\r\n'
            b"Content-Type: image/png\r\n\r\n\x00\xff\x89PNG\r\n" % name.encode()
            for name in names
        )
        return client.post(address, parts + b"--B--\r\n", "multipart/form-data; boundary=B")

    return send


def find_form_faults(target, cast, fields, list_posts=list_hostile_posts, others=few_posts):
    """{what is wrong: who sent what}; `own` gives what is sent by whom the page is for."""
    clients, values = cast
    address, answers, data = target.filled(values)
    given = fields.get(address.partition("?")[0], {}) | data
    whose = next((r for r in BY_RIGHT if answers and answers[r] == 200), None) or next(
        (r for r in BY_RIGHT if not may_not(answers, r)), "admin"
    )
    with taken_back():
        answer = clients[whose].post(address)
        for close in answer._resource_closers:
            close()
    if answer.status_code == 405:
        return {}
    faults_by_kind = defaultdict(list)
    for role in ROLES:
        for kind, send in list_posts(given) if role == whose else others(given, answers, role):
            if wrong := find_answer_fault(clients[role], address, answers, role, send):
                faults_by_kind[wrong].append(f"{role}: {kind}")
    return dict(faults_by_kind)


BY_TARGET = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.address)


@pytest.mark.parametrize("target", mark_each(64, TARGETS), ids=lambda target: target.address)
def test_no_post_breaks_anything(cast, fields, target):
    assert find_form_faults(target, cast, fields) == {}


@pytest.mark.full
@BY_TARGET
def test_no_post_breaks_anything_whatever_is_typed_where(cast, fields, target):
    assert find_form_faults(target, cast, fields, all_posts, more_posts) == {}


def stock_pages():
    """Address of every form and list that the admin brings for a model of the site; by day of each second
    model the page that deletes."""
    for place, model in enumerate(admin.site._registry):
        name = f"admin:{model._meta.label_lower.replace('.', '_')}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")
        if row := model._default_manager.order_by("pk").first():
            yield reverse(f"{name}_change", args=[row.pk])
            if place % 2 == 0 or is_night():
                yield reverse(f"{name}_delete", args=[row.pk])


def get_statuses_by_model():
    """Of everything that has one: no form of the admin may move it."""
    return {
        model: dict(model.objects.values_list("pk", "status"))
        for model in (Listing, Employer, Report, Appeal, Application, ListingRevision)
    } | {EmployerCheck: EmployerCheck.objects.count()}


def sent_to(address, given):
    """(name, send): each field meets each kind of words; by day, and where there is nothing to fill in, one."""
    moves = dict.fromkeys(("status", "checks-0-kind", "recheck_due", "fraud_type"), "published")
    names = [*dict.fromkeys([*given, *moves])]
    rounds = len(IN_THE_ADMIN) if address.endswith(("/add/", "/change/")) else 1
    for first in range(rounds) if is_night() else (len(address) % rounds,):
        kinds = (IN_THE_ADMIN[(first + place) % len(IN_THE_ADMIN)] for place in range(len(names)))
        words = {name: TYPED[kind] for name, kind in zip(names, kinds, strict=True)}
        yield f"mixed from {IN_THE_ADMIN[first]}", _build_form_sender(words)
    yield "moved", _build_form_sender(given | moves)


def fault_of_the_admin(client, address, send, before):
    """What is wrong with the answer, if anything."""
    written = set()
    with taken_back():
        try:
            with watch_table_writes(written), transaction.atomic():
                answer = send(client, address)
        except Exception as error:
            return f"{type(error).__name__}: {str(error)[:90]}"
        if written and get_statuses_by_model() != before:
            return "moved"
    return (
        answer.status_code if answer.status_code >= 500 or SCRIPT.encode() in answer.content else ""
    )


@pytest.mark.full
def test_no_form_of_the_admin_breaks_or_moves_anything(cast):
    clients, _values = cast
    boss, before, faults_by_address, seen = clients["admin"], get_statuses_by_model(), {}, 0
    for address in [*stock_pages()][:: 1 if is_night() else 2]:
        page = boss.get(address)
        if page.status_code != 200:
            continue
        seen += 1
        forms = Forms(page.content.decode(), address).found
        given = next((names for action, names in forms.items() if action == address), {})
        for kind, send in sent_to(address, given):
            if wrong := fault_of_the_admin(boss, address, send, before):
                faults_by_address[f"{address} {kind}"] = wrong
    assert seen > 20, "the admin was not signed in"
    assert faults_by_address == {}


# A mail's own button to end it comes from the reader's mail program (RFC 8058); what is forwarded is
# signed by WeChat, or has a key in its address.
FOR_MACHINES = ("/n/", "/end/", "/api/v1/", "/check/wechat/", "/check/text-messages/")


def test_without_the_token_of_the_page_nothing_is_taken(cast):
    clients, values = cast
    seen = set()
    for target in TARGETS:
        address, _answers, data = target.filled(values)
        whose = "admin" if address.startswith("/admin/") else "employer"
        for role in ("employer", "admin") if is_night() else (whose,):
            client = Client(enforce_csrf_checks=True)
            client.cookies = clients[role].cookies
            written = set()
            with taken_back(), watch_table_writes(written):
                answer = client.post(address, data)
            is_for_machines = any(part in address for part in FOR_MACHINES)
            assert not written or is_for_machines, address
            assert is_for_machines or answer.status_code in {302, 403, 405}, (address, role)
            if answer.status_code == 403:
                seen.add(answer.content)
    assert all("没有提交成功" in page.decode() for page in seen)
