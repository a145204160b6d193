"""Admins whose rows lie in places: staff with some places see and change only what lies there."""

from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from accounts.staff.scope import StaffScope, get_staff_scope

NOT_THERE = "没有这一条，或者它不在你负责的地区。"


class ScopedRows(BaseModelAdmin):
    """`region_paths` lead from a row to the regions in which it lies."""

    region_paths: tuple[str, ...] = ("region",)

    def build_scope_condition(self, request: HttpRequest, scope: StaffScope) -> Q:
        """Return which rows lie there; not asked of who is of the whole country."""
        return scope.build_condition(*self.region_paths)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self._filter_by_scope(request, super().get_queryset(request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        row = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if row is None and not get_staff_scope(request.user).is_national:
            raise Http404(NOT_THERE)
        return row

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and self._is_in_scope(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_in_scope(request, obj)

    def _is_in_scope(self, request: HttpRequest, obj: Any) -> bool:
        if obj is None or obj.pk is None or get_staff_scope(request.user).is_national:
            return True
        rows = self.model._default_manager.filter(pk=obj.pk)
        return self._filter_by_scope(request, rows).exists()

    def _filter_by_scope(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        scope = get_staff_scope(request.user)
        return (
            rows if scope.is_national else rows.filter(self.build_scope_condition(request, scope))
        )
