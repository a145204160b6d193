"""What a moderator fills in to decide."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from accounts.choices import CheckKind
from accounts.employers.membership import list_expected_checks
from accounts.models import RECHECK_AFTER, Employer
from accounts.verification.employer_checks import CheckFinding
from safety.moderation.case_type import CaseType, DetailsForm
from screening.fraud_types import list_fraud_type_choices
from sitekit.forms.fields import normalise_input

REASON = 180  # characters; an event keeps 200


class DecisionForm(forms.Form):
    action = forms.CharField(max_length=20)
    reason = forms.CharField(
        label="告诉对方的原因",
        max_length=REASON,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    canned = forms.CharField(max_length=20, required=False)
    seen = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, case_type: CaseType, **kwargs: Any
    ) -> None:
        self._case_type = case_type
        super().__init__(data, **kwargs)

    def clean_action(self) -> str:
        action = self.cleaned_data["action"]
        if action not in self._case_type.actions:
            raise forms.ValidationError("没有这个决定。")
        return action

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        action = self._case_type.get_action(answers.get("action", ""))
        if action.needs_reason and not answers.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "请写明原因：会原样告诉对方。")
        return answers


class ConfirmForm(forms.Form):
    """Confirms a decision that is never undone."""

    fraud_type = forms.ChoiceField(
        label="骗局类型",
        choices=[("", "请选择"), *list_fraud_type_choices()],
        error_messages={"required": "请选骗局类型：会写在下架说明里。"},
    )
    sure = forms.BooleanField(
        label="我看过上面的后果，确定这样处理。",
        error_messages={"required": "要打勾才会执行。"},
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, with_fraud_type: bool, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        if not with_fraud_type:
            del self.fields["fraud_type"]


METHODS = {
    CheckKind.ID_CARD: "核对上传的身份证",
    CheckKind.LICENCE: "在企业信用信息公示系统核对",
    CheckKind.PHONE: "短信验证码",
    CheckKind.AUTHORISATION: "核对盖章的委托书",
    CheckKind.HR_LICENCE: "在人社部门名录核对",
    CheckKind.SITE_VISIT: "到现场看过",
}


class ChecksForm(DetailsForm):
    """For each kind of check: whether it was made, how, and its last day."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, employer: Employer, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.expected = list_expected_checks(employer.kind)
        self.held = {check.kind: check for check in employer.checks.all() if check.holds}
        until = timezone.localdate() + RECHECK_AFTER
        for kind, label in CheckKind.choices:
            self.fields[f"{kind}_done"] = forms.BooleanField(label=label, required=False)
            self.fields[f"{kind}_method"] = forms.CharField(
                label=f"{label}怎么查的",
                max_length=80,
                required=False,
                initial=METHODS[CheckKind(kind)],
            )
            self.fields[f"{kind}_until"] = forms.DateField(
                label=f"{label}有效至",
                required=False,
                initial=until,
                widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            )

    @property
    def needed(self) -> list[dict[str, Any]]:
        return [self._build_row(kind) for kind in self.expected]

    @property
    def others(self) -> list[dict[str, Any]]:
        return [self._build_row(kind) for kind in CheckKind.values if kind not in self.expected]

    @property
    def others_used(self) -> bool:
        return self.is_bound and any(row["done"].value() for row in self.others)

    def _build_row(self, kind: str) -> dict[str, Any]:
        parts = {part: self[f"{kind}_{part}"] for part in ("done", "method", "until")}
        held = self.held.get(kind)
        return {
            "label": CheckKind(kind).label,
            "expected": kind in self.expected,
            "held": held,
            **parts,
        }

    def get_decision_details(self) -> dict[str, Any]:
        """Return {"checks": those that were made, each a `CheckFinding`}."""
        data = self.cleaned_data
        checks: list[CheckFinding] = [
            {
                "kind": kind,
                "method": normalise_input(data[f"{kind}_method"]),
                "expires_on": data[f"{kind}_until"],
            }
            for kind in CheckKind.values
            if data[f"{kind}_done"]
        ]
        return {"checks": checks}

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        today = timezone.localdate()
        for kind in CheckKind.values:
            if not answers.get(f"{kind}_done"):
                continue
            if not answers.get(f"{kind}_method"):
                self.add_error(f"{kind}_method", "请写明怎么查的。")
            until = answers.get(f"{kind}_until")
            if until and not today <= until <= today + datetime.timedelta(days=36500):
                self.add_error(f"{kind}_until", "有效期要在今天以后。")
        missing_kinds = [
            kind
            for kind in self.expected
            if kind not in self.held and not answers.get(f"{kind}_done")
        ]
        if missing_kinds:
            names = "、".join(str(CheckKind(kind).label) for kind in missing_kinds)
            self.add_error(None, f"认证这类单位要查过：{names}。")
        return answers
