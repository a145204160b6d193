"""The form about the papers of an employer: what the moderator read on each paper, and how it was checked."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from accounts.choices import CheckKind, EmployerStatus
from accounts.employers.membership import get_identity_check, list_expected_checks
from accounts.models import RECHECK_AFTER, Employer, User
from accounts.verification.employer_checks import CheckFinding
from accounts.verification.paper_looks import describe_missing_looks
from accounts.verification.read_values import (
    CODE_KINDS,
    NAME_KINDS,
    ComparedPair,
    describe_read_mismatch,
    pair_characters,
)
from safety.moderation.case_type import DetailsForm
from sitekit.forms.date_inputs import DayInput
from sitekit.forms.fields import normalise_input

OTHER = "other"
# What a moderator can check, and how; a phone is proved by a code only. The words stand on the
# public page.
METHODS: dict[str, tuple[str, ...]] = {
    CheckKind.ID_CARD: ("核对上传的身份证照片", "当面核对身份证原件", "视频核对本人和身份证"),
    CheckKind.LICENCE: (
        "在企业信用信息公示系统查到，状态存续",
        "打登记的电话核对过",
        "到现场看过执照",
        "只看了上传的照片",
    ),
    CheckKind.AUTHORISATION: ("核对盖章的委托书", "打单位电话核对过"),
    CheckKind.HR_LICENCE: ("在人社部门名录查到", "看了上传的许可证"),
    CheckKind.SITE_VISIT: ("到现场看过",),
}
PARTS = ("done", "name", "code", "method", "other", "until")


class ChecksForm(DetailsForm):
    """For each kind of check: whether it was made, what the paper says, how, and its last day."""

    # The button of this action says what is still missing.
    stuck_action = EmployerStatus.VERIFIED

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        employer: Employer,
        moderator: User,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self._employer, self._moderator = employer, moderator
        self._identity = get_identity_check(employer.kind)
        self.expected = [kind for kind in list_expected_checks(employer.kind) if kind in METHODS]
        self.held = {check.kind: check for check in employer.checks.all() if check.is_valid}
        for kind in METHODS:
            self._add_fields(kind, str(CheckKind(kind).label))

    def _add_fields(self, kind: str, label: str) -> None:
        self.fields[f"{kind}_done"] = forms.BooleanField(label=label, required=False)
        self.fields[f"{kind}_name"] = _build_text_field(f"{label}上的名称或姓名", 60)
        self.fields[f"{kind}_code"] = _build_text_field(f"{label}上的代码", 30)
        self.fields[f"{kind}_method"] = forms.ChoiceField(
            label=f"{label}怎么查的",
            required=False,
            choices=[
                ("", "请选一种"),
                *((method, method) for method in METHODS[kind]),
                (OTHER, "其他"),
            ],
            error_messages={"invalid_choice": "没有这种查法，请在列出的里选。"},
        )
        self.fields[f"{kind}_other"] = _build_text_field(f"{label}的其他查法", 80)
        self.fields[f"{kind}_until"] = forms.DateField(
            label=f"{label}有效至",
            required=False,
            initial=timezone.localdate() + RECHECK_AFTER,
            widget=DayInput,
        )

    @property
    def needed(self) -> list[dict[str, Any]]:
        return [self._build_row(kind) for kind in self.expected]

    @property
    def others(self) -> list[dict[str, Any]]:
        return [self._build_row(kind) for kind in METHODS if kind not in self.expected]

    @property
    def has_other_checks(self) -> bool:
        return self.is_bound and any(row["done"].value() for row in self.others)

    @property
    def has_typed_code(self) -> bool:
        """Whether the code on the paper was typed, so that the registered code may be shown."""
        return self.is_bound and any(self[f"{kind}_code"].value() for kind in CODE_KINDS)

    @property
    def paper_todo(self) -> str:
        """Which papers the moderator has to open before the expected checks, in Chinese."""
        return describe_missing_looks(self._employer, self.expected, self._moderator)

    def _build_row(self, kind: str) -> dict[str, Any]:
        return {
            "kind": kind,
            "label": CheckKind(kind).label,
            "expected": kind in self.expected,
            "held": self.held.get(kind),
            "asks_name": kind in NAME_KINDS,
            "asks_code": kind in CODE_KINDS,
            "compared": self._compare_code(kind),
            **{part: self[f"{kind}_{part}"] for part in PARTS},
        }

    def _compare_code(self, kind: str) -> list[ComparedPair]:
        """Return both codes character by character if the typed code differs."""
        if (
            not self.is_bound
            or not self.errors.get(f"{kind}_code")
            or not self._employer.licence_code
        ):
            return []
        typed = self[f"{kind}_code"].value()
        return pair_characters(typed, self._employer.licence_code) if typed else []

    def get_decision_details(self) -> dict[str, Any]:
        """Return {"checks": the checks that were made, each a `CheckFinding`}."""
        cleaned = self.cleaned_data
        checks: list[CheckFinding] = [
            {
                "kind": kind,
                "method": self._get_method(kind),
                "expires_on": cleaned[f"{kind}_until"],
                "read_name": cleaned[f"{kind}_name"],
                "read_code": cleaned[f"{kind}_code"],
            }
            for kind in METHODS
            if cleaned[f"{kind}_done"]
        ]
        return {"checks": checks}

    def _get_method(self, kind: str) -> str:
        method: str = self.cleaned_data.get(f"{kind}_method", "")
        if method == OTHER:
            method = normalise_input(self.cleaned_data.get(f"{kind}_other", ""))
        return method

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        checked_kinds = [kind for kind in METHODS if answers.get(f"{kind}_done")]
        for kind in checked_kinds:
            self._clean_check(kind)
        missing_kinds = [
            kind
            for kind in self.expected
            if kind not in checked_kinds and (kind == self._identity or kind not in self.held)
        ]
        if missing_kinds:
            names = "、".join(str(CheckKind(kind).label) for kind in missing_kinds)
            self.add_error(None, f"认证这类单位要查过：{names}。")
        if CheckKind.PHONE not in self.held:
            self.add_error(None, "单位还没有用验证码证明手机，先退回让单位验证。")
        if words := describe_missing_looks(self._employer, checked_kinds, self._moderator):
            self.add_error(None, words)
        return answers

    def _clean_check(self, kind: str) -> None:
        answers = self.cleaned_data
        for part, words in self._find_unread_or_wrong(kind).items():
            self.add_error(f"{kind}_{part}", words)
        if f"{kind}_method" not in self.errors and not self._get_method(kind):
            is_other = answers.get(f"{kind}_method") == OTHER
            part, words = (
                ("other", "请写明怎么查的。") if is_other else ("method", "请选怎么查的。")
            )
            self.add_error(f"{kind}_{part}", words)
        today = timezone.localdate()
        until = answers.get(f"{kind}_until")
        if until and not today <= until <= today + datetime.timedelta(days=36500):
            self.add_error(f"{kind}_until", "有效期要在今天以后。")

    def _find_unread_or_wrong(self, kind: str) -> dict[str, str]:
        """Return the errors in what was read on the paper, by part of the form."""
        answers = self.cleaned_data
        name, code = answers.get(f"{kind}_name", ""), answers.get(f"{kind}_code", "")
        errors = describe_read_mismatch(self._employer, kind, name, code)
        # An empty field is an error of its own and is not compared with the registered value.
        blanks = {"name": (kind in NAME_KINDS, name), "code": (kind in CODE_KINDS, code)}
        for part, (is_asked, typed) in blanks.items():
            if f"{kind}_{part}" in self.errors:
                errors.pop(part, None)
            elif is_asked and not typed:
                errors[part] = "请照着材料输入。"
        return errors


def _build_text_field(label: str, longest: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
