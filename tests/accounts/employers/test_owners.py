"""Who may be an owner, and who stays one: by its owners a stopped employer is known again."""

import pytest
from django.test import Client

from accounts.employers import invitations
from accounts.employers.registration import RegistrationRefused, require_not_banned
from accounts.employers.transitions import change_employer_status
from accounts.models import EmployerInvitation, EmployerMember
from sitekit.models import Mail
from tests.answers import read_body
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


@pytest.fixture
def second(shop):
    """Another owner."""
    user = make_person("second")
    shop.memberships.create(user=user, role="owner")
    return user


@pytest.fixture
def banned():
    """Owns a banned employer."""
    user = make_person("banned")
    change_employer_status(make_employer(member=user).pk, "banned", None, "骗押金")
    return user


def invite_person(client, contact, role):
    client.post(PAGE, {"contact": contact, "role": role})
    return EmployerInvitation.objects.latest("pk")


def get_role(shop, user):
    return shop.memberships.values_list("role", flat=True).filter(user=user).first()


def test_who_is_removed_or_gets_another_role_is_told(client, shop, owner, second):
    member = shop.memberships.get(user=second)
    for role in ("recruiter", "recruiter", "owner"):
        client.post(f"{PAGE}{member.pk}/role/", {"role": role})
    client.post(f"{PAGE}{member.pk}/remove/")
    titles = [notice.title for notice in second.notices.order_by("pk")]
    assert titles == [
        "你在「示例小店」的角色改成了招聘员",
        "你在「示例小店」的角色改成了负责人",
        "你不再是「示例小店」的成员",
    ]
    assert Mail.objects.filter(to=second.email).count() == 3
    assert not owner.notices.exists()


@pytest.mark.parametrize("role", ["owner", "recruiter"])
def test_the_other_owners_hear_who_left_and_who_was_removed(client, shop, owner, second, role):
    recruiter, left, removed = (make_person(name) for name in ("recruiter", "left", "removed"))
    shop.memberships.create(user=recruiter, role="recruiter")
    for user in (left, removed):
        shop.memberships.create(user=user, role=role)
    sign_in(Client(), left).post(f"{PAGE}leave/")
    client.post(f"{PAGE}{shop.memberships.get(user=removed).pk}/remove/")
    assert [notice.title for notice in second.notices.order_by("pk")] == [
        "left离开了「示例小店」",
        "removed被移出了「示例小店」",
    ]
    by_title = {notice.title: notice.text for notice in second.notices.all()}
    assert "请换成现在的人的" in by_title["left离开了「示例小店」"]
    assert by_title["removed被移出了「示例小店」"].startswith("另一位负责人移除的。")
    assert all(("接口令牌" in text) == (role == "owner") for text in by_title.values())
    assert owner.notices.get().title == "left离开了「示例小店」", "who removed knows"
    assert not recruiter.notices.exists() and not left.notices.exists()
    assert not Mail.objects.exclude(to=removed.email).exists()


def test_who_leaves_is_not_told_of_it(client, shop, second):
    sign_in(client, second)
    client.post(f"{PAGE}leave/")
    assert not second.employers.exists() and not second.notices.exists()


@pytest.mark.parametrize("status", ["frozen", "banned"])
def test_no_owner_leaves_what_was_stopped(client, shop, owner, second, status):
    change_employer_status(shop.pk, status, None, "收押金")
    other = shop.memberships.get(user=second)
    me = shop.memberships.get(user=owner)
    deeds = [
        (f"{PAGE}leave/", {}),
        (f"{PAGE}{other.pk}/remove/", {}),
        (f"{PAGE}{other.pk}/role/", {"role": "recruiter"}),
        (f"{PAGE}{me.pk}/role/", {"role": "recruiter"}),
    ]
    for address, typed in deeds:
        page = read_body(client.post(address, typed, follow=True))
        assert "负责人现在不能离开、移除，也不能改角色" in page, address
    assert list(shop.memberships.values_list("role", flat=True)) == ["owner", "owner"]
    page = read_body(client.get(PAGE))
    assert "改为招聘员" not in page and "/remove/" not in page and "/leave/" not in page
    if status == "banned":
        with pytest.raises(RegistrationRefused):
            require_not_banned(second, "", "")


