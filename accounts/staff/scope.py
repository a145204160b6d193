"""Where the rights of a staff member hold: in the whole country, or in some places with all places below them.

Rows without a place are for staff of the whole country. Superusers, and staff who got rights without a post, are of
the whole country.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.choices import StaffRole
from accounts.models import StaffInvitation, StaffPost, User
from cities.directory.form_fields import format_place_words
from cities.directory.regions import (
    get_current_region,
    get_region,
    get_region_ancestors,
    list_region_codes,
)

ROLE_LABELS = dict(StaffRole.choices)
NATIONAL_WORDS = "全国"
OUTSIDE_SCOPE_MESSAGE = "这件不在你负责的地区。"


@dataclass(frozen=True)
class StaffScope:
    """`codes` are the codes of all regions in the scope; None for the whole country."""

    codes: frozenset[int] | None = None

    @property
    def is_national(self) -> bool:
        return self.codes is None

    def build_condition(self, *paths: str) -> Q:
        """Return the condition that a row lies in the scope. Each of `paths` leads from the row to a region in
        which it lies."""
        if self.codes is None:
            return Q()
        condition = Q(pk__in=())  # none, if there is no path
        for path in paths:
            condition |= Q(**{f"{path}__in": self.codes})
        return condition

    def covers_region(self, code: int | None) -> bool:
        return self.codes is None or code in self.codes

    def covers_places(self, is_national: bool, places: Iterable[int]) -> bool:
        """Whether all places of a post lie in the scope."""
        return self.codes is None or (not is_national and self.codes.issuperset(places))


NATIONAL_SCOPE = StaffScope()


def join_scopes(scopes: Iterable[StaffScope]) -> StaffScope:
    """Return where any of them holds."""
    codes: frozenset[int] = frozenset()
    for scope in scopes:
        if scope.codes is None:
            return NATIONAL_SCOPE
        codes |= scope.codes
    return StaffScope(codes)


def find_post(user: User | AnonymousUser) -> StaffPost | None:
    """Return the user's post; read with the user of a request."""
    try:
        return user.staff_post if isinstance(user, User) else None
    except StaffPost.DoesNotExist:
        return None


def get_staff_scope(user: User | AnonymousUser) -> StaffScope:
    post = find_post(user)
    if post is None or post.is_national or user.is_superuser:
        return NATIONAL_SCOPE
    return StaffScope(_collect_codes(post.places))


def _collect_codes(places: Iterable[int]) -> frozenset[int]:
    """Return the codes of the places and of all below them, with those that are no longer in use."""
    regions = [get_current_region(region) for code in places if (region := get_region(code))]
    return frozenset(code for region in regions for code in list_region_codes(region))


def list_in_scope[Row: Model](
    rows: QuerySet[Row], user: User | AnonymousUser, *paths: str
) -> QuerySet[Row]:
    """Return those of the rows that lie where the user's rights hold."""
    return rows.filter(get_staff_scope(user).build_condition(*paths))


def get_in_scope_or_404[Row: Model](
    rows: QuerySet[Row], user: User | AnonymousUser, pk: int, *paths: str
) -> Row:
    return get_object_or_404(list_in_scope(rows, user, *paths), pk=pk)


def build_covering_condition(region_code: int | None) -> Q:
    """Return the condition that a user's rights hold in this region; without a region, in the whole country."""
    everywhere = Q(staff_post=None) | Q(staff_post__is_national=True) | Q(is_superuser=True)
    region = get_region(region_code)
    if region is None:
        return everywhere
    codes = [place.adcode for place in get_region_ancestors(get_current_region(region))]
    return everywhere | Q(staff_post__places__overlap=codes)


def describe_area(is_national: bool, places: Iterable[int]) -> str:
    """Return 全国, or the names of the places."""
    if is_national:
        return NATIONAL_WORDS
    return "、".join(format_place_words(get_region(code)) for code in places)


class PostTerms(NamedTuple):
    """A role and where it holds; `places` are codes of regions, none if it is the whole country."""

    role: str
    is_national: bool
    places: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{ROLE_LABELS[self.role]} · {describe_area(self.is_national, self.places)}"


def get_terms(row: StaffPost | StaffInvitation) -> PostTerms:
    return PostTerms(row.role, row.is_national, tuple(row.places))
