"""The only way a report changes its status: lock, check, change, write an event, one transaction.

The reporter is notified a minute later, when the decision cannot be undone any more. An upheld report does not
change the listing, which is decided as a case of its own.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.notices import send_notice, withdraw_notices
from accounts.models import User
from listings.choices import ListingStatus
from news.choices import ArticleStatus
from safety.choices import ReportStatus as S
from safety.models import Report, ReportEvent
from safety.reports.item_names import name_reported_item
from sitekit.messages.outbox import enqueue_messages
from sitekit.messages.quiet_hours import postpone_to_morning
from sitekit.models import Mail
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.workflow.refusals import MoveRefused
from sitekit.workflow.state_machine import NOTIFY_AFTER, StateMachine

# All moves between statuses; any other move is refused.
REPORT_MOVES: dict[str, set[str]] = {
    S.RECEIVED: {S.IN_REVIEW, S.UPHELD, S.DISMISSED},
    S.IN_REVIEW: {S.UPHELD, S.DISMISSED},
    S.UPHELD: set(),
    S.DISMISSED: set(),
}
OPEN_REPORT_STATUSES = (S.RECEIVED, S.IN_REVIEW)
# A listing that was taken down; a removal for fraud is never undone.
_TAKEN_DOWN_STATUSES = (ListingStatus.HELD, ListingStatus.REMOVED, ListingStatus.REMOVED_FRAUD)
OUTCOMES: dict[str, str] = {
    S.UPHELD: "你举报的情况属实",
    S.DISMISSED: "你举报的情况没有查实",
}


def _describe_refused_move(report: Report, to: str) -> str:
    return f"「{report.get_status_display()}」的举报不能改成「{S(to).label}」。"


REPORT_STATE_MACHINE = StateMachine(
    model=Report,
    event_model=ReportEvent,
    moves=REPORT_MOVES,
    refusal=MoveRefused,
    describe_refusal=_describe_refused_move,
    needs_reason=dict.fromkeys(OUTCOMES, "请写几句处理结果，举报人会看到。"),
    undo_marks={"reason": "撤销"},
)


def move_report(report_id: int, to: str, actor: User | None, reason: str = "") -> ReportEvent:
    """Change the status; upheld and dismissed need a reason, which the reporter reads."""
    return move_reports([report_id], to, actor, reason)[0]


def move_reports(
    report_ids: Iterable[int], to: str, actor: User | None, reason: str = ""
) -> list[ReportEvent]:
    """Change the status of reports on one item, all or none; whoever wrote several of them is told once."""
    reason = reason.strip()[:300]
    REPORT_STATE_MACHINE.require_reason(to, reason)
    with transaction.atomic():
        events = [_move_locked_report(pk, to, actor, reason) for pk in report_ids]
        if to not in OPEN_REPORT_STATUSES:
            _notify_reporters(events)
    return events


def _move_locked_report(report_id: int, to: str, actor: User | None, reason: str) -> ReportEvent:
    report = REPORT_STATE_MACHINE.lock(report_id)
    REPORT_STATE_MACHINE.require_move(report, to)
    before, report.status = report.status, to
    if to not in OPEN_REPORT_STATUSES:
        report.outcome, report.decided_at = reason, timezone.now()
    report.save(update_fields=["status", "outcome", "decided_at"])
    return REPORT_STATE_MACHINE.record_event(report, before, actor=actor, reason=reason)


def undo_report_event(event_id: int, actor: User | None) -> ReportEvent:
    """Go back to the status before an event, if nothing has happened since; withdraw the notice."""
    return REPORT_STATE_MACHINE.undo_last_event(event_id, actor, _forget_outcome)


def _forget_outcome(report: Report, event: ReportEvent) -> None:
    if event.after == S.UPHELD:
        _require_no_later_removal(report, event)
    report.outcome, report.decided_at = "", None
    report.save(update_fields=["status", "outcome", "decided_at"])
    withdraw_notices([_build_outcome_key(event)])


def _require_no_later_removal(report: Report, event: ReportEvent) -> None:
    """Raise `MoveRefused` if the reported item was taken down since: that must be undone first."""
    listing, article = report.listing, report.article
    if listing and listing.status in _TAKEN_DOWN_STATUSES:
        moves = listing.events.exclude(before=F("after"))
        stops = moves.filter(after=listing.status, created_at__gte=event.created_at)
        if stops.exists() and listing.status == ListingStatus.REMOVED_FRAUD:
            raise MoveRefused("认定属实以后，这条兼职已经涉诈下架：两个决定都不能再撤销。")
        if stops.exists():
            raise MoveRefused(
                f"认定属实以后，这条兼职已经{listing.get_status_display()}：先撤销那个决定，再撤销这个。"
            )
    if article and article.status == ArticleStatus.WITHDRAWN:
        withdrawals = article.events.filter(after=article.status, at__gte=event.created_at)
        if withdrawals.exists():
            raise MoveRefused("认定属实以后，编辑已经撤下这篇文章：不能再撤销。")


def _build_outcome_key(event: ReportEvent) -> str:
    """Return the key of the notice or mail with the outcome for the reporter."""
    return f"report-{event.report_id}-{event.pk}"


def _notify_reporters(events: Iterable[ReportEvent]) -> None:
    """Send each reporter one notice or mail. Its key is that of the reporter's first event; an undo withdraws the keys
    of all events."""
    by_reporter: dict[int | str, list[ReportEvent]] = {}
    for event in events:
        if reporter := event.report.reporter_id or event.report.email.lower():
            by_reporter.setdefault(reporter, []).append(event)
    for reporter_events in by_reporter.values():
        tickets = "、".join(event.report.display_ticket for event in reporter_events)
        _notify_reporter(reporter_events[0], tickets)


def _notify_reporter(event: ReportEvent, tickets: str) -> None:
    row, key = event.report, _build_outcome_key(event)
    title = OUTCOMES[row.status]
    if row.reporter:
        text = f"你举报的{name_reported_item(row)}：{row.outcome}"
        address = reverse("safety:my_reports")
        send_notice(
            row.reporter,
            key,
            title,
            text,
            kind=NoticeKind.CASES,
            address=address,
            button="看看",
            wait=NOTIFY_AFTER,
            text_message=True,
        )
    else:
        context = {"title": title, "about": row.item_name, "outcome": row.outcome}
        context["tickets"] = tickets
        context["address"] = build_absolute_url(reverse("safety:status"))
        text = render_to_string("safety/reports/mail/outcome.txt", context)
        start = postpone_to_morning(timezone.now() + NOTIFY_AFTER)
        enqueue_messages([Mail(key=key, to=row.email, subject=title, text=text, not_before=start)])
