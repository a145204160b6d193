"""The share of second looks: a new row is a new share, the old rows are its history."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from safety.models import SecondLookShare
from sitekit.forms.admin_permissions import KeptRows


@admin.register(SecondLookShare)
class SecondLookShareAdmin(KeptRows, admin.ModelAdmin):
    fields = ("percent",)
    list_display = ("percent", "set_by", "created_at")
    list_select_related = ("set_by",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: SecondLookShare, form: Any, change: bool
    ) -> None:
        obj.set_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
