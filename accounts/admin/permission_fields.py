"""Choosing permissions in the admin: in Chinese, and only those that open something."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import ManyToManyField, Model, Q, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest

_ACTIONS = {"add": "新增", "change": "修改", "delete": "删除", "view": "查看"}


def describe_permission(permission: Permission) -> str:
    """Return 兼职：修改; a permission of our own has a name in Chinese already."""
    model = permission.content_type.model_class()
    action, _, rest = permission.codename.partition("_")
    is_stock = model is not None and rest == model._meta.model_name and action in _ACTIONS
    words = _ACTIONS[action] if is_stock else permission.name
    return f"{model._meta.verbose_name if model else permission.content_type}：{words}"


def list_permissions() -> QuerySet[Permission]:
    """Return those on what the admin shows, and our own; tables without a page need none."""
    shown = Q()
    for model in [*admin.site._registry]:  # noqa: SLF001 - Django has no other way
        shown |= Q(
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
        )
    stock = Q(codename__regex=f"^({'|'.join(_ACTIONS)})_")
    rows = Permission.objects.filter(shown | ~stock).select_related("content_type")
    return rows.order_by("content_type__app_label", "content_type__model", "codename")


class PermissionField(ModelMultipleChoiceField):
    def label_from_instance(self, obj: Model) -> str:
        return describe_permission(obj) if isinstance(obj, Permission) else str(obj)


class PermissionChoice:
    """For the admin of what has permissions."""

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.related_model is Permission:
            kwargs |= {"queryset": list_permissions(), "form_class": PermissionField}
            return db_field.formfield(
                **kwargs,
                widget=FilteredSelectMultiple(str(db_field.verbose_name), False),
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(PermissionChoice, StockGroupAdmin):  # type: ignore[misc]
    pass
