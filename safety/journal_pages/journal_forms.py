"""The forms of the journal: what to look for and why, which events to show, why to export them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from safety.journal.event_sources import GROUPS
from safety.journal.timeline import TimelineFilter
from safety.models import JournalExport
from safety.models.journal import TERM_LENGTH
from sitekit.forms.date_inputs import DayInput
from sitekit.forms.fields import ReasonField, normalise_input

_NO_DAY = "日期要像 2026-11-29。"


class SearchTermField(forms.CharField):
    """The search term: at least two characters; full-width characters become normal ones."""

    widget = forms.TextInput({"autocomplete": "off", "spellcheck": "false"})

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=TERM_LENGTH, **options)

    def clean(self, value: Any) -> str:
        if len(text := normalise_input(super().clean(value))) < 2:
            raise forms.ValidationError("太短了，至少两个字。")
        return text


class SearchForm(forms.Form):
    q = SearchTermField(
        label="查什么",
        error_messages={"required": "填要查的号码、名称、编号或网址。"},
    )
    reason = ReasonField(
        label="为什么查",
        error_messages={"required": "先写事由：谁查了什么、为什么，都会记下来。"},
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, known_reason: str) -> None:
        """With `known_reason`, the reason given earlier today, the field may stay empty."""
        super().__init__(data, initial={"reason": known_reason})
        self.known_reason = known_reason
        self.fields["reason"].required = not known_reason

    def clean_reason(self) -> str:
        return self.cleaned_data["reason"] or self.known_reason


class FilterForm(forms.Form):
    """Which events of a search are shown. A wrong value is shown as an error and not used."""

    group = forms.ChoiceField(
        label="哪一类", required=False, choices=[("", "全部"), *GROUPS.items()],
        error_messages={"invalid_choice": "没有这一类。"},
    )  # fmt: skip
    since = forms.DateField(
        label="从", required=False, widget=DayInput,
        error_messages={"invalid": _NO_DAY},
    )  # fmt: skip
    until = forms.DateField(
        label="到", required=False, widget=DayInput,
        error_messages={"invalid": _NO_DAY},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        since, until = answers.get("since"), answers.get("until")
        if since and until and since > until:
            self.add_error("until", "“到”不能早于“从”。")
        for name in ("since", "until"):
            if isinstance(day := answers.get(name), date) and not 2000 <= day.year <= 2200:
                self.add_error(name, _NO_DAY)
        return answers

    def list_groups(self) -> list[tuple[str, str]]:
        return [("", "全部"), *GROUPS.items()]

    def build_filter(self) -> TimelineFilter:
        self.is_valid()
        answers = self.cleaned_data
        return TimelineFilter(
            answers.get("group") or "", answers.get("since"), answers.get("until")
        )


class TableExportForm(forms.ModelForm):
    class Meta:
        model = JournalExport
        fields = ("reason",)

    reason = ReasonField(
        label="为什么导出",
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "写明为什么导出：谁导出了什么，会记下来。"},
    )


class PackExportForm(forms.ModelForm):
    """For a legal request of an authority; all answers are stored and shown in the list of exports."""

    class Meta:
        model = JournalExport
        fields = ("recipient", "legal_basis", "file_number", "reason")
        error_messages = {
            "recipient": {"required": "写明交给哪个机关，比如“吉首市公安局刑侦大队”。"},
            "legal_basis": {"required": "写明依据，比如“刑事诉讼法第五十四条”。"},
            "file_number": {"required": "写明调取证据通知书的文号。"},
        }

    reason = ReasonField(
        label="为什么调取",
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "写明是哪件案子、要哪些材料。"},
    )
    sure = forms.BooleanField(
        label="我核对过来人的身份和手续，确定导出。",
        error_messages={"required": "核对过手续，打了勾才会导出。"},
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        for name in ("recipient", "legal_basis", "file_number"):
            self.fields[name].required = True


def get_local_day() -> str:
    return timezone.localdate().isoformat()
