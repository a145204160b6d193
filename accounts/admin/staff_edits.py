"""Changes by the staff to words that others read: with a reason, the findings of screening, and a notice to the
owner.

Every admin whose form writes a column of the register of public fields (jobsite/public_fields.toml) is a
`ScreenedEdits` with a `ScreenedEditForm`; tests/jobsite/sweeps/test_staff_edits.py checks this.
"""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Model, QuerySet
from django.forms.models import _get_foreign_key
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts.admin.edit_findings import EditFindings, collect_findings
from accounts.admin.edit_form import REASON, SEEN, ScreenedEditForm
from accounts.admin.row_mark import SHOWN, LockedRows
from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.models import (
    Employer,
    EmployerMember,
    HistoryEvent,
    WordChanges,
    describe_word_changes,
)
from accounts.models.word_changes import read_log_message
from accounts.public_text.judgement import OF_MODEL, REFUSE, JudgementRules, judge_public_text
from sitekit.forms.admin_permissions import ReadOnlyRows
from sitekit.forms.fields import LineField

SITE_WORDS = JudgementRules(contact_cure="", is_offer=False, ignored_signals=OF_MODEL)
_WORD_EDITS_SHOWN = 10


class ScreenedEdits(LockedRows):
    """`public_words` are its columns in the register; of them `unscreened` are numbers and addresses."""

    form = ScreenedEditForm
    public_words: tuple[str, ...] = ()
    unscreened: tuple[str, ...] = ()
    # Whether the words are somebody else's: a reason is asked, and a stop refuses.
    asks_reason = False
    # By column; other columns are judged by the rules of the site's own words.
    judgement_rules: Mapping[str, JudgementRules] = {}
    needs_tick = True  # if not, findings are only shown after saving
    # Whether the form itself asks about changes that two people made at the same time.
    merges_edits = False
    keeps_events = False  # whether its model has events, which keep the words

    def judge_edit(
        self, row: Any, cleaned: Mapping[str, Any], changes: WordChanges
    ) -> EditFindings:
        """Judge the new words, before the row has them; `cleaned` is all of the form."""
        verdicts = [
            judge_public_text({name: new}, self.judgement_rules.get(name, SITE_WORDS))
            for name, (_old, new) in changes.items()
            if name not in self.unscreened
        ]
        return collect_findings(
            dict.fromkeys(reason.words for verdict in verdicts for reason in verdict.reasons),
            [signal for verdict in verdicts for signal in verdict.signals],
            changes,
            is_stopped=any(verdict.outcome == REFUSE for verdict in verdicts),
        )

    def list_inline_values(self, row: Any) -> list[Any]:
        """Return what the rows say that are written below the form; one query for each kind of them."""
        return [
            [*map(str, values)]
            for inline in self.inlines
            if not issubclass(inline, ReadOnlyRows)
            for values in _list_inline_rows(inline, row)
        ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ScreenedEditForm]:
        form = cast("type[ScreenedEditForm]", super().get_form(request, obj, change, **kwargs))
        form.screened_by = self
        return form

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """A single line that others read is plain text: pasted HTML is removed and its words stay."""
        if type(db_field) is models.CharField and db_field.name in self.public_words:
            kwargs.setdefault("form_class", LineField)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.add_edit_fields(request, obj, super().get_fieldsets(request, obj))

    def add_edit_fields(self, request: HttpRequest, obj: Any, fieldsets: Any) -> Any:
        """Add the reason and the tick, for staff who may change the words; and add the history of changes."""
        may_save = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        names = [REASON] if may_save and obj and self.asks_reason else []
        names += [SEEN] if may_save and self.needs_tick else []
        names += [SHOWN] if may_save and obj and not self.merges_edits else []
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
            for entry in entries.select_related("user").order_by("-pk")[:_WORD_EDITS_SHOWN]
            for part in read_log_message(entry.change_message)
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
        """If the model has no events, store the words in the log of the admin."""
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


def _list_inline_rows(inline: Any, row: Model) -> QuerySet[Any]:
    key = _get_foreign_key(type(row), inline.model, fk_name=inline.fk_name)
    return inline.model._default_manager.filter(**{key.name: row}).order_by("pk").values_list()


def describe_edit(form: ScreenedEditForm, labels: Iterable[str]) -> str:
    """Return the reason for the event: the words of the editor, and the fields that changed."""
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
