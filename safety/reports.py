"""The only way a report changes its status: lock, check, change, write an event, one transaction.

Whoever reported it is told the outcome a minute later, so that what is undone is never told. That
a report is upheld moves nothing: what becomes of the listing is decided at its own case.
"""

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts import inbox
from listings.transitions import MoveRefused
from safety import tickets
from safety.choices import ReportStatus as S
from safety.deciding import TOLD_AFTER
from safety.models import Report, ReportEvent
from sitekit import outbox
from sitekit.addresses import absolute
from sitekit.models import Mail

# GLOSSARY "States and moves"; what is not named here is refused.
MOVES: dict[str, set[str]] = {
    S.RECEIVED: {S.IN_REVIEW, S.UPHELD, S.DISMISSED},
    S.IN_REVIEW: {S.UPHELD, S.DISMISSED},
    S.UPHELD: set(),
    S.DISMISSED: set(),
}
OPEN = (S.RECEIVED, S.IN_REVIEW)
OUTCOMES: dict[str, str] = {
    S.UPHELD: "你举报的情况属实",
    S.DISMISSED: "你举报的情况没有查实",
}


def move(report_id: int, to: str, actor, reason: str = "") -> ReportEvent:
    """Change the status; upheld and dismissed need words, which the reporter reads."""
    reason = reason.strip()[:300]
    if to not in OPEN and not reason:
        raise MoveRefused("请写几句处理结果，举报人会看到。")
    with transaction.atomic():
        row = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        if to not in MOVES[row.status]:
            raise MoveRefused(f"「{row.get_status_display()}」的举报不能改成「{S(to).label}」。")
        before, row.status = row.status, to
        if to not in OPEN:
            row.outcome, row.decided_at = reason, timezone.now()
        row.save(update_fields=["status", "outcome", "decided_at"])
        event = _record(row, actor, reason, before)
        if to not in OPEN:
            _tell(row, event)
    return event


def undo(event_id: int, actor) -> ReportEvent:
    """Back to the status before an event, if nothing has happened since; what waits is not told."""
    with transaction.atomic():
        event = ReportEvent.objects.get(pk=event_id)
        row = Report.objects.select_for_update(of=("self",)).get(pk=event.report_id)
        if row.events.order_by("-pk").first() != event or not event.before:
            raise MoveRefused("这之后又有别的处理，不能撤销了。")
        row.status, row.outcome, row.decided_at = event.before, "", None
        row.save(update_fields=["status", "outcome", "decided_at"])
        inbox.take_back(keys(event))
        return _record(row, actor, "撤销", event.after)


def keys(event: ReportEvent) -> list[str]:
    """Under which the outcome is told to whoever reported it."""
    return [f"report-{event.report_id}-{event.pk}"]


def overdue(now=None) -> int:
    """How many reports should have been decided by now."""
    return Report.objects.filter(status__in=OPEN, due_at__lt=now or timezone.now()).count()


def about(row: Report) -> str:
    """What was reported, in words that show nothing which is not public."""
    return f"兼职 {row.listing_id}" if row.listing_id else f"文章 {row.article_id}"


def _tell(row, event):
    (key,) = keys(event)
    title = OUTCOMES[row.status]
    if row.reporter:
        text = f"你举报的{about(row)}：{row.outcome}"
        address = reverse("safety:my_reports")
        inbox.tell(row.reporter, key, title, text, address=address, button="看看", wait=TOLD_AFTER)
    elif row.email:
        context = {"title": title, "about": about(row), "outcome": row.outcome}
        context["ticket"] = tickets.shown(row.ticket)
        context["address"] = absolute(reverse("safety:status"))
        text = render_to_string("safety/report_outcome.txt", context)
        start = timezone.now() + TOLD_AFTER
        outbox.put_all([Mail(key=key, to=row.email, subject=title, text=text, not_before=start)])


def _record(row, actor, reason, before):
    return ReportEvent.objects.create(
        report=row, actor=actor, reason=reason, before=before, after=row.status
    )
