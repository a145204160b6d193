"""The employers of a user, their role there, and the checks that a kind of employer needs."""

import datetime
import re

from django.http import Http404, HttpRequest

from accounts.choices import CheckKind, EmployerKind
from accounts.models import Employer, EmployerMember, User
from sitekit.workflow.refusals import PageDenied, Refusal

# In the session: the id of the employer that was chosen last.
CURRENT_EMPLOYER_KEY = "employer"
KINDS_WITHOUT_LICENCE = (EmployerKind.PERSON, EmployerKind.CREW_LEADER)
OWNER_ROLE = EmployerMember.Role.OWNER
# Hidden in each form of the desk whose address does not say whose it is: see `_for_employer.html`.
EMPLOYER_FIELD = "for_employer"
# In the query of a link of a notice: the id of the employer that it is about.
NAMED_EMPLOYER_PARAMETER = "employer"
_PAGE_OF_CHOSEN_EMPLOYER = re.compile(r"/employer/[a-z/]*")


class OtherEmployerChosen(Refusal):
    """A form was sent, or with `is_link` a link opened, for another employer than the one chosen now; `meant` is None
    if it names none of the user's."""

    def __init__(self, chosen: Employer, meant: Employer | None, *, is_link: bool = False) -> None:
        self.chosen, self.meant, self.is_link = chosen, meant, is_link
        whose = f"这一页是替「{meant.name}」填的" if meant else "这一页没有写明替哪家单位填"
        explanation = (
            f"这个链接说的是「{meant.name}」。" if is_link and meant else f"{whose}，所以没有做。"
        )
        super().__init__(f"现在选的单位是「{chosen.name}」，{explanation}")


def build_desk_address(address: str, employer_id: int) -> str:
    """Return the address of a page of the desk. If the page shows the chosen employer, the address names the
    employer, because a user with several employers may have chosen another one."""
    if not _PAGE_OF_CHOSEN_EMPLOYER.fullmatch(address):
        return address
    return f"{address}?{NAMED_EMPLOYER_PARAMETER}={employer_id}"


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

    Raises Http404 if the user is no member of it, and OtherEmployerChosen if a form is sent for
    the current employer that stood on a page of another one, or a link is opened that names another one.
    """
    employer = _find_employer(request, pk)
    if request.method == "POST" and pk is None:
        _require_named_employer(request.POST.get(EMPLOYER_FIELD, ""), employer)
    return employer


def get_chosen_employer(request: HttpRequest) -> Employer:
    """Return the current employer, whichever employer the form names. For views that change nothing of an employer."""
    return _find_employer(request, None)


def _find_employer(request: HttpRequest, pk: int | None) -> Employer:
    if not request.user.is_authenticated:
        raise Http404
    employers = list_user_employers(request.user)
    employer_id = request.session.get(CURRENT_EMPLOYER_KEY) if pk is None else pk
    employer = next((employer for employer in employers if employer.pk == employer_id), None)
    if employer is None and pk is None:
        employer = next(iter(employers), None)
    if employer is None:
        raise Http404("没有这家招聘单位，或者你不是它的成员。")
    employer.other_desks = [desk for desk in employers if desk is not employer]
    if pk is None and request.method != "POST":
        named = request.GET.get(NAMED_EMPLOYER_PARAMETER, "")
        if meant := _find_other_desk(employer, named):
            raise OtherEmployerChosen(employer, meant, is_link=True)
    return employer


def _find_other_desk(chosen: Employer, named: str) -> Employer | None:
    return next((desk for desk in chosen.other_desks if str(desk.pk) == named), None)


def _require_named_employer(named: str, chosen: Employer) -> None:
    """Raise `OtherEmployerChosen` if the form names another employer, or names none and the user has several."""
    if named == str(chosen.pk) or not (named or chosen.other_desks):
        return
    raise OtherEmployerChosen(chosen, _find_other_desk(chosen, named))


def require_owner(request: HttpRequest, pk: int | None = None) -> Employer:
    """As `get_own_employer`; raises PageDenied if the user is not an owner."""
    employer = get_own_employer(request, pk)
    if employer.role != OWNER_ROLE:
        raise PageDenied("这一步只有单位的负责人能做，请负责人来做。")
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
    held = list_held_check_kinds(employer)
    if CheckKind.PHONE not in held:
        return "none"
    return "identity" if get_identity_check(employer.kind) in held else "phone"


def lock_employer(employer_id: int) -> Employer:
    """Return the row, locked until the transaction ends, so that nothing changes while the caller counts its rows."""
    return Employer.objects.select_for_update(of=("self",)).get(pk=employer_id)


def list_check_ends(employer: Employer, *, with_past: bool = False) -> dict[str, datetime.date]:
    """Return by kind the last day of each valid check that the verification rests on, if it has one.

    `with_past` includes a day that is past of the identity and the phone, because no verification is possible
    without them.
    """
    needed = (get_identity_check(employer.kind), CheckKind.PHONE) if with_past else ()
    ends: dict[str, datetime.date] = {}
    for check in employer.checks.all():
        end = check.expires_on
        counts = check.is_valid or (check.kind in needed and check.ended_on is None)
        if end and counts and check.kind in list_expected_checks(employer.kind):
            ends[check.kind] = max(end, ends.get(check.kind, end))
    return ends


def is_phone_first_to_end(employer: Employer) -> bool:
    """Whether the re-check is due for the phone alone, which needs no reviewer: a code is enough."""
    due, ends = employer.recheck_due, list_check_ends(employer, with_past=True)
    return [kind for kind, end in ends.items() if due and end <= due] == [CheckKind.PHONE]


def list_held_check_kinds(employer: Employer) -> set[str]:
    """Return the kinds of its valid checks; no query where `checks` is prefetched."""
    return {check.kind for check in employer.checks.all() if check.is_valid}
