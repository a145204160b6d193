"""The page 历史 of a row with events. It shows the events of the row beside Django's log of the admin."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse

from accounts.models import describe_word_changes

HISTORY_LINES_SHOWN = 200


class HistoryLine(NamedTuple):
    at: datetime
    who: str
    what: str
    status: str  # empty if it stayed what it was
    reason: str
    word_changes: list[Any]


class SiteHistory(admin.ModelAdmin):
    """`history_inline` has the model of the events and their words."""

    object_history_template = "accounts/admin/object_history.html"
    history_inline: type[Any]
    history_actor = "actor"

    def describe_history_event(self, event: Any) -> HistoryLine:
        statuses = self.history_inline.statuses
        words = statuses | self.history_inline.action_labels
        return HistoryLine(
            at=event.created_at,
            who=str(event.actor or "系统"),
            what=str(words.get(event.action, event.action)),
            status=describe_status_change(statuses, event.before, event.after),
            reason=event.reason,
            word_changes=list(describe_word_changes(self.model, event.changes)),
        )

    def list_history(self, object_id: str) -> Iterable[HistoryLine]:
        """The newest events, the last first; one query."""
        inline = self.history_inline
        events = inline.model._default_manager.filter(
            **{self.opts.model_name or "": unquote(object_id)}
        )
        newest = events.select_related(self.history_actor).order_by("-pk")
        return [self.describe_history_event(event) for event in newest[:HISTORY_LINES_SHOWN]]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The events are read as the page is drawn, once it is clear who may see it."""
        context = {
            "list_site_events": lambda: self.list_history(object_id),
            "most_lines": HISTORY_LINES_SHOWN,
            **(extra_context or {}),
        }
        return super().history_view(request, object_id, context)


def describe_status_change(statuses: dict[str, str], before: str, after: str) -> str:
    if not after or before == after:
        return ""
    new = statuses.get(after, after)
    return f"{statuses.get(before, before)} → {new}" if before else new
