"""The shifts of one's own listing: seen, added, taken away while nobody has signed up."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.models import SignedInRequest
from listings.applications.shifts import list_shifts
from listings.employer_desk.own_listings import own_listing_page
from listings.employer_desk.posting_fields import ChineseDateField
from listings.listing_moves import listing_settings as settings
from listings.models import Listing
from sitekit.forms.fields import NormalisedField
from sitekit.web.pages import show_refusal
from sitekit.workflow.refusals import Refusal

LONGEST_AHEAD = datetime.timedelta(days=180)
_TIME = {"required": "请填几点。", "invalid": "时间写成 9:00 这样。"}


class ShiftForm(forms.Form):
    name = NormalisedField(
        label="班次",
        max_length=12,
        help_text="比如 早班、8点班、第一场。不写号码和联系方式。",
        error_messages={"required": "请填班次的名字。", "max_length": "12 个字以内。"},
    )
    day = ChineseDateField(label="哪一天")
    begins = forms.TimeField(
        label="几点开始", widget=forms.TimeInput({"type": "time"}), error_messages=_TIME
    )
    ends = forms.TimeField(
        label="几点结束",
        widget=forms.TimeInput({"type": "time"}),
        help_text="早于开始的算第二天。",
        error_messages=_TIME,
    )
    headcount = forms.IntegerField(
        label="要几个人",
        min_value=1,
        max_value=500,
        widget=forms.TextInput({"inputmode": "numeric"}),
        error_messages={
            "required": "请填人数。",
            "invalid": "人数写数字。",
            "min_value": "至少 1 个人。",
            "max_value": "最多 500 个人。",
        },
    )

    def clean_day(self) -> datetime.date:
        day, today = self.cleaned_data["day"], timezone.localdate()
        if not today <= day <= today + LONGEST_AHEAD:
            raise forms.ValidationError(f"写今天起 {LONGEST_AHEAD.days} 天以内的日子。")
        return day

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("begins") and answers["begins"] == answers.get("ends"):
            self.add_error("ends", "和开始是同一个时间。")
        return answers


@own_listing_page(takes="form")
def plan_shifts(request: SignedInRequest, listing: Listing) -> HttpResponse:
    """List the shifts; a POST adds one."""
    form = ShiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            settings.add_shift(listing.pk, form.cleaned_data, request.user)
        except Refusal as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, "加好了，报名的人要选一个班次。")
            return redirect("listings:shifts", listing.pk)
    context = {
        "employer": listing.employer,
        "listing": listing,
        "form": form,
        "shifts": list_shifts(listing),
        "today": timezone.localdate(),
    }
    return render(request, "listings/shift_plans/shifts.html", context)


@own_listing_page(takes="post")
def remove_shift(request: SignedInRequest, listing: Listing, shift: int) -> HttpResponse:
    with show_refusal(request):
        settings.delete_shift(listing.pk, shift, request.user)
        messages.success(request, "删掉了。")
    return redirect("listings:shifts", listing.pk)
