"""Who is a moderator, who of them may decide in a region, and who may decide an appeal."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group
from django.db.models import QuerySet

from accounts.choices import StaffRole
from accounts.models import User
from accounts.staff.roles import ensure_role_group
from accounts.staff.scope import build_covering_condition

DECIDE_PERMISSION = "safety.add_decision"


def ensure_moderator_group() -> Group:
    return ensure_role_group(StaffRole.MODERATOR)


def is_moderator(user: User | AnonymousUser) -> bool:
    return user.is_active and user.is_staff and user.has_perm(DECIDE_PERMISSION)


def list_moderators() -> QuerySet[User]:
    return ModelBackend().with_perm(DECIDE_PERMISSION).filter(is_staff=True)


def list_moderators_of(region_code: int | None) -> QuerySet[User]:
    """Return those whose rights hold in this region; without one those of the whole country."""
    return list_moderators().filter(build_covering_condition(region_code))


def is_only_moderator(user: User) -> bool:
    return not list_moderators().exclude(pk=user.pk).exists()


def may_decide_appeal(user: User, decided_by: User | None) -> bool:
    """Not if `user` made the decision appealed against, unless nobody else could."""
    if not is_moderator(user):
        return False
    return decided_by is None or decided_by.pk != user.pk or decides_alone(user)


def decides_alone(user: User) -> bool:
    """Whether nobody else could decide what is their own: they are the only moderator and an admin."""
    return user.is_superuser and is_only_moderator(user)
