"""What all pages of the desk share: who may enter, the queues with their counts, the bar of undo."""

from collections.abc import Callable
from functools import wraps
from typing import Literal

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, Subquery, Value
from django.db.models.functions import Coalesce
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import User
from safety.models import Decision
from safety.moderation import decisions
from safety.moderation.permissions import is_moderator
from sitekit.web.pages import PageView, View
from sitekit.web.pages import page as web_page


def moderator_page(*, takes: Literal["read", "form", "post"]) -> Callable[[View], PageView]:
    """A page for moderators within the admin: its sign-in and second factor, then our permission."""

    def decorate(view: View) -> PageView:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not is_moderator(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return web_page(takes=takes)(admin.site.admin_view(guarded))

    return decorate


def render_desk_page(request, template, queue, title, status=200, **context):
    """A page of the desk; `queue` is the entry of the navigation that it belongs to."""
    state = _state(request.user)
    return TemplateResponse(
        request,
        template,
        {
            **admin.site.each_context(request),
            "title": title,
            "queue": queue,
            "queues": _queues(state),
            "undoable": _undoable(state),
            **context,
        },
        status=status,
    )


def show_success(request, words):
    messages.success(request, words)


def show_refusal(request, error):
    messages.error(request, str(error))


def _count(rows):
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("*"))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def _queues(state):
    """[(name, label, address, how many wait)]"""
    labels = {
        case_type.queue_name: case_type.queue_label for case_type in decisions.CASE_TYPES.values()
    }
    return [(name, label, reverse(f"desk:{name}"), state[name]) for name, label in labels.items()]


def _undoable(state):
    """(number of the decision, the sentence of the bar), while there is one to undo."""
    if not state["decision"]:
        return None
    decision = Decision.objects.get(pk=state["decision"])
    return {"pk": decision.pk, "words": describe_decision(decision)}


def describe_decision(decision) -> str:
    case_type = decisions.CASE_TYPES[decision.kind]
    label = case_type.decided_labels.get(decision.action, "已处理")
    return f"{label}「{case_type.describe_number(decision.number)}」"


def _state(user):
    """How much waits in each queue, and the last decision that can be undone. One query."""
    counts = {
        case_type.queue_name: sum(map(_count, case_type.list_open_querysets()), Value(0))
        for case_type in decisions.CASE_TYPES.values()
    }
    named = {f"n_{name}": count for name, count in counts.items()}
    last = Subquery(decisions.list_undoable_decisions(user).values("pk")[:1])
    row = User.objects.filter(pk=user.pk).values(**named, last_decision=last).get()
    return {name: row[f"n_{name}"] for name in counts} | {"decision": row["last_decision"]}
