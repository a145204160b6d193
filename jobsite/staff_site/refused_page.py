"""The pages for what is refused before a view decides anything: an address that is not open to who asks, and a form
without the token of its page. Colleagues stay among their own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.csrf import csrf_failure

from jobsite.staff_site.missing_page import is_staff_request
from sitekit.refused_posts.typed_fields import collect_typed_input
from sitekit.workflow.refusals import PageDenied


def show_refused_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The handler of `PermissionDenied`."""
    has_reason = isinstance(exception, PageDenied)
    context: dict[str, Any] = {"reason": str(exception) if has_reason else ""}
    if not is_staff_request(request):
        return render(request, "403.html", context, status=403)
    if has_reason:  # raised by a view, so behind the check of the CSRF token
        context["typed"] = collect_typed_input(request)
    return _render_for_staff(request, "refused", "这一页不对你开放", **context)


def show_unproved_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The view of `CSRF_FAILURE_VIEW`; `reason` is for the log of Django, in English."""
    if not is_staff_request(request):
        return csrf_failure(request, reason)
    return _render_for_staff(request, "unproved", "没有提交成功")


def _render_for_staff(
    request: HttpRequest, template: str, title: str, **context: Any
) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, **context}
    return render(request, f"jobsite/staff_site/{template}.html", context, status=403)
