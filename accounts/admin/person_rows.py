"""What the page of an account shows about its person: employers, and parts that apps above this one add.

Each part shows only what the viewer may open. Nothing shows who reported something.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from django.urls import reverse

from accounts.models import Employer, EmployerMember, User
from accounts.staff.scope import list_in_scope

_MAX_EMPLOYERS = 20


class RowLink(NamedTuple):
    words: str
    address: str  # empty: words alone
    note: str = ""


class PersonRows(NamedTuple):
    label: str
    links: Sequence[RowLink]


type PersonPart = Callable[[User, Sequence[Employer], User], PersonRows | None]
# Takes the person, their employers that lie where the viewer's rights hold, and the viewer.
PERSON_PARTS: list[PersonPart] = []


def list_person_rows(person: User, viewer: User) -> list[PersonRows]:
    """Return the parts that have something to show to this viewer."""
    memberships = _list_memberships(person, viewer)
    employers = [membership.employer for membership in memberships]
    parts = [_list_employer_links(memberships, viewer)]
    parts += [build_part(person, employers, viewer) for build_part in PERSON_PARTS]
    return [part for part in parts if part and part.links]


def _list_memberships(person: User, viewer: User) -> list[EmployerMember]:
    rows = EmployerMember.objects.filter(user=person).select_related("employer")
    in_scope = list_in_scope(rows, viewer, "employer__region")
    return list(in_scope.order_by("-employer")[:_MAX_EMPLOYERS])


def _list_employer_links(memberships: Iterable[EmployerMember], viewer: User) -> PersonRows | None:
    if not viewer.has_perm("accounts.view_employer"):
        return None
    links = [
        RowLink(
            row.employer.name,
            reverse("admin:accounts_employer_change", args=[row.employer_id]),
            f"{row.get_role_display()} · {row.employer.get_status_display()}",
        )
        for row in memberships
    ]
    return PersonRows("招聘单位", links)
