"""Contacts of people stand masked on pages of the staff. A button shows them once and records who pressed it."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.admin.row_mark import SHOWN
from accounts.models import StaffInvitation
from sitekit.forms.masked_contacts import CONTACT_LOOK_FLAG, SHOW_CONTACTS
from tests.accounts.admin.test_told_of_changes import post_account
from tests.accounts.staff.test_roles import make_colleague
from tests.edit_marks import read_edit_mark
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
PHONE, MAIL = "+8613800138000", "mother@example.com"
IN_CLEAR = (PHONE, "13800138000", "138 0013 8000", MAIL)
MASKED = ("138 **** 8000", "m***@example.com")
PRESSED = {SHOW_CONTACTS: "1"}
WHY = "本人来电，换了号"


@pytest.fixture
def mother():
    return make_person("mother", phone=PHONE)


def change_address(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def list_shown(answer):
    page = answer.content.decode()
    return [contact for contact in IN_CLEAR if contact in page]


def list_looks():
    return list(
        LogEntry.objects.filter(action_flag=CONTACT_LOOK_FLAG).values_list(
            "user", "content_type__model", "object_id"
        )
    )


@pytest.mark.parametrize("role", ["support", "auditor", "senior", "operator"])
def test_list_and_form_show_them_masked_and_the_button_shows_them_once(client, mother, role):
    viewer = make_colleague(role, role)
    sign_in(client, viewer)
    users = reverse("admin:accounts_user_changelist")
    address = change_address(mother)
    pages = [
        client.get(users),
        client.get(users, {"q": "mother"}),
        client.get(address),
        client.get(reverse("admin:accounts_user_history", args=[mother.pk])),
    ]
    assert [list_shown(page) for page in pages] == [[]] * 4
    for page in pages[:3]:
        assert all(words in page.content.decode() for words in MASKED)
    assert list_looks() == [] and "显示联系方式" in pages[2].content.decode()
    shown = client.post(address, PRESSED)
    assert shown.status_code == 200 and {PHONE, MAIL} <= set(list_shown(shown))
    assert "已经记下" in shown.content.decode() and "显示联系方式" not in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert list_looks() == [(viewer.pk, "user", str(mother.pk))]
    entry = LogEntry.objects.get()
    assert not any(contact in f"{entry.object_repr}{entry.change_message}" for contact in IN_CLEAR)
    again = client.get(address)
    assert list_shown(again) == [] and "已经记下" not in again.content.decode()
    history = client.get(reverse("admin:accounts_user_history", args=[mother.pk]))
    assert "看了联系方式" in history.content.decode() and list_shown(history) == []


def test_a_whole_phone_or_mailbox_is_still_found(client, mother):
    sign_in(client, make_colleague("support", "support"))
    for typed in ("138 0013 8000", "Mother@example.com"):
        page = client.get(reverse("admin:accounts_user_changelist"), {"q": typed})
        assert [row.pk for row in page.context["cl"].result_list] == [mother.pk]
        assert "138 **** 8000" in page.content.decode()


def test_who_may_not_open_the_page_is_shown_nothing_and_nothing_is_recorded(client, mother, place):
    near = make_person("near", phone="+8613900139000")
    make_employer("朝阳面馆", member=near, region="beijing")
    local = make_colleague("local", "senior", [place("beijing")])
    sign_in(client, local)
    assert client.post(change_address(mother), PRESSED).status_code == 404
    assert client.post(change_address(near), PRESSED).status_code == 200
    assert list_looks() == [(local.pk, "user", str(near.pk))]
    sign_in(client, make_colleague("editor", "editor"))
    assert client.post(change_address(mother), PRESSED).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, make_colleague("support", "support"))
    assert strict.post(change_address(mother), PRESSED).status_code == 403
    assert len(list_looks()) == 1


def test_the_masked_words_sent_back_leave_the_contacts_as_they_are(client, mother):
    sign_in(client, make_colleague("operator", "operator"))
    page = client.get(change_address(mother)).content.decode()
    assert all(f'value="{words}"' in page for words in MASKED)
    fields = {"phone": MASKED[0], "email": MASKED[1], "name": "妈妈"}
    assert post_account(client, mother, **fields).status_code == 302
    mother.refresh_from_db()
    assert (mother.phone, mother.email, mother.name) == (PHONE, MAIL, "妈妈")
    assert not mother.account_events.exists()
    entry = LogEntry.objects.get(action_flag=CHANGE)
    assert "称呼" in entry.get_change_message() and "手机号" not in entry.get_change_message()


def test_a_refused_form_shows_what_was_typed_and_the_rest_masked(client, mother):
    sign_in(client, make_colleague("operator", "operator"))
    refused = post_account(client, mother, phone=MASKED[0], email="new@example.com")
    assert (
        "写一句为什么" in refused.content.decode() and "new@example.com" in refused.content.decode()
    )
    assert list_shown(refused) == [] and MASKED[0] in refused.content.decode()


def test_a_contact_is_changed_or_taken_away_without_seeing_the_former_one(client, mother):
    sign_in(client, make_colleague("operator", "operator"))
    changed = post_account(client, mother, phone="139 0013 9000", email=MASKED[1], edit_reason=WHY)
    assert changed.status_code == 302
    mother.refresh_from_db()
    assert (mother.phone, mother.email) == ("+8613900139000", MAIL)
    emptied = post_account(client, mother, phone="", email=MASKED[1], edit_reason=WHY)
    assert emptied.status_code == 302
    mother.refresh_from_db()
    assert (mother.phone, mother.email) == (None, MAIL)
    assert list_looks() == []


@pytest.mark.parametrize("fields", [{"email": "k***@example.com"}, {"phone": "139 **** 8000"}])
def test_masked_words_that_were_changed_are_no_new_contact(client, mother, fields):
    sign_in(client, make_colleague("operator", "operator"))
    typed = {"phone": MASKED[0], "email": MASKED[1], "edit_reason": WHY} | fields
    answer = post_account(client, mother, **typed)
    form = answer.context["adminform"].form
    assert list(form.errors) == list(fields)
    mother.refresh_from_db()
    assert (mother.phone, mother.email) == (PHONE, MAIL)


def test_the_form_that_shows_the_contacts_can_be_saved(client, mother):
    sign_in(client, make_colleague("operator", "operator"))
    form = client.post(change_address(mother), PRESSED).context["adminform"].form
    typed = {name: form[name].value() for name in ("email", "phone", SHOWN)}
    assert typed["phone"] == PHONE
    assert post_account(client, mother, **typed, name="妈妈").status_code == 302
    mother.refresh_from_db()
    assert (mother.phone, mother.name) == (PHONE, "妈妈")
    assert not mother.account_events.exists()


def test_the_mark_of_the_form_does_not_tell_the_masked_digits(mother, settings):
    """Ten thousand phones fit the mask: a mark that anybody can compute would tell which it is."""
    mark = read_edit_mark(mother)
    settings.SECRET_KEY = "another key" * 6
    assert read_edit_mark(mother) != mark


def test_the_phone_of_an_employer_is_masked_with_its_changes(client):
    shop = make_employer("小吃铺", contact_phone=PHONE)
    shop.events.create(
        action="edit", after=shop.status, changes={"contact_phone": [PHONE, "+8613900139000"]}
    )
    viewer = make_colleague("moderator", "moderator")
    sign_in(client, viewer)
    address = change_address(shop)
    history = reverse("admin:accounts_employer_history", args=[shop.pk])
    desk = client.get(reverse("desk:employer", args=[shop.pk]))
    pages = [client.get(address), client.get(history), desk]
    for page in pages:
        assert list_shown(page) == [] and "138 **** 8000" in page.content.decode()
        assert "13900139000" not in page.content.decode()
        assert "139 **** 9000" in page.content.decode()
    assert f'action="{address}"' in desk.content.decode() and SHOW_CONTACTS in desk.content.decode()
    assert PHONE in client.post(address, PRESSED).content.decode()
    assert list_looks() == [(viewer.pk, "employer", str(shop.pk))]


def test_without_a_contact_there_is_nothing_to_show(client):
    sign_in(client, make_colleague("moderator", "moderator"))
    shop = make_employer("小吃铺", contact_phone="")
    assert "显示联系方式" not in client.get(change_address(shop)).content.decode()
    assert (
        "显示联系方式" not in client.get(reverse("desk:employer", args=[shop.pk])).content.decode()
    )


def test_an_invited_mailbox_is_masked(client):
    boss = make_person("boss", is_staff=True, is_superuser=True)
    sign_in(client, boss)
    StaffInvitation.objects.create(
        email=MAIL, role="editor", is_national=True, reason="新同事", invited_by=boss
    )
    page = client.get(reverse("staff"))
    assert list_shown(page) == [] and MASKED[1] in page.content.decode()


def test_the_masks_take_no_query(client, mother):
    """Seven rows take as many as one."""
    sign_in(client, make_colleague("support", "support"))
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("admin:accounts_user_changelist"))
        counts.append(len(captured))
        make_person(f"p{number}", phone=f"+861380013800{number + 1}")
    assert counts[0] == counts[1]
