"""For which employer somebody acts, as what, and what must be known of one of its kind."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.choices import CheckKind, EmployerKind
from accounts.models import Employer, EmployerMember

# The desk that was open last, of somebody who acts for several.
CURRENT_EMPLOYER_KEY = "employer"
KINDS_WITHOUT_LICENCE = (EmployerKind.PERSON, EmployerKind.CREW_LEADER)  # they have no licence
OWNER = EmployerMember.Role.OWNER


def list_user_employers(user) -> list[Employer]:
    """The employers somebody acts for, each with `role`; the one registered last is first."""
    rows = EmployerMember.objects.filter(user=user).select_related("employer")
    found = []
    for row in rows.order_by("-employer_id"):
        row.employer.role = row.role  # type: ignore[attr-defined]
        found.append(row.employer)
    return found


def get_own_employer(request, pk: int | None = None) -> Employer:
    """The employer whose desk is open; with `pk` that one, if the person acts for it.

    It carries `role`, and in `other_desks` those one could switch to. Else there is no such page.
    """
    if not request.user.is_authenticated:
        raise Http404
    found = list_user_employers(request.user)
    wanted = request.session.get(CURRENT_EMPLOYER_KEY) if pk is None else pk
    chosen = next((employer for employer in found if employer.pk == wanted), None)
    if chosen is None and pk is None:
        chosen = next(iter(found), None)
    if chosen is None:
        raise Http404("没有这家招聘单位，或者你不是它的成员。")
    chosen.other_desks = [employer for employer in found if employer is not chosen]  # type: ignore[attr-defined]
    return chosen


def require_owner(request, pk: int | None = None) -> Employer:
    """As `get_own_employer`, for what only owners may do."""
    employer = get_own_employer(request, pk)
    if employer.role != OWNER:  # type: ignore[attr-defined]
        raise PermissionDenied("这一步只有单位的负责人能做。")
    return employer


def get_member_role(user, employer) -> str:
    """owner, recruiter, or nothing."""
    rows = EmployerMember.objects.filter(user=user, employer=employer)
    return rows.values_list("role", flat=True).first() or ""


def identity_check(kind: str) -> str:
    """The paper that says who an employer of this kind is."""
    return CheckKind.ID_CARD if kind in KINDS_WITHOUT_LICENCE else CheckKind.LICENCE


def expected_checks(kind: str) -> tuple[str, ...]:
    """What must be checked before an employer of this kind is verified, identity first."""
    more = (CheckKind.HR_LICENCE,) if kind == EmployerKind.HR_AGENCY else ()
    return (identity_check(kind), *more, CheckKind.PHONE)


def has_licence(kind: str) -> bool:
    return kind not in KINDS_WITHOUT_LICENCE


def verification_level(employer) -> str:
    """none, phone or identity: what has been checked and still holds."""
    held = {check.kind for check in employer.checks.all() if check.holds}
    if CheckKind.PHONE not in held:
        return "none"
    return "identity" if identity_check(employer.kind) in held else "phone"
