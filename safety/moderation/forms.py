"""What a moderator fills in to decide."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from safety.moderation.canned_reasons import describe_open_gaps
from safety.moderation.case_type import AlikeChoice, CaseType
from screening.fraud_types import list_fraud_type_choices
from sitekit.forms.fields import WordsField

MAX_REASON_LENGTH = 180  # characters; an event keeps 200


class DecisionForm(forms.Form):
    action = forms.CharField(max_length=20)
    reason = WordsField(
        label="告诉对方的原因",
        max_length=MAX_REASON_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    canned = forms.CharField(max_length=20, required=False)
    seen = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)
    entries = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)

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

    def clean_reason(self) -> str:
        if words := describe_open_gaps(self.cleaned_data["reason"]):
            raise forms.ValidationError(words)
        return self.cleaned_data["reason"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        action = self._case_type.get_action(answers.get("action", ""))
        if action.needs_reason and not answers.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "请写明原因：会原样告诉对方。")
        return answers


_FROZEN_WORDS = "冻结的单位，介绍和兼职都不公开，也不能提交新的；单位页面写明下架了什么。"


class ConfirmForm(forms.Form):
    """Confirms a decision that is never undone."""

    fraud_type = forms.ChoiceField(
        label="骗局类型",
        choices=[("", "请选择"), *list_fraud_type_choices()],
        error_messages={"required": "请选骗局类型：会写在下架说明里。"},
    )
    freeze = forms.BooleanField(
        label="同时冻结这家单位",
        required=False,
        initial=True,
        help_text=_FROZEN_WORDS,
    )
    not_frozen_because = WordsField(
        label="不冻结的原因",
        max_length=MAX_REASON_LENGTH,
        required=False,
        help_text="不打勾才要写。留在案件里，对方看不到。",
    )
    alike = forms.MultipleChoiceField(
        label="同一个骗局的，勾上一起处理",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "勾选的一条刚刚有了变化，请重新看一遍再勾。"},
    )
    sure = forms.BooleanField(
        label="我看过上面的后果，确定这样处理。",
        error_messages={"required": "要打勾才会执行。"},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        with_fraud_type: bool,
        with_freeze: bool,
        alike: Sequence[AlikeChoice] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        choices: forms.MultipleChoiceField = self.fields["alike"]  # type: ignore[assignment]
        choices.choices = [(choice.value, f"{choice.name}（{choice.words}）") for choice in alike]
        if not alike:
            del self.fields["alike"]
        if not with_fraud_type:
            del self.fields["fraud_type"]
        self._freezes_own = with_freeze
        self._freezing = {choice.value: choice.freezes for choice in alike if choice.freezes}
        if self._freezing:
            self._name_other_employers()
        elif not with_freeze:
            del self.fields["freeze"], self.fields["not_frozen_because"]

    def _name_other_employers(self) -> None:
        """Say which employers besides that of the case are frozen with what is ticked."""
        names = "".join(f"「{name}」" for name in dict.fromkeys(self._freezing.values()))
        freeze, own_words = self.fields["freeze"], "这家单位和" if self._freezes_own else ""
        freeze.label = f"同时冻结{own_words}下面勾选的兼职的单位"
        freeze.help_text = f"下面有别家的兼职：{names}，勾了哪家的才冻结哪家。{_FROZEN_WORDS}"

    def _may_freeze(self) -> bool:
        ticked = self.cleaned_data.get("alike", ())
        return self._freezes_own or any(value in self._freezing for value in ticked)

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        if answers.get("freeze"):
            answers["not_frozen_because"] = ""
        elif self._may_freeze() and not (
            answers.get("not_frozen_because") or "not_frozen_because" in self.errors
        ):
            self.add_error("not_frozen_because", "不冻结的话，请写明为什么。")
        return answers

    def list_alike(self) -> list[tuple[int, str]]:
        """Return number and state of the other cases that were ticked."""
        values = (value.partition(":") for value in self.cleaned_data.get("alike", ()))
        return [(int(number), seen) for number, _, seen in values]

    def get_decision_details(self) -> dict[str, Any]:
        """Return further keyword arguments of `make_decision`."""
        names = ("fraud_type", "not_frozen_because")
        return {"confirmed": True, **{name: self.cleaned_data.get(name, "") for name in names}}
