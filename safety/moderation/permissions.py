"""Which moderators may decide in a region, and who may decide appeals and cases of their own employers."""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import Group
from django.db.models import QuerySet

from accounts.choices import StaffRole
from accounts.models import User
from accounts.staff.roles import ensure_role_group
from accounts.staff.scope import (
    NATIONAL_SCOPE,
    StaffScope,
    build_covering_condition,
    get_staff_scope,
    join_scopes,
)
from safety.case_queues.moderators import is_moderator, list_moderators


def ensure_moderator_group() -> Group:
    return ensure_role_group(StaffRole.MODERATOR)


def list_moderators_of(region_code: int | None) -> QuerySet[User]:
    """Return the moderators who have rights in this region; without a region those of the whole country."""
    return list_moderators().filter(build_covering_condition(region_code))


def find_regions_alone(user: User, region_codes: Iterable[int | None]) -> set[int | None]:
    """Return the regions among these in which this user, if an admin, is the only moderator. One query."""
    codes = set(region_codes)
    if not user.is_superuser or not codes:
        return set()
    scopes = _list_scopes_of_others(user)
    return {code for code in codes if not any(scope.covers_region(code) for scope in scopes)}


def may_decide_appeal(user: User, decided_by: User | None, region_code: int | None) -> bool:
    """Whether the user may decide the appeal: they did not make the decision, or nobody else may decide there."""
    if not is_moderator(user):
        return False
    return decided_by is None or decided_by.pk != user.pk or decides_alone(user, region_code)


def decides_alone(user: User, region_code: int | None) -> bool:
    """Whether the user is an admin and no other moderator has rights in the region."""
    return bool(find_regions_alone(user, [region_code]))


class OwnEmployers(NamedTuple):
    """The numbers of the employers of which a moderator is a member, and the scopes in which others decide on them."""

    numbers: tuple[int, ...] = ()
    decided_in: StaffScope = NATIONAL_SCOPE


NO_EMPLOYERS = OwnEmployers()


def find_own_employers(moderator: User) -> OwnEmployers:
    """Return the employers of which the moderator is a member. On these others decide; an admin may decide on them too
    where no other moderator has rights, which takes one more query."""
    numbers = moderator.employer_numbers
    if not numbers or not moderator.is_superuser:
        return OwnEmployers(numbers)
    return OwnEmployers(numbers, join_scopes(_list_scopes_of_others(moderator)))


def _list_scopes_of_others(user: User) -> list[StaffScope]:
    others = list_moderators().exclude(pk=user.pk).select_related("staff_post")
    return [get_staff_scope(moderator) for moderator in others]
