"""Whatever gives or takes rights of the staff leaves an event of the account."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import StaffPost, User
from accounts.staff.posts import PostTerms, change_post
from accounts.staff.rights import UNNAMED_REASON
from tests.accounts.staff.test_roles import keep_session, make_colleague
from tests.edit_marks import read_edit_mark
from tests.people import make_person, sign_in
from tests.safety.journal.journal_pages import post_journal_search

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    user = make_person("boss", is_staff=True, is_superuser=True)
    sign_in(client, user)
    return user


def post_user_change(client, user, **fields):
    data = {"email": user.email, "name": user.name, **read_edit_mark(user), **fields}
    return client.post(reverse("admin:accounts_user_change", args=[user.pk]), data)


def get_group(name):
    return Group.objects.get(name=name)


def get_permission(codename):
    return Permission.objects.get(codename=codename)


def test_the_form_of_a_user_asks_why_and_leaves_an_event(client, boss):
    user = make_colleague()
    own_client = keep_session(Client(), user)
    count = user.account_events.count()
    given = {"is_staff": "on", "groups": [get_group("编辑").pk]}
    given |= {"user_permissions": [get_permission("export_lists").pk]}
    page = post_user_change(client, user, **given)
    assert "写一句为什么" in str(page.context["adminform"].form.errors["edit_reason"])
    assert user.account_events.count() == count and own_client.get("/me/").status_code == 200
    assert post_user_change(client, user, **given, edit_reason="改做文章").status_code == 302
    assert own_client.get("/me/").status_code == 302, "signed out"
    event = user.account_events.latest("pk")
    assert (event.action, event.actor, event.reason) == ("rights", boss, "改做文章")
    assert event.changes == {"rights": ["审核员", "保存的筛选：导出后台的列表、编辑"]}
    assert user.notices.get().title == "你在后台的权限改了"
    assert user.account_events.count() == count + 1
    assert post_user_change(client, user, **given, name="改了名").status_code == 302, (
        "no rights, no reason"
    )
    assert user.account_events.count() == count + 1
    page = client.get(reverse("staff_colleague", args=[user.pk])).content.decode()
    assert "改权限" in page and "收回 审核员；给了 保存的筛选：导出后台的列表、编辑" in page
    page = client.get(post_journal_search(client, f"用户 {user.pk}")).content.decode()
    assert (
        re.search("改权限：改了名，收回 审核员；给了 [^<]*编辑", page)
        and "为什么：改做文章" in page
    )


@pytest.mark.parametrize("is_old", [True, False])
def test_an_old_form_of_a_user_takes_back_nothing(client, boss, is_old):
    """Nor does one that does not say what it was opened with; what was typed stays on the page."""
    user = make_colleague()
    mark = read_edit_mark(user) if is_old else {"edit_shown": ""}
    user.groups.add(get_group("编辑"))
    rights = set(user.groups.all())
    typed = {"is_staff": "on", "groups": [], "name": "新名字", "edit_reason": "换岗", **mark}
    page = post_user_change(client, user, **typed)
    assert "请重新打开这一页再改" in page.content.decode()
    assert page.context["adminform"].form["name"].value() == "新名字"
    user.refresh_from_db()
    assert user.name != "新名字" and set(user.groups.all()) == rights


WAYS = {
    "groups, from the person": lambda user: user.groups.add(get_group("编辑")),
    "groups, from the group": lambda user: get_group("编辑").user_set.set([user]),
    "all groups at once": lambda user: user.groups.set([get_group("客服")]),
    "all groups away": lambda user: user.groups.clear(),
    "everybody out of a group": lambda _user: get_group("审核员").user_set.clear(),
    "single rights": lambda user: user.user_permissions.add(get_permission("read_journal")),
    "superuser": lambda user: _save_user_flags(user, is_superuser=True),
    "no entry": lambda user: _save_user_flags(User.objects.get(pk=user.pk), is_staff=False),
    "the post": lambda user: StaffPost.objects.filter(user=user).update_or_create(
        user=user, defaults={"role": "editor"}
    ),
    "no post": lambda user: StaffPost.objects.filter(user=user).delete(),
}


def _save_user_flags(user, **flags):
    user.refresh_from_db()
    for name, value in flags.items():
        setattr(user, name, value)
    user.save()


@pytest.mark.parametrize("way", WAYS)
def test_what_is_done_elsewhere_leaves_an_event_too(way):
    user = make_colleague()
    count = user.account_events.count()
    WAYS[way](user)
    event = user.account_events.latest("pk")
    assert user.account_events.count() > count
    assert (event.action, event.actor, event.reason) == ("rights", None, UNNAMED_REASON)
    assert event.changes


def test_a_new_superuser_has_an_event_and_a_new_member_none():
    call_command("createsuperuser", interactive=False, email="root@example.com", verbosity=0)
    event = User.objects.get(email="root@example.com").account_events.get()
    assert event.changes == {"rights": ["", "可进后台、管理员"]}
    user = make_person("somebody")
    user.name = "another"
    user.save()
    assert not user.account_events.exists()


def test_what_changes_nothing_leaves_none(boss):
    user = make_colleague()
    count = user.account_events.count()
    user.groups.add(get_group("审核员"))
    user.groups.remove(get_group("编辑"))
    user.save()
    StaffPost.objects.get(user=user).save()
    assert user.account_events.count() == count
    change_post(user.pk, PostTerms("editor", True), boss, "转岗")
    assert user.account_events.count() == count + 1
    assert user.account_events.latest("pk").changes == {"post": ["审核员 · 全国", "编辑 · 全国"]}


def test_the_rights_of_a_group_change_with_a_reason_and_no_group_is_deleted(client, boss):
    group = get_group("客服")
    address = reverse("admin:auth_group_change", args=[group.pk])
    kept = list(group.permissions.order_by("pk").values_list("pk", flat=True))
    data = {"name": group.name, "permissions": [*kept, get_permission("change_rating").pk]}
    data |= read_edit_mark(group)
    assert "写一句为什么。" in client.post(address, data).content.decode()
    assert client.post(address, data | {"edit_reason": "客服也改评价"}).status_code == 302
    assert {*kept} < {*group.permissions.values_list("pk", flat=True)}, "none is lost in the form"
    answer = client.post(address, data | {"edit_reason": "从旧页面"}).content.decode()
    assert "刚才有人改过" in answer, "it was opened with other rights"
    history = client.get(address).content.decode()
    assert "客服也改评价" in history
    assert f"权限：“{len(kept)} 项没有变” → “互评：修改，{len(kept)} 项没有变”" in history
    delete = reverse("admin:auth_group_delete", args=[group.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
