"""Staff switch an account off or on, with a reason; they choose which listings are held."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.models import SignedInRequest, User
from accounts.staff.forms import ReasonForm
from accounts.staff.posts import StaffChangeRefused
from accounts.staff.scope import get_staff_scope
from accounts.staff.staff_pages import render_staff_page, staff_page
from accounts.staff.switching import (
    find_switch_refusal,
    list_switchable_people,
    may_switch_off,
    switch_off_user,
    switch_on_user,
)
from accounts.staff.views import list_account_events
from safety.account_switch.person_listings import (
    PersonEmployer,
    hold_person_listings,
    list_person_employers,
)

TEMPLATE = "safety/account_switch/switch.html"
REASON_HELP_TEXT = "本人和单位的成员会看到这一句：通知里写着，本人登录时也看得到。别写举报人是谁。"


class SwitchOffForm(ReasonForm):
    employers = forms.MultipleChoiceField(
        label="把这些单位公开的兼职一起收起来", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, rows: list[PersonEmployer], data: Any = None) -> None:
        """At first the employers that nobody else owns are ticked."""
        own_ids = [str(row.employer.pk) for row in rows if row.is_own]
        super().__init__(data, initial={"employers": own_ids})
        self.fields["reason"].help_text = REASON_HELP_TEXT
        field: forms.MultipleChoiceField = self.fields["employers"]  # type: ignore[assignment]
        field.choices = [(str(row.employer.pk), row.words) for row in rows]
        if not rows:
            del self.fields["employers"]


@staff_page(takes="form", may=may_switch_off)
def switch_person_off(request: SignedInRequest, pk: int) -> HttpResponse:
    person = _get_person(request, pk)
    rows = list_person_employers(person, get_staff_scope(request.user))
    form = SwitchOffForm(rows, request.POST if request.method == "POST" else None)
    if form.is_valid():
        ticked = {int(number) for number in form.cleaned_data.get("employers", ())}
        employers = [row.employer for row in rows if row.employer.pk in ticked]
        try:
            with transaction.atomic():
                event = switch_off_user(pk, request.user, form.cleaned_data["reason"])
                held = hold_person_listings(employers, event, request.user)
        except StaffChangeRefused as refused:
            form.add_error(None, str(refused))
        else:
            also = f"，收起了 {held} 条兼职，在审核台待审" if held else ""
            messages.success(request, f"{person}的账号停用了，所有的登录都已退出{also}。")
            return redirect("switch_on", pk)
    return _render_switch_page(request, person, form)


@staff_page(takes="form", may=may_switch_off)
def switch_person_on(request: SignedInRequest, pk: int) -> HttpResponse:
    person = _get_person(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            switch_on_user(pk, request.user, form.cleaned_data["reason"])
        except StaffChangeRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{person}的账号恢复了，可以重新登录。")
            return redirect("switch_off", pk)
    return _render_switch_page(request, person, form)


def _get_person(request: SignedInRequest, pk: int) -> User:
    return get_object_or_404(list_switchable_people(request.user), pk=pk)


def _render_switch_page(request: SignedInRequest, person: User, form: ReasonForm) -> HttpResponse:
    is_off = request.resolver_match is not None and request.resolver_match.url_name == "switch_on"
    context = {"person": person, "form": form, "is_turning_on": is_off}
    title = f"恢复账号：{person}" if is_off else f"停用账号：{person}"
    status = 422 if form.is_bound else 200
    context["refusal"] = find_switch_refusal(person, request.user)
    context["events"] = list_account_events(person)
    return render_staff_page(request, TEMPLATE, title, status, **context)
