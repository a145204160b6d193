"""Registration and correction of employers; a banned employer cannot register again."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.choices import ConsentKind, EmployerStatus
from accounts.employers.transitions import record_employer_event
from accounts.models import Employer, EmployerMember, User
from accounts.sign_in import consents
from sitekit.workflow.refusals import Refusal

# Before the review, or after it failed or expired, all details may change.
OPEN = (EmployerStatus.UNVERIFIED, EmployerStatus.REJECTED, EmployerStatus.LAPSED)
MOST_DESKS = 10
_FIELDS = ("kind", "name", "licence_code", "region", "contact_name", "contact_phone", "intro")


class RegistrationRefused(Refusal):
    """`field` is the form field at fault, if any; `appeal` is the id of the user's own banned
    employer, for which they may appeal."""

    def __init__(self, words: str, field: str | None = None, *, appeal: int | None = None) -> None:
        super().__init__(words, field)
        self.appeal = appeal


BANNED = "按照规则，这份登记不能接受。如果弄错了，可以申诉，会有人重新看。"
BANNED_ELSEWHERE = (
    "按照规则，这份登记不能接受。如果弄错了，打页面底部的投诉电话申诉，会有人重新看。"
)
TAKEN = (
    "这个代码已经登记过了。如果是你们单位，请它的负责人在「成员」里用你的邮箱邀请你；"
    "不知道是谁登记的，打页面底部的监督电话问我们。"
)
TOO_MANY = f"一个账号最多登记 {MOST_DESKS} 家，多了请联系我们。"


def register_employer(user: User, answers: Mapping[str, Any]) -> Employer:
    """Create an employer with the user as its owner; a form sent twice creates only one.

    Raises RegistrationRefused.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # one after the other
        if registered := _find_registered(user, answers):
            return registered
        if user.memberships.count() >= MOST_DESKS:
            raise RegistrationRefused(TOO_MANY)
        require_not_banned(user, answers["licence_code"], answers["contact_phone"])
        employer = Employer(**{name: answers[name] for name in _FIELDS})
        _save(employer)
        employer.memberships.create(user=user, role=EmployerMember.Role.OWNER)
        consents.give_consent(user, ConsentKind.EMPLOYER_TERMS, f"employer:{employer.pk}")
        record_employer_event(employer, user, "register", "", "")
    return employer


def correct_employer(employer_id: int, user: User, answers: Mapping[str, Any]) -> Employer:
    """Change details; of a verified employer only those of `VerifiedForm`.

    Raises RegistrationRefused.
    """
    with transaction.atomic():
        employer = Employer.objects.select_for_update(of=("self",)).get(pk=employer_id)
        has_all_fields = "name" in answers
        if has_all_fields and employer.status not in OPEN:
            raise RegistrationRefused("正在审核或已经认证，名称和代码现在不能改。")
        if has_all_fields:
            require_not_banned(user, answers["licence_code"], answers["contact_phone"], employer.pk)
        changed = [
            name for name in _FIELDS if name in answers and getattr(employer, name) != answers[name]
        ]
        for name in changed:
            setattr(employer, name, answers[name])
        if "contact_phone" in changed:
            employer.phone_proved_at = None
            changed.append("phone_proved_at")
        if changed:
            _save(employer, changed)
            labels = {field.name: str(field.verbose_name) for field in Employer._meta.fields}
            words = "、".join(labels[name] for name in changed if name in _FIELDS)
            record_employer_event(employer, user, "edit", f"改了：{words}", employer.status)
    return employer


def require_not_banned(user: User, licence_code: str, phone: str, but: int = 0) -> None:
    """Raise RegistrationRefused if a banned employer has this code or phone, or this user as owner.

    The words do not say which of them. `but` is the id of an employer to leave out.
    """
    phones = [number for number in (phone, user.phone) if number]
    owners = Q(memberships__role=EmployerMember.Role.OWNER)
    same = Q(contact_phone__in=phones) | owners & (
        Q(memberships__user=user) | Q(memberships__user__phone__in=phones)
    )
    if licence_code:
        same |= Q(licence_code=licence_code)
    banned = Employer.objects.filter(same, status=EmployerStatus.BANNED).exclude(pk=but)
    if banned_ids := list(banned.values_list("pk", flat=True)[:50]):
        own = user.memberships.filter(employer__in=banned_ids).values_list("employer", flat=True)
        if appeal := own.first():
            raise RegistrationRefused(BANNED, appeal=appeal)
        raise RegistrationRefused(BANNED_ELSEWHERE)


def _find_registered(user: User, answers: Mapping[str, Any]) -> Employer | None:
    """The employer that the same user has registered with the same details."""
    names = ("kind", "name", "contact_phone", "licence_code")
    same = {
        name: answers[name] for name in (("licence_code",) if answers["licence_code"] else names)
    }
    own = Employer.objects.filter(
        memberships__user=user, memberships__role=EmployerMember.Role.OWNER, **same
    )
    return own.exclude(status=EmployerStatus.BANNED).first()


def _save(employer: Employer, changed: Iterable[str] | None = None) -> None:
    try:
        with transaction.atomic():
            employer.save(update_fields=changed)
    except IntegrityError as error:
        if "employer_licence_once" in str(error):
            raise RegistrationRefused(TAKEN, "licence_code") from None
        raise
