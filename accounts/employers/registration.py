"""An employer comes to be, and what was written of it is put right; a banned one does not come back."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.choices import ConsentKind, EmployerStatus
from accounts.employers.transitions import record_employer_event
from accounts.models import Employer, EmployerMember, User
from accounts.sign_in import consents
from sitekit.workflow.refusals import Refusal

# As long as nobody has looked, or after it was sent back, all of it may change.
OPEN = (EmployerStatus.UNVERIFIED, EmployerStatus.REJECTED, EmployerStatus.LAPSED)
MOST_DESKS = 10
_FIELDS = ("kind", "name", "licence_code", "region", "contact_name", "contact_phone", "intro")


class RegistrationRefused(Refusal):
    """Says in Chinese why; `field` is the one at fault, if one is; `appeal` is the number of the
    employer of one's own for which one may appeal."""

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


def register_employer(user: User, answers: dict) -> Employer:
    """The employer of these answers, with the user as its owner; the same one sent twice is one."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two clicks at once come one by one
        if again := _sent_before(user, answers):
            return again
        if user.memberships.count() >= MOST_DESKS:
            raise RegistrationRefused(TOO_MANY)
        require_not_banned(user, answers["licence_code"], answers["contact_phone"])
        employer = Employer(**{name: answers[name] for name in _FIELDS})
        _save(employer)
        employer.memberships.create(user=user, role=EmployerMember.Role.OWNER)
        consents.give_consent(user, ConsentKind.EMPLOYER_TERMS, f"employer:{employer.pk}")
        record_employer_event(employer, user, "register", "", "")
    return employer


def correct_employer(employer_id: int, user: User, answers: dict) -> Employer:
    """Put right what was written; of a checked employer only what nobody checks (`VerifiedForm`)."""
    with transaction.atomic():
        employer = Employer.objects.select_for_update(of=("self",)).get(pk=employer_id)
        wide = "name" in answers
        if wide and employer.status not in OPEN:
            raise RegistrationRefused("正在审核或已经认证，名称和代码现在不能改。")
        if wide:
            require_not_banned(user, answers["licence_code"], answers["contact_phone"], employer.pk)
        changed = [
            name for name in _FIELDS if name in answers and _differs(employer, answers, name)
        ]
        for name in changed:
            setattr(employer, name, answers[name])
        if "contact_phone" in changed:
            employer.phone_proved_at = None
            changed.append("phone_proved_at")
        if changed:
            _save(employer, changed)
            record_employer_event(employer, user, "edit", _labels(changed), employer.status)
    return employer


def require_not_banned(user: User, licence_code: str, phone: str, but: int = 0) -> None:
    """RULES: a banned employer does not come back, under its code, its phone or its owner's account.

    It is not said whose it was or by what it was known again.
    """
    phones = [number for number in (phone, user.phone) if number]
    owners = Q(memberships__role=EmployerMember.Role.OWNER)
    same = Q(contact_phone__in=phones) | owners & (
        Q(memberships__user=user) | Q(memberships__user__phone__in=phones)
    )
    if licence_code:
        same |= Q(licence_code=licence_code)
    banned = Employer.objects.filter(same, status=EmployerStatus.BANNED).exclude(pk=but)
    if found := list(banned.values_list("pk", flat=True)[:50]):
        own = user.memberships.filter(employer__in=found).values_list("employer", flat=True)
        if appeal := own.first():
            raise RegistrationRefused(BANNED, appeal=appeal)
        raise RegistrationRefused(BANNED_ELSEWHERE)


def _sent_before(user, answers):
    if answers["licence_code"]:
        same = {"licence_code": answers["licence_code"]}
    else:
        same = {name: answers[name] for name in ("kind", "name", "contact_phone", "licence_code")}
    mine = Employer.objects.filter(
        memberships__user=user, memberships__role=EmployerMember.Role.OWNER, **same
    )
    return mine.exclude(status=EmployerStatus.BANNED).first()


def _save(employer, changed=None):
    try:
        with transaction.atomic():
            employer.save(update_fields=changed)
    except IntegrityError as error:
        if "employer_licence_once" in str(error):
            raise RegistrationRefused(TAKEN, "licence_code") from None
        raise


def _differs(employer, answers, name):
    return getattr(employer, name) != answers[name]


def _labels(names):
    fields = [Employer._meta.get_field(name) for name in names if name != "phone_proved_at"]
    return "改了：" + "、".join(str(field.verbose_name) for field in fields)
