"""What all pages of the desk share: the permission, the queues with their counts, the bar of
undo."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import SignedInRequest, User
from safety.models import Decision
from safety.moderation import decisions
from safety.moderation.permissions import is_moderator
from sitekit.web.pages import PageView, View
from sitekit.web.pages import page as web_page


def moderator_page(*, takes: Literal["read", "form", "post"]) -> Callable[[View], PageView]:
    """Make a view an admin page (with its sign-in and second factor) that only moderators may see."""

    def decorate(view: View) -> PageView:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not is_moderator(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return web_page(takes=takes)(admin.site.admin_view(guarded))

    return decorate


@dataclass(frozen=True)
class _DeskState:
    counts: dict[str, int]  # waiting cases, by the name of the queue
    undoable_decision: int | None


def render_desk_page(
    request: SignedInRequest,
    template: str,
    queue: str,
    title: str,
    status: int = 200,
    **context: Any,
) -> TemplateResponse:
    """Render a page of the desk; `queue` is the entry of the navigation that it belongs to."""
    state = _get_desk_state(request.user)
    return TemplateResponse(
        request,
        template,
        {
            **admin.site.each_context(request),
            "title": title,
            "queue": queue,
            "queues": _list_queues(state),
            "undoable": _get_undoable(state),
            **context,
        },
        status=status,
    )


def show_success(request: HttpRequest, words: str) -> None:
    messages.success(request, words)


def show_refusal(request: HttpRequest, error: Exception) -> None:
    messages.error(request, str(error))


def _count_rows(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().annotate(constant=Value(1)).values("constant").annotate(n=Count("*"))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def _list_queues(state: _DeskState) -> list[tuple[str, str, str, int]]:
    """Return (name, label, path, number of waiting cases) of each queue."""
    labels = {
        case_type.queue_name: case_type.queue_label for case_type in decisions.CASE_TYPES.values()
    }
    return [
        (name, label, reverse(f"desk:{name}"), state.counts[name]) for name, label in labels.items()
    ]


def _get_undoable(state: _DeskState) -> dict[str, int | str] | None:
    """Return the number of the decision that can be undone and the sentence of the bar."""
    if state.undoable_decision is None:
        return None
    decision = Decision.objects.get(pk=state.undoable_decision)
    return {"pk": decision.pk, "words": describe_decision(decision)}


def describe_decision(decision: Decision) -> str:
    case_type = decisions.CASE_TYPES[decision.kind]
    label = case_type.decided_labels.get(decision.action, "已处理")
    return f"{label}「{case_type.describe_number(decision.number)}」"


def _get_desk_state(user: User) -> _DeskState:
    """Count what waits in each queue, find the last decision that can be undone; one query."""
    names = [case_type.queue_name for case_type in decisions.CASE_TYPES.values()]
    counts = [
        sum(map(_count_rows, case_type.list_open_querysets()), Value(0))
        for case_type in decisions.CASE_TYPES.values()
    ]
    undoable = Subquery(decisions.list_undoable_decisions(user).values("pk")[:1])
    columns: dict[str, Any] = {
        f"n_{name}": count for name, count in zip(names, counts, strict=True)
    }
    row: Mapping[str, Any] = (
        User.objects.filter(pk=user.pk).values(**columns, last_decision=undoable).get()
    )
    return _DeskState({name: row[f"n_{name}"] for name in names}, row["last_decision"])
