"""The employer's desk: its listings by group, their states in words, and the sanctions in force."""

from typing import Any, NamedTuple

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.employers.transitions import WARNED, WATCHED, list_standing_sanctions
from accounts.models import Employer, EmployerStatus
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
from screening.fraud_types import get_fraud_type
from sitekit.images.bar_charts import draw_spark_bars
from sitekit.templatetags.sitekit import cn_date

MAX_LISTINGS = 200
_OPEN_STATUSES = {*IN_PUBLIC, ListingStatus.PENDING, ListingStatus.HELD, ListingStatus.REJECTED}
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


class DeskRow(NamedTuple):
    """A listing as the desk shows it; `people` is the number of sign-ups that wait for an answer."""

    listing: Listing
    title: str
    state: str
    edit: str
    has_draft: bool
    people: int
    is_reusable: bool
    is_running: bool
    figures: ListingFigures | None
    spark: dict[str, Any] | None


class SanctionMessage(NamedTuple):
    title: str
    reason: str
    words: str


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
    # Ended listings and drafts come last, because not all of them may be shown.
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
    """Return a subquery for the question of a moderator, "" if something has happened since."""
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


def group_listings(listings: list[Listing]) -> list[tuple[str, list[DeskRow]]]:
    """Return (label of the group, its rows) for each group that is not empty. Two queries."""
    by_group: dict[str, list[DeskRow]] = {}
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


def _build_row(listing: Listing, figures: ListingFigures | None) -> DeskRow:
    draft = getattr(listing, "draft", None)
    typed = (draft.data.get("title") or [""])[0].strip() if draft else ""
    return DeskRow(
        listing=listing,
        title=listing.title or typed[:60] or "（还没有标题）",
        state=describe_listing_state(listing),
        edit=describe_edit_state(listing),
        has_draft=draft is not None,
        people=listing.waiting_people,
        is_reusable=is_reusable(listing),
        is_running=listing.status == ListingStatus.PUBLISHED and not listing.is_past_last_day,
        figures=figures,
        spark=_draw_spark(figures),
    )


def _draw_spark(figures: ListingFigures | None) -> dict[str, Any] | None:
    """Return the bars of the last days; None if nobody saw it: a row of zeros tells nothing."""
    if figures is None or not any(count for _day, count in figures.spark):
        return None
    return draw_spark_bars([(cn_date(day), count) for day, count in figures.spark])


def describe_standing_sanctions(employer: Employer) -> list[SanctionMessage]:
    """Return the warning and the watch in force, in words with their reasons and end dates. One query."""
    lines = []
    for sanction in list_standing_sanctions(employer.pk):
        title, words = _SANCTIONS[sanction.kind]
        if sanction.until:
            words = f"到 {cn_date(sanction.until)}为止，{words}"
        lines.append(SanctionMessage(title, sanction.reason, words))
    return lines


def get_appeal_url(listing: Listing) -> str:
    """Return the address of the appeal form, "" if neither the status nor the last edit can be contested."""
    is_stopped = listing.status in transitions.CONTESTABLE_STATUSES
    if not (is_stopped or transitions.has_refused_edit(listing)):
        return ""
    return reverse("safety:appeal_listing", args=[listing.pk])
