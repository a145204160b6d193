"""The contact phone of an employer is proved by a code sent to it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.choices import CheckKind, EmployerStatus
from accounts.employers.registration import RegistrationRefused, require_not_banned
from accounts.employers.transitions import record_employer_event
from accounts.models import RECHECK_AFTER, Employer, EmployerCheck, User

BY_CODE = "短信验证码"
FRESH = timedelta(days=1)
SHUT = (EmployerStatus.FROZEN, EmployerStatus.BANNED)


def phone_is_proved(employer) -> bool:
    """By a code, and not longer ago than a check holds."""
    proved = employer.phone_proved_at
    return proved is not None and proved > timezone.now() - RECHECK_AFTER


def may_use_phone(employer, user: User, phone: str) -> None:
    """Raises `registering.Refused`; asked before a code is sent."""
    if employer.status in SHUT:
        raise RegistrationRefused("单位已冻结或在黑名单里，现在不能换联系手机。", "phone")
    require_not_banned(user, employer.licence_code, phone, employer.pk)


def reuse_login_phone_proof(employer: Employer, user: User) -> None:
    """The number one has just signed in with by a code needs no second code on the same day."""
    proved = user.phone_proved_at
    if proved and user.phone == employer.contact_phone and proved > timezone.now() - FRESH:
        confirm_contact_phone(employer.pk, user, user.phone)


def confirm_contact_phone(employer_id: int, user: User, phone: str) -> None:
    """The code was right: it is the contact phone from now on, and a check that holds half a year."""
    with transaction.atomic():
        employer = Employer.objects.select_for_update(of=("self",)).get(pk=employer_id)
        may_use_phone(employer, user, phone)
        today, is_new = timezone.localdate(), employer.contact_phone != phone
        checks = employer.checks.filter(kind=CheckKind.PHONE)
        if is_new:  # a check is never taken back: it gets a last day
            over = today - timedelta(days=1)
            checks.exclude(expires_on__lte=over).update(expires_on=over)
        employer.contact_phone, employer.phone_proved_at = phone, timezone.now()
        employer.save(update_fields=["contact_phone", "phone_proved_at"])
        until = today + RECHECK_AFTER
        if not checks.filter(method=BY_CODE, checked_on=today, expires_on=until).exists():
            EmployerCheck.objects.create(
                employer=employer, kind=CheckKind.PHONE, method=BY_CODE, expires_on=until
            )
        words = "换了联系手机，已验证" if is_new else "验证了联系手机"
        record_employer_event(employer, user, "phone", words, employer.status)
