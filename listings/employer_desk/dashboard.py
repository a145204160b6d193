"""The employer's desk: its listings by group, and pending tasks."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.employers.membership import list_expected_checks, list_held_check_kinds
from accounts.employers.transitions import WARNED, WATCHED, list_standing_sanctions
from accounts.models import CheckKind, Employer, EmployerStatus
from accounts.verification.submission import is_waiting, list_missing_papers
from listings.choices import (
    IN_PUBLIC,
    SETTING_ACTIONS,
    ApplicationStatus,
    ListingStatus,
    RevisionStatus,
)
from listings.detail.detail_context import LIVE, get_public_state
from listings.employer_desk.drafts import REUSABLE
from listings.figures.listing_figures import ListingFigures, load_figures
from listings.models import Listing, ListingEvent, ListingRevision
from listings.publication import transitions
from listings.publication.submission import may_submit_listings
from screening.fraud_types import get_fraud_type
from sitekit.images.bar_charts import draw_spark_bars
from sitekit.templatetags.sitekit import cn_date

MAX_LISTINGS = 200
ENDS_SOON_PERIOD = datetime.timedelta(days=3)
REFUSED_TASK_PERIOD = datetime.timedelta(days=30)
_OPEN_STATUSES = {*IN_PUBLIC, ListingStatus.PENDING, ListingStatus.HELD, ListingStatus.REJECTED}
RECHECK_SOON = datetime.timedelta(days=14)
LISTING_GROUPS = (
    ("open", "已发布"),
    ("pending", "待审核"),
    ("draft", "草稿"),
    ("resting", "已暂停、已招满、已过期"),
    ("stopped", "没有公开"),
    ("over", "已撤回"),
)
# The group and the words of each status, which hold its label: one word per state, whoever reads it. A published
# listing whose last day is past is resting.
_STATES: dict[str, tuple[str, str]] = {
    ListingStatus.DRAFT: ("draft", "草稿，没有提交"),
    ListingStatus.PENDING: ("pending", "待审核"),
    ListingStatus.PUBLISHED: ("open", "已发布"),
    ListingStatus.PAUSED: ("resting", "已暂停"),
    ListingStatus.FILLED: ("resting", "已招满"),
    ListingStatus.REJECTED: ("stopped", "未通过，改好可以再提交"),
    ListingStatus.HELD: ("stopped", "风险暂停：正在核查，暂不公开"),
    ListingStatus.REMOVED: ("stopped", "已下架，看看原因"),
    ListingStatus.REMOVED_FRAUD: ("stopped", "因涉诈下架"),
    ListingStatus.WITHDRAWN: ("over", "已撤回"),
}
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
_SANCTIONS = {
    WARNED: ("单位收到过警告", "再有这样的情况，会暂停发布或冻结单位。撤回以前一直有效。"),
    WATCHED: ("发的兼职要逐条审核", "新发的和修改的兼职都由审核员看过再公开，到期自动结束。"),
}
# What became of the appeal against a removal for fraud, by its status; "" if there is none.
_FRAUD_APPEALS = {
    "": "觉得判错了可以申诉",
    "open": "申诉在等另一位审核员看",
    "dismissed": "申诉看过了，维持下架",
}
# The appeal against the removal for fraud of the listing `OuterRef("pk")`. Appeals belong to an app
# above, which adds its query here.
FRAUD_APPEAL_QUERIES: list[QuerySet[Any]] = []
_NOT_SHOWN: dict[str, str] = {
    EmployerStatus.FROZEN: "单位被冻结，暂不公开",
    EmployerStatus.BANNED: "单位在黑名单里，不公开",
}


def list_employer_listings(employer: Employer) -> list[Listing]:
    """Return the employer's listings, the latest change first. One query."""
    newest = ListingRevision.objects.filter(listing=OuterRef("pk")).order_by("-pk")
    annotated = employer.listings.annotate(  # type: ignore[no-redef]  # declared on the model for readers
        waiting_people=Count(
            "applications",
            filter=Q(applications__status=ApplicationStatus.APPLIED)
            & ~Q(status__in=(ListingStatus.HELD, ListingStatus.REMOVED_FRAUD)),
        ),
        newest_revision=Subquery(newest.values("status")[:1]),
        question=_get_open_question(),
        fraud_appeal=_get_fraud_appeal_field(),
    ).select_related("draft")
    # What is over and drafts come last: of these there may be more than are shown.
    last_day = Q(valid_through=None) | Q(valid_through__gte=timezone.localdate())
    order = Case(
        When(status=ListingStatus.DRAFT, then=2),
        When(last_day & Q(status__in=_OPEN_STATUSES), then=0),
        default=1,
    )
    listings = list(annotated.order_by(order, "-updated_at", "-pk")[:MAX_LISTINGS])
    listings.sort(
        key=lambda row: (row.status != ListingStatus.DRAFT, row.updated_at, row.pk), reverse=True
    )
    for listing in listings:
        listing.employer = employer
    return listings


