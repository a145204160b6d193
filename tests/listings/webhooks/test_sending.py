"""Deliveries are sent by the worker: over TLS to a real server, again after pauses, given up, switched off."""

import datetime
import json

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import EmployerStatus, Notice
from listings.models import Webhook, WebhookDelivery
from listings.personal_data import erase
from listings.webhooks import sending
from listings.webhooks.endpoints import (
    enqueue_test_delivery,
    renew_webhook_secret,
    set_webhook_address,
)
from listings.webhooks.sending import MAX_DELIVERY_TRIES, RETRY_PAUSES, send_due_deliveries
from listings.webhooks.signatures import build_signed_headers
from sitekit.fetching.public_hosts import AddressRefused
from sitekit.fetching.web_post import post_json
from sitekit.web.absolute_urls import build_absolute_url
from tests.listings.webhooks.hooked import ADDRESS, Program, make_due, make_webhook, never_stop
from tests.loopback import start_tls_site, trust_authority
from tests.people import make_person
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
HOST = "hooks.example.cn"


@pytest.fixture
def hooked(employer, owner):
    return make_webhook(employer, owner)


def make_delivery(webhook, number=7, event="listing.published", **fields):
    count = WebhookDelivery.objects.count()
    fields = {"key": f"row-{count}", "next_try_at": timezone.now()} | fields
    return webhook.deliveries.create(event=event, listing_number=number, **fields)


def test_what_is_sent_arrives_signed_at_a_real_server(employer, owner, monkeypatch):
    site, authority = start_tls_site(monkeypatch, HOST)
    trust_authority(authority, monkeypatch)
    site.says("/jobs", status=204)
    secret = set_webhook_address(employer, owner, f"https://{HOST}:{site.port}/jobs")
    row = make_delivery(employer.webhook, event="application.created", application_number=9)

    def post(url, body, headers):
        return post_json(url, body, headers, resolve=lambda _host: ["127.0.0.1"])

    assert send_due_deliveries(never_stop, post) == 1
    site.close()
    row.refresh_from_db()
    assert row.delivered_at and row.next_try_at is None and (row.tries, row.problem) == (1, "")
    (body,) = site.bodies
    assert json.loads(body) == {
        "type": "application.created",
        "timestamp": row.created_at.isoformat(),
        "data": {
            "listing_id": 7,
            "url": build_absolute_url("/api/v1/listings/7"),
            "application_id": 9,
        },
    }
    seconds = int(site.headers["Webhook-Timestamp"])
    assert abs(seconds - timezone.now().timestamp()) < 600
    for name, value in build_signed_headers(secret, row.key, seconds, body).items():
        assert site.headers[name] == value
    assert send_due_deliveries(never_stop, post) == 0


