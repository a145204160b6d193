"""The submission of an employer's papers for review: missing papers, and whether the employer may submit."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.choices import CheckKind, EmployerStatus, PaperSide
from accounts.employers.membership import has_licence, list_expected_checks, lock_employer
from accounts.employers.phone_proof import is_phone_proved
from accounts.employers.registration import (
    CORRECTABLE_STATUSES,
    RegistrationRefused,
    require_not_banned,
)
from accounts.employers.transitions import (
    EmployerMoveRefused,
    change_employer_status,
    record_employer_event,
)
from accounts.models import Employer, EmployerDocument, User
from accounts.verification import papers

# How long before the re-check is due an employer may submit its renewal.
RECHECK_LEAD_TIME = timedelta(days=30)


def list_paper_kinds(employer: Employer) -> list[str]:
    """Return the kinds of papers that may be uploaded, the required ones first."""
    required = [kind for kind in list_expected_checks(employer.kind) if kind in papers.KINDS]
    optional = [CheckKind.AUTHORISATION] if has_licence(employer.kind) else []
    return [*required, *optional]


def list_missing_papers(employer: Employer) -> list[str]:
    """Return the labels of what is still missing for the submission."""
    rows = employer.documents.filter(purged_at=None).values_list("kind", "side")
    sides: dict[str, set[str]] = {}
    for kind, side in rows:
        sides.setdefault(kind, set()).add(side)
    required = [kind for kind in list_expected_checks(employer.kind) if kind in papers.KINDS]
    missing = [label for kind in required for label in _list_missing_sides(kind, sides.get(kind))]
    if has_licence(employer.kind) and not employer.licence_code:
        missing.insert(0, "统一社会信用代码")
    if not is_phone_proved(employer):
        missing.append("手机验证")
    return missing


def _list_missing_sides(kind: str, uploaded: set[str] | None) -> list[str]:
    """Return the sides that are still missing. A file from before papers had sides counts for both."""
    label = str(CheckKind(kind).label)
    if not uploaded:
        return [label]
    if kind not in papers.TWO_SIDED or "" in uploaded:
        return []
    return [f"{label}{side.label}" for side in PaperSide if side not in uploaded]


def may_submit_papers(employer: Employer) -> bool:
    return employer.status in CORRECTABLE_STATUSES or may_renew(employer)


def may_change_papers(employer: Employer) -> bool:
    return may_submit_papers(employer) and not is_waiting(employer)


def remove_own_paper(document: EmployerDocument) -> bool:
    """Delete the file. Return False if the papers were submitted meanwhile, because a submission must stay complete."""
    with transaction.atomic():
        if not may_change_papers(lock_employer(document.employer_id)):
            return False
        papers.purge_paper(document)
    return True


def may_renew(employer: Employer) -> bool:
    """Whether it is verified and its re-check is near."""
    return (
        employer.status == EmployerStatus.VERIFIED
        and employer.recheck_due is not None
        and employer.recheck_due <= timezone.localdate() + RECHECK_LEAD_TIME
    )


def is_waiting(employer: Employer) -> bool:
    """Whether papers were submitted and not reviewed yet, also for a renewal."""
    return employer.status == EmployerStatus.PENDING or (
        may_renew(employer)
        and employer.recheck_due is not None
        and employer.submitted_at is not None
        and timezone.localdate(employer.submitted_at) >= employer.recheck_due - RECHECK_LEAD_TIME
    )


def submit_papers(employer_id: int, user: User) -> None:
    """Submit for review; raises EmployerMoveRefused. Does nothing if it is already waiting."""
    with transaction.atomic():
        employer = lock_employer(employer_id)
        if is_waiting(employer):
            return
        if not may_submit_papers(employer):
            raise EmployerMoveRefused("现在不需要提交材料。")
        if missing := list_missing_papers(employer):
            raise EmployerMoveRefused(f"还缺：{'、'.join(missing)}。补上再提交。")
        try:
            require_not_banned(user, employer.licence_code, employer.contact_phone, employer.pk)
        except RegistrationRefused as refused:
            raise EmployerMoveRefused(str(refused)) from None
        if employer.status == EmployerStatus.VERIFIED:
            employer.submitted_at = timezone.now()
            employer.save(update_fields=["submitted_at"])
            record_employer_event(employer, user, "renew", "到期前提交复核", employer.status)
        else:
            change_employer_status(employer.pk, EmployerStatus.PENDING, user, "提交材料")
