"""Who acts for an employer: invited by mail or text message, in a role, and gone again."""

import time
from datetime import timedelta
from urllib.parse import quote, unquote

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.employers import invitations
from accounts.models import Employer, EmployerInvitation, EmployerMember, User
from sitekit.models import Mail, TextMessage
from sitekit.web.signed_links import sign_link
from tests.answers import read_body
from tests.at_once import at_once, has_to_wait
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
PAGE = "/employer/members/"


@pytest.fixture
def owner():
    return make_person("owner")


@pytest.fixture
def shop(client, owner):
    sign_in(client, owner)
    return make_employer("示例小店", member=owner)


def post_member_invitation(client, contact="friend@example.com", role="recruiter"):
    return client.post(PAGE, {"contact": contact, "role": role})


def get_invitation_link(mail=None):
    mail = mail or Mail.objects.filter(key__startswith="employer-invitation").latest("pk")
    return next(word for word in mail.text.split() if "/employer/join/" in word).partition("8000")[
        2
    ]


def get_member_roles(shop):
    return dict(shop.memberships.values_list("user__email", "role"))


def test_from_the_letter_to_the_desk(client, shop):
    assert post_member_invitation(client, "Ｆriend@example.com").url == PAGE
    mail = Mail.objects.get()
    assert mail.to == "friend@example.com" and "示例小店" in mail.subject
    guest = Client()
    assert (
        unquote(guest.get(get_invitation_link()).url)
        == f"/accounts/login/?next={get_invitation_link()}"
    )
    sign_in(guest, make_person("friend"))
    page = read_body(guest.get(get_invitation_link()))
    assert "加入「示例小店」" in page and "招聘员" in page
    assert get_member_roles(shop) == {"owner@example.com": "owner"}, "looking is not joining"
    assert guest.post(get_invitation_link()).url == PAGE
    assert get_member_roles(shop)["friend@example.com"] == "recruiter"
    assert "示例小店" in read_body(guest.get(PAGE))
    assert "friend加入了「示例小店」" in shop.memberships.get(role="owner").user.notices.get().title


def test_an_invitation_names_the_employer_only_as_it_was_checked(client, shop, owner):
    Employer.objects.update(name="领红包找 lulu88990", checked_name="")
    User.objects.filter(pk=owner.pk).update(name="加微信lulu88990领红包")
    post_member_invitation(client)
    mail = Mail.objects.get()
    assert mail.subject == "「一家单位」邀请你一起招人" and "lulu" not in mail.text
    page = read_body(sign_in(Client(), make_person("friend")).get(get_invitation_link()))
    assert "加入「一家单位」" in page and "lulu" not in page
    Employer.objects.update(checked_name="湘西山货行")
    post_member_invitation(client, "second@example.com")
    mail = Mail.objects.get(to="second@example.com")
    assert mail.subject == "「湘西山货行」邀请你一起招人" and "lulu" not in mail.text


@pytest.mark.parametrize("email", ["stranger@example.com", None])
def test_a_link_that_was_passed_on_lets_nobody_else_in(client, shop, email):
    post_member_invitation(client, role="owner")
    stranger = make_person("stranger", phone="+8613900139000")
    stranger.email = email
    stranger.save()
    guest = sign_in(Client(), stranger)
    page = read_body(guest.get(get_invitation_link()))
    assert "另一个邮箱" in page and "退出，换账号登录" in page
    assert guest.post(get_invitation_link()).status_code == 403
    assert (
        invitations.accept_employer_invitation(EmployerInvitation.objects.get().pk, stranger)
        is None
    )
    assert get_member_roles(shop) == {"owner@example.com": "owner"}
    assert EmployerInvitation.objects.get().answered_at is None, "it waits for whom it is for"
    door = f"/accounts/login/?next={quote(get_invitation_link())}"
    assert f'value="{door}"' in page
    assert guest.post("/accounts/logout/", {"next": door}).url == door
    assert "登录后接着接受邀请" in read_body(guest.get(door))


