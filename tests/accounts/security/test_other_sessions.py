"""What a change of the password, of the second factor or of the role does to the sessions in other browsers."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.choices import StaffRole
from accounts.models import User
from accounts.staff.posts import PostTerms, change_post
from tests.accounts.staff.test_roles import keep_session
from tests.people import SECRET, get_totp_code, make_person

pytestmark = pytest.mark.django_db
ADMIN, ACTIVATE = "/admin/", "/accounts/2fa/totp/activate/"


@pytest.fixture
def superuser():
    return make_person("superuser", is_staff=True, is_superuser=True)


@pytest.fixture
def second_browser(superuser):
    """A second browser, in which the second factor was given."""
    client = open_browser(superuser)
    assert client.get(ADMIN).status_code == 200
    return client


def open_browser(user):
    return keep_session(Client(), user)


def set_factor_up(user):
    Authenticator.objects.filter(user=user).delete()
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": SECRET}
    )


def test_a_new_password_ends_the_session_elsewhere(superuser, second_browser):
    here = open_browser(superuser)
    here.post("/accounts/password/", {"password": "Fenghuang-2174-Tuojiang"})
    assert here.get("/accounts/").status_code == 200
    assert second_browser.get("/accounts/").status_code == 302


def test_the_factor_taken_off_ends_the_session_elsewhere(superuser, second_browser):
    """Else it would count as proved, by a factor that is gone, as soon as there is a new one."""
    here = open_browser(superuser)
    assert here.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(user=superuser, type="totp").exists()
    set_factor_up(superuser)
    assert here.get("/accounts/").status_code == 200
    assert second_browser.get("/accounts/").status_code == 302
    assert second_browser.get(ADMIN).url.startswith("/accounts/login/")


def test_a_passkey_taken_off_ends_the_session_elsewhere(superuser, second_browser):
    here = open_browser(superuser)
    key = Authenticator.objects.create(
        user=superuser, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}}
    )
    assert here.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/").status_code == 302
    assert not Authenticator.objects.filter(pk=key.pk).exists()
    assert here.get("/accounts/").status_code == 200
    assert second_browser.get("/accounts/").status_code == 302


def set_up_authenticator(client):
    secret = client.get(ACTIVATE).context["form"].secret
    return client.post(ACTIVATE, {"code": get_totp_code(secret)}, follow=True)


def test_the_first_factor_ends_the_sessions_that_were_opened_without_it():
    member = make_person("member")
    here, elsewhere = open_browser(member), open_browser(member)
    assert "别的设备都已退出登录" in set_up_authenticator(here).content.decode()
    assert here.get("/accounts/").status_code == 200
    assert elsewhere.get("/accounts/").status_code == 302


def test_a_further_factor_leaves_the_sessions_that_were_opened_with_the_first(superuser):
    Authenticator.objects.create(
        user=superuser, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}}
    )
    here, elsewhere = open_browser(superuser), open_browser(superuser)
    Authenticator.objects.filter(user=superuser, type="totp").delete()
    assert "别的设备" not in set_up_authenticator(here).content.decode()
    assert Authenticator.objects.filter(user=superuser, type="totp").exists()
    assert elsewhere.get(ADMIN).status_code == 200


@pytest.mark.parametrize("way", ["one", "several"])
def test_a_factor_that_staff_delete_ends_all_sessions(superuser, second_browser, way):
    admin = open_browser(make_person("admin", is_staff=True, is_superuser=True))
    key = Authenticator.objects.get(user=superuser)
    rows = "/admin/mfa/authenticator/"
    if way == "one":
        admin.post(f"{rows}{key.pk}/delete/", {"post": "yes"})
    else:
        data = {"action": "delete_selected", "_selected_action": [key.pk], "post": "yes"}
        admin.post(rows, data)
    assert not Authenticator.objects.filter(pk=key.pk).exists()
    set_factor_up(superuser)
    assert admin.get(ADMIN).status_code == 200
    assert second_browser.get("/accounts/").status_code == 302
    assert second_browser.get(ADMIN).url.startswith("/accounts/login/")


def test_a_session_without_the_factor_opens_no_page_of_the_staff(superuser, second_browser):
    without = Client()
    without.force_login(superuser)
    assert without.get(ADMIN).url.startswith("/accounts/2fa/")


def test_another_role_ends_every_session(superuser):
    colleague = make_person("colleague", is_staff=True)
    browsers = [open_browser(colleague), open_browser(colleague)]
    change_post(colleague.pk, PostTerms(StaffRole.EDITOR, True, ()), superuser, "转岗")
    for browser in browsers:
        assert browser.get("/accounts/").status_code == 302
    assert User.objects.get(pk=colleague.pk).is_staff
