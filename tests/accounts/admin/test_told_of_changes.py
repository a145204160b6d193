"""What staff change of an account or of the members of an employer: whoever it concerns hears of it."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from jobsite.me.personal_data import close_account
from sitekit.models import Mail, TextMessage
from tests.accounts.admin.test_admin import change_url, employer_form
from tests.accounts.staff.test_roles import keep_session, make_colleague
from tests.edit_marks import read_edit_mark
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
WHY = "本人来电，旧邮箱打不开了"


@pytest.fixture
def operator(client):
    user = make_colleague("operator", "operator")
    sign_in(client, user)
    return user


@pytest.fixture
def boss(client):
    user = make_person("boss", is_staff=True, is_superuser=True)
    sign_in(client, user)
    return user


def post_account(client, person, **fields):
    data = {"email": person.email or "", "phone": person.phone or "", "name": person.name}
    address = reverse("admin:accounts_user_change", args=[person.pk])
    editor = get_user(client)
    return client.post(address, data | read_edit_mark(person, editor) | fields)


@pytest.mark.parametrize(
    ("kind", "new"), [("email", "new@example.com"), ("phone", "13900139000"), ("email", "")]
)
def test_the_former_contacts_hear_what_staff_changed_and_sessions_end(client, operator, kind, new):
    person = make_person("mother", phone="+8613800138000", phone_proved_at=timezone.now())
    own_client = keep_session(Client(), person)
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk])).content.decode()
    assert 'name="edit_reason"' in page
    assert post_account(client, person, **{kind: new, "edit_reason": WHY}).status_code == 302
    notice, mail = Notice.objects.get(user=person), Mail.objects.get()
    assert mail.to == "mother@example.com" and "不是你要求的" in mail.text
    assert TextMessage.objects.get(kind="security").to == "+8613800138000"
    assert notice.title == f"{'邮箱' if kind == 'email' else '手机号'}由工作人员换了"
    assert own_client.get("/me/").status_code == 302
    event = person.account_events.get()
    assert (event.action, event.actor, event.reason) == (kind, operator, WHY)
    history = client.get(reverse("admin:accounts_user_history", args=[person.pk]))
    assert WHY in history.content.decode() and "new@example.com" not in event.reason


def test_a_contact_is_not_changed_without_a_reason(client, operator):
    person = make_person("mother", phone="+8613800138000")
    answer = post_account(client, person, email="new@example.com")
    assert answer.status_code == 200 and "写一句为什么" in answer.content.decode()
    person.refresh_from_db()
    assert person.email == "mother@example.com" and not Mail.objects.exists()


def test_another_name_is_no_matter_of_safety(client, operator):
    person = make_person("mother", phone="+8613800138000")
    own_client = keep_session(Client(), person)
    assert post_account(client, person, name="妈妈", phone="138 0013 8000").status_code == 302
    person.refresh_from_db()
    assert person.name == "妈妈" and own_client.get("/me/").status_code == 200
    assert not (Notice.objects.exists() or person.account_events.exists())


@pytest.mark.parametrize("is_from_list", [False, True])
def test_whose_second_factor_is_deleted_hears_of_it_and_the_account_keeps_who_did_it(
    client, boss, is_from_list
):
    person = make_person("mother")
    factors = [
        Authenticator.objects.create(user=person, type=kind, data={})
        for kind in ("totp", "recovery_codes")
    ]
    if is_from_list:
        address = reverse("admin:mfa_authenticator_changelist")
        numbers = [factor.pk for factor in factors]
        data = {"action": "delete_selected", "_selected_action": numbers, "post": "yes"}
    else:
        address = reverse("admin:mfa_authenticator_delete", args=[factors[0].pk])
        data = {"post": "yes"}
    assert client.post(address, data).status_code == 302
    notice = Notice.objects.get(user=person)
    expected = "验证器、备用码" if is_from_list else "验证器"
    assert notice.title == f"{expected}由工作人员删掉了"
    assert Mail.objects.get().to == person.email
    event = person.account_events.get()
    assert (event.action, event.actor, event.reason) == ("factor", boss, f"删掉的是{expected}")
    history = client.get(reverse("admin:accounts_user_history", args=[person.pk]))
    assert "删掉两步验证" in history.content.decode()


def test_owners_hear_of_members_that_staff_add_and_remove(client, boss):
    owner, former, stranger = make_person("owner"), make_person("former"), make_person("stranger")
    shop = make_employer("小吃铺", member=owner)
    row = shop.memberships.create(user=former, role="owner")
    kept = {"id": shop.memberships.get(user=owner).pk, "user": owner.pk, "role": "owner"}
    removed = {"id": row.pk, "user": former.pk, "role": "owner", "DELETE": "on"}
    added = {"user": stranger.pk, "role": "recruiter"}
    data = employer_form(shop, members=[kept, removed, added])
    assert client.post(change_url(shop), data).status_code == 302
    assert set(shop.memberships.values_list("user__name", "role")) == {
        ("owner", "owner"),
        ("stranger", "recruiter"),
    }
    for user in (owner, former):
        texts = " ".join(Notice.objects.filter(user=user).values_list("text", flat=True))
        assert "加入：stranger，招聘员。为什么：写错了" in texts
        assert "移除：former，负责人。为什么：写错了" in texts
    assert {mail.to for mail in Mail.objects.all()} == {owner.email, former.email}
    words = set(shop.events.filter(actor=boss).values_list("reason", flat=True))
    assert {f"成员 {stranger.pk} 加入，招聘员：写错了", f"成员 {former.pk} 被移除：写错了"} <= words
    close_account(stranger.pk)
    (text,) = Notice.objects.filter(user=owner, text__contains="注销").values_list(
        "text", flat=True
    )
    assert "stranger" not in text and "马上按「关于与备案」" in text


@pytest.mark.parametrize("is_added", [True, False])
def test_no_member_comes_or_goes_without_a_reason(client, boss, is_added):
    owner, former = make_person("owner"), make_person("former")
    shop = make_employer("小吃铺", member=owner)
    member = {"user": former.pk, "role": "recruiter"}
    if not is_added:
        member |= {"id": shop.memberships.create(user=former, role="recruiter").pk}
        member |= {"DELETE": "on"}
    rows = [{"id": shop.memberships.get(user=owner).pk, "user": owner.pk, "role": "owner"}, member]
    answer = client.post(change_url(shop), employer_form(shop, members=rows, edit_reason=" "))
    assert "要在上面写明为什么改" in answer.content.decode()
    assert shop.memberships.filter(user=former).exists() is not is_added
    assert not Notice.objects.exists()
    answer = client.post(change_url(shop), employer_form(shop, members=rows))
    assert shop.memberships.filter(user=former).exists() is is_added


def test_staff_leave_an_employer_an_owner(client, boss):
    owner = make_person("owner")
    shop = make_employer("小吃铺", member=owner)
    row = {"id": shop.memberships.get().pk, "user": owner.pk, "role": "owner"}
    other = make_person("other")
    alone = employer_form(shop, members=[row | {"DELETE": "on"}])
    assert "至少要有一位负责人" in client.post(change_url(shop), alone).content.decode()
    helped = [row | {"DELETE": "on"}, {"user": other.pk, "role": "recruiter"}]
    answer = client.post(change_url(shop), employer_form(shop, members=helped))
    assert "至少要有一位负责人" in answer.content.decode() and shop.memberships.get().user == owner
    helped[1]["role"] = "owner"
    assert client.post(change_url(shop), employer_form(shop, members=helped)).status_code == 302
    assert shop.memberships.get().user == other
