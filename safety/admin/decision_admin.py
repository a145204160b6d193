"""Canned reasons can be edited, decisions only read. The cases themselves are at /admin/desk/."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest

from accounts.admin.row_mark import MarkedRows, RowMarkForm
from accounts.models import User
from accounts.staff.scope import StaffScope
from accounts.staff.scoped_admin import NationalRows, ScopedRows
from safety.case_queues.queue_measures import describe_duration
from safety.casework.employer_case import EmployerCase
from safety.casework.listing_case import ListingCase
from safety.casework.report_case import ReportCase
from safety.casework.text_case import TextCase
from safety.choices import CaseKind
from safety.models import CannedReason, Decision
from safety.moderation.canned_reasons import GAP_LABELS, GAP_PATTERN, list_unknown_gaps
from safety.moderation.case_type import build_case_condition
from safety.second_looks.second_look_case import SecondLookCase
from sitekit.forms.admin_filters import CodeFilter
from sitekit.forms.admin_permissions import ReadOnlyRows
from sitekit.forms.contact_search import ContactSearch

# The label of each action, by kind of case; those of appeals are shorter than on their buttons.
ACTIONS: dict[str, dict[str, str]] = {
    str(case_type.kind): {code: action.label for code, action in case_type.actions.items()}
    for case_type in (ListingCase, EmployerCase, TextCase, ReportCase, SecondLookCase)
} | {CaseKind.APPEAL: {"upheld": "支持", "dismissed": "维持原决定"}}


class CannedReasonForm(RowMarkForm):
    action = forms.ChoiceField(
        label="用于",
        choices=[
            (CaseKind(kind).label, [(f"{kind}:{code}", label) for code, label in labels.items()])
            for kind, labels in ACTIONS.items()
        ],
    )

    class Meta:
        model = CannedReason
        fields = ("label", "action", "text", "fraud_type", "position", "code")
        widgets = {"text": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["action"] = f"{self.instance.kind}:{self.instance.action}"
        if "text" in self.fields:
            gaps = "、".join(f"{{{name}}} {words}" for name, words in GAP_LABELS.items())
            self.fields[
                "text"
            ].help_text = f"写明哪里不对、怎样改。可以留空当，处理时会填好：{gaps}。"

    def list_further_values(self) -> list[Any]:
        return [self.instance.kind]

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if unknown := list_unknown_gaps(text):
            named = "、".join(f"{{{name}}}" for name in unknown)
            raise forms.ValidationError(f"没有这样的空当：{named}。")
        if "{" in GAP_PATTERN.sub("", text) or "}" in GAP_PATTERN.sub("", text):
            raise forms.ValidationError("花括号要成对。")
        return text

    def clean_action(self) -> str:
        self.instance.kind, _, action = self.cleaned_data["action"].partition(":")
        return action


@admin.register(CannedReason)
class CannedReasonAdmin(MarkedRows, NationalRows):
    viewer_words = {"action": "used_for"}
    form = CannedReasonForm
    list_display = ("label", "kind", "used_for", "text", "position")
    list_filter = ("kind",)
    search_fields = ("label", "text", "code")

    @admin.display(description="用于")
    def used_for(self, reason: CannedReason) -> str:
        return ACTIONS.get(reason.kind, {}).get(reason.action, reason.action)


class ActionFilter(CodeFilter):
    labels = {code: label for labels in ACTIONS.values() for code, label in labels.items()}


@admin.register(Decision)
class DecisionAdmin(ScopedRows, ReadOnlyRows, ContactSearch):
    def build_scope_condition(self, request: HttpRequest, scope: StaffScope) -> Q:
        return build_case_condition(cast("User", request.user))

    show_full_result_count = False
    list_display = ("created_at", "kind", "number", "decided", "moderator", "reason", "undone_at")
    list_filter = ("kind", ("action", ActionFilter), "created_at")
    list_select_related = ("moderator",)
    fields = (*list_display, "canned_name", "wait")
    search_fields = ("=number", "reason", "=moderator__email", "moderator__name")

    @admin.display(description="决定", ordering="action")
    def decided(self, decision: Decision) -> str:
        return ACTIONS.get(decision.kind, {}).get(decision.action, decision.action)

    @admin.display(description="常用理由")
    def canned_name(self, decision: Decision) -> str:
        reason = CannedReason.objects.filter(code=decision.canned).only("label").first()
        return reason.label if reason else "删掉了的理由" if decision.canned else "没有用"

    @admin.display(description="等了多久")
    def wait(self, decision: Decision) -> str:
        return describe_duration(decision.waited)
