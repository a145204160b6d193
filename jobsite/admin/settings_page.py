"""A setting whose list in the admin is one page with a form: there are no rows to open."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.admin.recorded_edits import render_history
from accounts.models import User
from accounts.staff.scope import get_staff_scope
from sitekit.forms.admin_permissions import ReadOnlyRows


class SettingsPage[Form: forms.Form](ReadOnlyRows, admin.ModelAdmin):
    page_title: str
    page_template: str

    def build_form(self, posted: QueryDict | None) -> Form:
        raise NotImplementedError

    def store_setting(self, user: User, form: Form) -> str:
        """Store what was typed; return in words what became of it."""
        raise NotImplementedError

    def build_page_context(self) -> dict[str, Any]:
        return {}

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A setting holds on the sites of all cities."""
        is_national = get_staff_scope(request.user).is_national
        return obj is None and is_national and admin.ModelAdmin.has_change_permission(self, request)

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The log of the admin links to a row."""
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return HttpResponseRedirect(reverse(address))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        may_change = self.has_change_permission(request)
        form = self.build_form(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            if form.is_valid():
                messages.success(request, self.store_setting(cast("User", request.user), form))
                return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": self.page_title,
            "opts": self.opts,
            "form": form,
            "may_change": may_change,
            "history": render_history(self.model),
            **self.build_page_context(),
        }
        return TemplateResponse(request, self.page_template, context)
