"""Registration of an employer, its details, and the choice of the current employer."""

import contextlib
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.choices import EmployerStatus, RevisionStatus, TextKind
from accounts.employers.forms import EmployerForm, RegisterForm, VerifiedForm
from accounts.employers.membership import (
    CURRENT_EMPLOYER_KEY,
    get_own_employer,
    list_user_employers,
    require_owner,
)
from accounts.employers.phone_proof import has_recent_phone_proof, reuse_login_phone_proof
from accounts.employers.registration import (
    CORRECTABLE_STATUSES,
    RegistrationRefused,
    correct_employer,
    get_registration_hints,
    name_unsaved_details,
    register_employer,
)
from accounts.models import Employer, SignedInRequest
from accounts.public_text.transitions import find_unseen_text, find_waiting_text
from accounts.sign_in.access import get_next_address
from cities.directory import regions
from cities.directory.form_fields import format_place_words, suggest_places
from sitekit.site_settings.limits import declare_limit
from sitekit.web.pages import page
from sitekit.web.rate_limits import count_attempt
from sitekit.web.row_ids import parse_row_id
from sitekit.workflow.periods import DAY

REGISTRATIONS_A_DAY = declare_limit(
    "registrations_a_day", "账号和单位", "一个账号每天登记几次单位", 10, most=100
)
DESK = "/employer/"
INTRO_WAITS = "已保存。介绍要审核员看过再公开，在那以前还是原来的。"


@page(takes="form", login=True, cache="never", purpose="登记单位")
def register_new_employer(request: SignedInRequest) -> HttpResponse:
    phone = (request.user.phone or "").removeprefix("+86")
    initial = {"contact_name": request.user.name, "contact_phone": phone}
    initial |= get_registration_hints(request)
    form = RegisterForm(request.POST or None, initial=initial)
    if phone and has_recent_phone_proof(request.user):
        form.fields["contact_phone"].help_text = "审核用。登录的手机号不用再验证。不公开。"
    status, appeal = 200, ""
    if request.method == "POST" and form.is_valid():
        if count_attempt("employer registered", request.user.pk, REGISTRATIONS_A_DAY, DAY):
            try:
                employer = register_employer(request.user, form.cleaned_data)
            except RegistrationRefused as refused:
                appeal = _show_refusal(form, refused)
            else:
                return _go_on_as_employer(request, employer, form.cleaned_data)
        else:
            form.add_error(None, "今天登记得太多了，请明天再来。")
            status = 429
    context = {
        "form": form,
        "next": get_next_address(request),
        "hot": suggest_places(regions.list_hot_regions()),
        "appeal": appeal,
        "has_desk": bool(list_user_employers(request.user)),
    }
    return render(request, "accounts/employers/register.html", context, status=status)


def _go_on_as_employer(
    request: SignedInRequest, employer: Employer, answers: Mapping[str, Any]
) -> HttpResponse:
    unsaved = name_unsaved_details(employer, answers)
    with contextlib.suppress(RegistrationRefused):  # the phone of a frozen employer
        reuse_login_phone_proof(employer, request.user)
    request.session[CURRENT_EMPLOYER_KEY] = employer.pk
    address = get_next_address(request)
    if unsaved:
        words = f"这个代码你早就登记过，是「{employer.name}」。这次写的{unsaved}没有存；要改，到「资料核验」里改。"
        messages.warning(request, words)
    elif address:
        messages.success(request, f"「{employer.name}」已登记。刚才写的还在，还没有提交。")
    return redirect(address or "accounts:papers")


def _show_refusal(form: EmployerForm | VerifiedForm, refused: RegistrationRefused) -> str:
    """Add the words to the form; return the address for an appeal, empty if there is none."""
    form.add_error(refused.field, str(refused))
    return reverse("safety:appeal_employer", args=[refused.appeal]) if refused.appeal else ""


@page(takes="form", login=True, cache="never")
def edit_employer_details(request: SignedInRequest) -> HttpResponse:
    employer = require_owner(request)
    form_class = EmployerForm if employer.status in CORRECTABLE_STATUSES else VerifiedForm
    return _edit_details(request, employer, form_class)


@page(takes="form", login=True, cache="never")
def ask_for_recheck(request: SignedInRequest) -> HttpResponse:
    """A verified employer whose name, kind, code or place changed writes the new ones, and is checked again."""
    employer = require_owner(request)
    if employer.status != EmployerStatus.VERIFIED:
        return redirect("accounts:employer_details")
    return _edit_details(request, employer, EmployerForm, asks_recheck=True)


def _edit_details(
    request: SignedInRequest,
    employer: Employer,
    form_class: type[EmployerForm | VerifiedForm],
    *,
    asks_recheck: bool = False,
) -> HttpResponse:
    is_wide = form_class is EmployerForm
    waiting = find_waiting_text(TextKind.EMPLOYER_INTRO, employer.pk)
    values = _list_present_values(employer) | (waiting.values if waiting else {})
    form = form_class(request.POST or None, initial=values)
    appeal = ""
    if request.method == "POST" and form.is_valid():
        try:
            answers = form.cleaned_data
            intro = correct_employer(employer.pk, request.user, answers, asks_recheck=asks_recheck)
        except RegistrationRefused as refused:
            appeal = _show_refusal(form, refused)
        else:
            is_waiting = intro is not None and intro.status == RevisionStatus.WAITING
            messages.success(request, INTRO_WAITS if is_waiting else "已保存。")
            return redirect("accounts:papers")
    context = {
        "form": form,
        "wide": is_wide,
        "asks_recheck": asks_recheck,
        "employer": employer,
        "waiting": waiting,
        "unseen": find_unseen_text(TextKind.EMPLOYER_INTRO, employer.pk),
        "appeal": appeal,
        "hot": suggest_places(regions.list_hot_regions()) if is_wide else [],
    }
    return render(request, "accounts/employers/details.html", context)


def _list_present_values(employer: Employer) -> dict[str, Any]:
    fields = ("kind", "name", "licence_code", "contact_name", "intro")
    return {name: getattr(employer, name) for name in fields} | {
        "region": format_place_words(regions.get_region(employer.region_id)),
        "contact_phone": employer.contact_phone.removeprefix("+86"),
    }


@page(takes="post", login=True, cache="never")
def switch_employer(request: SignedInRequest) -> HttpResponse:
    """Make another employer of the user the current one."""
    employer = get_own_employer(request, parse_row_id(request.POST.get("employer", "")) or 0)
    request.session[CURRENT_EMPLOYER_KEY] = employer.pk
    messages.success(request, f"现在为「{employer.name}」做事。")
    return redirect(get_next_address(request) or DESK)
