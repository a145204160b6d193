"""All limits on one page: the present value, the shipped value, and who changed each limit, when and why."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import QueryDict

from accounts.admin.recorded_edits import record_change
from accounts.models import User
from jobsite.admin.settings_page import SettingsPage
from sitekit.models import LimitSetting
from sitekit.site_settings.limits import DECLARED, LIMITS, Limit, list_limits


class LimitsForm(forms.Form):
    reason = forms.CharField(
        label="为什么",
        max_length=200,
        error_messages={"required": "写一句为什么。"},
        widget=forms.Textarea({"rows": 2, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for limit in DECLARED.values():
            self.fields[limit.name] = forms.IntegerField(
                label=limit.label,
                min_value=limit.least,
                max_value=limit.most,
                initial=int(limit),
                show_hidden_initial=True,
                widget=forms.NumberInput({"class": "vIntegerField"}),
            )

    def list_groups(self) -> list[tuple[str, list[tuple[forms.BoundField, Limit]]]]:
        return [
            (group, [(self[limit.name], limit) for limit in limits])
            for group, limits in list_limits().items()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse to change a limit that a colleague changed since the page was opened, or whose value at that time was
        not sent: the user has to look at it first."""
        posted = {**self.data}
        for limit, _value in self.list_changed():
            name, current = self[limit.name].html_initial_name, str(int(limit))
            if posted.get(name) == current:
                continue
            words = "别人刚改成" if name in posted else "不知道这一页打开时是多少，现在是"
            self.add_error(limit.name, f"{words} {current}，看一下再存。")
            posted[name] = current
        self.data = posted
        return self.cleaned_data

    def list_changed(self) -> list[tuple[Limit, int]]:
        """Return the limits with a typed value that differs from the present one."""
        return [
            (limit, self.cleaned_data[name])
            for name, limit in DECLARED.items()
            if name in self.changed_data and self.cleaned_data.get(name, int(limit)) != int(limit)
        ]


@admin.register(LimitSetting)
class LimitSettingAdmin(SettingsPage[LimitsForm]):
    """Has rows only for limits that the operator set to another value than the shipped one."""

    page_title, page_template = "限额", "jobsite/admin/limits.html"

    def build_form(self, posted: QueryDict | None) -> LimitsForm:
        if posted is None:
            return LimitsForm()
        LIMITS.forget()  # another process may have changed them just now
        return LimitsForm(posted.dict())

    def store_setting(self, user: User, form: LimitsForm) -> str:
        changed = set_limits(user, form)
        return f"改了 {changed} 项。" if changed else "没有改动。"


def set_limits(user: User, form: LimitsForm) -> int:
    """Store the limits and return how many were changed. A limit with its shipped value needs no row."""
    with transaction.atomic():
        changed = form.list_changed()
        for limit, value in changed:
            row = LimitSetting(name=limit.name, value=value)
            if value == limit.shipped:
                LimitSetting.objects.filter(name=limit.name).delete()
            else:
                row.save()
            values = {limit.label: [str(int(limit)), str(value)]}
            record_change(user, row, values, form.cleaned_data["reason"])
        transaction.on_commit(LIMITS.forget)
    LIMITS.forget()
    return len(changed)
