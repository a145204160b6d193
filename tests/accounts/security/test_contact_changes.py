"""A phone or mailbox is changed while something else happens to the account, or to another one that has it."""

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.sign_in.forms import verify_code
from jobsite.me.personal_data import close_account
from sitekit.models import Mail
from tests.accounts.sign_in_pages import get_main_text, last_code
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
NEW_CONTACTS = [("phone", "13900139000"), ("email", "new@example.com")]


@pytest.fixture
def mother():
    return make_person("mother", phone="+8613800138000", phone_proved_at=timezone.now())


@pytest.fixture
def change_meanwhile(client, mother, monkeypatch):
    """Change a contact; `act` happens after the page has read the account."""
    sign_in(client, mother)

    def change(kind, contact, act):
        def verify_later(*args, **kwargs):
            act()
            return verify_code(*args, **kwargs)

        client.post(f"/accounts/{kind}/", {"contact": contact})
        code = last_code()
        monkeypatch.setattr("accounts.sign_in.forms.verify_code", verify_later)
        return client.post(f"/accounts/{kind}/code/", {"code": code})

    return change


@pytest.mark.parametrize(("kind", "contact"), NEW_CONTACTS)
def test_an_account_that_is_closed_meanwhile_gets_no_contact(
    change_meanwhile, mother, kind, contact
):
    """Else nobody could use it any more: neither to sign in nor for another account."""
    answer = change_meanwhile(kind, contact, lambda: close_account(mother.pk))
    assert "停用或注销了，没有换" in get_main_text(answer)
    mother.refresh_from_db()
    assert mother.closed_at and not mother.email and not mother.phone
    assert not mother.notices.exists() and not Mail.objects.filter(is_secret=False).exists()


def test_of_two_changes_at_once_the_later_is_told_to_what_the_first_put_there(
    change_meanwhile, mother
):
    rows = User.objects.filter(pk=mother.pk)
    change_meanwhile("email", "new@example.com", lambda: rows.update(email="first@example.com"))
    assert Mail.objects.get(is_secret=False).to == "first@example.com"
    assert rows.get().email == "new@example.com"


@pytest.mark.parametrize(("kind", "contact"), NEW_CONTACTS)
def test_whose_contact_another_account_has_reads_what_to_do(change_meanwhile, kind, contact):
    def take():
        make_person("new", phone="+8613900139000")

    words = get_main_text(change_meanwhile(kind, contact, take))
    assert "已经有账号在用" in words
    assert "用它登录" in words and "关于与备案" in words
