"""What an employer must do now, as the desk lists it above the listings."""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.employers.membership import list_expected_checks, list_held_check_kinds
from accounts.models import CheckKind, Employer, EmployerStatus
from accounts.verification.submission import is_waiting, list_missing_papers
from listings.choices import ListingStatus
from listings.employer_desk.dashboard import describe_edit_state
from listings.models import Listing
from listings.publication.submission import may_submit_listings
from sitekit.templatetags.sitekit import cn_date

ENDS_SOON_PERIOD = datetime.timedelta(days=3)
REFUSED_TASK_PERIOD = datetime.timedelta(days=30)
RECHECK_SOON = datetime.timedelta(days=14)
_PAPERS: dict[str, tuple[str, str, str]] = {
    EmployerStatus.UNVERIFIED: ("资料还没有交齐", "交齐并核对以后，发的兼职才会公开。", "去交资料"),
    EmployerStatus.REJECTED: (
        "资料没有通过",
        "看看原因，改好再提交一次；觉得判错了可以申诉。",
        "看原因",
    ),
    EmployerStatus.LAPSED: ("资料要重新核对", "核对好以前，你的兼职都不公开。", "去提交"),
    EmployerStatus.FROZEN: ("单位被冻结了", "兼职现在都不公开，也不能提交新的。", "看原因"),
    EmployerStatus.BANNED: ("单位被列入黑名单", "兼职都不公开，不能再发。", "看原因"),
}
_OVERDUE = ("资料到期了", "复核以前，你的兼职都不公开。", "去复核")
_FROZEN_FOR_FRAUD = (
    "单位被冻结了",
    "有兼职因涉诈下架。冻结期间兼职都不公开，也不能提交新的；觉得判错了可以申诉。",
    "看原因",
)


class PendingTask(NamedTuple):
    title: str
    words: str
    button: str
    address: str


def list_pending_tasks(employer: Employer, listings: list[Listing]) -> list[PendingTask]:
    """Return what the employer must do, the most urgent first; each task has one link."""
    tasks = [*_list_paper_tasks(employer, listings)]
    for listing in listings:
        tasks += _list_listing_tasks(employer, listing)
    return tasks


def _list_listing_tasks(employer: Employer, listing: Listing) -> Iterator[PendingTask]:
    manage = reverse("listings:manage", args=[listing.pk])
    if listing.question:
        reply = reverse("safety:reply_listing", args=[listing.pk])
        yield PendingTask(listing.title, f"审核员问：{listing.question}", "回复", reply)
    if listing.waiting_people:
        words = f"{listing.waiting_people} 人报名，还没有答复"
        address = f"{manage}applications/"
        yield PendingTask(listing.title, words, "去答复", address)
    if listing.status == ListingStatus.REJECTED:
        # An employer that no longer wants the listing need not do anything: the task ends by itself.
        if listing.updated_at > timezone.now() - REFUSED_TASK_PERIOD:
            yield PendingTask(listing.title, "没有通过，看看原因", "看原因", manage)
    elif describe_edit_state(listing).startswith("上次"):
        yield PendingTask(listing.title, "修改没有通过，看看原因", "看原因", manage)
    elif listing.status == ListingStatus.HELD:
        yield PendingTask(listing.title, "正在核查，暂不公开", "看原因", manage)
    elif _ends_soon(listing) and may_submit_listings(employer):
        words = f"{cn_date(listing.valid_through)}到期"
        renew = reverse("listings:renew", args=[listing.pk])
        yield PendingTask(listing.title, words, "续期", renew)


def _ends_soon(listing: Listing) -> bool:
    today = timezone.localdate()
    return (
        listing.status == ListingStatus.PUBLISHED
        and listing.valid_through is not None
        and today <= listing.valid_through <= today + ENDS_SOON_PERIOD
    )


def _list_paper_tasks(employer: Employer, listings: list[Listing]) -> Iterator[PendingTask]:
    papers = reverse("accounts:papers")
    is_fraud = any(listing.status == ListingStatus.REMOVED_FRAUD for listing in listings)
    if employer.status == EmployerStatus.FROZEN or is_waiting(employer):
        # A new member or a new phone is an event too, but does not answer the question.
        answers = Q(action__in=("ask", "reply")) | ~Q(before=F("after"))
        event = employer.events.filter(answers).first()
        if event and event.action == "ask":
            reply = f"{reverse('safety:reply_employer')}?employer={employer.pk}"
            yield PendingTask(f"审核员问：{event.reason}", "回复以后继续审核。", "回复", reply)
    if employer.status == EmployerStatus.UNVERIFIED and not list_missing_papers(employer):
        yield PendingTask("材料齐了，还没有提交", "提交以后审核员才会看。", "去提交", papers)
    elif employer.status == EmployerStatus.FROZEN and is_fraud:
        yield PendingTask(*_FROZEN_FOR_FRAUD, papers)
    elif employer.status == EmployerStatus.LAPSED and _is_overdue(employer):
        yield PendingTask(*_OVERDUE, papers)
    elif employer.status in _PAPERS:
        yield PendingTask(*_PAPERS[employer.status], papers)
    elif employer.status == EmployerStatus.VERIFIED:
        yield from _list_recheck_tasks(employer, papers)


def _list_recheck_tasks(employer: Employer, papers: str) -> Iterator[PendingTask]:
    """Return what a verified employer must have checked anew, or for the first time."""
    held = list_held_check_kinds(employer)
    due = employer.recheck_due
    if due is None or _is_overdue(employer):
        yield PendingTask(*_OVERDUE, papers)
    elif due <= timezone.localdate() + RECHECK_SOON and not is_waiting(employer):
        words = f"{cn_date(due)}到期，到期后兼职不公开"
        yield PendingTask("资料要复核了", words, "去看看", papers)
    missing = [kind for kind in list_expected_checks(employer.kind) if kind not in held]
    if labels := "、".join(CheckKind(kind).label for kind in missing):
        yield PendingTask("资料缺一项", f"{labels}没有核对，或者过期了", "去补", papers)


def _is_overdue(employer: Employer) -> bool:
    return employer.recheck_due is None or employer.recheck_due < timezone.localdate()
