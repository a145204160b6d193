"""Registration and correction of employers; a banned employer cannot register again."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest

from accounts.choices import ConsentKind, EmployerStatus, RevisionStatus, TextKind
from accounts.employers.check_endings import end_checks_for_changes, record_changed_details
from accounts.employers.membership import OWNER_ROLE, has_licence, lock_employer
from accounts.employers.public_words import EmployerIntro
from accounts.employers.transitions import record_employer_event
from accounts.models import Employer, EmployerMember, PublicText, User
from accounts.public_text.judgement import REFUSE, judge_public_text
from accounts.public_text.submission import submit_public_text
from accounts.sign_in import consents
from screening.contacts.extraction import Contact
from screening.contacts.known_contacts import hash_contact
from sitekit.site_settings.limits import declare_limit
from sitekit.workflow.refusals import Refusal

# Before the review, or after it failed or expired, all details may change.
CORRECTABLE_STATUSES = (EmployerStatus.UNVERIFIED, EmployerStatus.REJECTED, EmployerStatus.LAPSED)
# Stopped by a moderator: what was checked of it may not change meanwhile.
SANCTIONED_STATUSES = (EmployerStatus.FROZEN, EmployerStatus.BANNED)
HINTS_KEY = "registration_hints"  # in the session
_HINTS = ("contact_name", "region")
MAX_DESKS = declare_limit("desks", "账号和单位", "一个账号登记几家单位", 10, most=100)
_FIELDS = ("kind", "name", "licence_code", "region", "contact_name", "contact_phone")


class RegistrationRefused(Refusal):
    """`field` is the form field at fault, if any; `appeal` is the id of the user's own banned
    employer, for which they may appeal."""

    def __init__(self, words: str, field: str | None = None, *, appeal: int | None = None) -> None:
        super().__init__(words, field)
        self.appeal = appeal


BANNED_MESSAGE = "按照规则，这份登记不能接受。如果弄错了，可以申诉，会有人重新看。"
BANNED_ELSEWHERE = (
    "按照规则，这份登记不能接受。如果弄错了，打页面底部的投诉电话申诉，会有人重新看。"
)
LICENCE_CODE_TAKEN_MESSAGE = (
    "这个代码已经登记过了。如果是你们单位，请它的负责人在「成员」里用你的手机号或邮箱邀请你；"
    "不知道是谁登记的，打页面底部的监督电话问我们。"
)


def store_registration_hints(request: HttpRequest, hints: dict[str, str]) -> None:
    """What somebody wrote before registering an employer: the form of the registration begins with it."""
    known = {name: hints[name] for name in _HINTS if hints.get(name)}
    if request.session.get(HINTS_KEY, {}) != known:
        request.session[HINTS_KEY] = known


def get_registration_hints(request: HttpRequest) -> dict[str, str]:
    hints: dict[str, str] = request.session.get(HINTS_KEY, {})
    return dict(hints)


def register_employer(user: User, answers: Mapping[str, Any]) -> Employer:
    """Create an employer with the user as its owner; a form sent twice creates only one.

    Raises RegistrationRefused.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # one after the other
        if registered := _find_registered(user, answers):
            return registered
        if user.memberships.filter(role=OWNER_ROLE).count() >= int(MAX_DESKS):
            raise RegistrationRefused(f"一个账号最多登记 {int(MAX_DESKS)} 家，多了请联系我们。")
        require_not_banned(user, answers["licence_code"], answers["contact_phone"])
        _require_intro(answers["intro"])
        employer = Employer(**{name: answers[name] for name in _FIELDS})
        _save_employer(employer)
        employer.memberships.create(user=user, role=EmployerMember.Role.OWNER)
        consents.give_consent(user, ConsentKind.EMPLOYER_TERMS, f"employer:{employer.pk}")
        record_employer_event(employer, user, "register", "", "")
        _submit_intro(employer, user, answers)
    return employer


def name_unsaved_details(employer: Employer, answers: Mapping[str, Any]) -> str:
    """Return what is not stored as it was typed: the employer had been registered before with other details."""
    differing = [name for name in _FIELDS if getattr(employer, name) != answers[name]]
    labels = {field.name: str(field.verbose_name) for field in Employer._meta.fields}
    return "、".join(labels[name] for name in differing)


def correct_employer(
    employer_id: int, user: User, answers: Mapping[str, Any], *, asks_recheck: bool = False
) -> PublicText | None:
    """Change details; of a verified employer only those of `VerifiedForm`, unless it asks to be checked again: then
    what was proved of the old ones ends, and without its identity it lapses.

    Return the new version of the introduction, which may have to wait; None if it did not change.
    Raises RegistrationRefused; a refused introduction is kept as history, and nothing else changes.
    """
    with transaction.atomic():
        employer = lock_employer(employer_id)
        has_all_fields = "name" in answers
        allowed = (
            (*CORRECTABLE_STATUSES, EmployerStatus.VERIFIED)
            if asks_recheck
            else CORRECTABLE_STATUSES
        )
        if has_all_fields and employer.status not in allowed:
            raise RegistrationRefused("正在审核或已经认证，名称和代码现在不能改。")
        if has_all_fields:
            require_not_banned(user, answers["licence_code"], answers["contact_phone"], employer.pk)
        intro = _submit_intro(employer, user, answers)
        if intro is None or intro.status != RevisionStatus.REFUSED:
            _change_details(employer, user, answers, with_intro=intro is not None)
            return intro
    raise RegistrationRefused(intro.reason_words, "intro")


