"""Pages of the admin that are not Django's own: who may see them, and their frame."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from accounts.models import User
from sitekit.web.pages import PageView, View
from sitekit.web.pages import page as web_page


def staff_page(
    *, takes: Literal["read", "form", "post"], may: Callable[[User], bool]
) -> Callable[[View], PageView]:
    """Make a view an admin page (with its sign-in and second factor) for those of the staff who `may`; no browser
    keeps it."""

    def decorate(view: View) -> PageView:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not (isinstance(request.user, User) and may(request.user)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return web_page(takes=takes)(admin.site.admin_view(guarded))

    return decorate


def render_staff_page(
    request: HttpRequest, template: str, title: str, status: int = 200, **context: Any
) -> TemplateResponse:
    context = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, template, context, status=status)