def test_every_owner_hears_by_mail_who_joined(client, shop):
    quiet = make_person("quiet", wants_mail=False)
    shop.memberships.create(user=quiet, role="owner")
    shop.memberships.create(user=make_person("recruiter"), role="recruiter")
    post_member_invitation(client)
    sign_in(Client(), make_person("friend")).post(get_invitation_link())
    mails = Mail.objects.filter(subject__contains="friend加入了")
    assert {mail.to for mail in mails} == {"owner@example.com", "quiet@example.com"}


def test_nobody_joins_beyond_the_limit(client, shop, monkeypatch):
    post_member_invitation(client)
    monkeypatch.setattr(invitations, "MAX_MEMBERS", 1)
    guest = sign_in(Client(), make_person("friend"))
    answer = guest.post(get_invitation_link())
    assert answer.status_code == 409 and "成员已经满 1 位" in read_body(answer)
    assert get_member_roles(shop) == {"owner@example.com": "owner"}
    assert EmployerInvitation.objects.get().answered_at is None, "it may be used later"


def test_a_link_works_once(client, shop):
    post_member_invitation(client)
    first, second = (
        sign_in(Client(), make_person("friend")),
        sign_in(Client(), make_person("second")),
    )
    first.post(get_invitation_link())
    assert (
        second.get(get_invitation_link()).status_code
        == second.post(get_invitation_link()).status_code
        == 410
    )
    for ask in (first.get, first.post):
        assert ask(get_invitation_link()).url == PAGE
        assert "你已经加入「示例小店」了" in read_body(first.get(PAGE)), "twice is once"
    assert shop.memberships.count() == 2
    row = EmployerInvitation.objects.get()
    assert invitations.accept_employer_invitation(row.pk, make_person("third")) is None, (
        "not at the same moment either"
    )


def test_a_link_leads_nobody_back_who_was_removed(client, shop):
    post_member_invitation(client)
    guest = sign_in(Client(), make_person("friend"))
    guest.post(get_invitation_link())
    shop.memberships.get(role="recruiter").delete()
    assert guest.get(get_invitation_link()).status_code == 410
    assert guest.post(get_invitation_link()).status_code == 410


def test_a_link_ends_after_seven_days_or_when_spoilt(client, shop, monkeypatch):
    post_member_invitation(client)
    address = get_invitation_link()
    sign_in(client, make_person("friend"))
    assert client.post(address[:-4] + "xxx/").status_code == 404
    monkeypatch.setattr(invitations, "INVITATION_LIFETIME", timedelta(seconds=-1))
    assert client.post(address).status_code == 404
    assert shop.memberships.count() == 1


@pytest.mark.parametrize(("minutes", "status"), [(-1, 200), (1, 404)])
def test_a_link_is_good_for_seven_days(client, shop, monkeypatch, minutes, status):
    post_member_invitation(client)
    sign_in(client, make_person("friend"))
    moment = time.time() + timedelta(days=7, minutes=minutes).total_seconds()
    monkeypatch.setattr(time, "time", lambda: moment)
    assert client.get(get_invitation_link()).status_code == status


def test_a_link_that_lets_nobody_in_says_so_before_it_asks_for_a_login(client, shop):
    broken = Client().get("/employer/join/x/")
    assert broken.status_code == 404 and "这个链接用不了" in read_body(broken)
    post_member_invitation(client)
    link = get_invitation_link()
    invitations.cancel_employer_invitation(shop, EmployerInvitation.objects.get().pk)
    used_up = Client().get(link)
    assert used_up.status_code == 410 and "这个邀请已经用不上了" in read_body(used_up)
    assert "去我的单位" not in read_body(used_up)


def test_a_link_made_for_something_else_does_not_let_in(client, shop):
    post_member_invitation(client)
    other = sign_link("alerts confirm", EmployerInvitation.objects.get().pk)
    assert (
        sign_in(Client(), make_person("friend")).post(f"/employer/join/{other}/").status_code == 404
    )


def test_a_second_letter_ends_the_first(client, shop):
    post_member_invitation(client)
    old = get_invitation_link()
    post_member_invitation(client, role="owner")
    guest = sign_in(Client(), make_person("friend"))
    assert guest.post(old).status_code == 410
    guest.post(get_invitation_link())
    assert get_member_roles(shop)["friend@example.com"] == "owner"