def _change_details(
    employer: Employer, user: User, answers: Mapping[str, Any], *, with_intro: bool
) -> None:
    old_values = {
        name: getattr(employer, name)
        for name in _FIELDS
        if name in answers and getattr(employer, name) != answers[name]
    }
    is_person_new = "contact_name" in old_values and not has_licence(employer.kind)
    if is_person_new and employer.status in SANCTIONED_STATUSES:
        raise RegistrationRefused("单位已冻结或在黑名单里，现在不能换联系人。", "contact_name")
    for name in old_values:
        setattr(employer, name, answers[name])
    changed = list(old_values)
    if "contact_phone" in changed:
        employer.phone_proved_at = None
        changed.append("phone_proved_at")
    if not changed and not with_intro:
        return
    ended = []
    if changed:
        _save_employer(employer, changed)
        ended = end_checks_for_changes(employer, old_values)
    labels = {field.name: str(field.verbose_name) for field in Employer._meta.fields}
    words = "、".join(labels[name] for name in (*old_values, *(["intro"] if with_intro else [])))
    event = record_employer_event(employer, user, "edit", f"改了：{words}", employer.status)
    if changed:
        record_changed_details(employer, old_values, event, ended)


def _require_intro(intro: str) -> None:
    """An employer that does not exist yet has no history to keep a refused text in."""
    verdict = judge_public_text({"intro": intro}, EmployerIntro.rules)
    if verdict.outcome == REFUSE:
        raise RegistrationRefused(verdict.words, "intro")


def _submit_intro(employer: Employer, user: User, answers: Mapping[str, Any]) -> PublicText | None:
    values = {"intro": answers["intro"]}
    return submit_public_text(TextKind.EMPLOYER_INTRO, employer.pk, values, user)


def require_not_banned(
    user: User, licence_code: str, phone: str, excluded_employer_id: int = 0
) -> None:
    """Raise RegistrationRefused if a banned employer has this code or phone, or this user as owner.

    The words do not say which of them. The employer with `excluded_employer_id` does not count.
    """
    phones = [number for number in (phone, user.phone) if number]
    owners = Q(memberships__role=EmployerMember.Role.OWNER)
    same = Q(contact_phone__in=phones) | owners & (
        Q(memberships__user=user) | Q(memberships__user__phone__in=phones)
    )
    same |= Q(former_owner_phones__overlap=[_hash_phone(number) for number in phones])
    if licence_code:
        same |= Q(licence_code=licence_code)
    banned = Employer.objects.filter(same, status=EmployerStatus.BANNED).exclude(
        pk=excluded_employer_id
    )
    if banned_ids := list(banned.values_list("pk", flat=True)[:50]):
        banned_own_ids = user.memberships.filter(employer__in=banned_ids).values_list(
            "employer", flat=True
        )
        if appeal := banned_own_ids.first():
            raise RegistrationRefused(BANNED_MESSAGE, appeal=appeal)
        raise RegistrationRefused(BANNED_ELSEWHERE)


def keep_owner_phone(user: User) -> None:
    """Before an account closes: its banned employers keep the hash of its phone, so that `require_not_banned` knows
    them again by it."""
    if not user.phone:
        return
    owned = user.memberships.filter(role=EmployerMember.Role.OWNER).values("employer")
    banned = Employer.objects.filter(pk__in=owned, status=EmployerStatus.BANNED).order_by("pk")
    for employer in banned.select_for_update(of=("self",)):
        phones = {*employer.former_owner_phones, _hash_phone(user.phone)}
        employer.former_owner_phones = sorted(phones)
        employer.save(update_fields=["former_owner_phones"])


def _hash_phone(phone: str) -> str:
    return hash_contact(Contact("phone", phone, 0, len(phone)))


def _find_registered(user: User, answers: Mapping[str, Any]) -> Employer | None:
    """The employer that the same user has registered with the same details."""
    names = ("kind", "name", "contact_phone", "licence_code")
    same = {
        name: answers[name] for name in (("licence_code",) if answers["licence_code"] else names)
    }
    own_employers = Employer.objects.filter(
        memberships__user=user, memberships__role=EmployerMember.Role.OWNER, **same
    )
    return own_employers.exclude(status=EmployerStatus.BANNED).first()


def _save_employer(employer: Employer, changed: Iterable[str] | None = None) -> None:
    try:
        with transaction.atomic():
            employer.save(update_fields=changed)
    except IntegrityError as error:
        if "employer_licence_once" in str(error):
            raise RegistrationRefused(LICENCE_CODE_TAKEN_MESSAGE, "licence_code") from None
        raise
