"""Admins whose rows lie in places: staff with some places see and change only what lies there."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from accounts.staff.scope import NATIONAL_SCOPE, StaffScope, get_staff_scope
from cities.models import Region

NOT_THERE = "没有这一条，或者它不在你负责的地区。"


class ScopedRows(BaseModelAdmin):
    """`region_paths` lead from a row to the regions in which it lies."""

    region_paths: tuple[str, ...] = ("region",)

    def build_scope_condition(self, request: HttpRequest, scope: StaffScope) -> Q:
        """Return the condition that a row lies in the scope. Not called for staff of the whole country."""
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


class FormInScope(BaseModelAdmin):
    """An admin whose form checks its places against `scope`, where the rights of its writer hold."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)  # type: ignore[misc]
        form.scope = get_staff_scope(request.user)
        return form


class PlaceScopeForm(forms.ModelForm):
    """The form of a row that holds at its `place`, which must lie where the rights of its writer hold."""

    scope: ClassVar[StaffScope] = NATIONAL_SCOPE  # of who edits; set by the admin

    def clean_place(self) -> Region | None:
        place: Region | None = self.cleaned_data["place"]
        if place is None and not self.scope.is_national:
            raise forms.ValidationError("写你负责的一个地区：空着是全国都这样。")
        if place and not self.scope.covers_region(place.pk):
            raise forms.ValidationError("这个地方不在你负责的地区。")
        return place


class PlacedRows(ScopedRows, FormInScope):
    """Rows that hold at a `place`, or everywhere if it is empty; the form is a `PlaceScopeForm`."""

    region_paths = ("place",)


class SharedRows(BaseModelAdmin):
    """Rows that appear on the sites of all cities. Only staff of the whole country change them. Staff with some
    places may add rows, because a new row changes no other."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_national = get_staff_scope(request.user).is_national
        return is_national and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_national = get_staff_scope(request.user).is_national
        return is_national and super().has_delete_permission(request, obj)


class NationalRows(SharedRows):
    """Rows that belong to no place and appear on the sites of all cities at once. Only staff of the whole country
    add or change them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return get_staff_scope(request.user).is_national and super().has_add_permission(request)
