"""Choosing permissions in the admin: in Chinese, and only those that open something."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import ManyToManyField, Model, Q, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest

from accounts.admin.recorded_edits import RecordedEdits
from accounts.choices import StaffRole
from accounts.staff.rights import STOCK_ACTIONS, describe_permission
from accounts.staff.roles import build_permission_condition, list_role_permissions


def list_permissions() -> QuerySet[Permission]:
    """Return those on what the admin shows, our own, and those of roles, which saving a group would take away;
    other tables without a page need none."""
    shown = build_permission_condition(
        name for role in StaffRole for name in list_role_permissions(role)
    )
    for model in [*admin.site._registry]:  # noqa: SLF001 - Django has no other way
        shown |= Q(
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
        )
    stock = Q(codename__regex=f"^({'|'.join(STOCK_ACTIONS)})_")
    rows = Permission.objects.filter(shown | ~stock).select_related("content_type")
    return rows.order_by("content_type__app_label", "content_type__model", "codename")


class PermissionField(ModelMultipleChoiceField):
    def label_from_instance(self, obj: Model) -> str:
        return describe_permission(obj) if isinstance(obj, Permission) else str(obj)


class PermissionChoice(BaseModelAdmin):
    """Mixin for the admin of rows that have permissions."""

    viewer_words = {"permissions": "permission_words", "user_permissions": "permission_words"}

    @admin.display(description="权限")
    def permission_words(self, row: Any) -> str:
        """The permissions of a group or a user in words."""
        chosen = row.permissions if isinstance(row, Group) else row.user_permissions
        return "、".join(map(describe_permission, chosen.select_related("content_type")))

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.related_model is Permission:
            kwargs |= {"queryset": list_permissions(), "form_class": PermissionField}
            return db_field.formfield(
                **kwargs,
                widget=FilteredSelectMultiple(str(db_field.verbose_name), False),
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(PermissionChoice, RecordedEdits, StockGroupAdmin):  # type: ignore[misc]
    """Groups cannot be deleted, because their members would lose rights without an event."""

    fields = ("name", "permissions")
