"""What a moderator fills in to decide."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.choices import CheckKind
from accounts.employers.membership import expected_checks
from accounts.models import RECHECK_AFTER
from safety.moderation.case_type import CaseType, DetailsForm
from screening.fraud_types import FraudType
from sitekit.forms.fields import normalise_input

REASON = 180  # what is told: an event keeps 200 characters


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

    def __init__(self, data=None, *, case_type: CaseType, **kwargs):
        self._case_type = case_type
        super().__init__(data, **kwargs)

    def clean_action(self):
        action = self.cleaned_data["action"]
        if action not in self._case_type.labels:
            raise forms.ValidationError("没有这个决定。")
        return action

    def clean(self):
        cleaned = super().clean()
        needs = cleaned.get("action") in self._case_type.needs_reason
        if needs and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "请写明原因：会原样告诉对方。")
        return cleaned


class ConfirmForm(forms.Form):
    """The second question before what is never undone."""

    fraud_type = forms.ChoiceField(
        label="骗局类型",
        choices=[("", "请选择"), *FraudType.choices],
        error_messages={"required": "请选骗局类型：会写在下架说明里。"},
    )
    sure = forms.BooleanField(
        label="我看过上面的后果，确定这样处理。",
        error_messages={"required": "要打勾才会执行。"},
    )

    def __init__(self, data=None, *, with_fraud_type, **kwargs):
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
    """What was looked at, how, and how long it holds: a row for each kind of check."""

    def __init__(self, data=None, *, employer, **kwargs):
        super().__init__(data, **kwargs)
        self.expected = expected_checks(employer.kind)
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
    def needed(self):
        return [self._row(kind) for kind in self.expected]

    @property
    def others(self):
        return [self._row(kind) for kind in CheckKind.values if kind not in self.expected]

    @property
    def others_used(self):
        return self.is_bound and any(row["done"].value() for row in self.others)

    def _row(self, kind):
        parts = {part: self[f"{kind}_{part}"] for part in ("done", "method", "until")}
        held = self.held.get(kind)
        return {
            "label": CheckKind(kind).label,
            "expected": kind in self.expected,
            "held": held,
            **parts,
        }

    def get_decision_details(self) -> dict[str, Any]:
        """`checks`: (kind, method, last day) of what was looked at."""
        data = self.cleaned_data
        checks = [
            (kind, normalise_input(data[f"{kind}_method"]), data[f"{kind}_until"])
            for kind in CheckKind.values
            if data[f"{kind}_done"]
        ]
        return {"checks": checks}

    def clean(self):
        cleaned = super().clean()
        today = timezone.localdate()
        for kind in CheckKind.values:
            if not cleaned.get(f"{kind}_done"):
                continue
            if not cleaned.get(f"{kind}_method"):
                self.add_error(f"{kind}_method", "请写明怎么查的。")
            until = cleaned.get(f"{kind}_until")
            if until and not today <= until <= today + datetime.timedelta(days=36500):
                self.add_error(f"{kind}_until", "有效期要在今天以后。")
        lacking = [
            kind
            for kind in self.expected
            if kind not in self.held and not cleaned.get(f"{kind}_done")
        ]
        if lacking:
            names = "、".join(str(CheckKind(kind).label) for kind in lacking)
            self.add_error(None, f"认证这类单位要查过：{names}。")
        return cleaned