def test_what_was_withdrawn_is_over_and_its_letter_does_not_leave(client, shop):
    post_member_invitation(client)
    address = get_invitation_link()
    row = EmployerInvitation.objects.get()
    client.post(f"/employer/invitations/{row.pk}/withdraw/")
    assert not Mail.objects.exists()
    assert sign_in(Client(), make_person("friend")).get(address).status_code == 410


def test_a_phone_gets_a_text_message_whose_link_is_good_for_its_owner_only(client, shop, settings):
    assert "不能用短信邀请" in read_body(post_member_invitation(client, "139 0013 9000")), (
        "there is no template"
    )
    settings.TEXT_MESSENGER = {
        "SENDER": "…",
        "OPTIONS": {"templates": {"code": "a", "notice": "b"}},
    }
    Employer.objects.update(status="unverified")
    assert "单位通过认证以后" in read_body(post_member_invitation(client, "139 0013 9000")), (
        "strangers write to nobody"
    )
    Employer.objects.update(status="verified")
    assert post_member_invitation(client, "139 0013 9000").url == PAGE
    message = TextMessage.objects.get()
    assert (message.to, message.kind) == ("+8613900139000", "notice") and not Mail.objects.exists()
    assert "示例小店" in message.words["title"] and len(message.words["title"]) <= 35
    address = "/n/{code}/".format(**message.words)
    assert address in message.text and "139 0013 9000" in read_body(client.get(PAGE))
    stranger = sign_in(Client(), make_person("stranger", phone="+8613900139000"))
    assert "另一个手机号" in read_body(stranger.get(address)), (
        "a number that is not proved is nobody's"
    )
    assert stranger.post(address).status_code == 403
    User.objects.filter(email="stranger@example.com").update(phone=None)
    fields = {"phone": "+8613900139000", "phone_proved_at": timezone.now()}
    friend = sign_in(Client(), make_person("friend", **fields))
    assert friend.post(address).url == PAGE
    assert get_member_roles(shop)["friend@example.com"] == "recruiter"
    assert "已经是成员" in read_body(post_member_invitation(client, "13900139000"))
    post_member_invitation(client, "13900139001")
    waiting = TextMessage.objects.latest("pk")
    EmployerInvitation.objects.update(created_at=timezone.now() - timedelta(days=7, minutes=1))
    assert friend.get("/n/{code}/".format(**waiting.words)).status_code == 410, (
        "short codes end too"
    )
    EmployerInvitation.objects.update(created_at=timezone.now())
    client.post(f"/employer/invitations/{EmployerInvitation.objects.latest('pk').pk}/withdraw/")
    assert not TextMessage.objects.filter(pk=waiting.pk).exists()


def test_letters_are_limited(client, shop):
    for _ in range(int(invitations.INVITATIONS_TO_ONE_CONTACT_A_DAY)):
        assert post_member_invitation(client).status_code == 302
    assert "明天再试" in read_body(post_member_invitation(client))


def test_a_banned_employer_invites_nobody(client, shop):
    post_member_invitation(client)
    shop.status = "banned"
    shop.save()
    assert "不能再邀请" in read_body(post_member_invitation(client, "other@example.com"))
    assert sign_in(Client(), make_person("friend")).post(get_invitation_link()).status_code == 410


@pytest.mark.parametrize(
    ("contact", "message"),
    [
        ("", "请填对方的手机号或邮箱"),
        ("nobody", "手机号"),
        ("nobody@", "写得不对"),
        ("owner@example.com", "已经是成员"),
    ],
)
def test_what_is_wrong_is_said(client, shop, contact, message):
    assert message in read_body(post_member_invitation(client, contact))
    assert not Mail.objects.exists()


# Roles


def test_the_last_owner_stays_one(client, shop, owner):
    me = shop.memberships.get()
    client.post(f"{PAGE}{me.pk}/role/", {"role": "recruiter"})
    page = read_body(client.post(PAGE + "leave/", follow=True))
    assert "至少要有一位负责人" in page
    assert get_member_roles(shop) == {"owner@example.com": "owner"}


def test_with_another_owner_one_may_go(client, shop, owner):
    other = shop.memberships.create(user=make_person("other"), role="recruiter")
    client.post(f"{PAGE}{other.pk}/role/", {"role": "owner"})
    assert client.post(PAGE + "leave/").url == "/employer/register/"
    assert get_member_roles(shop) == {"other@example.com": "owner"}
    assert client.get(PAGE).status_code == 404
    assert [event.action for event in shop.events.all()[:2]] == ["member", "member"]


