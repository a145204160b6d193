"""Ratings in the admin: they can be hidden and shown again with a reason, but not edited."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts.admin.recorded_edits import render_history
from accounts.admin.row_mark import MarkedRows, RowMarkForm
from accounts.models import EmployerMember
from accounts.staff.scoped_admin import ScopedRows
from listings.applications.ratings import hide_rating, restore_rating
from listings.models import Rating
from sitekit.forms.admin_permissions import UndeletableRows

_HIDDEN, _REASON = "is_hidden", "reason"


class RatingVisibilityForm(RowMarkForm):
    is_hidden = forms.BooleanField(
        label="隐藏", required=False, help_text="隐藏以后别人看不到，也不计入次数。"
    )
    reason = forms.CharField(
        label="原因",
        max_length=200,
        required=False,
        widget=AdminTextareaWidget({"rows": 2}),
        help_text="作者会看到。",
    )

    class Meta:
        model = Rating
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial[_HIDDEN] = self.instance.hidden_at is not None

    def list_further_values(self) -> list[Any]:
        return [str(self.instance.hidden_at)]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if _HIDDEN in self.changed_data and not self.cleaned_data.get(_REASON):
            self.add_error(_REASON, "写一句为什么，作者会看到。")
        return self.cleaned_data


@admin.register(Rating)
class RatingAdmin(MarkedRows, ScopedRows, UndeletableRows):
    form = RatingVisibilityForm
    region_paths = ("application__listing__region",)
    list_display = ("written", "by", "listing", "words", "reply", "again", "hidden_at")
    readonly_fields = (
        *("written", "by", "writer", "listing", "as_described", "on_time", "again"),
        *("words", "reply", "answered", "hidden_at", "visibility_history"),
    )
    list_filter = ("by", ("hidden_at", admin.EmptyFieldListFilter), "again")
    list_select_related = ("application__listing",)
    search_fields = ("words", "reply", "=application__listing__pk")
    ordering = ("-pk",)
    show_full_result_count = False

    @admin.display(description="时间", ordering="created_at")
    def written(self, rating: Rating) -> str:
        return _format_moment(rating.created_at)

    @admin.display(description="作者")
    def writer(self, rating: Rating) -> str:
        return str(rating.author)

    @admin.display(description="回应时间")
    def answered(self, rating: Rating) -> str:
        return _format_moment(rating.replied_at) if rating.replied_at else "还没有"

    @admin.display(description="兼职")
    def listing(self, rating: Rating) -> str:
        return rating.application.listing.title

    @admin.display(description="经过")
    def visibility_history(self, rating: Rating) -> SafeString | str:
        return render_history(Rating, str(rating.pk))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Rating | None = None) -> bool:
        """Only a superuser may hide ratings by or about an employer that they are a member of."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or request.user.is_superuser:
            return True
        rows = EmployerMember.objects.filter(user=request.user.pk)
        return not rows.filter(employer__listings__applications=obj.application_id).exists()

    def get_fields(self, request: HttpRequest, obj: Rating | None = None) -> Any:
        may_change = self.has_change_permission(request, obj)
        return [*self.readonly_fields, *((_HIDDEN, _REASON) if may_change else ())]

    def save_model(
        self, request: HttpRequest, obj: Rating, form: RatingVisibilityForm, change: bool
    ) -> None:
        if _HIDDEN in form.changed_data:
            change_visibility = hide_rating if form.cleaned_data[_HIDDEN] else restore_rating
            change_visibility(obj.pk, form.cleaned_data[_REASON])

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        if _HIDDEN not in form.changed_data:
            return []
        states = ["公开", "隐藏"] if form.cleaned_data[_HIDDEN] else ["隐藏", "公开"]
        label = str(form.fields[_HIDDEN].label)
        reason = form.cleaned_data[_REASON]
        return [{"changed": {"fields": [label]}, "values": {label: states}, "reason": reason}]


def _format_moment(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}"
