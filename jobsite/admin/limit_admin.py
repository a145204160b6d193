"""All limits on one page: what holds, what is shipped beside it, and who changed which when and why."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.admin.recorded_edits import record_change, render_history
from accounts.models import User
from sitekit.forms.admin_permissions import ReadOnlyRows
from sitekit.models import LimitSetting
from sitekit.site_settings.limits import DECLARED, LIMITS, Limit, list_limits


class LimitsForm(forms.Form):
    reason = forms.CharField(
        label="为什么",
        max_length=200,
        error_messages={"required": "写一句为什么。"},
        widget=forms.Textarea({"rows": 2, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for limit in DECLARED.values():
            self.fields[limit.name] = forms.IntegerField(
                label=limit.label,
                min_value=limit.least,
                max_value=limit.most,
                initial=int(limit),
                widget=forms.NumberInput({"class": "vIntegerField"}),
            )

    def list_groups(self) -> list[tuple[str, list[tuple[forms.BoundField, Limit]]]]:
        return [
            (group, [(self[limit.name], limit) for limit in limits])
            for group, limits in list_limits().items()
        ]

    def list_changed(self) -> list[tuple[Limit, int]]:
        """Return what is to hold otherwise than it does."""
        return [
            (limit, self.cleaned_data[name])
            for name, limit in DECLARED.items()
            if self.cleaned_data[name] != int(limit)
        ]


@admin.register(LimitSetting)
class LimitSettingAdmin(ReadOnlyRows, admin.ModelAdmin):
    """Its list is the page; a row is there only where the operator differs from what is shipped."""

    def has_change_permission(self, request: HttpRequest, obj: LimitSetting | None = None) -> bool:
        return obj is None and admin.ModelAdmin.has_change_permission(self, request)

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The log of the admin links to a row; it is changed among the others."""
        return HttpResponseRedirect(reverse("admin:sitekit_limitsetting_changelist"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        may_change = self.has_change_permission(request)
        form = LimitsForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            if form.is_valid():
                changed = set_limits(cast("User", request.user), form)
                messages.success(request, f"改了 {changed} 项。" if changed else "没有改动。")
                return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": "限额",
            "opts": self.opts,
            "form": form,
            "may_change": may_change,
            "history": render_history(LimitSetting),
        }
        return TemplateResponse(request, "jobsite/admin/limits.html", context)


def set_limits(user: User, form: LimitsForm) -> int:
    """Return how many were changed; one as shipped needs no row."""
    with transaction.atomic():
        changed = form.list_changed()
        for limit, value in changed:
            row = LimitSetting(name=limit.name, value=value)
            if value == limit.shipped:
                LimitSetting.objects.filter(name=limit.name).delete()
            else:
                row.save()
            values = {limit.label: [str(int(limit)), str(value)]}
            record_change(user, row, values, form.cleaned_data["reason"])
    LIMITS.forget()
    return len(changed)
