"""The forms above a list of the admin: why it is exported, what a filter is called."""

from typing import Any

from django import forms

from accounts.models import SavedListFilter, User
from sitekit.forms.fields import LineField, ReasonField

MAX_SAVED_FILTERS = 20
FILE_FORMS = {"xlsx": "Excel", "csv": "CSV"}


class ListExportForm(forms.Form):
    reason = ReasonField(
        label="为什么导出",
        example="给周会看待审的数量",
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "写明为什么导出：谁导出了什么，会记下来。"},
    )
    file_form = forms.ChoiceField(
        label="文件",
        choices=list(FILE_FORMS.items()),
        initial="xlsx",
        widget=forms.RadioSelect,
        error_messages={"required": "选一种文件。", "invalid_choice": "没有这种文件。"},
    )


class SavedFilterForm(forms.Form):
    name = LineField(
        label="叫什么",
        max_length=30,
        error_messages={"required": "给这个筛选起个名字。"},
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, user: User, list_name: str, query: str) -> None:
        super().__init__(data)
        self.rows = SavedListFilter.objects.filter(user=user, list_name=list_name)
        self.query = query

    def clean_name(self) -> str:
        """Accept a name that exists already only if it stands for the same filter."""
        name: str = self.cleaned_data["name"]
        same = self.rows.filter(name=name).first()
        if same is not None and same.query != self.query:
            raise forms.ValidationError("已经有一个筛选叫这个名字，换一个，或者先删掉那一个。")
        if same is None and self.rows.count() >= MAX_SAVED_FILTERS:
            raise forms.ValidationError(f"每个列表最多存 {MAX_SAVED_FILTERS} 个，先删掉不用的。")
        return name
