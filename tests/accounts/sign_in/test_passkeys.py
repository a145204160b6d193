"""Passkeys: whose they are, and what happens to a press that comes after one is gone."""

import json
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import Notice
from tests.answers import read_body
from tests.at_once import at_once
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
PASSKEYS = "/accounts/2fa/webauthn/"


@pytest.fixture
def owner():
    return make_person("owner", is_staff=True, is_superuser=True)


@pytest.fixture
def passkey(owner):
    kind = Authenticator.Type.WEBAUTHN
    return Authenticator.objects.create(user=owner, type=kind, data={"name": "x", "credential": {}})


def build_passkey_address(passkey, act):
    return f"{PASSKEYS}keys/{passkey.pk}/{act}/"


def assert_list_says_gone(answer):
    assert answer.redirect_chain == [(PASSKEYS, 302)]
    assert "这把通行密钥已经删掉了。" in read_body(answer)


@pytest.mark.parametrize("act", ["edit", "remove"])
def test_passkeys_of_others_are_answered_as_gone(client, passkey, act):
    sign_in(client, make_person("seeker"))
    page = build_passkey_address(passkey, act)
    assert_list_says_gone(client.get(page, follow=True))
    assert_list_says_gone(client.post(page, {"name": "y"}, follow=True))
    passkey.refresh_from_db()
    assert passkey.data["name"] == "x"


def test_a_passkey_is_renamed_but_not_to_nothing(client, owner, passkey):
    sign_in(client, owner)
    page = build_passkey_address(passkey, "edit")
    client.post(page, {"name": ""})
    passkey.refresh_from_db()
    assert passkey.data["name"] == "x"
    client.post(page, {"name": "手机"})
    passkey.refresh_from_db()
    assert passkey.data["name"] == "手机"


def test_a_passkey_removed_twice_is_gone_and_the_list_says_so(client, owner, passkey):
    sign_in(client, owner)
    page = build_passkey_address(passkey, "remove")
    assert client.post(page).status_code == 302
    assert not Authenticator.objects.filter(pk=passkey.pk).exists()
    assert_list_says_gone(client.post(page, follow=True))


@pytest.mark.parametrize("credential", ["", "[]", "{}", "null", json.dumps({"response": {}})])
def test_a_spoiled_new_passkey_is_refused_without_an_accident(client, credential):
    sign_in(client, make_person("seeker"))
    page = f"{PASSKEYS}add/"
    client.get(page)
    answer = client.post(page, {"name": "x", "credential": credential, "passwordless": "on"})
    assert answer.status_code == 200
    assert Authenticator.objects.count() == 0


@pytest.fixture
def meeting(monkeypatch):
    """Lets two removals meet just before they delete; one that is alone goes on after half a second."""
    both, delete = Barrier(2), Authenticator.delete

    def meet_and_delete(*values):
        with suppress(BrokenBarrierError):
            both.wait(timeout=0.5)
        return delete(*values)

    monkeypatch.setattr(Authenticator, "delete", meet_and_delete)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("meeting")
@pytest.mark.parametrize("kind", ["webauthn", "totp"])
def test_two_removals_at_the_same_moment_send_one_notice(owner, kind):
    factor = Authenticator.objects.create(
        user=owner, type=kind, data={"name": "x", "credential": {}}
    )
    clients = [Client(), Client()]
    for client in clients:
        sign_in(client, owner)
    pages = {
        "webauthn": build_passkey_address(factor, "remove"),
        "totp": "/accounts/2fa/totp/deactivate/",
    }
    removals = [lambda client=client: client.post(pages[kind]).status_code for client in clients]
    assert at_once(*removals) == [302, 302]
    assert not Authenticator.objects.filter(pk=factor.pk).exists()
    titles = {"webauthn": "删了一把通行密钥", "totp": "两步验证关掉了"}
    assert Notice.objects.filter(title=titles[kind]).count() == 1
