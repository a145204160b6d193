"""The employers of a user, their role there, and the checks that a kind of employer needs."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from accounts.choices import CheckKind, EmployerKind
from accounts.models import Employer, EmployerMember, User

# In the session: the id of the employer that was chosen last.
CURRENT_EMPLOYER_KEY = "employer"
KINDS_WITHOUT_LICENCE = (EmployerKind.PERSON, EmployerKind.CREW_LEADER)
OWNER_ROLE = EmployerMember.Role.OWNER


def list_user_employers(user: User) -> list[Employer]:
    """Return the user's employers, each with `role`; the one registered last is first."""
    members = EmployerMember.objects.filter(user=user).select_related("employer")
    employers = []
    for member in members.order_by("-employer_id"):
        member.employer.role = member.role
        employers.append(member.employer)
    return employers


def get_own_employer(request: HttpRequest, pk: int | None = None) -> Employer:
    """Return the user's current employer, or the one with this `pk`, with `role` and `other_desks`.

    Raises Http404 if the user is no member of it.
    """
    if not request.user.is_authenticated:
        raise Http404
    employers = list_user_employers(request.user)
    employer_id = request.session.get(CURRENT_EMPLOYER_KEY) if pk is None else pk
    employer = next((employer for employer in employers if employer.pk == employer_id), None)
    if employer is None and pk is None:
        employer = next(iter(employers), None)
    if employer is None:
        raise Http404("没有这家招聘单位，或者你不是它的成员。")
    employer.other_desks = [other for other in employers if other is not employer]
    return employer


def require_owner(request: HttpRequest, pk: int | None = None) -> Employer:
    """As `get_own_employer`; raises PermissionDenied if the user is not an owner."""
    employer = get_own_employer(request, pk)
    if employer.role != OWNER_ROLE:
        raise PermissionDenied("这一步只有单位的负责人能做。")
    return employer


def get_member_role(user: User, employer: Employer) -> str:
    """Return "owner", "recruiter", or an empty text."""
    rows = EmployerMember.objects.filter(user=user, employer=employer)
    return rows.values_list("role", flat=True).first() or ""


def get_identity_check(kind: str) -> str:
    """Return the kind of check that proves the identity of such an employer."""
    return CheckKind.ID_CARD if kind in KINDS_WITHOUT_LICENCE else CheckKind.LICENCE


def list_expected_checks(kind: str) -> tuple[str, ...]:
    """Return the checks that such an employer needs to be verified, identity first."""
    more = (CheckKind.HR_LICENCE,) if kind == EmployerKind.HR_AGENCY else ()
    return (get_identity_check(kind), *more, CheckKind.PHONE)


def has_licence(kind: str) -> bool:
    return kind not in KINDS_WITHOUT_LICENCE


def get_verification_level(employer: Employer) -> str:
    """Return "none", "phone" or "identity", by the checks that have not expired."""
    held = {check.kind for check in employer.checks.all() if check.is_valid}
    if CheckKind.PHONE not in held:
        return "none"
    return "identity" if get_identity_check(employer.kind) in held else "phone"
