"""Giving somebody of the staff another role or other places, and ending it: with a reason and an event, and
all sessions end at once."""

import secrets
from collections.abc import Sequence

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.choices import NoticeKind, StaffRole
from accounts.inbox.notices import send_notice
from accounts.models import AccountEvent, StaffInvitation, StaffPost, User
from accounts.security.sessions import end_all_sessions
from accounts.staff.rights import record_rights_change
from accounts.staff.roles import MANAGE_STAFF, VIEW_STAFF, ensure_role_group
from accounts.staff.scope import ROLE_LABELS, PostTerms, find_post, get_staff_scope, get_terms
from sitekit.workflow.refusals import Refusal

NO_REASON = "写一句为什么，以后查得到。"


class StaffChangeRefused(Refusal):
    """A change of the staff, or of an account by the staff, was refused."""


def may_manage_staff(user: User) -> bool:
    return user.is_active and user.is_staff and user.has_perm(MANAGE_STAFF)


def list_staff_managers() -> QuerySet[User]:
    return ModelBackend().with_perm(MANAGE_STAFF).filter(is_staff=True)


def may_see_staff(user: User) -> bool:
    return may_manage_staff(user) or (user.is_staff and user.has_perm(VIEW_STAFF))


def list_staff(viewer: User) -> QuerySet[User]:
    """Return the staff, of a viewer with some places those who are there for these alone."""
    staff = User.objects.filter(is_staff=True).select_related("staff_post")
    return staff.filter(build_colleague_condition(viewer)).order_by("-is_active", "name", "pk")


def build_colleague_condition(viewer: User) -> Q:
    scope = get_staff_scope(viewer)
    if scope.codes is None:
        return Q()
    return Q(staff_post__is_national=False, staff_post__places__contained_by=sorted(scope.codes))


def require_may_give(actor: User, terms: PostTerms) -> None:
    """Raise unless the actor may give this role for these places: nobody gives more rights than they have."""
    if not may_manage_staff(actor):
        raise StaffChangeRefused("你不能改同事的角色。")
    if not get_staff_scope(actor).covers_places(terms.is_national, terms.places):
        raise StaffChangeRefused("只能给你自己负责的地区。")


def change_post(user_id: int, terms: PostTerms, actor: User, reason: str) -> None:
    """Give a colleague another role or other places. Raises `StaffChangeRefused`."""
    with transaction.atomic():
        user = lock_changeable_account(user_id, actor, reason)
        if not user.is_staff:
            raise StaffChangeRefused("这个账号还不是同事，请先发邀请。")
        require_may_give(actor, terms)
        post = StaffPost.objects.filter(user=user).first()
        if post and get_terms(post) == terms:
            raise StaffChangeRefused("角色和地区都没有变。")
        with record_rights_change(user, actor, "role", reason):
            write_post(user, terms, actor)
        end_all_sessions(user)
        notify_of_rights(user, "你在后台的角色改了", f"现在是{terms}。")


def end_post(user_id: int, actor: User, reason: str) -> None:
    """Take all rights of the staff away; the account stays. Raises `StaffChangeRefused`."""
    with transaction.atomic():
        user = lock_changeable_account(user_id, actor, reason)
        if not user.is_staff:
            raise StaffChangeRefused("这个账号已经不是同事了。")
        if not may_manage_staff(actor):
            raise StaffChangeRefused("你不能改同事的角色。")
        with record_rights_change(user, actor, "end", reason):
            StaffPost.objects.filter(user=user).delete()
            user.groups.clear()
            user.user_permissions.clear()
            user.is_staff = user.is_superuser = False
            user.save(update_fields=["is_staff", "is_superuser"])
        end_all_sessions(user)
        notify_of_rights(user, "你在后台的权限收回了", "账号还在，找活、招人照常能用。")


