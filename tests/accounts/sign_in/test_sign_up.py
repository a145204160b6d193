"""Becoming a user: after the code was given back, with consent, once."""

import pytest
from django.test import Client

from accounts.models import Consent, User
from accounts.sign_in import consents
from accounts.sign_in.login_by_code import create_user_for_contact
from tests.accounts.sign_in_pages import (
    AGREEMENT,
    CODE,
    LOGIN,
    NEW,
    SIGNUP,
    build_wrong_code,
    get_main_text,
    is_in,
    last_code,
    post_code,
    post_contact,
)
from tests.jobsite.site_texts.test_site_texts import make_site_text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("contact", "kept"),
    [
        ("138 0013 8000", {"phone": "+8613800138000", "email": None}),
        ("New@Example.com", {"phone": None, "email": "new@example.com"}),
    ],
)
def test_a_phone_or_an_address_is_enough(client, contact, kept):
    assert post_contact(client, contact, SIGNUP, **AGREEMENT).url == CODE
    assert User.objects.count() == 0
    assert post_code(client).url == "/me/"
    user = User.objects.get()
    assert {name: getattr(user, name) for name in kept} == kept
    assert bool(user.phone_proved_at) == bool(user.phone)
    assert not user.has_usable_password()
    assert not user.is_staff
    assert int(client.session["_auth_user_id"]) == user.pk


def test_the_consent_is_kept_with_its_version(client):
    post_contact(client, "13800138000", SIGNUP, **AGREEMENT)
    post_code(client)
    consent = Consent.objects.get()
    assert consent.user == User.objects.get()
    assert (consent.kind, consent.version) == ("terms", consents.TEXT_VERSIONS["terms"])


@pytest.mark.usefixtures("operator_settings")
@pytest.mark.parametrize("page", [SIGNUP, NEW])
def test_nobody_agrees_to_a_version_that_began_after_the_page_was_opened(client, page):
    if page == NEW:
        post_contact(client, "13800138000")
        post_code(client)
    opened_before = client.get(page).context["form"]["shown"].value()
    make_site_text("rules", "2026-08")
    for shown in (opened_before, ""):
        asked = post_contact(client, "13800138000", page, agreed="on", shown=shown)
        assert "刚刚又换了新版" in get_main_text(asked)
        assert "checked" not in asked.content.decode()
    assert not User.objects.exists()
    shown = asked.context["form"]["shown"].value()
    assert post_contact(client, "13800138000", page, agreed="on", shown=shown).status_code == 302
    if page == SIGNUP:
        post_code(client)
    assert Consent.objects.get().version == "2026-08"


@pytest.mark.usefixtures("operator_settings")
def test_a_version_that_begins_while_the_code_is_typed_is_not_agreed_to(client):
    post_contact(client, "13800138000", SIGNUP, **AGREEMENT)
    make_site_text("rules", "2026-08", asks_consent=True)
    make_site_text("privacy", "2026-08")
    post_code(client)
    assert [(row.about, row.version) for row in Consent.objects.all()] == [("", "2025-12")]
    assert client.get("/me/saved/")["Location"].startswith("/me/agree/")


def test_without_consent_nothing_is_sent(client):
    answer = post_contact(client, "13800138000", SIGNUP)
    assert answer.status_code == 200
    assert "要先看过并同意" in get_main_text(answer)
    assert 'value="13800138000"' in answer.content.decode()
    with pytest.raises(IndexError):
        last_code()


@pytest.mark.parametrize("page", [SIGNUP, NEW])
def test_the_box_is_never_ticked_beforehand_and_leads_to_the_words(client, page):
    if page == NEW:
        post_contact(client, "13800138000")
        post_code(client)
    text = client.get(page).content.decode()
    box = text.partition('type="checkbox"')[2].partition(">")[0]
    assert "checked" not in box
    assert 'href="/privacy/"' in text
    assert 'href="/rules/"' in text


def test_who_comes_by_the_sign_in_page_is_asked_for_consent_after_the_code(client):
    post_contact(client, "13800138000", LOGIN, next="/xiangxi/jobs/")
    assert post_code(client).url == NEW
    assert User.objects.count() == 0
    assert "还没有账号" in get_main_text(client.get(NEW))
    assert "要先看过并同意" in get_main_text(client.post(NEW))
    assert User.objects.count() == 0
    assert client.post(NEW, AGREEMENT).url == "/xiangxi/jobs/"
    assert is_in(client)
    assert Consent.objects.count() == 1


def test_nobody_gets_an_account_without_the_code(client):
    post_contact(client, "13800138000", SIGNUP, **AGREEMENT)
    post_code(client, build_wrong_code(last_code()))
    assert client.get(NEW).url == LOGIN
    assert client.post(NEW, AGREEMENT).url == LOGIN
    assert User.objects.count() == 0


def test_a_number_cannot_be_taken_by_who_does_not_have_it(client):
    """Asked for by a stranger a hundred times, it is still free for its owner."""
    stranger = Client()
    post_contact(stranger, "13800138000", SIGNUP, **AGREEMENT)
    assert User.objects.count() == 0


def test_signing_up_again_is_signing_in(client):
    user = User.objects.create_user(phone="+8613800138000", name="老用户")
    post_contact(client, "13800138000", SIGNUP, **AGREEMENT)
    post_code(client)
    assert User.objects.get() == user
    assert int(client.session["_auth_user_id"]) == user.pk


def test_pressed_twice_it_is_one_account(client):
    post_contact(client, "13800138000", LOGIN)
    post_code(client)
    kept = dict(client.session.items())
    client.post(NEW, AGREEMENT)
    second = Client()
    session = second.session
    session.update({"entering": kept["entering"]})
    session.save()
    assert second.post(NEW, AGREEMENT).url == "/me/"
    assert User.objects.count() == 1


def test_made_in_the_meantime_it_is_found(monkeypatch):
    user = User.objects.create_user(phone="+8613800138000")
    assert create_user_for_contact("+8613800138000") == user
    assert Consent.objects.count() == 0


def test_account_and_consent_stand_or_fall_together(client, monkeypatch):
    def broken(*args):
        raise RuntimeError("lost")

    monkeypatch.setattr(consents, "give_consent", broken)
    post_contact(client, "13800138000", SIGNUP, **AGREEMENT)
    with pytest.raises(RuntimeError):
        post_code(client)
    assert User.objects.count() == 0
