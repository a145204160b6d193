"""A phone or mailbox is changed while something else happens to the account, or to another one that has it."""

import pytest
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.moved_mailboxes import move_waiting_messages
from accounts.inbox.notices import send_notice
from accounts.models import User
from accounts.sign_in.allauth_adapter import send_security_notice
from accounts.sign_in.forms import verify_code
from jobsite.me.personal_data import close_account
from sitekit.models import Mail, TextMessage
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


def write_waiting_messages(person, former_reader):
    """A notice by both channels, a digest and mails of other matters to the same mailbox."""
    send_notice(person, "hired", "录用了", kind=NoticeKind.HIRING, text_message=True)
    send_security_notice(person, "密码换了")
    for key in ("alert-confirm-1-20261202", "guest"):
        Mail.objects.create(key=key, to=former_reader)
    digest = {"kind": "digest", "to": person.phone}
    TextMessage.objects.create(key=f"digest-{person.pk}-20261202", **digest)
    TextMessage.objects.create(key=f"digest-{person.pk}1-20261202", **digest)


@pytest.mark.usefixtures("notice_template")
@pytest.mark.parametrize(("kind", "contact"), NEW_CONTACTS)
def test_what_waits_follows_the_member_and_news_of_changes_stay(
    change_meanwhile, mother, kind, contact
):
    mother.notice_choices = {NoticeKind.HIRING.value: {"text_messages": True}}
    mother.save()
    write_waiting_messages(mother, mother.email)
    model, now = (Mail, contact) if kind == "email" else (TextMessage, f"+86{contact}")
    rows = model.objects.filter(is_secret=False)
    before = set(rows.values_list("pk", flat=True))
    change_meanwhile(kind, contact, lambda: None)
    moved = {row.key for row in rows if row.to == now}
    assert moved == {"hired"} | ({f"digest-{mother.pk}-20261202"} if kind == "phone" else set())
    assert all(row.to == getattr(mother, kind) for row in rows if row.key not in moved)
    assert before < set(rows.values_list("pk", flat=True)), "that of the change is there as well"


@pytest.mark.usefixtures("notice_template")
def test_what_was_sent_stays_and_a_notice_that_waits_goes_with_its_contact(mother):
    send_notice(mother, "sent", "录用了", kind=NoticeKind.HIRING)
    Mail.objects.update(sent_at=timezone.now())
    send_notice(mother, "waits", "录用了", kind=NoticeKind.HIRING)
    former = User.objects.get(pk=mother.pk)
    mother.email = None
    mother.save()
    move_waiting_messages(former, mother)
    assert [(mail.key, mail.to) for mail in Mail.objects.all()] == [("sent", former.email)]
    assert mother.notices.filter(key="waits").exists()
