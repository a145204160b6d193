"""A setting whose list in the admin is one page with a form: there are no rows to open."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.admin.recorded_edits import render_history
from accounts.models import User
from accounts.staff.scope import get_staff_scope
from sitekit.forms.admin_permissions import ReadOnlyRows
from sitekit.workflow.advisory_lock import hold_lock_until_commit


class SettingsPage[Form: forms.Form](ReadOnlyRows, admin.ModelAdmin):
    page_title: str
    page_template: str

    def build_form(self, posted: QueryDict | None) -> Form:
        raise NotImplementedError

    def store_setting(self, user: User, form: Form) -> str:
        """Store the setting; return the result in Chinese."""
        raise NotImplementedError

    def build_page_context(self) -> dict[str, Any]:
        return {}

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only staff of the whole country may change a setting, because it holds for all cities."""
        is_national = get_staff_scope(request.user).is_national
        return obj is None and is_national and admin.ModelAdmin.has_change_permission(self, request)

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page itself, because the log of the admin links to a row."""
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return HttpResponseRedirect(reverse(address))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        may_change = self.has_change_permission(request)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            form, words = self._read_and_store(request)
            if words:
                messages.success(request, words)
                return HttpResponseRedirect(request.path)
        else:
            form = self.build_form(None)
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

    def _read_and_store(self, request: HttpRequest) -> tuple[Form, str]:
        """Return the form and the result in Chinese, "" if the form is not valid. If two users store at once, the
        second waits and is compared with what the first stored."""
        with transaction.atomic():
            hold_lock_until_commit(f"settings page {self.opts.label}")
            form = self.build_form(request.POST)
            is_valid = form.is_valid()
            return form, self.store_setting(cast("User", request.user), form) if is_valid else ""
