"""The share of second looks: a new row is a new share, the old rows are its history."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin.recorded_edits import RecordedEditForm, RecordedEdits
from accounts.staff.scoped_admin import NationalRows
from safety.models import SecondLookShare
from safety.second_looks.sampling import get_second_look_percent


class SecondLookShareForm(RecordedEditForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "percent" in self.fields:
            words = f"通过的里面抽这么多，请另一位审核员再看一遍；0 是不抽。现在是 {get_second_look_percent()}。"
            self.fields["percent"].help_text = words


@admin.register(SecondLookShare)
class SecondLookShareAdmin(NationalRows, RecordedEdits):
    form = SecondLookShareForm
    fields = ("percent",)
    list_display = ("percent", "set_by", "created_at")
    list_select_related = ("set_by",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: SecondLookShare, form: Any, change: bool
    ) -> None:
        obj.set_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
