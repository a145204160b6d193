"""An employer registers, puts its details right, and its people choose for whom they act."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.employers.forms import EmployerForm, RegisterForm, VerifiedForm
from accounts.employers.membership import (
    CURRENT_EMPLOYER_KEY,
    get_own_employer,
    list_user_employers,
    require_owner,
)
from accounts.employers.phone_proof import reuse_login_phone_proof
from accounts.employers.registration import (
    OPEN,
    RegistrationRefused,
    correct_employer,
    register_employer,
)
from cities.directory import regions
from cities.directory.form_fields import format_place_words
from sitekit.web.pages import page
from sitekit.web.rate_limits import count_attempt
from sitekit.web.row_ids import parse_row_id

A_DAY, DAY = 10, timedelta(days=1)
DESK = "/employer/"


@page(takes="form", login=True, cache="never")
def register_new_employer(request):
    form = RegisterForm(request.POST or None, initial=_known(request.user))
    status = 200
    if request.method == "POST" and form.is_valid():
        if count_attempt("employer registered", request.user.pk, A_DAY, DAY):
            try:
                employer = register_employer(request.user, form.cleaned_data)
            except RegistrationRefused as refused:
                return _page(request, form, refused=refused)
            reuse_login_phone_proof(employer, request.user)
            request.session[CURRENT_EMPLOYER_KEY] = employer.pk
            return redirect("accounts:papers")
        form.add_error(None, "今天登记得太多了，请明天再来。")
        status = 429
    return _page(request, form, status=status)


def _known(user):
    return {"contact_name": user.name, "contact_phone": (user.phone or "").removeprefix("+86")}


def _page(request, form, *, refused=None, status=200):
    if refused:
        form.add_error(refused.field, str(refused))
    context = {
        "form": form,
        "hot": [place.hot_name for place in regions.list_hot_regions()],
        "appeal": _appeal(refused),
        "has_desk": bool(list_user_employers(request.user)),
    }
    return render(request, "accounts/employers/register.html", context, status=status)


def _appeal(refused):
    if refused is None or refused.appeal is None:
        return ""
    return reverse("safety:appeal_employer", args=[refused.appeal])


@page(takes="form", login=True, cache="never")
def edit_employer_details(request):
    employer = require_owner(request)
    wide = employer.status in OPEN
    kind = EmployerForm if wide else VerifiedForm
    form = kind(request.POST or None, initial=_written(employer))
    appeal = ""
    if request.method == "POST" and form.is_valid():
        try:
            correct_employer(employer.pk, request.user, form.cleaned_data)
        except RegistrationRefused as refused:
            form.add_error(refused.field, str(refused))
            appeal = _appeal(refused)
        else:
            messages.success(request, "改好了。")
            return redirect("accounts:papers")
    context = {
        "form": form,
        "wide": wide,
        "employer": employer,
        "appeal": appeal,
        "hot": [place.hot_name for place in regions.list_hot_regions()] if wide else [],
    }
    return render(request, "accounts/employers/details.html", context)


def _written(employer):
    fields = ("kind", "name", "licence_code", "contact_name", "intro")
    return {name: getattr(employer, name) for name in fields} | {
        "region": format_place_words(regions.get_region(employer.region_id)),
        "contact_phone": employer.contact_phone.removeprefix("+86"),
    }


@page(takes="post", login=True, cache="never")
def switch_employer(request):
    """Open the desk of another employer one acts for."""
    employer = get_own_employer(request, parse_row_id(request.POST.get("employer", "")) or 0)
    request.session[CURRENT_EMPLOYER_KEY] = employer.pk
    messages.success(request, f"现在为「{employer.name}」做事。")
    return redirect(DESK)
