"""The review of employers. Each function writes an event; raises EmployerMoveRefused.

The moderators' desk calls these through `listings.publication.employer_status`, which also
publishes or hides the listings.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import NotRequired, TypedDict

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.choices import CheckKind, EmployerStatus
from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.employers.membership import (
    OWNER_ROLE,
    get_identity_check,
    is_phone_first_to_end,
    list_check_ends,
    list_expected_checks,
    list_held_check_kinds,
    lock_employer,
)
from accounts.employers.phone_proof import is_phone_proved
from accounts.employers.transitions import (
    EMPLOYER_STATE_MACHINE,
    RECHECKED,
    RENEWAL_REFUSED,
    EmployerMoveRefused,
    change_employer_status,
    record_employer_event,
)
from accounts.models import RECHECK_AFTER, Employer, EmployerCheck, EmployerEvent, User
from accounts.models.employer import employer_facts_changed
from accounts.verification.paper_looks import describe_missing_looks
from accounts.verification.read_values import describe_read_mismatch
from accounts.verification.submission import RECHECK_LEAD_TIME, is_waiting

RECHECK_REMINDER_DAYS = (30, 7, 1)  # days before the re-check
MIN_NOTICE = datetime.timedelta(days=7)  # of a day that comes nearer: owners are reminded before
EXPIRED_CHECKS_LOOK_BACK = datetime.timedelta(days=3)  # in case the worker was down over a weekend


class CheckFinding(TypedDict):
    """One thing that was checked; valid for half a year if `expires_on` is missing.

    `read_name` and `read_code` are what the reviewer read on the paper.
    """

    kind: str
    method: str
    expires_on: NotRequired[datetime.date | None]
    read_name: NotRequired[str]
    read_code: NotRequired[str]


def list_employers_to_review() -> QuerySet[Employer]:
    """Return employers that wait for a review or renewal, the longest waiting first. As no renewal was
    handed in after today, the day itself is not asked: the query may be kept."""
    renewal = Q(
        status=EmployerStatus.VERIFIED,
        submitted_at__date__gte=F("recheck_due") - RECHECK_LEAD_TIME,
    )
    employers = Employer.objects.filter(Q(status=EmployerStatus.PENDING) | renewal)
    return employers.order_by(F("submitted_at").asc(nulls_first=True), "pk")


def verify_employer_papers(
    employer_id: int, checks: Iterable[CheckFinding], reviewer: User, reason: str = ""
) -> EmployerEvent:
    """Store the checks and verify the employer until the first of those that it needs ends, in one transaction.

    The reviewer must have looked at each paper on which a check rests, and read there what is
    registered; from then on the public pages show this name. An employer that is still verified
    and has asked for renewal gets a new day of the re-check.
    """
    checks = list(checks)
    with transaction.atomic():
        employer = lock_employer(employer_id)
        kinds = [check["kind"] for check in checks]
        if words := describe_missing_looks(employer, kinds, reviewer):
            raise EmployerMoveRefused(words)
        for check in checks:
            _create_check(employer, check, reviewer)
        _require_needed_checks(employer, kinds)
        earlier_name, employer.checked_name = employer.checked_name, employer.name
        employer.save(update_fields=["checked_name"])
        if employer.status == EmployerStatus.VERIFIED and is_waiting(employer):
            event = record_employer_event(employer, reviewer, RECHECKED, reason, employer.status)
        else:
            event = change_employer_status(employer_id, EmployerStatus.VERIFIED, reviewer, reason)
        _set_recheck_due(event.employer)
        if earlier_name != employer.name:
            event.changes = {"checked_name": [earlier_name, employer.name]}
            event.save(update_fields=["changes"])
        return event


def _set_recheck_due(employer: Employer) -> None:
    """The day may be near. Papers that were handed in before are decided now and must not count as the next renewal."""
    latest = timezone.localdate() + RECHECK_AFTER
    employer.recheck_due = min(latest, *list_check_ends(employer).values())
    employer.submitted_at = None
    employer.save(update_fields=["recheck_due", "submitted_at"])


def bring_rechecks_forward(employer_ids: Sequence[int]) -> int:
    """Set the re-check of older employers to the day on which their first check ends, but not within the next week.

    Formerly a re-check could be due after that day. Return how many days were changed. The caller has locked the
    rows.
    """
    count = 0
    for employer in Employer.objects.filter(pk__in=employer_ids).prefetch_related("checks"):
        first_end = min(list_check_ends(employer, with_past=True).values(), default=None)
        if first_end is None or employer.recheck_due is None:
            continue
        due = max(first_end, timezone.localdate() + MIN_NOTICE)
        if due < employer.recheck_due:
            if not is_waiting(employer):  # else what was decided long ago would count as a renewal
                employer.submitted_at = None
            employer.recheck_due = due
            employer.save(update_fields=["recheck_due", "submitted_at"])
            employer_facts_changed.send(Employer, employer=employer)
            count += 1
    return count


def refuse_renewal(employer_id: int, reviewer: User, reason: str) -> EmployerEvent:
    """Refuse the renewal. The employer stays verified until its re-check is due, and may change its papers and
    submit again."""
    EMPLOYER_STATE_MACHINE.require_reason(EmployerStatus.REJECTED, reason)
    with transaction.atomic():
        employer = EMPLOYER_STATE_MACHINE.lock(employer_id)
        if employer.status != EmployerStatus.VERIFIED or not is_waiting(employer):
            raise EmployerMoveRefused("这家单位现在没有在等复核。")
        employer.submitted_at = None
        employer.save(update_fields=["submitted_at"])
        return record_employer_event(
            employer, reviewer, RENEWAL_REFUSED, reason, EmployerStatus.VERIFIED
        )


def take_up_renewal(employer_id: int, actor: User, reason: str) -> EmployerEvent:
    """Let a refused renewal wait for a reviewer again, as if it had been handed in just now."""
    with transaction.atomic():
        employer = EMPLOYER_STATE_MACHINE.lock(employer_id)
        if employer.status == EmployerStatus.LAPSED:
            return change_employer_status(employer_id, EmployerStatus.PENDING, actor, reason)
        employer.submitted_at = timezone.now()
        employer.save(update_fields=["submitted_at"])
        return record_employer_event(employer, actor, "renew", reason, employer.status)


def lapse_employer(employer_id: int) -> EmployerEvent | None:
    """End a verification whose day is past, and tell the owners. A renewal that was handed in before keeps its
    place in the queue.

    Return None if the day is not past, or if the verification was renewed meanwhile.
    """
    with transaction.atomic():
        employer = EMPLOYER_STATE_MACHINE.lock(employer_id)
        due = employer.recheck_due
        if employer.status != EmployerStatus.VERIFIED or due is None or due >= timezone.localdate():
            return None
        handed_in = employer.submitted_at if is_waiting(employer) else None
        event = change_employer_status(employer_id, EmployerStatus.LAPSED, None, "到期未复核")
        if handed_in:
            event = change_employer_status(
                employer_id,
                EmployerStatus.PENDING,
                None,
                "到期前提交了复核",
                submitted_at=handed_in,
            )
        _notify_owners_of_lapse(employer, still_waits=handed_in is not None)
        return event


def _notify_owners_of_lapse(employer: Employer, *, still_waits: bool) -> None:
    next_step = (
        "复核已经提交，正在审核，不用再交；通过了，兼职就恢复公开。"
        if still_waits
        else "看一下材料有没有变化，提交复核；核对好了，兼职就恢复公开。"
    )
    message = MemberMessage(
        f"lapsed-{employer.pk}-{employer.recheck_due}",
        f"「{employer.name}」的资料到期了，兼职先不公开",
        f"到期日是 {employer.recheck_due}，已经过了，发布的兼职先从公开页面收起来。{next_step}",
        "/employer/papers/",
        "看进度" if still_waits else "提交复核",
    )
    notify_members(employer, message, roles=[OWNER_ROLE], text_message=True)


def _require_needed_checks(employer: Employer, made_now: Iterable[str]) -> None:
    """The identity is checked anew each time; only a code proves the phone, no moderator."""
    valid_kinds = set(made_now)
    held_kinds = list_held_check_kinds(employer)
    if is_phone_proved(employer) and CheckKind.PHONE in held_kinds:
        valid_kinds.add(CheckKind.PHONE)
    needed = (get_identity_check(employer.kind), CheckKind.PHONE)
    if missing := [CheckKind(kind).label for kind in needed if kind not in valid_kinds]:
        labels = "、".join(map(str, missing))
        raise EmployerMoveRefused(f"还没有核对：{labels}。查过再通过。")


def remind_recheck() -> int:
    """Notify owners 30, 7 and 1 days before the re-check is due; return how many employers are near.

    One notice for each step and due date, however often this runs; steps that were missed while it
    did not run are skipped.
    """
    today = timezone.localdate()
    due_soon = Employer.objects.filter(
        status=EmployerStatus.VERIFIED,
        recheck_due__gte=today,
        recheck_due__lte=today + datetime.timedelta(days=max(RECHECK_REMINDER_DAYS)),
    )
    count = 0
    for employer in due_soon.order_by("pk"):
        if is_waiting(employer) or employer.recheck_due is None:
            continue
        days_left = (employer.recheck_due - today).days
        step = min(days for days in RECHECK_REMINDER_DAYS if days >= days_left)
        _remind_owners(employer, step, days_left)
        count += 1
    return count


def _remind_owners(employer: Employer, step: int, days_left: int) -> None:
    when = f"还有 {days_left} 天" if days_left else "就是今天"
    cure, button = "看一下材料有没有变化，提交复核就行。", "提交复核"
    if is_phone_first_to_end(employer):
        cure, button = "到期的是联系手机，用验证码再验证一次就行。", "验证手机"
    message = MemberMessage(
        f"recheck-{employer.pk}-{employer.recheck_due}-{step}",
        f"「{employer.name}」的资料该复核了",
        f"到期日是 {employer.recheck_due}，{when}。过了这天没有复核，"
        f"发布的兼职会先从公开页面收起来。{cure}",
        "/employer/papers/",
        button,
    )
    notify_members(employer, message, roles=[OWNER_ROLE], text_message=True)


def notify_of_expired_checks() -> int:
    """Tell the owners of verified employers that a check has expired which the pages no longer show, though the
    employer stays verified without it. Return how many checks. An owner is told of each once, however often this
    runs."""
    today = timezone.localdate()
    newer = EmployerCheck.objects.filter(
        employer=OuterRef("employer"), kind=OuterRef("kind"), ended_on=None
    )
    expired = EmployerCheck.objects.filter(
        ~Exists(newer.exclude(expires_on__lt=today)),
        ended_on=None,
        expires_on__gte=today - EXPIRED_CHECKS_LOOK_BACK,
        expires_on__lt=today,
        employer__status=EmployerStatus.VERIFIED,
    )
    count = 0
    for check in expired.select_related("employer").order_by("pk"):
        if check.kind not in list_expected_checks(check.employer.kind):
            _notify_owners_of_expired_check(check)
            count += 1
    return count


def _notify_owners_of_expired_check(check: EmployerCheck) -> None:
    employer = check.employer
    cure = (
        "这一项要我们再到现场看过，才会再写上。"
        if check.kind == CheckKind.SITE_VISIT
        else "下次复核时交上有效的材料，核对好就再写上。"
    )
    message = MemberMessage(
        f"check-expired-{employer.pk}-{check.kind}-{check.expires_on}",
        f"「{employer.name}」有一项核对到期了：{check.get_kind_display()}",
        f"到期日是 {check.expires_on}，公开页和兼职上不再写这一项。"
        f"别的核对照旧，兼职照常公开，现在不用做什么。{cure}",
        "/employer/papers/",
        "看资料",
    )
    notify_members(employer, message, roles=[OWNER_ROLE])


def _create_check(employer: Employer, check: CheckFinding, reviewer: User) -> EmployerCheck:
    method = " ".join(check["method"].split())
    if check["kind"] not in CheckKind.values or not method:
        raise EmployerMoveRefused("每项核对都要写明查了什么、怎么查的。")
    if check["kind"] == CheckKind.PHONE:
        raise EmployerMoveRefused("手机只能由单位自己用验证码证明。")
    mismatch = describe_read_mismatch(
        employer, check["kind"], check.get("read_name", ""), check.get("read_code", "")
    )
    if mismatch:
        raise EmployerMoveRefused("".join(mismatch.values()))
    today = timezone.localdate()
    until = check.get("expires_on") or today + RECHECK_AFTER
    if until < today:
        raise EmployerMoveRefused("有效期不能早于今天。")
    return EmployerCheck.objects.create(
        employer=employer,
        kind=check["kind"],
        method=method[:80],
        expires_on=until,
        reviewer=reviewer,
    )
