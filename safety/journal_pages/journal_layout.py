"""What the pages of the journal share: who may see them, and their frame."""

from collections.abc import Callable
from typing import Any, Literal

from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import SignedInRequest, User
from accounts.staff.staff_pages import staff_page
from safety.case_queues.moderators import is_moderator
from safety.case_queues.queue_filters import get_queue_filter
from safety.moderation import decisions
from sitekit.web.pages import PageView, View

READ_PERMISSION = "safety.read_journal"
EXPORT_PERMISSION = "safety.export_journal"


def journal_page(
    *, takes: Literal["read", "form", "post"], permission: str = READ_PERMISSION
) -> Callable[[View], PageView]:
    """Make a view an admin page for those of the staff who have the permission."""
    return staff_page(takes=takes, may=lambda user: user.is_staff and user.has_perm(permission))


def render_journal_page(
    request: SignedInRequest, template: str, title: str, status: int = 200, **context: Any
) -> TemplateResponse:
    """Render in the frame of the desk, whose queues moderators see without counts."""
    user = request.user
    context = {
        **admin.site.each_context(request),
        "title": title,
        "queue": "journal",
        "queues": _list_queues(user),
        "has_single_keys": is_moderator(user) and get_queue_filter(user).single_keys,
        **context,
    }
    return TemplateResponse(request, f"safety/journal/{template}", context, status=status)


def _list_queues(user: User) -> list[tuple[str, str, str, None]]:
    if not is_moderator(user):
        return []
    return [
        (kind.queue_name, kind.queue_label, reverse(f"desk:{kind.queue_name}"), None)
        for kind in decisions.CASE_TYPES.values()
    ]
