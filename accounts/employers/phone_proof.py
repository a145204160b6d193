"""The proof of an employer's contact phone by a code sent to it."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.choices import CheckKind, EmployerStatus
from accounts.employers.check_endings import end_checks_for_changes, record_changed_details
from accounts.employers.membership import list_check_ends, lock_employer
from accounts.employers.registration import (
    SANCTIONED_STATUSES,
    RegistrationRefused,
    require_not_banned,
)
from accounts.employers.transitions import record_employer_event
from accounts.models import RECHECK_AFTER, Employer, EmployerCheck, User

BY_CODE = "短信验证码"
PHONE_PROOF_LIFETIME = timedelta(days=1)


def is_phone_proved(employer: Employer) -> bool:
    """Whether the phone was proved by a code in the last half year."""
    proved = employer.phone_proved_at
    return proved is not None and proved > timezone.now() - RECHECK_AFTER


def find_phone_proof_end(employer: Employer) -> date | None:
    """Return the last day of the proof by a code; None if there was none."""
    proved = employer.phone_proved_at
    return timezone.localdate(proved) + RECHECK_AFTER if proved else None


def require_usable_phone(employer: Employer, user: User, phone: str) -> None:
    """Raise RegistrationRefused if the phone may not become the contact phone."""
    if employer.status in SANCTIONED_STATUSES:
        raise RegistrationRefused("单位已冻结或在黑名单里，现在不能换联系手机。", "phone")
    require_not_banned(user, employer.licence_code, phone, employer.pk)


def has_recent_phone_proof(user: User) -> bool:
    """Whether the user proved the login phone in the last day."""
    proved = user.phone_proved_at
    return proved is not None and proved > timezone.now() - PHONE_PROOF_LIFETIME


def reuse_login_phone_proof(employer: Employer, user: User) -> None:
    """Accept the login phone without another code if it was proved a short while ago."""
    if user.phone and user.phone == employer.contact_phone and has_recent_phone_proof(user):
        confirm_contact_phone(employer.pk, user, user.phone)


def confirm_contact_phone(employer_id: int, user: User, phone: str) -> None:
    """Store the phone that was proved by a code, and a check of it; raises RegistrationRefused."""
    with transaction.atomic():
        employer = lock_employer(employer_id)
        require_usable_phone(employer, user, phone)
        today, is_new = timezone.localdate(), employer.contact_phone != phone
        old_values = {"contact_phone": employer.contact_phone} if is_new else {}
        employer.contact_phone, employer.phone_proved_at = phone, timezone.now()
        employer.save(update_fields=["contact_phone", "phone_proved_at"])
        ended = end_checks_for_changes(employer, old_values)
        until = today + RECHECK_AFTER
        checks = employer.checks.filter(kind=CheckKind.PHONE, ended_on=None)
        if not checks.filter(method=BY_CODE, checked_on=today, expires_on=until).exists():
            EmployerCheck.objects.create(
                employer=employer, kind=CheckKind.PHONE, method=BY_CODE, expires_on=until
            )
        if employer.status == EmployerStatus.VERIFIED and employer.recheck_due:
            _move_recheck(employer)
        words = "换了联系手机，已验证" if is_new else "验证了联系手机"
        event = record_employer_event(employer, user, "phone", words, employer.status)
        record_changed_details(employer, old_values, event, ended)


def _move_recheck(employer: Employer) -> None:
    """If the proof of the phone was the first to end, move the re-check to the end of the next check, never to an
    earlier day."""
    due = min(list_check_ends(employer).values(), default=None)
    if due and employer.recheck_due and due > employer.recheck_due:
        employer.recheck_due = due
        employer.save(update_fields=["recheck_due"])
