"""Inviting a colleague: by mail or text message, once, for a few days, and no rights before the second factor."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountEvent, StaffInvitation, User
from accounts.sign_in.allauth_internals import record_authentication_step
from accounts.staff.invitations import (
    STAFF_INVITATION_LIFETIME,
    accept_staff_invitation,
    invite_colleague,
)
from accounts.staff.posts import PostTerms, StaffChangeRefused, end_post, write_post
from sitekit.forms.fields import mask_email
from sitekit.messages.outbox import deliver_due
from sitekit.models import Mail, TextMessage
from sitekit.web.log_masking import mask_path
from tests.accounts.sign_in_pages import AGREEMENT, post_code, post_contact
from tests.accounts.staff.test_roles import make_colleague
from tests.people import SECRET, get_totp_code, make_person, sign_in

pytestmark = pytest.mark.django_db
NEW = "xin@example.com"
JOIN = "/team/join/"


@pytest.fixture
def operator(client, place):
    user = make_colleague("operator", "operator")
    sign_in(client, user)
    return user


def post_staff_invitation(client, **fields):
    data = {"contact": NEW, "role": "moderator", "area": "places", "places": "湘西、张家界"}
    return client.post(reverse("staff_invite"), {**data, "reason": "接替小王", **fields})


def get_link():
    text = Mail.objects.filter(to=NEW).latest("pk").text
    return next(line for line in text.splitlines() if "/team/join/" in line).partition("//")[2]


def open_link(client):
    return client.get("/" + get_link().partition("/")[2])


def give_second_factor(client, user):
    """As after setting up an authenticator in this session."""
    Authenticator.objects.create(user=user, type="totp", data={"secret": SECRET})
    request = HttpRequest()
    request.session = client.session
    record_authentication_step(request, user, "mfa", type="totp")
    request.session.save()


@pytest.fixture
def invited(client, operator):
    """(client, account) of who signed in with the invited mailbox and opened the link."""
    assert post_staff_invitation(client).status_code == 302
    user, own_client = User.objects.create_user(NEW, name="小新"), Client()
    assert open_link(own_client).url == JOIN
    assert own_client.get(JOIN).url.startswith("/accounts/login/?next=/team/join/")
    sign_in(own_client, user)
    return own_client, user


def test_nothing_is_given_before_a_key_of_their_own_and_the_second_factor(invited):
    own_client, user = invited
    page = own_client.get(JOIN).content.decode()
    assert "审核员 · 湘西、张家界" in page and "设密码" in page and ">接受<" not in page
    assert own_client.post(JOIN).status_code == 422
    user.set_password("wo-ziji-she-de-9")
    user.save()
    sign_in(own_client, user)
    open_link(own_client)
    assert own_client.post(JOIN).status_code == 422
    user.refresh_from_db()
    assert not user.is_staff and not user.groups.exists()


def test_who_accepts_is_a_colleague_and_the_link_is_used_up(invited, operator, place):
    own_client, user = invited
    user.set_password("wo-ziji-she-de-9")
    user.save()
    sign_in(own_client, user)
    give_second_factor(own_client, user)
    open_link(own_client)
    assert ">接受<" in own_client.get(JOIN).content.decode()
    assert own_client.post(JOIN).url == "/admin/"
    user.refresh_from_db()
    assert user.is_staff and not user.is_superuser
    post = user.staff_post
    assert (post.role, post.given_by) == ("moderator", operator)
    assert post.places == [place("xiangxi").adcode, place("zhangjiajie").adcode]
    assert own_client.get("/admin/desk/").status_code == 200
    assert open_link(own_client).status_code == 410 and own_client.post(JOIN).status_code == 410
    events = {event.action: event for event in AccountEvent.objects.exclude(action="rights")}
    assert set(events) == {"invite", "join"}
    assert (events["invite"].actor, events["invite"].reason) == (operator, "接替小王")
    assert events["join"].user == user and events["join"].changes["post"][1].endswith("张家界")
    assert operator.notices.get().title == "小新接受了邀请"


def test_the_whole_way_of_somebody_new_through_the_doors_of_the_site(client, operator):
    """From the link in the mail to the desk, with nothing but what the pages say."""
    post_staff_invitation(client)
    path, own_client = "/" + get_link().partition("/")[2], Client()
    assert deliver_due()[0] and "/team/join/" not in Mail.objects.get(to=NEW).text
    Mail.objects.all().delete()
    door = own_client.get(own_client.get(path).url).url
    post_contact(own_client, NEW, door)
    own_client.post(post_code(own_client).url, AGREEMENT)
    assert "设密码" in own_client.get(JOIN).content.decode()
    chosen = {"password": "wo-ziji-she-de-9"}
    assert own_client.post("/accounts/password/", chosen).status_code == 302
    page = own_client.get(JOIN).content.decode()
    activate = f"/accounts/2fa/totp/activate/?next={JOIN}"
    assert activate in page and ">接受<" not in page
    own_client.get(activate)
    own_client.post(activate, {"code": get_totp_code(own_client.session["mfa.totp.secret"])})
    assert ">接受<" in own_client.get(JOIN).content.decode()
    assert own_client.post(JOIN).url == "/admin/"
    assert own_client.get("/admin/desk/").status_code == 200
    assert User.objects.get(email=NEW).check_password("wo-ziji-she-de-9")


def test_a_passkey_is_key_and_second_factor(invited):
    own_client, user = invited
    Authenticator.objects.create(user=user, type="webauthn", data={})
    assert (
        "去验证" in own_client.get(JOIN).content.decode()
        and own_client.post(JOIN).status_code == 422
    )


def test_who_has_only_a_phone_is_invited_by_text_message(client, operator, settings):
    assert "不能用短信邀请" in post_staff_invitation(client, contact="13900139000").content.decode()
    settings.TEXT_MESSENGER = {
        "SENDER": "…",
        "OPTIONS": {"templates": {"code": "a", "notice": "b"}},
    }
    assert post_staff_invitation(client, contact="13900139000").status_code == 302
    message = TextMessage.objects.get()
    assert message.is_secret and not Mail.objects.exists()
    assert "139 **** 9000" in client.get(reverse("staff")).content.decode()
    address = "/n/{code}/".format(**message.words)
    assert mask_path(address) != address
    fields = {"phone": "+8613900139000", "phone_proved_at": timezone.now()}
    user = make_person("xiaoxin", **fields)
    User.objects.filter(pk=user.pk).update(email=None)
    user.set_password("wo-ziji-she-de-9")
    user.save(update_fields=["password"])
    own_client = sign_in(Client(), user)
    give_second_factor(own_client, user)
    assert own_client.get(address).url == JOIN
    assert own_client.post(JOIN).url == "/admin/"
    assert User.objects.get(pk=user.pk).is_staff
    other = sign_in(Client(), make_person("other"))
    post_staff_invitation(client, contact="13900139001")
    other.get("/n/{code}/".format(**TextMessage.objects.latest("pk").words))
    assert "另一个手机号" in other.get(JOIN).content.decode()


@pytest.mark.parametrize("is_dismissed", [True, False])
def test_an_older_invitation_to_the_other_contact_undoes_no_change_of_the_post(
    operator, is_dismissed, settings
):
    settings.TEXT_MESSENGER = {
        "SENDER": "…",
        "OPTIONS": {"templates": {"code": "a", "notice": "b"}},
    }
    user = make_person("xiaoxin", phone="+8613900001234", phone_proved_at=timezone.now())
    user.set_password("wo-ziji-she-de-9")
    user.save()
    Authenticator.objects.create(user=user, type="totp", data={"secret": SECRET})
    terms = PostTerms("moderator", True)
    by_mail = invite_colleague(operator, user.email, terms, "接替小王")
    by_phone = invite_colleague(operator, user.phone, PostTerms("operator", True), "信还没到")
    accept_staff_invitation(by_mail.pk, user, None)
    with pytest.raises(StaffChangeRefused, match="角色已经变过"):
        accept_staff_invitation(by_phone.pk, user, None)
    if is_dismissed:
        end_post(user.pk, operator, "开除")
        with pytest.raises(StaffChangeRefused, match="角色已经变过"):
            accept_staff_invitation(by_phone.pk, user, None)
    user = User.objects.get(pk=user.pk)
    assert user.is_staff is not is_dismissed and user.groups.count() == (not is_dismissed)
    by_phone.refresh_from_db()
    assert by_phone.accepted_by is None


def test_somebody_else_cannot_use_the_link(client, operator):
    post_staff_invitation(client)
    other = sign_in(Client(), make_person("other"))
    open_link(other)
    answer = other.get(JOIN)
    assert answer.status_code == 403 and "另一个邮箱" in answer.content.decode()
    assert "退出，换账号登录" in answer.content.decode()
    answer = other.post(JOIN, {"other_account": "1"})
    assert answer.url == f"{reverse('account_login')}?next={JOIN}", "it names no invitation"
    answer = sign_in(other, make_person("friend")).get(JOIN)
    assert answer.status_code == 403, "signed in, one is back at the invitation"


@pytest.mark.parametrize("end", ["late", "withdrawn", "again", "giver left", "giver of less"])
def test_a_link_ends(client, operator, end, place):
    post_staff_invitation(client)
    row = StaffInvitation.objects.get()
    old_link = get_link()
    match end:
        case "late":
            past = timezone.now() - STAFF_INVITATION_LIFETIME - timedelta(minutes=1)
            StaffInvitation.objects.update(created_at=past)
        case "withdrawn":
            assert (
                client.post(reverse("staff_invitation_withdraw", args=[row.pk])).status_code == 302
            )
            assert not Mail.objects.filter(to=NEW).exists()
        case "again":
            post_staff_invitation(client)
        case "giver left":
            User.objects.filter(pk=operator.pk).update(is_active=False)
        case "giver of less":
            write_post(operator, PostTerms("operator", False, (place("beijing").adcode,)), None)
    assert Client().get("/" + old_link.partition("/")[2]).status_code == 410


@pytest.mark.parametrize("end", ["giver left", "giver of less"])
def test_an_open_invitation_that_nobody_stands_for_any_more_says_so(client, operator, end, place):
    post_staff_invitation(client)
    viewer = make_colleague("viewer", "operator")
    sign_in(client, viewer)
    words = "链接用不上了：邀请的人不能再给这个角色。请再发一封。"
    assert words not in client.get("/admin/team/").content.decode()
    if end == "giver left":
        end_post(operator.pk, viewer, "离职")
    else:
        write_post(operator, PostTerms("operator", False, (place("beijing").adcode,)), None)
    page = client.get("/admin/team/").content.decode()
    assert mask_email(NEW) in page and words in page
    post_staff_invitation(client)
    page = client.get("/admin/team/").content.decode()
    assert mask_email(NEW) in page and words not in page


def test_a_damaged_link_and_the_page_without_one_say_so(client):
    assert client.get("/team/join/x/").status_code == 404
    sign_in(client, make_person("somebody"))
    assert client.get(JOIN).status_code == 410


def test_the_token_is_in_no_log_and_on_no_later_address(client, operator):
    post_staff_invitation(client)
    path = "/" + get_link().partition("/")[2]
    assert mask_path(path) == "/team/join/***/"
    assert Client().get(path).url == JOIN


def test_a_mistake_is_said_at_its_field_and_what_was_typed_stays(client, operator):
    answer = post_staff_invitation(client, places="湘西、没有的地方", reason="")
    page = answer.content.decode()
    assert answer.status_code == 422 and not StaffInvitation.objects.exists()
    assert "没有找到「没有的地方」" in page and "写一句为什么" in page and NEW in page
    assert "写明负责哪些地区" in post_staff_invitation(client, places="").content.decode()
    make_person("colleague", is_staff=True)
    assert (
        "已经是同事"
        in post_staff_invitation(client, contact="colleague@example.com").content.decode()
    )


def test_nobody_gives_more_than_they_have(place):
    local = make_colleague("local", "operator", [place("xiangxi")])
    jishou = PostTerms("operator", False, (place("jishou").adcode,))
    assert invite_colleague(local, NEW, jishou, "县里的").places == [place("jishou").adcode]
    for terms in (
        PostTerms("editor", True),
        PostTerms("editor", False, (place("beijing").adcode,)),
    ):
        with pytest.raises(StaffChangeRefused, match="只能给你自己负责的地区"):
            invite_colleague(local, NEW, terms, "县外的")
    with pytest.raises(StaffChangeRefused, match="不能改"):
        invite_colleague(make_colleague("senior", "senior"), NEW, jishou, "没有这个权限")


def test_an_address_gets_only_so_many_letters(client, operator, monkeypatch):
    monkeypatch.setattr("accounts.staff.invitations.INVITATIONS_A_DAY", 1)
    assert post_staff_invitation(client).status_code == 302
    assert "明天再试" in post_staff_invitation(client).content.decode()
