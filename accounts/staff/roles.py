"""A role of the staff is a group of Django with the rights that the table of the site gives it."""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from accounts.choices import StaffRole

MANAGE_STAFF, VIEW_STAFF = "accounts.manage_staff", "accounts.view_staffpost"
SWITCH_OFF = "accounts.switch_off_user"


class StaffRight(NamedTuple):
    words: str
    permissions: str  # with their apps, between blanks
    roles: tuple[StaffRole, ...]


class RightGroup(NamedTuple):
    title: str
    rights: tuple[StaffRight, ...]


# The table of the site, `jobsite.staff_roles`, which names rights of all apps; set as Django starts.
RIGHTS: list[RightGroup] = []


def list_role_permissions(role: StaffRole) -> set[str]:
    """Return the names of the permissions of a role, with their apps."""
    rights = (right for group in RIGHTS for right in group.rights if role in right.roles)
    return {name for right in rights for name in right.permissions.split()}


def ensure_role_group(role: StaffRole) -> Group:
    """Create the group of a role and add its permissions. Permissions that an admin added stay."""
    group, _ = Group.objects.get_or_create(name=role.label)
    named = build_permission_condition(list_role_permissions(role))
    group.permissions.add(*Permission.objects.filter(named))
    return group


def build_permission_condition(names: Iterable[str]) -> Q:
    """Return that a permission is one of these, named with their apps."""
    condition = Q(pk__in=())
    for name in names:
        app, _, codename = name.partition(".")
        condition |= Q(content_type__app_label=app, codename=codename)
    return condition


def ensure_role_groups() -> None:
    for role in StaffRole:
        ensure_role_group(role)
