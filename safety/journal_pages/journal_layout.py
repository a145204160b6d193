"""What the pages of the journal share: who may see them, and their frame."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import SignedInRequest, User
from safety.moderation import decisions
from safety.moderation.permissions import is_moderator
from sitekit.web.pages import PageView, View
from sitekit.web.pages import page as web_page

READ_PERMISSION = "safety.read_journal"
EXPORT_PERMISSION = "safety.export_journal"


def journal_page(
    *, takes: Literal["read", "form", "post"], permission: str = READ_PERMISSION
) -> Callable[[View], PageView]:
    """Make a view an admin page (with its sign-in and second factor) for who has the permission; it is kept by no
    browser."""

    def decorate(view: View) -> PageView:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not (request.user.is_staff and request.user.has_perm(permission)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return web_page(takes=takes)(admin.site.admin_view(guarded))

    return decorate


def render_journal_page(
    request: SignedInRequest, template: str, title: str, status: int = 200, **context: Any
) -> TemplateResponse:
    """Render in the frame of the desk, whose queues moderators see without counts."""
    context = {
        **admin.site.each_context(request),
        "title": title,
        "queue": "journal",
        "queues": _list_queues(request.user),
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