def test_a_recruiter_manages_nobody_and_may_leave(client, shop):
    recruiter = make_person("recruiter")
    shop.memberships.create(user=recruiter, role="recruiter")
    me = shop.memberships.get(role="owner")
    sign_in(client, recruiter)
    assert client.get(PAGE).status_code == 200
    for path in (f"{me.pk}/role/", f"{me.pk}/remove/"):
        assert client.post(PAGE + path, {"role": "recruiter"}).status_code == 403
    assert post_member_invitation(client).status_code == 403
    refusal = client.post("/employer/details/", {})
    assert refusal.status_code == 403 and "只有单位的负责人能做" in read_body(refusal)
    assert 'href="/employer/">回工作台' in read_body(refusal)
    client.post(PAGE + "leave/")
    assert get_member_roles(shop) == {"owner@example.com": "owner"}


def test_members_and_invitations_of_others_are_not_there(client, shop):
    stranger = make_employer(member=make_person("stranger"))
    row = EmployerInvitation.objects.create(
        employer=stranger, email="x@example.com", role="owner", invited_by=stranger.members.get()
    )
    them = stranger.memberships.get()
    for button in (f"{PAGE}{them.pk}/remove/", f"{PAGE}{them.pk}/role/"):
        page = read_body(client.post(button, {"role": "recruiter"}, follow=True))
        assert "这位成员已经不在了" in page, "as if it were not there"
    assert client.get(f"{PAGE}{them.pk}/remove/").url == PAGE
    client.post(f"/employer/invitations/{row.pk}/withdraw/")
    row.refresh_from_db()
    assert get_member_roles(stranger) == {"stranger@example.com": "owner"}
    assert row.answered_at is None


# For whom one acts


def test_who_acts_for_several_switches(client, shop, owner):
    second = make_employer("第二家店", member=owner)
    page = read_body(client.get(PAGE))
    assert "换一家" in page
    client.post("/employer/switch/", {"employer": shop.pk})
    assert "<b>示例小店</b>" in read_body(client.get(PAGE))
    client.post("/employer/switch/", {"employer": second.pk})
    assert "<b>第二家店</b>" in read_body(client.get(PAGE))


@pytest.mark.parametrize("wanted", ["", "0", "x", "²", "99999999999999999999999"])
def test_nobody_switches_to_what_is_not_theirs(client, shop, wanted):
    assert client.post("/employer/switch/", {"employer": wanted}).status_code == 404
    other = make_employer()
    assert client.post("/employer/switch/", {"employer": other.pk}).status_code == 404


def test_two_owners_who_leave_at_once_are_not_both_gone(committed):
    first, second = make_person("friend"), make_person("second")
    shop = make_employer(member=first)
    shop.memberships.create(user=second, role="owner")
    members = shop.memberships.select_related("user")
    answers = at_once(
        *[
            lambda membership=membership: invitations.remove_employer_member(
                shop.pk, membership.pk, membership.user
            )
            for membership in members
        ]
    )
    assert sum(isinstance(answer, invitations.MembershipRefused) for answer in answers) == 1
    assert EmployerMember.objects.filter(employer=shop, role="owner").count() == 1


def test_leaving_waits_for_whoever_has_the_employer(committed):
    """Owners are counted under its lock."""
    owner = make_person("owner")
    shop = make_employer(member=owner)
    shop.memberships.create(user=make_person("other"), role="owner")
    with transaction.atomic():
        Employer.objects.select_for_update(no_key=True).get(pk=shop.pk)
        assert has_to_wait(
            lambda: invitations.remove_employer_member(shop.pk, owner.memberships.get().pk, owner)
        )
    assert shop.memberships.count() == 2


def test_an_old_invitation_is_not_listed(client, shop):
    post_member_invitation(client)
    assert "friend@example.com" in read_body(client.get(PAGE))
    EmployerInvitation.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert "friend@example.com" not in read_body(client.get(PAGE))
    assert post_member_invitation(client).status_code == 302, (
        "and does not stand in the way of another"
    )
