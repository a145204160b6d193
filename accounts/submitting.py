"""An employer proves who it is: what is there, what is missing, the phone, and handing it in."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import employers, papers, registering, transitions
from accounts.choices import CheckKind, EmployerStatus
from accounts.models import RECHECK_AFTER, Employer, EmployerCheck, User
from accounts.transitions import MoveRefused

BY_CODE = "短信验证码"
# So long before the re-check is due new papers are looked at without a break.
EARLY = timedelta(days=30)
FRESH = timedelta(days=1)
SHUT = (EmployerStatus.FROZEN, EmployerStatus.BANNED)


def kinds(employer) -> list[str]:
    """The papers one may hand in, those that are expected first."""
    expected = [kind for kind in employers.expected_checks(employer.kind) if kind in papers.KINDS]
    more = [CheckKind.AUTHORISATION] if employers.has_licence(employer.kind) else []
    return [*expected, *more]


def missing(employer) -> list[str]:
    """What still has to be there before it can be handed in, in words."""
    there = set(employer.documents.filter(purged_at=None).values_list("kind", flat=True))
    expected = employers.expected_checks(employer.kind)
    lacking = [
        CheckKind(kind).label for kind in expected if kind in papers.KINDS and kind not in there
    ]
    if employers.has_licence(employer.kind) and not employer.licence_code:
        lacking.insert(0, "统一社会信用代码")
    if not phone_is_proved(employer):
        lacking.append("手机验证")
    return lacking


def phone_is_proved(employer) -> bool:
    """By a code, and not longer ago than a check holds."""
    proved = employer.phone_proved_at
    return proved is not None and proved > timezone.now() - RECHECK_AFTER


def may_hand_in(employer) -> bool:
    return employer.status in registering.OPEN or may_renew(employer)


def may_renew(employer) -> bool:
    """Verified, and the re-check is near."""
    return (
        employer.status == EmployerStatus.VERIFIED
        and employer.recheck_due is not None
        and employer.recheck_due <= timezone.localdate() + EARLY
    )


def is_waiting(employer) -> bool:
    """Handed in and not looked at yet; a verified one whose renewal was asked for stays verified."""
    return employer.status == EmployerStatus.PENDING or (
        may_renew(employer)
        and employer.submitted_at is not None
        and timezone.localdate(employer.submitted_at) >= employer.recheck_due - EARLY
    )


def hand_in(employer_id: int, user: User) -> None:
    """To the reviewers; raises `MoveRefused` with what is missing. Twice is once."""
    with transaction.atomic():
        employer = Employer.objects.select_for_update(of=("self",)).get(pk=employer_id)
        if is_waiting(employer):
            return
        if not may_hand_in(employer):
            raise MoveRefused("现在不需要提交材料。")
        if lacking := missing(employer):
            raise MoveRefused(f"还缺：{'、'.join(lacking)}。补上再提交。")
        try:
            registering.refuse_banned(
                user, employer.licence_code, employer.contact_phone, employer.pk
            )
        except registering.Refused as refused:
            raise MoveRefused(str(refused)) from None
        if employer.status == EmployerStatus.VERIFIED:
            employer.submitted_at = timezone.now()
            employer.save(update_fields=["submitted_at"])
            transitions.record(employer, user, "renew", "到期前提交复核", employer.status)
        else:
            transitions.move(employer.pk, EmployerStatus.PENDING, user, "提交材料")


def may_use_phone(employer, user: User, phone: str) -> None:
    """Raises `registering.Refused`; asked before a code is sent."""
    if employer.status in SHUT:
        raise registering.Refused("单位已冻结或在黑名单里，现在不能换联系手机。", "phone")
    registering.refuse_banned(user, employer.licence_code, phone, employer.pk)


def take_over_proof(employer: Employer, user: User) -> None:
    """The number one has just signed in with by a code needs no second code on the same day."""
    proved = user.phone_proved_at
    if proved and user.phone == employer.contact_phone and proved > timezone.now() - FRESH:
        prove_phone(employer.pk, user, user.phone)


def prove_phone(employer_id: int, user: User, phone: str) -> None:
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
        transitions.record(employer, user, "phone", words, employer.status)
