"""The form in which staff change words that others read."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Protocol

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget

from accounts.admin.edit_findings import EditFindings
from accounts.admin.row_mark import RowMarkForm
from accounts.models import WordChanges

REASON, SEEN = "edit_reason", "edit_seen"


class EditScreen(Protocol):
    """The methods of a `ScreenedEdits` admin that the form calls."""

    public_words: tuple[str, ...]
    asks_reason: bool
    needs_tick: bool
    merges_edits: bool

    def list_inline_values(self, row: Any) -> list[Any]: ...

    def judge_edit(
        self, row: Any, cleaned: Mapping[str, Any], changes: WordChanges
    ) -> EditFindings: ...


class _SeenTick(forms.CheckboxInput):
    """Never ticked when it is shown; sends the mark of what is shown beside it."""

    def __init__(self, mark: str) -> None:
        super().__init__(attrs={"value": mark}, check_test=lambda _value: False)

    def format_value(self, value: Any) -> None:
        return None


def _normalise_field_text(words: str | None) -> str:
    """Return the text without what browsers change: line ends, and blanks at both ends."""
    return "\n".join((words or "").splitlines()).strip()


class ScreenedEditForm(RowMarkForm):
    edit_reason = forms.CharField(
        label="为什么改",
        max_length=100,
        required=False,
        widget=AdminTextareaWidget({"rows": 2}),
        help_text="改别人写的话要写原因，记在经过里；招聘单位会收到通知，说改了什么、为什么改。",
    )
    edit_seen = forms.CharField(
        label="我看过提示，仍然保存", required=False, widget=forms.HiddenInput
    )
    screened_by: ClassVar[EditScreen]  # set by `ScreenedEdits.get_form`
    old_values: dict[str, Any]  # of changed columns; set by an admin that needs them after saving

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._old_words = {
            name: _normalise_field_text(getattr(self.instance, name)) if self.instance.pk else ""
            for name in self.screened_by.public_words
        }

    @property
    def has_row_mark(self) -> bool:
        return not self.screened_by.merges_edits

    def list_further_values(self) -> list[Any]:
        """Return the values of the rows below the form."""
        return self.screened_by.list_inline_values(self.instance)

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name not in (REASON, SEEN)]

    def list_word_changes(self) -> WordChanges:
        """Return what the form changes of the words that others read."""
        return {
            name: [old, new]
            for name, old in self._old_words.items()
            if name in self.cleaned_data
            if (new := _normalise_field_text(self.cleaned_data[name])) != old
        }

    def find_in_words(self) -> EditFindings:
        """Return what the check says of the new words; nothing if none changed."""
        changes = self.list_word_changes()
        if not changes:
            return EditFindings()
        return self.screened_by.judge_edit(self.instance, self.cleaned_data, changes)

    def clean(self) -> dict[str, Any]:
        super().clean()
        changes = self.list_word_changes()
        if changes and self.instance.pk and self.screened_by.asks_reason:
            self._require_reason()
        if changes and self.screened_by.needs_tick and not self.errors:
            self._require_tick(self.find_in_words(), next(iter(changes)))
        return self.cleaned_data

    def _require_reason(self) -> None:
        if REASON not in self.errors and not self.cleaned_data.get(REASON):
            self.add_error(REASON, "改了别人写的话，要写明为什么改。")

    def _require_tick(self, findings: EditFindings, first: str) -> None:
        listed = "".join(findings.sentences)
        if findings.is_refused and self.screened_by.asks_reason:
            where = findings.field if findings.field in self.fields else first
            self.add_error(where, f"这样写不能公开：{listed}")
        elif findings.sentences and self.cleaned_data.get(SEEN) != findings.mark:
            self.fields[SEEN].widget = _SeenTick(findings.mark)
            self.add_error(SEEN, f"{listed}看过了还要这样写，就勾上，再保存一次。")
