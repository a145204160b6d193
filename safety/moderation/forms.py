"""What a moderator fills in to decide."""

from collections.abc import Mapping
from typing import Any

from django import forms

from safety.moderation.case_type import CaseType
from screening.fraud_types import list_fraud_type_choices

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