def test_a_recruiter_leaves_what_was_stopped(shop):
    recruiter = make_person("recruiter")
    member = shop.memberships.create(user=recruiter, role="recruiter")
    change_employer_status(shop.pk, "banned", None, "收押金")
    invitations.remove_employer_member(shop.pk, member.pk, recruiter)
    assert get_role(shop, recruiter) is None


def test_an_owner_of_a_banned_one_becomes_no_owner_by_invitation(client, shop, banned):
    invitation = invite_person(client, banned.email, "owner")
    with pytest.raises(invitations.MembershipRefused, match="你现在不能当这家单位的负责人"):
        invitations.accept_employer_invitation(invitation.pk, banned)
    assert get_role(shop, banned) is None
    assert EmployerInvitation.objects.get().answered_at is None


def test_an_owner_of_a_banned_one_becomes_a_recruiter_and_no_more(client, shop, banned):
    invitation = invite_person(client, banned.email, "recruiter")
    invitations.accept_employer_invitation(invitation.pk, banned)
    member = shop.memberships.get(user=banned)
    page = client.post(f"{PAGE}{member.pk}/role/", {"role": "owner"}, follow=True)
    assert "这位成员现在不能当负责人" in read_body(page)
    assert get_role(shop, banned) == "recruiter"


@pytest.mark.parametrize("way", ["removed", "made a recruiter", "left by closing"])
def test_an_invitation_ends_with_the_ownership_of_its_giver(client, shop, owner, second, way):
    friend = make_person("friend")
    invitation = invite_person(client, friend.email, "owner")
    me = shop.memberships.get(user=owner)
    if way == "removed":
        invitations.remove_employer_member(shop.pk, me.pk, second)
    elif way == "made a recruiter":
        invitations.change_role(shop.pk, me.pk, "recruiter", second)
    else:
        EmployerMember.objects.filter(employer=shop).delete()
    assert invitations.accept_employer_invitation(invitation.pk, friend) is None
    assert get_role(shop, friend) is None
    assert not invitations.list_employer_invitations(shop)


def test_the_page_of_an_invitation_whose_giver_is_gone_says_so(client, shop, owner, second):
    friend = make_person("friend")
    token = invitations.sign_link(
        invitations.MEMBER.purpose, invite_person(client, friend.email, "owner").pk
    )
    invitations.remove_employer_member(shop.pk, shop.memberships.get(user=owner).pk, second)
    answer = sign_in(Client(), friend).get(f"/employer/join/{token}/")
    assert answer.status_code == 410 and "这个邀请已经用不上了" in read_body(answer)


def test_a_member_who_accepts_keeps_the_role_and_reads_which(client, shop):
    friend = make_person("friend")
    token = invitations.sign_link(
        invitations.MEMBER.purpose, invite_person(client, friend.email, "owner").pk
    )
    shop.memberships.create(user=friend, role="recruiter")  # by the phone, meanwhile
    page = read_body(sign_in(Client(), friend).post(f"/employer/join/{token}/", follow=True))
    assert "你早就是「示例小店」的招聘员，角色没有变" in page and "你现在是" not in page
    assert get_role(shop, friend) == "recruiter"


def test_withdrawing_what_was_accepted_meanwhile_says_so(client, shop):
    friend = make_person("friend")
    invitation = invite_person(client, friend.email, "recruiter")
    invitations.accept_employer_invitation(invitation.pk, friend)
    address = f"/employer/invitations/{invitation.pk}/withdraw/"
    page = read_body(client.post(address, follow=True))
    assert "没有撤回：对方已经接受了" in page and "邀请撤回了" not in page
    assert EmployerInvitation.objects.get().accepted
