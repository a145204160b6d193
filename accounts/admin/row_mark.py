"""Refuse the form of a person who opened it before another person saved the same row.

The form carries a mark of the row as it was when the form was opened. If the mark is missing or old, nothing is
saved, and the typed values stay on the page. A form for a new row carries a token instead, so that a second press adds
no second row. tests/jobsite/sweeps/test_staff_edits.py checks that every form has one of both.
"""

import json
import secrets
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac

from sitekit.web.rate_limits import is_noted, note_once
from sitekit.workflow.periods import DAY

SHOWN, ADD_ONCE = "edit_shown", "add_once"
ADDED_MESSAGE = "刚才已经添加了，没有再添加一次。还要添加，在列表里再按「添加」。"
_ADDED = "admin_row_added"  # the name of the note, kept for a day


class RowMarkForm(forms.ModelForm):
    edit_shown = forms.CharField(label="打开时的内容", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._row_mark = self._build_row_mark() if self.instance.pk and self.has_row_mark else ""
        self.initial[SHOWN] = self._row_mark

    @property
    def has_row_mark(self) -> bool:
        return True

    def list_further_values(self) -> list[Any]:
        """Return what the page writes besides columns and chosen rows."""
        return []

    def _build_row_mark(self) -> str:
        options = self.instance._meta
        written = {name for name, field in self.fields.items() if not field.disabled}
        values: list[Any] = [
            [field.name, str(field.value_from_object(self.instance))]
            for field in options.concrete_fields
            if field.name in written
        ]
        values += [
            [field.name, sorted(row.pk for row in self.initial[field.name])]
            for field in options.many_to_many
            if field.name in written
        ]
        values += self.list_further_values()
        # With a key: from a plain hash on the page the digits that are masked there could be computed.
        mark = salted_hmac("edit mark", json.dumps(values), algorithm="sha256")
        return mark.hexdigest()[:32]

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != SHOWN]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self._row_mark and self.cleaned_data.get(SHOWN) != self._row_mark:
            raise forms.ValidationError("刚才有人改过，下面是改以前的。请重新打开这一页再改。")
        return self.cleaned_data


class _AddedBefore(Exception):
    """The form of a new row was sent before; raised where it takes back all that was stored."""


class LockedRows(ModelAdmin):
    """The admin of a `RowMarkForm`."""

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        token = request.POST.get(ADD_ONCE)
        if not (token and is_noted(_ADDED, token)):
            try:
                return super().add_view(request, form_url, extra_context)
            except _AddedBefore:
                pass
        messages.info(request, ADDED_MESSAGE)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        """The last that is stored of a new row. Of two presses at once the second waits here for the first."""
        token = request.POST.get(ADD_ONCE)
        if token and not note_once(_ADDED, token, DAY):
            raise _AddedBefore
        return super().log_addition(request, obj, message)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if context.get("original") is None:
            context["add_once"] = request.POST.get(ADD_ONCE) or secrets.token_hex(16)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Lock the row that is posted, so that the old values are exactly those that the new ones replace."""
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST":
            return row
        rows = self.model._default_manager.select_for_update().filter(pk=row.pk)
        stored = rows.values(*(field.attname for field in self.model._meta.concrete_fields)).first()
        for name, value in (stored or {}).items():
            setattr(row, name, value)
        return row if stored else None


class MarkedRows(LockedRows):
    """Adds the mark to its form; a `ScreenedEdits` does so itself."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out the mark, which `get_fieldsets` adds: readers without the right to change would see it as a
        column."""
        return [name for name in super().get_fields(request, obj) if name != SHOWN]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        return [*fieldsets, (None, {"fields": [SHOWN]})]