def test_an_address_that_leads_inside_is_never_connected_to(hooked, monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", ("10.0.0.1", 0))])

    def refuse(*args, **kwargs):
        raise AssertionError(f"a connection was opened: {args}")

    monkeypatch.setattr("socket.create_connection", refuse)
    row = make_delivery(hooked)
    assert send_due_deliveries(never_stop) == 0
    row.refresh_from_db()
    assert "内网" in row.problem and row.next_try_at


def test_it_is_tried_six_times_and_then_the_owners_are_told(hooked, employer, owner):
    recruiter = make_person("recruiter")
    employer.memberships.create(user=recruiter, role="recruiter")
    row, other = make_delivery(hooked), make_delivery(hooked)
    program, waits = Program(500), []
    for _ in range(MAX_DELIVERY_TRIES):
        make_due()
        send_due_deliveries(never_stop, program)
        row.refresh_from_db()
        waits.append(row.next_try_at and row.next_try_at - timezone.now())
        WebhookDelivery.objects.filter(pk=other.pk).update(next_try_at=None)
    assert waits[-1] is None and len(program.posts) == MAX_DELIVERY_TRIES == 6
    for wait, pause in zip(waits, RETRY_PAUSES, strict=False):
        assert abs(wait - pause) < datetime.timedelta(minutes=1)
    assert sum(RETRY_PAUSES, datetime.timedelta()) < datetime.timedelta(days=1)
    row.refresh_from_db()
    assert row.problem == "对方回答 500。" and not row.delivered_at
    notice = Notice.objects.get()
    assert notice.user == owner and "没有送到" in notice.title and "500" in notice.text
    ids = {headers["Webhook-Id"] for _url, _body, headers in program.posts}
    assert ids == {row.key}, "a repeat is recognised by it"


def test_after_days_of_nothing_but_failures_it_is_switched_off(hooked, owner):
    program = Program(AddressRefused("对方太慢，等不及了。"), 200, 302)
    make_delivery(hooked)
    send_due_deliveries(never_stop, program)
    assert Webhook.objects.get().failing_since
    make_due()
    assert send_due_deliveries(never_stop, program) == 1
    assert Webhook.objects.get().failing_since is None, "something arrived"
    first, second = make_delivery(hooked), make_delivery(hooked)
    send_due_deliveries(never_stop, program)
    long_ago = timezone.now() - datetime.timedelta(days=3, minutes=1)
    Webhook.objects.update(failing_since=long_ago)
    make_due()
    send_due_deliveries(never_stop, program)
    webhook = Webhook.objects.get()
    assert webhook.switched_off_at and not webhook.is_on
    for row in (first, second):
        row.refresh_from_db()
        assert row.next_try_at is None and "停用" in row.problem
    assert "先停了" in Notice.objects.get().title and "不跟过去" in Notice.objects.get().text
    set_webhook_address(hooked.employer, owner, ADDRESS)
    assert Webhook.objects.get().is_on


def test_gone_switches_it_off_at_once(hooked):
    make_delivery(hooked)
    send_due_deliveries(never_stop, Program(410))
    assert Webhook.objects.get().switched_off_at and Notice.objects.count() == 1


def test_a_failing_one_does_not_hold_up_others_and_a_round_ends(hooked, owner, monkeypatch):
    others = [
        make_webhook(make_employer(f"店{n}"), owner, f"https://h{n}.example.cn/") for n in range(2)
    ]
    for webhook in (hooked, *others):
        for _ in range(4):
            make_delivery(webhook)
    program = Program(500, 200)
    assert send_due_deliveries(never_stop, program) == 8
    asked = [url for url, *_ in program.posts]
    assert asked[:3] == [ADDRESS, "https://h0.example.cn/", "https://h1.example.cn/"]
    assert asked.count(ADDRESS) == 1
    make_due()
    assert send_due_deliveries(lambda: True, program) == 0, "the worker stops"
    monkeypatch.setattr(sending, "ROUND_SECONDS", -1)
    assert send_due_deliveries(never_stop, program) == 0
    monkeypatch.setattr(sending, "ROUND_SECONDS", 25)
    monkeypatch.setattr(sending, "MAX_IN_A_ROUND", 2)
    assert send_due_deliveries(never_stop, program) == 2


def test_it_is_off_while_the_employer_is_frozen(hooked, employer):
    row, program = make_delivery(hooked), Program(200)
    type(employer).objects.update(status=EmployerStatus.FROZEN)
    assert send_due_deliveries(never_stop, program) == 0 and program.posts == []
    row.refresh_from_db()
    assert "冻结" in row.problem and row.next_try_at is None


def test_an_address_that_is_changed_gets_nothing_that_waited_and_another_secret(
    hooked, employer, owner
):
    row, before = make_delivery(hooked), Webhook.objects.get().secret
    assert set_webhook_address(employer, owner, ADDRESS) == "", "the same one only opens it again"
    assert Webhook.objects.get().secret == before
    assert set_webhook_address(employer, owner, "https://new.example.cn/") != before
    row.refresh_from_db()
    assert row.next_try_at is None and "没有发" in row.problem


@pytest.mark.parametrize("status", [500, 200])
def test_what_the_former_address_answers_says_nothing_of_the_new_one(
    hooked, employer, owner, status
):
    since = None if status == 500 else timezone.now()
    Webhook.objects.update(failing_since=timezone.now() if status == 200 else None)
    make_delivery(hooked)

    def answer_late(*_request):
        set_webhook_address(employer, owner, "https://new.example.cn/jobs")
        Webhook.objects.update(failing_since=since)
        return status

    send_due_deliveries(never_stop, answer_late)
    assert Webhook.objects.get().failing_since == since


def test_two_workers_send_a_delivery_once_and_a_killed_one_sends_again(hooked, monkeypatch):
    row = make_delivery(hooked)
    stale = WebhookDelivery.objects.select_related("webhook__employer").get(pk=row.pk)
    assert sending._claim_next(hooked.pk).pk == row.pk
    monkeypatch.setattr(sending, "_list_next", lambda _number: iter([stale]))
    assert sending._claim_next(hooked.pk) is None
    monkeypatch.undo()
    program = Program(200)
    assert send_due_deliveries(never_stop, program) == 0, "not before the pause is over"
    make_due()
    assert send_due_deliveries(never_stop, program) == 1
    row.refresh_from_db()
    assert row.tries == 2


def test_no_transaction_is_open_while_somebody_answers(hooked):
    depths = []

    def post(*_):
        depths.append(len(connection.savepoint_ids))
        return 200

    base = len(connection.savepoint_ids)
    make_delivery(hooked)
    assert send_due_deliveries(never_stop, post) == 1 and depths == [base]


def test_a_test_is_sent_once_and_counts_for_nothing(hooked):
    enqueue_test_delivery(hooked)
    send_due_deliveries(never_stop, Program(500))
    row = WebhookDelivery.objects.get()
    assert row.next_try_at is None and row.problem == "对方回答 500。"
    assert Webhook.objects.get().failing_since is None and not Notice.objects.exists()


def test_the_secret_is_sealed_in_the_database(hooked, owner):
    secret = renew_webhook_secret(hooked, owner)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM listings_webhook")
        (stored,) = cursor.fetchone()
    assert secret.startswith("whsec_") and secret not in stored and secret[6:20] not in stored
    assert Webhook.objects.get().secret == secret


def test_a_secret_that_no_key_opens_is_said(hooked):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE listings_webhook SET secret = left(secret, 40) || 'x'")
    row, program = make_delivery(hooked), Program(200)
    assert send_due_deliveries(never_stop, program) == 0 and program.posts == []
    row.refresh_from_db()
    assert "密钥读不出来" in row.problem


def test_a_round_asks_the_same_for_each_delivery(hooked, django_assert_num_queries):
    for _ in range(3):
        make_delivery(hooked)
    with django_assert_num_queries(1 + 3 * 3 + 1):
        assert send_due_deliveries(never_stop, Program(200)) == 3


def test_it_goes_with_the_last_person_of_the_employer(hooked, employer, owner):
    make_delivery(hooked)
    colleague = make_person("colleague")
    employer.memberships.create(user=colleague, role="recruiter")
    erase(owner)
    assert Webhook.objects.get().is_on, "somebody is left"
    employer.memberships.filter(user=colleague).delete()
    erase(owner)
    webhook = Webhook.objects.get()
    assert (webhook.address, webhook.secret) == ("", "") and not webhook.is_on
    assert not WebhookDelivery.objects.exists()
