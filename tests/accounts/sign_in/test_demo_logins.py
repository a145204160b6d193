"""The logins that the demo publishes open nothing where others can reach the site."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.sign_in.published_logins import PUBLISHED_EMAILS
from accounts.system_checks import check_published_logins
from tests.accounts.sign_in_pages import PASSWORD, get_main_text, is_in, post_code, post_contact
from tests.people import sign_in
from tools.demo import accounts
from tools.demo.people import create_demo_accounts

pytestmark = pytest.mark.django_db
AUTHENTICATE = "/accounts/2fa/authenticate/"


def test_the_demo_s_staff_come_in_by_the_printed_code(client, capsys):
    create_demo_accounts()
    given = {"contact": accounts.ADMIN.email, "password": accounts.ADMIN.password}
    assert client.post(PASSWORD, given | {"next": "/admin/"}).url == AUTHENTICATE
    capsys.readouterr()
    call_command("demo_code")
    code = capsys.readouterr().out.strip()
    assert client.post(AUTHENTICATE, {"code": code}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_second_run_of_the_demo_leaves_one_each():
    create_demo_accounts()
    create_demo_accounts()
    owners = Authenticator.objects.order_by("user__email").values_list("user__email", flat=True)
    assert sorted(owners) == sorted(account.email for account in accounts.STAFF_ACCOUNTS)


def test_on_a_site_open_to_others_nobody_comes_in_as_the_demo(settings):
    settings.OPEN_TO_OTHERS = True
    accounts_made = create_demo_accounts()
    assert Authenticator.objects.count() == 0
    assert not any(user.has_usable_password() or user.is_staff for user in accounts_made.values())
    with pytest.raises(CommandError):
        call_command("demo_code")


def test_a_demo_that_was_made_before_is_shut_where_others_come(client, settings):
    accounts_made = create_demo_accounts()
    sign_in(client, accounts_made["admin"])
    assert client.get("/admin/").status_code == 200
    settings.OPEN_TO_OTHERS = True
    assert client.get("/admin/").status_code == 302  # the session is over too
    for account in accounts.DEMO_ACCOUNTS:
        newcomer = Client()
        given = {"contact": account.email, "password": account.password}
        assert "密码不对" in get_main_text(newcomer.post(PASSWORD, given))
        post_contact(newcomer, account.email)
        post_code(newcomer)
        answer = newcomer.get("/me/")
        assert answer.status_code == 302 and "/login/" in answer.url


def test_the_published_second_factor_opens_nothing_under_another_address(client, settings):
    create_demo_accounts()
    User.objects.filter(email=accounts.ADMIN.email).update(email="boss@jobs.example.org")
    settings.OPEN_TO_OTHERS = True
    post_contact(client, "boss@jobs.example.org")
    assert post_code(client).url == AUTHENTICATE
    answer = client.post(AUTHENTICATE, {"code": accounts.compute_staff_code()})
    assert "是公开的" in get_main_text(answer) and not is_in(client)


def test_the_deploy_check_is_an_error_while_one_is_usable():
    assert check_published_logins(None) == []
    create_demo_accounts()
    (error,) = check_published_logins(None)
    assert error.is_serious() and all(
        account.email in error.msg for account in accounts.DEMO_ACCOUNTS
    )
    demo = User.objects.filter(email__in=PUBLISHED_EMAILS)
    demo.update(is_active=False)
    (error,) = check_published_logins(None)  # the secret could be given to another address
    assert accounts.ADMIN.email in error.msg
    Authenticator.objects.all().delete()
    assert check_published_logins(None) == []
