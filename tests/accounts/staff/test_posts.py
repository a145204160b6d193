"""Changing and ending a post: with a reason, a history, and at once."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import AccountEvent, Notice, StaffPost, User
from accounts.staff.posts import StaffChangeRefused, end_post
from sitekit.models import Mail
from tests.accounts.staff.test_roles import keep_session, make_colleague
from tests.at_once import at_once
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
DESK = "/admin/desk/"


@pytest.fixture
def operator(client):
    user = make_colleague("operator", "operator")
    sign_in(client, user)
    return user


def post_staff_change(client, user, **fields):
    data = {"role": "editor", "area": "places", "places": "长沙", "reason": "转岗", **fields}
    return client.post(reverse("staff_colleague", args=[user.pk]), data)


def test_another_role_holds_at_once_and_leaves_its_history(client, operator, place):
    user = make_colleague(places=[place("xiangxi")])
    own_client = keep_session(Client(), user)
    assert own_client.get(DESK).status_code == 200
    assert post_staff_change(client, user).status_code == 302
    assert own_client.get(DESK).url.startswith("/accounts/login/"), "signed out"
    assert sign_in(own_client, User.objects.get(pk=user.pk)).get(DESK).status_code == 403
    event = user.account_events.exclude(action="rights").get()
    assert (event.action, event.actor, event.reason) == ("role", operator, "转岗")
    assert (event.before, event.after) == ("moderator", "editor")
    assert event.changes == {"post": ["审核员 · 湘西", "编辑 · 长沙"]}
    page = client.get(reverse("staff_colleague", args=[user.pk])).content.decode()
    assert "审核员 · 湘西 → 编辑 · 长沙" in page and "原因：转岗" in page
    notice = Notice.objects.get(user=user)
    assert notice.title == "你在后台的角色改了" and "编辑 · 长沙" in notice.text
    assert Mail.objects.get().to == user.email and "转岗" not in Mail.objects.get().text


def test_ending_takes_all_rights_and_leaves_the_account(client, operator):
    user = make_colleague()
    own_client = keep_session(Client(), user)
    end = reverse("staff_end", args=[user.pk])
    assert "写一句为什么" in client.post(end).content.decode()
    assert client.post(end, {"reason": "离职"}).status_code == 302
    user.refresh_from_db()
    assert user.is_active and not user.is_staff and not user.groups.exists()
    assert not StaffPost.objects.filter(user=user).exists()
    assert own_client.get("/me/").status_code == 302
    event = user.account_events.latest("pk")
    assert (event.action, event.changes) == ("end", {"post": ["审核员 · 全国", ""]})
    notice = Notice.objects.get(user=user)
    assert notice.title == "你在后台的权限收回了" and "离职" not in notice.text


def test_ending_takes_the_rights_of_an_administrator(client):
    sign_in(client, User.objects.create_superuser("boss@example.com", "x"))
    other = User.objects.create_superuser("other@example.com", "x")
    client.post(reverse("staff_end", args=[other.pk]), {"reason": "离职"})
    other.refresh_from_db()
    assert (other.is_staff, other.is_superuser) == (False, False)


def test_of_two_who_take_each_others_rights_one_does_and_the_other_is_told(committed):
    bosses = [User.objects.create_superuser(f"{name}@example.com", "x") for name in ("a", "b")]
    a, b = (User.objects.get(pk=boss.pk) for boss in bosses)
    answers = at_once(lambda: end_post(b.pk, a, "离职"), lambda: end_post(a.pk, b, "离职"))
    (refusal,) = filter(None, answers)
    assert isinstance(refusal, StaffChangeRefused) and "权限刚刚变了" in str(refusal)
    assert User.objects.filter(is_superuser=True).count() == 1


@pytest.mark.parametrize(
    ("who", "words"),
    [("own", "不能改自己的"), ("boss", "只有管理员能改"), ("same", "都没有变")],
)
def test_what_is_refused(client, operator, who, words, place):
    user = {
        "own": lambda: operator,
        "boss": lambda: make_person("boss", is_staff=True, is_superuser=True),
        "same": lambda: make_colleague("same", "editor", [place("changsha")]),
    }[who]()
    answer = post_staff_change(client, user)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].non_field_errors())
    ended = client.post(reverse("staff_end", args=[user.pk]), {"reason": "x"})
    assert ended.status_code == (302 if who == "same" else 422)
    assert AccountEvent.objects.exclude(action="rights").count() == (1 if who == "same" else 0)


def test_who_manages_a_place_meets_only_who_is_there_for_it(client, place):
    sign_in(client, make_colleague("local", "operator", [place("xiangxi")]))
    near = make_colleague("near", places=[place("jishou")])
    far, national = make_colleague("far", places=[place("beijing")]), make_colleague("national")
    page = client.get(reverse("staff")).content.decode()
    assert "near" in page and "far" not in page and "national" not in page
    for user in (far, national):
        assert post_staff_change(client, user, places="吉首").status_code == 404
        assert client.post(reverse("staff_end", args=[user.pk]), {"reason": "x"}).status_code == 404
    assert (
        "只能给你自己负责的地区"
        in post_staff_change(client, near, area="national").content.decode()
    )


def test_the_list_takes_as_many_queries_for_many_as_for_few(
    client, operator, place, django_assert_max_num_queries
):
    for name in ("a", "b", "c"):
        make_colleague(name, places=[place("xiangxi")])
    with django_assert_max_num_queries(9):
        page = client.get(reverse("staff")).content.decode()
    assert page.count("审核员 · 湘西") == 3
    user = User.objects.get(name="a")
    for reason in ("一", "二", "三"):
        post_staff_change(client, user, reason=reason, places="长沙" if reason != "二" else "湘西")
    with django_assert_max_num_queries(10):
        client.get(reverse("staff_colleague", args=[user.pk]))


@pytest.mark.parametrize(
    ("kind", "words"), [("totp", "两步验证设好了"), ("recovery_codes", "还没有设两步验证")]
)
def test_the_list_says_who_comes_to_nothing_without_a_second_factor(client, operator, kind, words):
    user = make_colleague()
    Authenticator.objects.create(user=user, type=kind, data={})
    page = client.get(reverse("staff")).content.decode()
    address = reverse("staff_colleague", args=[user.pk])
    assert words in page.partition(f'"{address}"')[2].partition("</li>")[0]


def test_auditors_look_and_change_nothing(client):
    sign_in(client, make_colleague("auditor", "auditor"))
    user = make_colleague("looked at")
    page = client.get(reverse("staff_colleague", args=[user.pk])).content.decode()
    assert "经过" in page and "收回权限" not in page
    assert post_staff_change(client, user).status_code == 403
