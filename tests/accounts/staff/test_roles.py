"""What each role may, and where."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from accounts.choices import StaffRole
from accounts.models import StaffPost
from accounts.periodic_tasks import STAFF_POSTS
from accounts.staff.posts import PostTerms, write_post
from accounts.staff.roles import ensure_role_group, list_role_permissions
from accounts.staff.scope import get_staff_scope, list_in_scope
from jobsite.staff_roles import RIGHTS
from listings.models import Listing
from sitekit.maintenance.backfills import continue_backfills, redo_backfill
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db


def make_colleague(name="xiang", role="moderator", places=(), **fields):
    """Somebody of the staff for these places, or for the whole country."""
    user = make_person(name, is_staff=True, **fields)
    write_post(user, PostTerms(role, not places, tuple(place.adcode for place in places)), None)
    return user


def keep_session(client, user):
    """As signing in does: the list of the user's sessions has this one."""
    sign_in(client, user)
    key = client.session.session_key
    UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1")
    return client


def test_every_right_of_the_table_is_one_that_django_knows():
    named = {name for role in StaffRole for name in list_role_permissions(role)}
    known = {f"{row.content_type.app_label}.{row.codename}" for row in Permission.objects.all()}
    assert named - known == set()
    assert {role for group in RIGHTS for right in group.rights for role in right.roles} == {
        *StaffRole
    }


@pytest.mark.parametrize("role", StaffRole)
def test_who_may_look_at_a_row_may_look_at_the_tables_below_it(role):
    rights = list_role_permissions(role)

    def may_view(model):
        return any(
            f"{model._meta.app_label}.{get_permission_codename(act, model._meta)}" in rights
            for act in ("view", "change")
        )

    tables = [
        (model, inline.model)
        for model, model_admin in admin.site._registry.items()
        for inline in model_admin.inlines
        if may_view(model)
    ]
    assert [below for _model, below in tables if not may_view(below)] == []


def test_the_groups_are_there_and_keep_what_an_admin_added():
    assert {role.label for role in StaffRole} <= set(Group.objects.values_list("name", flat=True))
    group = ensure_role_group(StaffRole.SUPPORT)
    added = Permission.objects.get(codename="change_rating")
    group.permissions.add(added)
    assert added in ensure_role_group(StaffRole.SUPPORT).permissions.all()


def test_only_seniors_take_escalations(django_user_model):
    roles = {role for role in StaffRole if "safety.take_escalations" in list_role_permissions(role)}
    assert roles == {StaffRole.SENIOR}
    assert make_colleague(role="senior").has_perm("safety.take_escalations")


def test_the_page_shows_the_table_in_chinese(client, django_assert_num_queries, place):
    sign_in(client, make_colleague(places=[place("xiangxi")]))
    with django_assert_num_queries(5):
        page = client.get(reverse("staff_roles")).content.decode()
    assert "你是：审核员 · 湘西" in page and "处理交给组长的案件" in page
    assert 'aria-current="true">审核员' in page and "perm" not in page


def test_another_post_replaces_the_rights_of_the_one_before(place):
    user = make_colleague()
    write_post(user, PostTerms("editor", True), None)
    assert [group.name for group in user.groups.all()] == ["编辑"]
    assert StaffPost.objects.get().role == "editor"


def test_the_places_of_a_post_hold_for_all_below_them(place, publish):
    here, far = (
        publish(region_id=place("jishou").adcode),
        publish(region_id=place("beijing").adcode),
    )
    user = make_colleague(places=[place("hunan")])
    assert list(list_in_scope(Listing.objects.all(), user, "region")) == [here]
    assert get_staff_scope(user).covers_region(place("fenghuang").adcode)
    assert not get_staff_scope(user).covers_region(far.region_id)
    assert not get_staff_scope(user).covers_region(None)


def test_rights_without_a_path_to_a_place_hold_nowhere(place, publish):
    publish()
    user = make_colleague(places=[place("xiangxi")])
    assert not list_in_scope(Listing.objects.all(), user).exists()


def test_who_has_rights_without_a_post_is_of_the_whole_country(place):
    assert get_staff_scope(make_person("old", is_staff=True)).is_national
    boss = make_colleague("boss", places=[place("xiangxi")], is_superuser=True)
    assert get_staff_scope(boss).is_national


def test_moderators_from_before_there_were_posts_get_a_national_one(place):
    old, helper = make_person("old", is_staff=True), make_person("helper", is_staff=True)
    old.groups.add(ensure_role_group(StaffRole.MODERATOR))
    seeker, new = make_person("seeker"), make_colleague("new", places=[place("xiangxi")])
    seeker.groups.add(ensure_role_group(StaffRole.MODERATOR))
    assert redo_backfill(STAFF_POSTS) == 3
    assert continue_backfills([STAFF_POSTS]) == 0
    posts = {post.user: (post.role, post.is_national) for post in StaffPost.objects.all()}
    assert posts == {old: ("moderator", True), new: ("moderator", False)}
    assert helper not in posts


def test_who_sets_the_share_of_second_looks_can_do_so(client):
    """A new share is a new row: the right to change one gives nothing."""
    for role, status in (("senior", 302), ("operator", 302), ("auditor", 403)):
        sign_in(client, make_colleague(role, role))
        add = reverse("admin:safety_secondlookshare_add")
        assert client.post(add, {"percent": "7", "edit_reason": "人手够"}).status_code == status, (
            role
        )
