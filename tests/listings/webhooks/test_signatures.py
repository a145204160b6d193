"""Signatures as Standard Webhooks says, held against its published example and a check written from the page."""

import html

import pytest
from django.test import Client

from listings.webhooks.signatures import build_signed_headers, make_webhook_secret
from tests.answers import read_body

BODY = b'{"test": 2432232314}'


def test_the_example_of_the_specification():
    headers = build_signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY
    )
    assert headers == {
        "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "Webhook-Timestamp": "1614265330",
        "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_no_secret_signs_nothing():
    for secret in ("", "whsec_", "whsec_not base64"):
        with pytest.raises(ValueError, match=r".+"):
            build_signed_headers(secret, "one", 1, BODY)


@pytest.mark.django_db
def test_the_program_of_the_page_takes_what_is_signed_and_nothing_else(monkeypatch):
    page = html.unescape(read_body(Client().get("/api/")))
    program = page.partition("import base64")[2].partition("</code>")[0]
    names = {}
    exec(f"import base64{program}", names)  # noqa: S102 - our own page
    secret = make_webhook_secret()
    assert secret != make_webhook_secret()
    sent = 1_900_000_000
    headers = build_signed_headers(secret, "event-1", sent, BODY)
    monkeypatch.setattr("time.time", lambda: sent + 60)
    is_genuine = names["is_genuine"]
    assert is_genuine(secret, headers, BODY)
    assert not is_genuine(make_webhook_secret(), headers, BODY)
    assert not is_genuine(secret, headers, BODY + b" ")
    assert not is_genuine(secret, headers | {"Webhook-Id": "event-2"}, BODY)
    monkeypatch.setattr("time.time", lambda: sent + 301)
    assert not is_genuine(secret, headers, BODY)
