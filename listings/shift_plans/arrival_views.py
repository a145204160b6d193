"""When, where and whom to ask for: written with an acceptance, or changed after it."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.employers.small_forms import SmallForm, render_small_form
from accounts.models import SignedInRequest
from listings.applications.application_rows import attach_employer_display
from listings.applications.arrivals import (
    ArrivalPlan,
    are_words_waiting,
    explain_refused_words,
    list_arranged_parts,
    read_arrival,
    write_arrival,
)
from listings.applications.notifications import notify_arrival_changed
from listings.applications.shifts import find_shift
from listings.applications.transitions import (
    get_employer_application_or_404,
    lock_application,
    move_application,
)
from listings.choices import ApplicationStatus as S
from listings.detail.detail_context import SAFE_STATES, get_state_for_applicants
from listings.employer_desk.posting_fields import ChineseDateField
from listings.models import Application, Shift
from listings.publication.completeness import find_hours_error
from sitekit.forms.fields import NormalisedField
from sitekit.web.pages import page
from sitekit.workflow.refusals import MoveRefused

WAITING_WORDS = "写的时间、地点和找谁要等审核员看过，才告诉对方。"

_ALL_PARTS = 3  # when, where and whom to ask for
_FORM_WORDS = "先按兼职上写的填好了，改成对方该看到的。不知道的可以空着。"


def _build_words_field(label: str, longest: int, help_text: str) -> NormalisedField:
    too_long = f"写短一点，{longest} 个字以内。"
    return NormalisedField(
        label=label,
        required=False,
        max_length=longest,
        help_text=help_text,
        error_messages={"max_length": too_long},
    )


class ArrivalForm(forms.Form):
    day = ChineseDateField(label="第一天", required=False)
    time = _build_words_field("几点", 40, "比如 14:00 到，先培训半小时。")
    place = _build_words_field("到哪里", 200, "写到门口能找到。")
    ask_for = _build_words_field("找谁", 40, "到了找谁，比如 小田，穿绿围裙。")

    def __init__(self, data: QueryDict | None, *, plan: ArrivalPlan, shift: Shift | None) -> None:
        """With a `shift`, its day is shown and not asked for: another day would be another shift."""
        super().__init__(data, initial=plan._asdict())
        if shift:
            del self.fields["day"]

    def clean_day(self) -> datetime.date | None:
        day = self.cleaned_data["day"]
        if day and day < timezone.localdate() and day != self.initial.get("day"):
            raise forms.ValidationError("这一天已经过了。")
        return day

    def clean_time(self) -> str:
        time: str = self.cleaned_data["time"]
        if wrong := find_hours_error(time):
            raise forms.ValidationError(wrong)
        return time

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if "day" not in self.fields:
            answers["day"] = self.initial["day"]
        if not self.errors and (words := explain_refused_words(ArrivalPlan(**answers))):
            raise forms.ValidationError(words)
        return answers


@page(takes="form", login=True, cache="never")
def arrange_arrival(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write when and where to come. A waiting sign-up is accepted with it; for an accepted one the message is
    changed."""
    application = get_employer_application_or_404(request.user, pk)
    if refusal := _explain_no_arrangement(application):
        messages.info(request, refusal)
        return redirect("listings:listing_applications", application.listing_id)
    shift = find_shift(application)
    form = ArrivalForm(request.POST or None, plan=read_arrival(application), shift=shift)
    if request.method == "POST" and form.is_valid():
        try:
            words = _save_arrival_plan(application, ArrivalPlan(**form.cleaned_data), request)
        except MoveRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, words)
            return redirect("listings:listing_applications", application.listing_id)
    name = attach_employer_display(application).name
    small = SmallForm(
        title=f"到岗安排：{name}",
        heading=f"{name}什么时候来、到哪里、找谁",
        words=f"报的班次：{shift.words}。{_FORM_WORDS}" if shift else _FORM_WORDS,
        button="录用并通知对方" if application.status == S.APPLIED else "保存并通知对方",
        part="applications",
        back=reverse("listings:listing_applications", args=[application.listing_id]),
        back_words=application.listing.title,
    )
    return render_small_form(request, application.listing.employer, small, form)


def _explain_no_arrangement(application: Application) -> str:
    """Return why nothing can be arranged with the seeker, in a Chinese sentence, or ""."""
    if application.status not in (S.APPLIED, S.ACCEPTED):
        return f"这份报名是「{application.get_status_display()}」，不用再安排。"
    if get_state_for_applicants(application.listing) not in SAFE_STATES:
        return "这份兼职正在核查或已经下架，现在不能安排到岗。"
    return ""


def _save_arrival_plan(
    application: Application, plan: ArrivalPlan, request: SignedInRequest
) -> str:
    """Return what happened, as a sentence. Words that wait for a moderator are not sent to anybody yet."""
    if application.status == S.APPLIED:
        accepted = move_application(application.pk, S.ACCEPTED, request.user, arrival=plan)
        if are_words_waiting(accepted.arrival):
            return f"录用了。{WAITING_WORDS}"
        return _describe_acceptance(accepted)
    before = read_arrival(application)
    if plan == before and hasattr(application, "arrival"):
        if not any(plan):
            return "没有改动。"
        is_waiting = are_words_waiting(application.arrival)
        return f"已保存。{WAITING_WORDS}" if is_waiting else "已保存，也告诉了对方。"
    with transaction.atomic():
        application = lock_application(application.pk)
        if refusal := _explain_no_arrangement(application):
            raise MoveRefused(refusal)
        arrival = write_arrival(application, plan, request.user)
        is_waiting = are_words_waiting(arrival)
        if not is_waiting or plan.day != before.day:
            notify_arrival_changed(application, arrival)
    return f"已保存。{WAITING_WORDS}" if is_waiting else "已保存，也告诉了对方。"


def _describe_acceptance(application: Application) -> str:
    """Return the sentence after an acceptance. It names the parts that are still empty, since the seeker is told
    only the others."""
    parts = list_arranged_parts(application)
    if not parts:
        return "录用了，也告诉了对方。什么时候到、到哪里、找谁都还没有写，点“改到岗安排”补上。"
    words = f"录用了，{'、'.join(parts)}也告诉了对方。"
    return words if len(parts) == _ALL_PARTS else f"{words}没写的，点“改到岗安排”补上。"
