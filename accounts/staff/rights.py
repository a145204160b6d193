"""What each of the staff may, and the one place that writes an event when it changes.

Pages and commands name who changes it and why (`record_rights_change`). What is changed without that, by a
command of Django, a shell or new code, is noticed by signals of the models and leaves an event all the same.
`QuerySet.update` sends no signals: tests/jobsite/sweeps/test_rights_are_recorded.py refuses it for these columns.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_save,
    pre_delete,
    pre_save,
)

from accounts.models import RIGHT_FLAGS, AccountEvent, StaffInvitation, StaffPost, User
from accounts.staff.scope import ROLE_LABELS, PostTerms, get_terms

RIGHTS_CHANGED = "rights"
UNNAMED_REASON = "用命令或程序改的，没有写原因"
_FLAG_WORDS = {"is_staff": "可进后台", "is_superuser": "管理员"}
STOCK_ACTIONS = {"add": "新增", "change": "修改", "delete": "删除", "view": "查看"}
# People whose change is being recorded with a name and a reason.
_named: ContextVar[frozenset[int]] = ContextVar(
    "people whose rights are changed", default=frozenset()
)


class Rights(NamedTuple):
    post: PostTerms | None
    words: frozenset[str]  # of entry, groups and single permissions


def describe_permission(permission: Permission) -> str:
    """Return 兼职：修改; a permission of our own has a name in Chinese already."""
    model = permission.content_type.model_class()
    action, _, model_name = permission.codename.partition("_")
    is_stock = (
        model is not None and model_name == model._meta.model_name and action in STOCK_ACTIONS
    )
    words = STOCK_ACTIONS[action] if is_stock else permission.name
    return f"{model._meta.verbose_name if model else permission.content_type}：{words}"


def read_rights(user_id: int) -> Rights:
    flags = User.objects.filter(pk=user_id).values(*RIGHT_FLAGS).first() or {}
    groups = Group.objects.filter(user=user_id).values_list("name", flat=True)
    singles = Permission.objects.filter(user=user_id).select_related("content_type")
    post = StaffPost.objects.filter(user=user_id).first()
    words = {label for name, label in _FLAG_WORDS.items() if flags.get(name)}
    return Rights(
        get_terms(post) if post else None,
        frozenset({*words, *groups, *map(describe_permission, singles)}),
    )


@dataclass
class RightsChange:
    is_made: bool = False


@contextmanager
def record_rights_change(
    user: User,
    actor: User | None,
    action: str,
    reason: str,
    invitation: StaffInvitation | None = None,
) -> Iterator[RightsChange]:
    """Write one event for all changes of rights inside the block, if there are any. An inner block for the same
    user writes none."""
    change = RightsChange()
    if user.pk in _named.get():
        yield change
        return
    with transaction.atomic():
        before = read_rights(user.pk)
        token = _named.set(_named.get() | {user.pk})
        try:
            yield change
        finally:
            _named.reset(token)
        after = read_rights(user.pk)
        if after != before:
            change.is_made = True
            event = AccountEvent(
                user_id=user.pk,
                actor=actor,
                action=action,
                reason=reason.strip(),
                invitation=invitation,
            )
            _write_event(event, before, after)


def _write_unnamed_event(user_id: int, before: Rights, after: Rights) -> None:
    event = AccountEvent(user_id=user_id, action=RIGHTS_CHANGED, reason=UNNAMED_REASON)
    _write_event(event, before, after)


def _write_event(event: AccountEvent, before: Rights, after: Rights) -> None:
    event.before = before.post.role if before.post else ""
    event.after = after.post.role if after.post else ""
    event.changes = _list_changes(before, after)
    event.save()


def _list_changes(before: Rights, after: Rights) -> dict[str, list[str]]:
    """Return the posts, and the rights taken and given besides; a post brings the entry and its group."""
    changes = {}
    withdrawn, granted = before.words - after.words, after.words - before.words
    if before.post != after.post:
        changes["post"] = [str(before.post or ""), str(after.post or "")]
        posts = [post for post in (before.post, after.post) if post]
        of_posts = {_FLAG_WORDS["is_staff"], *(ROLE_LABELS[post.role] for post in posts)}
        withdrawn, granted = withdrawn - of_posts, granted - of_posts
    if withdrawn or granted:
        changes["rights"] = ["、".join(sorted(withdrawn)), "、".join(sorted(granted))]
    return changes


def describe_account_changes(changes: dict[str, list[str]]) -> str:
    """Return what an event changed in words; empty if it says nothing of it."""
    parts = []
    if post := changes.get("post"):
        parts.append(f"{post[0]} → {post[1] or '没有'}" if post[0] else post[1])
    if rights := changes.get("rights"):
        parts += [
            f"{verb} {words}" for verb, words in zip(("收回", "给了"), rights, strict=True) if words
        ]
    return "；".join(parts)


def watch_rights() -> None:
    """Notice what is changed without `record_rights_change`; called as Django starts."""
    for table in (User.groups.through, User.user_permissions.through):
        m2m_changed.connect(
            _notice_choice, sender=table, dispatch_uid=f"rights {table._meta.label}"
        )
    post_save.connect(_notice_flags, sender=User, dispatch_uid="rights of user")
    for signal in (pre_save, pre_delete):
        signal.connect(_keep_rights_of_post, sender=StaffPost, dispatch_uid="rights before post")
    for signal in (post_save, post_delete):
        signal.connect(_notice_post, sender=StaffPost, dispatch_uid="rights after post")


def _notice_choice(
    action: str, instance: Model, pk_set: set[int] | None, **_signal: object
) -> None:
    """Receiver of changes of groups and permissions, from either side of the relation."""
    if action.startswith("pre_"):
        _keep_rights(instance, _list_people(instance, pk_set))
    else:
        _notice_change(instance)


def _list_people(instance: Model, pk_set: set[int] | None) -> Iterable[int]:
    if isinstance(instance, User):
        return [instance.pk]
    if pk_set is not None:
        return pk_set
    people = instance.user_set.values_list("pk", flat=True)  # type: ignore[attr-defined]
    return list(people)


def _keep_rights(instance: Any, people: Iterable[int]) -> None:
    unnamed = [user_id for user_id in people if user_id not in _named.get()]
    instance.rights_before = {user_id: read_rights(user_id) for user_id in unnamed}


def _notice_change(instance: Any) -> None:
    for user_id, before in instance.__dict__.pop("rights_before", {}).items():
        after = read_rights(user_id)
        if after != before:
            _write_unnamed_event(user_id, before, after)


def _notice_flags(
    instance: User,
    *,
    created: bool,
    raw: bool = False,
    update_fields: frozenset[str] | None = None,
    **_signal: object,
) -> None:
    """A user remembers the flags with which it was read."""
    written = set(RIGHT_FLAGS if update_fields is None else update_fields)
    now = {name: getattr(instance, name) for name in RIGHT_FLAGS if name in written}
    before = dict.fromkeys(RIGHT_FLAGS, False) if created else instance.stored_flags
    changed = {name for name in now if name in before and before[name] != now[name]}
    instance.stored_flags = before | now
    if changed and not raw and instance.pk not in _named.get():
        words = {_FLAG_WORDS[name] for name in changed}
        after = Rights(None, frozenset(words)) if created else read_rights(instance.pk)
        _write_unnamed_event(instance.pk, after._replace(words=after.words ^ words), after)


def _keep_rights_of_post(instance: StaffPost, **_signal: object) -> None:
    _keep_rights(instance, [instance.user_id])


def _notice_post(instance: StaffPost, origin: object = None, **_signal: object) -> None:
    """Receiver of a changed or deleted post; a post that is deleted with its user is no change of rights."""
    if isinstance(origin, User) or getattr(origin, "model", None) is User:
        return
    _notice_change(instance)
