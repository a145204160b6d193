"""Rows by which the operator sets how the site works: each change has a reason, and old and new values.

The log of the admin keeps them; nothing is deleted, a row ends by its own columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Field, Model
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts.admin.edit_form import REASON, SEEN, ScreenedEditForm
from accounts.admin.row_mark import SHOWN
from accounts.admin.staff_edits import ScreenedEdits
from accounts.models import User, describe_word_changes
from accounts.models.word_changes import read_log_message
from sitekit.forms.admin_permissions import UndeletableRows
from sitekit.site_settings.kept_settings import KeptSetting

NO_VALUE_LABEL = "空"
_LOGGED_EDITS_SHOWN = 20
_MAX_NAMED = 10  # rows that stayed chosen


class RecordedEditForm(ScreenedEditForm):
    edit_reason = forms.CharField(
        label="为什么",
        max_length=200,
        required=False,
        widget=AdminTextareaWidget({"rows": 2}),
        help_text="记在下面的经过里，给同事看；不公开。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._old_values = describe_values(self.instance) if self.instance.pk else {}
        for field in self.fields.values():
            field.show_hidden_initial = False  # of a default that is a function: always changed

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.instance.pk and "reason" in self.cleaned_data:  # a column of its own
            self.cleaned_data[REASON] = self.cleaned_data["reason"]
            return self.cleaned_data
        if self.has_changed() and not self.cleaned_data.get(REASON) and REASON not in self.errors:
            self.add_error(REASON, "写一句为什么。")
        return self.cleaned_data

    def list_value_changes(self) -> dict[str, list[str]]:
        """Return {label: [old, new]} of what was saved; of a new row all that it says."""
        new_values = describe_values(self.instance)
        changes = {
            label: [self._old_values.get(label, NO_VALUE_LABEL), new]
            for label, new in new_values.items()
            if new != self._old_values.get(label, NO_VALUE_LABEL)
        }
        return changes | self._list_changed_choices()

    def _list_changed_choices(self) -> dict[str, list[str]]:
        """Return the changed columns that choose several rows.

        The form still has the former rows; the database has only the new ones.
        """
        return {
            str(field.verbose_name): self._describe_choices(field.name)
            for field in self.instance._meta.many_to_many
            if field.name in self.changed_data
        }

    def _describe_choices(self, name: str) -> list[str]:
        """Return the former and the new rows in words, as the field shows them; of many what differs only."""
        chosen = [{row.pk for row in self.initial.get(name, [])}]
        chosen.append({row.pk for row in self.cleaned_data[name]})
        same = set.intersection(*chosen)
        left_out = same if len(same) > _MAX_NAMED else set()
        field: Any = self.fields[name]
        rows = field.queryset.filter(pk__in=set.union(*chosen) - left_out)
        labels = {row.pk: field.label_from_instance(row) for row in rows}
        ending = [f"{len(left_out)} 项没有变"] if left_out else []
        return [
            "，".join(filter(None, ["、".join(labels[pk] for pk in labels if pk in pks), *ending]))
            or NO_VALUE_LABEL
            for pks in chosen
        ]


class RecordedEdits(UndeletableRows, ScreenedEdits):
    """`settings` are the caches of these rows, which are cleared in this process at once. `has_own_reason`: a new
    row has a column that says why it is there."""

    form = RecordedEditForm
    settings: tuple[KeptSetting[Any], ...] = ()
    has_own_reason = False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ScreenedEditForm]:
        form = super().get_form(request, obj, change, **kwargs)
        form.base_fields[REASON].required = False
        return form

    def add_edit_fields(self, request: HttpRequest, obj: Any, fieldsets: Any) -> Any:
        may_save = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        names = [REASON] if may_save and (obj or not self.has_own_reason) else []
        names += [SEEN] if may_save and self.public_words else []
        names += [SHOWN] if may_save and obj else []
        names += ["setting_history"] if obj else []
        return [*fieldsets, (None, {"fields": names})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "setting_history")

    @admin.display(description="经过")
    def setting_history(self, row: Model) -> SafeString | str:
        return render_history(type(row), str(row.pk))

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = super().construct_change_message(request, form, formsets, add)
        if not parts:
            return parts
        changes, reason = form.list_value_changes(), form.cleaned_data.get(REASON, "")
        parts[0] |= {"values": changes, "reason": reason}
        return parts

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for setting in self.settings:
            setting.forget()
            transaction.on_commit(setting.forget)


def record_change(
    user: User, row: Model, changes: Mapping[str, Sequence[str]], reason: str
) -> None:
    """Write a change that no form of the admin made to the log of the admin; `changes` is {label: [old, new]}."""
    part = {"changed": {"fields": list(changes)}, "values": changes, "reason": reason}
    LogEntry.objects.log_actions(user.pk, [row], CHANGE, [part], single_object=True)


def describe_values(row: Model) -> dict[str, str]:
    """Return {label: value as the staff read it} of the columns that people edit."""
    return {
        str(field.verbose_name): _describe_value(row, field)
        for field in row._meta.fields
        if field.editable and not field.primary_key
    }


def _describe_value(row: Model, field: Field) -> str:
    value = getattr(row, field.name)
    if field.choices:
        value = getattr(row, f"get_{field.name}_display")()
    elif isinstance(value, bool):
        value = "是" if value else "否"
    elif hasattr(value, "tzinfo"):
        value = f"{localtime(value):%Y-%m-%d %H:%M}"
    return str(value) if value not in (None, "") else NO_VALUE_LABEL


def render_history(model: type[Model], pk: str | None = None) -> SafeString | str:
    """The newest entries of the log on a row or on all rows of a table: who, when, what, why."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    if pk is not None:
        entries = entries.filter(object_id=pk)
    blocks = [
        _render_entry(entry, part.get("reason", ""), changes, named=pk is None)
        for entry in entries.select_related("user").order_by("-pk")[:_LOGGED_EDITS_SHOWN]
        for part in read_log_message(entry.change_message)
        if (changes := _list_changes(model, part))
    ]
    return format_html_join("", "{}", ((block,) for block in blocks)) or "还没有改过"


def _list_changes(model: type[Model], part: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return (label, old, new) of each change. Entries from before reasons were required have words only."""
    if "values" in part:
        return [(label, *change) for label, change in part["values"].items()]
    words = part.get("changed", {}).get("words", {})
    return [tuple(change) for change in describe_word_changes(model, words)]


def _render_entry(
    entry: LogEntry, reason: str, changes: Iterable[tuple[str, ...]], *, named: bool
) -> SafeString:
    return format_html(
        "<p>{} {} {}<b>{}</b>{}</p>",
        localtime(entry.action_time).strftime("%Y-%m-%d %H:%M"),
        entry.user,
        f"{entry.object_repr} " if named else "",
        reason,
        format_html_join("", "<br>{}：“{}” → “{}”", changes),
    )