def _get_open_question() -> Subquery:
    """What a moderator asks about the listing, if nothing has happened since."""
    events = ListingEvent.objects.exclude(action__in=SETTING_ACTIONS)
    latest = events.filter(listing=OuterRef("pk")).order_by("-created_at", "-pk")
    words = Case(When(action="ask", then="reason"), default=Value(""))
    return Subquery(latest.annotate(question=words).values("question")[:1])


def get_open_question(listing: Listing) -> str:
    """Return what a moderator asks about the listing, "" if nothing is asked or it was answered."""
    return Listing.objects.values_list(_get_open_question(), flat=True).get(pk=listing.pk) or ""


def get_fraud_appeal(listing: Listing) -> str:
    """Return the status of the appeal against its removal for fraud, "" if there is none."""
    if listing.status != ListingStatus.REMOVED_FRAUD:
        return ""
    return Listing.objects.values_list(_get_fraud_appeal_field(), flat=True).get(pk=listing.pk)


def _get_fraud_appeal_field() -> Coalesce:
    appeals = [Subquery(query.values("status")[:1]) for query in FRAUD_APPEAL_QUERIES]
    return Coalesce(*appeals, Value(""), Value(""))


def group_listings(listings: list[Listing]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return (label of the group, its rows) for each group that is not empty. Two queries."""
    by_group: dict[str, list[dict[str, Any]]] = {}
    figures = load_figures(row for row in listings if row.status in IN_PUBLIC)
    for listing in listings:
        row = _build_row(listing, figures.get(listing.pk))
        by_group.setdefault(get_listing_group(listing), []).append(row)
    return [(label, by_group[code]) for code, label in LISTING_GROUPS if code in by_group]


def get_listing_group(listing: Listing) -> str:
    if listing.status == ListingStatus.PUBLISHED and listing.is_past_last_day:
        return "resting"
    return _STATES[listing.status][0]


def describe_listing_state(listing: Listing) -> str:
    """Return the state in words for the employer."""
    if listing.status == ListingStatus.PUBLISHED:
        if listing.is_past_last_day:
            return f"已过期：{cn_date(listing.valid_through)}到期，不再公开"
        if listing.employer and not listing.employer.is_in_good_standing:
            return _NOT_SHOWN.get(listing.employer.status, "单位资料还没有核验好，暂不公开")
        return f"{_STATES[listing.status][1]}，到 {cn_date(listing.valid_through)}"
    words = _STATES[listing.status][1]
    if listing.status == ListingStatus.REMOVED_FRAUD:
        kind = get_fraud_type(listing.fraud_type).known_name if listing.fraud_type else ""
        return f"{words}{'：' if kind else ''}{kind}。{_FRAUD_APPEALS[listing.fraud_appeal]}"
    return words


def describe_edit_state(listing: Listing) -> str:
    """Return the state of the last edit of a public listing in words, or ""."""
    if listing.status not in IN_PUBLIC:
        return ""
    newest, is_live = listing.newest_revision, get_public_state(listing) == LIVE
    if newest == RevisionStatus.WAITING:
        return f"有一版修改在等审核{'，原来的还在公开' if is_live else ''}"
    if newest == RevisionStatus.REFUSED:
        return f"上次的修改没有通过，{'公开的' if is_live else ''}还是原来那版"
    return "有没提交的修改" if hasattr(listing, "draft") else ""


def is_reusable(listing: Listing) -> bool:
    """Whether the employer may post the same work anew. A listing that was taken down or is still open is not
    reusable."""
    is_open = listing.status in (ListingStatus.PUBLISHED, ListingStatus.PAUSED)
    return listing.status in REUSABLE and not (is_open and not listing.is_past_last_day)


def _build_row(listing: Listing, figures: ListingFigures | None) -> dict[str, Any]:
    draft = getattr(listing, "draft", None)
    typed = (draft.data.get("title") or [""])[0].strip() if draft else ""
    return {
        "listing": listing,
        "title": listing.title or typed[:60] or "（还没有标题）",
        "state": describe_listing_state(listing),
        "edit": describe_edit_state(listing),
        "has_draft": draft is not None,
        "people": listing.waiting_people,
        "is_reusable": is_reusable(listing),
        "is_running": listing.status == ListingStatus.PUBLISHED and not listing.is_past_last_day,
        "figures": figures,
        "spark": _draw_spark(figures),
    }


def _draw_spark(figures: ListingFigures | None) -> dict[str, Any] | None:
    """Return the bars of the last days; None if nobody saw it: a row of zeros tells nothing."""
    if figures is None or not any(count for _day, count in figures.spark):
        return None
    return draw_spark_bars([(cn_date(day), count) for day, count in figures.spark])


def list_pending_tasks(employer: Employer, listings: list[Listing]) -> list[dict[str, str]]:
    """Return what the employer must do, the most urgent first; each task has one link."""
    tasks = [*_list_paper_tasks(employer, listings)]
    for listing in listings:
        manage = reverse("listings:manage", args=[listing.pk])
        if listing.question:
            reply = reverse("safety:reply_listing", args=[listing.pk])
            tasks.append(_build_task(listing.title, f"审核员问：{listing.question}", "回复", reply))
        if listing.waiting_people:
            words = f"{listing.waiting_people} 人报名，还没有答复"
            address = f"{manage}applications/"
            tasks.append(_build_task(listing.title, words, "去答复", address))
        if listing.status == ListingStatus.REJECTED:
            # Who does not want it any more leaves it as it is.
            if listing.updated_at > timezone.now() - REFUSED_TASK_PERIOD:
                tasks.append(_build_task(listing.title, "没有通过，看看原因", "看原因", manage))
        elif describe_edit_state(listing).startswith("上次"):
            tasks.append(_build_task(listing.title, "修改没有通过，看看原因", "看原因", manage))
        elif listing.status == ListingStatus.HELD:
            tasks.append(_build_task(listing.title, "正在核查，暂不公开", "看原因", manage))
        elif _ends_soon(listing) and may_submit_listings(employer):
            words = f"{cn_date(listing.valid_through)}到期"
            renew = reverse("listings:renew", args=[listing.pk])
            tasks.append(_build_task(listing.title, words, "续期", renew))
    return tasks


def describe_standing_sanctions(employer: Employer) -> list[dict[str, str]]:
    """Return the warning and the watch in force, in words with their reasons and end dates. One query."""
    lines = []
    for sanction in list_standing_sanctions(employer.pk):
        title, words = _SANCTIONS[sanction.kind]
        if sanction.until:
            words = f"到 {cn_date(sanction.until)}为止，{words}"
        lines.append({"title": title, "reason": sanction.reason, "words": words})
    return lines


def _ends_soon(listing: Listing) -> bool:
    today = timezone.localdate()
    return (
        listing.status == ListingStatus.PUBLISHED
        and listing.valid_through is not None
        and today <= listing.valid_through <= today + ENDS_SOON_PERIOD
    )


def _list_paper_tasks(employer: Employer, listings: list[Listing]) -> Iterator[dict[str, str]]:
    papers = reverse("accounts:papers")
    is_fraud = any(listing.status == ListingStatus.REMOVED_FRAUD for listing in listings)
    if employer.status == EmployerStatus.FROZEN or is_waiting(employer):
        # A colleague who joins, or a new phone, answers nothing.
        answers = Q(action__in=("ask", "reply")) | ~Q(before=F("after"))
        event = employer.events.filter(answers).first()
        if event and event.action == "ask":
            reply = f"{reverse('safety:reply_employer')}?employer={employer.pk}"
            yield _build_task(f"审核员问：{event.reason}", "回复以后继续审核。", "回复", reply)
    if employer.status == EmployerStatus.UNVERIFIED and not list_missing_papers(employer):
        yield _build_task("材料齐了，还没有提交", "提交以后审核员才会看。", "去提交", papers)
    elif employer.status == EmployerStatus.FROZEN and is_fraud:
        yield _build_task(*_FROZEN_FOR_FRAUD, papers)
    elif employer.status == EmployerStatus.LAPSED and _is_overdue(employer):
        yield _build_task(*_OVERDUE, papers)
    elif employer.status in _PAPERS:
        yield _build_task(*_PAPERS[employer.status], papers)
    elif employer.status == EmployerStatus.VERIFIED:
        yield from _list_recheck_tasks(employer, papers)


def _list_recheck_tasks(employer: Employer, papers: str) -> Iterator[dict[str, str]]:
    """Return what a verified employer must have checked anew, or for the first time."""
    held = list_held_check_kinds(employer)
    due = employer.recheck_due
    if due is None or _is_overdue(employer):
        yield _build_task(*_OVERDUE, papers)
    elif due <= timezone.localdate() + RECHECK_SOON and not is_waiting(employer):
        words = f"{cn_date(due)}到期，到期后兼职不公开"
        yield _build_task("资料要复核了", words, "去看看", papers)
    missing = [kind for kind in list_expected_checks(employer.kind) if kind not in held]
    if labels := "、".join(CheckKind(kind).label for kind in missing):
        yield _build_task("资料缺一项", f"{labels}没有核对，或者过期了", "去补", papers)


def _is_overdue(employer: Employer) -> bool:
    return employer.recheck_due is None or employer.recheck_due < timezone.localdate()


def _build_task(title: str, words: str, button: str, address: str) -> dict[str, str]:
    return {"title": title, "words": words, "address": address, "button": button}


def get_appeal_url(listing: Listing) -> str:
    """Return the address of the appeal form, "" if neither the status nor the last edit can be contested."""
    is_stopped = listing.status in transitions.CONTESTABLE_STATUSES
    if not (is_stopped or transitions.has_refused_edit(listing)):
        return ""
    return reverse("safety:appeal_listing", args=[listing.pk])
