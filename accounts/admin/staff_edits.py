"""Staff change words that others read: a reason, what screening finds, old and new text, the owner told.

Every admin whose form writes a column of the register of public fields (jobsite/public_fields.toml)
is a `ScreenedEdits` with a `ScreenedEditForm`; tests/jobsite/sweeps/test_staff_edits.py holds it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.models import (
    Employer,
    EmployerMember,
    HistoryEvent,
    WordChanges,
    describe_word_changes,
)
from screening.fraud_types import RiskLevel
from screening.rules.fraud_rules import list_stop_codes
from screening.screen import screen_text

REASON, SEEN = "edit_reason", "edit_seen"
_SHOWN = 10
_OF_WORDING = ("contact_evasion.", "discrimination.")


class EditFindings(NamedTuple):
    """What screening finds in the new words; `field` is where the first of it stands."""

    sentences: tuple[str, ...] = ()
    field: str = ""
    is_refused: bool = False

    @property
    def mark(self) -> str:
        """What the tick carries: other findings need another tick."""
        return hashlib.sha256("\n".join(self.sentences).encode()).hexdigest()[:12]


def judge_words(changes: WordChanges) -> EditFindings:
    """Judge words that belong to no listing."""
    found: list[dict[str, Any]] = []
    is_stopped = False
    for name, (_old, new) in changes.items():
        assessment = screen_text(new)
        is_risky = assessment.level != RiskLevel.LOW or bool(assessment.forbidden)
        is_stopped = is_stopped or bool(assessment.stops)
        found += [
            asdict(signal) | {"field": name}
            for signal in assessment.signals
            if is_risky or signal.code in list_stop_codes() or signal.code.startswith(_OF_WORDING)
        ]
    sentences = dict.fromkeys(signal["reason"] for signal in found)
    return collect_findings(sentences, found, changes, is_stopped=is_stopped)


def collect_findings(
    sentences: Iterable[str],
    signals: Sequence[Mapping[str, Any]],
    changes: WordChanges,
    *,
    is_stopped: bool,
) -> EditFindings:
    """`sentences` say what was found. What a certain rule finds in new words is refused even if the model
    doubts it: who may publish it is decided at the desk, by what its author wrote."""
    if new_stops := [signal for signal in signals if _is_new_stop(signal, changes)]:
        reasons = dict.fromkeys(signal["reason"] for signal in new_stops)
        return EditFindings(tuple(reasons), new_stops[0]["field"], is_refused=True)
    fields = [signal["field"] for signal in signals if signal["field"] in changes]
    return EditFindings(tuple(sentences), fields[0] if fields else "", is_refused=is_stopped)


def _is_new_stop(signal: Mapping[str, Any], changes: WordChanges) -> bool:
    if signal["code"] not in list_stop_codes() or signal["field"] not in changes:
        return False
    old, new = changes[signal["field"]]
    return new[signal["start"] : signal["end"]] not in old


class _SeenTick(forms.CheckboxInput):
    """Never ticked when it is shown; sends the mark of what is shown beside it."""

    def __init__(self, mark: str) -> None:
        super().__init__(attrs={"value": mark}, check_test=lambda _value: False)

    def format_value(self, value: Any) -> None:
        return None


class ScreenedEditForm(forms.ModelForm):
    edit_reason = forms.CharField(
        label="为什么改",
        max_length=100,
        required=False,
        widget=AdminTextareaWidget({"rows": 2}),
        help_text="改别人写的话要写原因：对方会看到改了什么、为什么改，也记在经过里。",
    )
    edit_seen = forms.CharField(
        label="我看过提示，仍然保存", required=False, widget=forms.HiddenInput
    )
    screened_by: ClassVar["ScreenedEdits"]  # set by `ScreenedEdits.get_form`
    old_values: dict[str, Any]  # of changed columns; set by an admin that needs them after saving

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._old_words = {name: self._read_word(name) for name in self.screened_by.public_words}

    def _read_word(self, name: str) -> str:
        return str(getattr(self.instance, name) or "") if self.instance.pk else ""

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name not in (REASON, SEEN)]

    def list_word_changes(self) -> WordChanges:
        """Return what the form changes of the words that others read."""
        new = {name: str(self.cleaned_data.get(name) or "") for name in self._list_own_words()}
        return {
            name: [self._old_words[name], words]
            for name, words in new.items()
            if words != self._old_words[name]
        }

    def _list_own_words(self) -> list[str]:
        return [name for name in self._old_words if name in self.cleaned_data]

    def find_in_words(self) -> EditFindings:
        """Return what the gate says of the new words; nothing if none changed."""
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
            self.add_error(REASON, "写明为什么改，对方会看到。")

    def _require_tick(self, findings: EditFindings, first: str) -> None:
        listed = "".join(findings.sentences)
        if findings.is_refused and self.screened_by.asks_reason:
            where = findings.field if findings.field in self.fields else first
            self.add_error(where, f"这样写不能公开：{listed}")
        elif findings.sentences and self.cleaned_data.get(SEEN) != findings.mark:
            self.fields[SEEN].widget = _SeenTick(findings.mark)
            self.add_error(SEEN, f"{listed}看过了还要这样写，就勾上，再保存一次。")


class ScreenedEdits(admin.ModelAdmin):
    """`public_words` are its columns in the register; of them `unscreened` are numbers and addresses."""

    form = ScreenedEditForm
    public_words: tuple[str, ...] = ()
    unscreened: tuple[str, ...] = ()
    # Whether the words are somebody else's: a reason is asked, and a stop refuses.
    asks_reason = False
    needs_tick = True  # if not, what is found is said after saving
    keeps_events = False  # whether its model has events, which keep the words

    def judge_edit(
        self, row: Model, cleaned: Mapping[str, Any], changes: WordChanges
    ) -> EditFindings:
        """Judge the new words, before the row has them; `cleaned` is all of the form."""
        return judge_words(
            {name: words for name, words in changes.items() if name not in self.unscreened}
        )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ScreenedEditForm]:
        form = super().get_form(request, obj, change, **kwargs)
        form.screened_by = self
        return form

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """A row that is posted is locked: the old words are those that the new ones replace."""
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST":
            return row
        rows = self.model._default_manager.select_for_update().filter(pk=row.pk)
        stored = rows.values(*self.public_words).first()
        for name, words in (stored or {}).items():
            setattr(row, name, words)
        return row if stored else None

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.add_edit_fields(request, obj, super().get_fieldsets(request, obj))

    def add_edit_fields(self, request: HttpRequest, obj: Any, fieldsets: Any) -> Any:
        """Add what is asked before words are changed, for who may change them; and what was changed."""
        may_save = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        names = [REASON] if may_save and obj and self.asks_reason else []
        names += [SEEN] if may_save and self.needs_tick else []
        names += ["word_history"] if obj and not self.keeps_events else []
        return [*fieldsets, (None, {"fields": names})] if names else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "word_history")

    @admin.display(description="改过的话")
    def word_history(self, row: Model) -> SafeString | str:
        """The newest changes, from the log of the admin."""
        entries = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk)
        )
        lines = [
            (localtime(entry.action_time).strftime("%Y-%m-%d %H:%M"), entry.user, change)
            for entry in entries.select_related("user").order_by("-pk")[:_SHOWN]
            for part in _read_message(entry)
            for change in describe_word_changes(
                self.model, part.get("changed", {}).get("words", {})
            )
        ]
        return (
            format_html_join(
                "",
                "<p>{} {} {}：“{}” → “{}”</p>",
                ((at, user, *change) for at, user, change in lines),
            )
            or "没有"
        )

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, dict[str, Any]]]:
        """Without events the log of the admin keeps the words."""
        parts = super().construct_change_message(request, form, formsets, add)
        changes = form.list_word_changes()
        if changes and not add and not self.keeps_events:
            named = [part["changed"] for part in parts if "fields" in part.get("changed", {})]
            for changed in named[:1]:
                changed["words"] = changes
        return parts

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if self.needs_tick:
            return
        if sentences := form.find_in_words().sentences:
            messages.warning(request, f"保存了。请看一看：{''.join(sentences)}")


def _read_message(entry: LogEntry) -> list[dict[str, Any]]:
    """Return its parts; what the program wrote there itself is a sentence."""
    try:
        parts = json.loads(entry.change_message)
    except ValueError:
        return []
    return parts if isinstance(parts, list) else []


def describe_edit(form: ScreenedEditForm, labels: Iterable[str]) -> str:
    """Return the reason of the event: what the editor wrote, and which fields changed."""
    listed = f"改了：{'、'.join(labels)}"
    written = form.cleaned_data.get(REASON, "") if form.list_word_changes() else ""
    return f"{written}（{listed}）" if written else listed


def notify_owners(
    employer: Employer | None, row: Model, event: HistoryEvent, name: str, address: str
) -> None:
    """Tell the owners what staff changed in the words of the row, and why."""
    changes = describe_word_changes(type(row), event.changes)
    listed = "".join(
        f"「{change.label}」原来是“{change.before}”，现在是“{change.after}”。" for change in changes
    )
    message = MemberMessage(
        f"staff-edit-{event._meta.model_name}-{event.pk}",
        f"我们改了{name}",
        f"为什么改：{event.reason}。{listed}",
        address,
        "去看看",
    )
    notify_members(employer, message, roles=[EmployerMember.Role.OWNER])
