"""Switching an account off and on again, and signing it out everywhere: each with a reason and an event."""

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.choices import NoticeKind
from accounts.inbox.notices import send_notice
from accounts.models import AccountEvent, User
from accounts.security.sessions import end_all_sessions
from accounts.sign_in.access import SWITCHED_OFF_KEY
from accounts.staff.posts import (
    StaffChangeRefused,
    build_colleague_condition,
    lock_changeable_account,
    may_manage_staff,
    record_account_event,
    require_changeable_account,
)
from accounts.staff.roles import SWITCH_OFF
from accounts.staff.scope import get_staff_scope

ON, OFF = "on", "off"


def may_switch_off(user: User | AnonymousUser) -> bool:
    return user.is_active and user.is_staff and user.has_perm(SWITCH_OFF)


def list_people_in_scope(rows: QuerySet[User], viewer: User | AnonymousUser) -> QuerySet[User]:
    """Return, for a viewer with some places, the members of employers that lie there: a person has no place."""
    scope = get_staff_scope(viewer)
    if scope.codes is None:
        return rows
    is_there = Q(memberships__employer__region__in=scope.codes)
    return rows.filter(pk__in=User.objects.filter(is_there).values("pk"))


def list_switchable_people(viewer: User | AnonymousUser) -> QuerySet[User]:
    """Return the accounts of which the viewer may open the page that switches them off: people there, and the
    colleagues whom they manage."""
    is_there = Q(pk__in=list_people_in_scope(User.objects.all(), viewer).values("pk"))
    if isinstance(viewer, User) and may_manage_staff(viewer):
        is_there |= Q(build_colleague_condition(viewer), is_staff=True)
    return User.objects.filter(is_there, closed_at=None)


def switch_off_user(user_id: int, actor: User, reason: str) -> AccountEvent:
    """Raises `StaffChangeRefused`."""
    with transaction.atomic():
        user = _lock_account(user_id, actor, reason)
        if not user.is_active:
            raise StaffChangeRefused("这个账号已经停用了。")
        event = record_account_event(user, actor, "switch_off", reason, before=ON, after=OFF)
        _notify_of_switching_off(user, event)  # before: nothing is sent to an account that is off
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_all_sessions(user)
        return event


def _notify_of_switching_off(user: User, event: AccountEvent) -> None:
    text = (
        f"原因：{event.reason}\n停用期间不能登录；名下公开的兼职可能也先收起来核实。"
        "觉得弄错了可以申诉：按「关于与备案」里的电话或邮箱找我们，说清楚哪里弄错了。"
    )
    send_notice(
        user,
        f"{SWITCHED_OFF_KEY}-{event.pk}",
        "账号停用了，登录时能看到原因",
        text,
        kind=NoticeKind.SECURITY,
        address=reverse("about"),
        button="联系我们",
        text_message=True,
    )


def switch_on_user(user_id: int, actor: User, reason: str) -> AccountEvent:
    """Switch the account on. Listings that were taken off the public meanwhile stay off. Raises
    `StaffChangeRefused`."""
    with transaction.atomic():
        user = _lock_account(user_id, actor, reason)
        if user.is_active:
            raise StaffChangeRefused("这个账号没有停用。")
        user.is_active = True
        user.save(update_fields=["is_active"])
        event = record_account_event(user, actor, "switch_on", reason, before=OFF, after=ON)
        _notify_of_switching_on(user, event)
        return event


def _notify_of_switching_on(user: User, event: AccountEvent) -> None:
    send_notice(
        user,
        f"account-switched-on-{event.pk}",
        "账号恢复了，可以登录",
        "停用期间收起来的兼职不会自己公开，要等审核员逐条看过。",
        kind=NoticeKind.SECURITY,
        address=reverse("me"),
        button="去看看",
        text_message=True,
    )


def sign_out_user(user_id: int, actor: User, reason: str) -> AccountEvent:
    """End all sessions; the account goes on and may sign in again. Raises `StaffChangeRefused`."""
    with transaction.atomic():
        user = _lock_account(user_id, actor, reason)
        end_all_sessions(user)
        return record_account_event(user, actor, "sign_out", reason)


def _lock_account(user_id: int, actor: User, reason: str) -> User:
    if not may_switch_off(actor):
        raise StaffChangeRefused("你不能停用账号。")
    user = lock_changeable_account(user_id, actor, reason)
    _require_right_over_colleague(user, actor)
    rows = User.objects.filter(pk=user.pk)
    if not user.is_staff and not list_people_in_scope(rows, actor).exists():
        raise StaffChangeRefused("这个账号不在你负责的地区。")
    return user


def find_switch_refusal(user: User, actor: User) -> str:
    """Return why the actor may neither switch the account off nor on, in a Chinese sentence, or "".

    The account is one of `list_switchable_people`.
    """
    try:
        require_changeable_account(user, actor)
        _require_right_over_colleague(user, actor)
    except StaffChangeRefused as refused:
        return str(refused)
    return ""


def _require_right_over_colleague(user: User, actor: User) -> None:
    if user.is_staff and not may_manage_staff(actor):
        raise StaffChangeRefused("同事的账号由管同事的人停用。")
