"""What reviewers do with an employer. Each writes an event; raises `EmployerMoveRefused`.

What is public of its listings follows in `listings.publication.employer_status`, through which the desk calls these.
"""

import datetime
from collections.abc import Iterable
from typing import NotRequired, TypedDict

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.choices import CheckKind, EmployerStatus
from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.employers.membership import OWNER, identity_check
from accounts.employers.transitions import (
    EmployerMoveRefused,
    change_employer_status,
    record_employer_event,
)
from accounts.models import RECHECK_AFTER, Employer, EmployerCheck, EmployerEvent, User
from accounts.verification.submission import EARLY, is_waiting

REMINDED = (30, 7, 1)  # days before the re-check


class CheckFinding(TypedDict):
    """One thing that was looked at; without a last day it holds half a year."""

    kind: str
    method: str
    expires_on: NotRequired[datetime.date | None]


def list_employers_to_review() -> QuerySet[Employer]:
    """What reviewers have to look at, longest waiting first: new ones, and renewals in good time."""
    today = timezone.localdate()
    renewal = Q(
        status=EmployerStatus.VERIFIED,
        recheck_due__lte=today + EARLY,
        submitted_at__date__gte=F("recheck_due") - EARLY,
    )
    found = Employer.objects.filter(Q(status=EmployerStatus.PENDING) | renewal)
    return found.order_by(F("submitted_at").asc(nulls_first=True), "pk")


def verify_employer_papers(
    employer_id: int, checks: Iterable[CheckFinding], reviewer: User, reason: str = ""
) -> EmployerEvent:
    """Note what was checked, and the employer is verified for half a year; all of it or nothing.

    One that is verified still and asked for its renewal stays so, with a new day.
    """
    with transaction.atomic():
        employer = Employer.objects.select_for_update(of=("self",)).get(pk=employer_id)
        for check in checks:
            _write(employer, check, reviewer)
        held = {check.kind for check in employer.checks.all() if check.holds}
        needed = (identity_check(employer.kind), CheckKind.PHONE)
        if lacking := [CheckKind(kind).label for kind in needed if kind not in held]:
            raise EmployerMoveRefused(f"还没有核对：{'、'.join(lacking)}。查过再通过。")
        if employer.status == EmployerStatus.VERIFIED and is_waiting(employer):
            employer.recheck_due = timezone.localdate() + RECHECK_AFTER
            employer.save(update_fields=["recheck_due"])
            return record_employer_event(employer, reviewer, "recheck", reason, employer.status)
        return change_employer_status(employer_id, EmployerStatus.VERIFIED, reviewer, reason)


def add_check(employer_id: int, check: CheckFinding, reviewer: User) -> EmployerCheck:
    """Note one thing more (a visit, a licence looked up again); the status stays."""
    with transaction.atomic():
        employer = Employer.objects.select_for_update(of=("self",)).get(pk=employer_id)
        made = _write(employer, check, reviewer)
        words = f"{made.get_kind_display()}：{made.method}"
        record_employer_event(employer, reviewer, "check", words, employer.status)
    return made


def remind_recheck() -> int:
    """Tell owners 30, 7 and 1 days before the re-check is due; how many employers were near it.

    One notice for each step and due date, however often this runs; after days in which it did not
    run only the nearest step is told.
    """
    today = timezone.localdate()
    near = Employer.objects.filter(
        status=EmployerStatus.VERIFIED,
        recheck_due__gte=today,
        recheck_due__lte=today + datetime.timedelta(days=max(REMINDED)),
    )
    count = 0
    for employer in near.order_by("pk"):
        if is_waiting(employer):
            continue
        left = (employer.recheck_due - today).days  # type: ignore[operator]
        step = min(days for days in REMINDED if days >= left)
        _remind(employer, step, left)
        count += 1
    return count


def _remind(employer, step, left):
    when = f"还有 {left} 天" if left else "就是今天"
    message = MemberMessage(
        f"recheck-{employer.pk}-{employer.recheck_due}-{step}",
        f"「{employer.name}」的资料该复核了",
        f"到期日是 {employer.recheck_due}，{when}。过了这天没有复核，"
        "发布的兼职会先从公开页面收起来。看一下材料有没有变化，提交复核就行。",
        "/employer/papers/",
        "提交复核",
    )
    notify_members(employer, message, roles=[OWNER])


def _write(employer, check, reviewer):
    method = " ".join(check["method"].split())
    if check["kind"] not in CheckKind.values or not method:
        raise EmployerMoveRefused("每项核对都要写明查了什么、怎么查的。")
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