def notify_of_rights(user: User, title: str, text: str) -> None:
    """Tell the user why they were signed out. The reason of the change stays in the record only."""
    send_notice(
        user,
        f"staff-rights-{secrets.token_hex(12)}",
        title,
        f"{text}所有的登录都已退出，请重新登录。有不清楚的，问管同事的人。",
        kind=NoticeKind.SECURITY,
        address=reverse("me"),
        button="去看看",
    )


def lock_changeable_account(user_id: int, actor: User, reason: str) -> User:
    """Lock an account that the actor may change and that is not their own. Raises `StaffChangeRefused`.

    The actor's row is locked too: if two people take away each other's rights at the same time, the second one is
    refused.
    """
    if not reason.strip():
        raise StaffChangeRefused(NO_REASON)
    rows = User.objects.select_for_update(of=("self",)).filter(pk__in=(user_id, actor.pk))
    locked = {row.pk: row for row in rows.order_by("pk")}
    user = locked.get(user_id)
    if user is None or user.closed_at:
        raise StaffChangeRefused("没有这个账号，或者已经注销了。")
    if _read_state(locked[actor.pk]) != _read_state(actor):
        raise StaffChangeRefused("你自己的权限刚刚变了，请重新打开这一页。")
    require_changeable_account(user, actor)
    return user


def _read_state(user: User) -> tuple[bool, bool, bool, PostTerms | None]:
    post = find_post(user)
    return user.is_active, user.is_staff, user.is_superuser, get_terms(post) if post else None


def require_changeable_account(user: User, actor: User) -> None:
    """Raise `StaffChangeRefused` for the actor's own account, and one that is above them or elsewhere."""
    if user.pk == actor.pk:
        raise StaffChangeRefused("不能改自己的，请让另一位同事来改。")
    if user.is_superuser and not actor.is_superuser:
        raise StaffChangeRefused("这是管理员的账号，只有管理员能改。")
    if user.is_staff and not _list_manageable(actor).filter(pk=user.pk).exists():
        raise StaffChangeRefused("这位同事不在你负责的地区。")


def _list_manageable(actor: User) -> QuerySet[User]:
    return User.objects.filter(build_colleague_condition(actor))


def write_post(user: User, terms: PostTerms, actor: User | None) -> None:
    """Store the role with its group; it replaces the one before."""
    StaffPost.objects.update_or_create(
        user=user,
        defaults={
            "role": terms.role,
            "is_national": terms.is_national,
            "places": list(terms.places),
            "since": timezone.now(),
            "given_by": actor,
        },
    )
    user.groups.remove(*Group.objects.filter(name__in=ROLE_LABELS.values()))
    user.groups.add(ensure_role_group(StaffRole(terms.role)))
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])


def record_account_event(  # noqa: PLR0913 - an event has these parts
    user: User | None,
    actor: User | None,
    action: str,
    reason: str,
    *,
    before: PostTerms | str | None = None,
    after: PostTerms | str | None = None,
    invitation: StaffInvitation | None = None,
) -> AccountEvent:
    """`before` and `after` are posts, or words such as `on` and `off`."""
    changes = {}
    if isinstance(before, PostTerms) or isinstance(after, PostTerms):
        changes = {"post": [str(before or ""), str(after or "")]}
    return AccountEvent.objects.create(
        user=user,
        actor=actor,
        action=action,
        reason=reason.strip(),
        before=_get_state(before),
        after=_get_state(after),
        changes=changes,
        invitation=invitation,
    )


def _get_state(state: PostTerms | str | None) -> str:
    return state.role if isinstance(state, PostTerms) else state or ""


def add_national_posts(user_ids: Sequence[int]) -> int:
    """Write down posts of the staff that have the rights of a role and no post: for the whole country, as
    these rights held before there were posts. Return how many."""
    count = 0
    for user in User.objects.filter(pk__in=user_ids, is_staff=True, staff_post=None):
        names = set(user.groups.values_list("name", flat=True))
        if role := next((role for role in StaffRole if role.label in names), None):
            with record_rights_change(user, None, "role", "以前给的权限，补记角色和地区"):
                StaffPost.objects.create(user=user, role=role, is_national=True)
            count += 1
    return count
