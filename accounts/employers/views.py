"""An employer registers, puts its details right, and its people choose for whom they act."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.employers import membership as employers
from accounts.employers import phone_proof
from accounts.employers import registration as registering
from accounts.employers.forms import EmployerForm, RegisterForm, VerifiedForm
from cities.directory import regions as directory
from cities.directory.form_fields import words_for
from sitekit.web import rate_limits as limits
from sitekit.web.pages import page
from sitekit.web.row_ids import row_number

A_DAY, DAY = 10, timedelta(days=1)
DESK = "/employer/"


@page(takes="form", login=True, cache="never")
def register(request):
    form = RegisterForm(request.POST or None, initial=_known(request.user))
    status = 200
    if request.method == "POST" and form.is_valid():
        if limits.allow("employer registered", request.user.pk, A_DAY, DAY):
            try:
                employer = registering.register(request.user, form.cleaned_data)
            except registering.Refused as refused:
                return _page(request, form, refused=refused)
            phone_proof.take_over_proof(employer, request.user)
            request.session[employers.REMEMBERED] = employer.pk
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
        "hot": [place.hot_name for place in directory.hot()],
        "appeal": _appeal(refused),
        "has_desk": bool(employers.desks(request.user)),
    }
    return render(request, "accounts/employers/register.html", context, status=status)


def _appeal(refused):
    if refused is None or refused.appeal is None:
        return ""
    return reverse("safety:appeal_employer", args=[refused.appeal])


@page(takes="form", login=True, cache="never")
def details(request):
    employer = employers.require_owner(request)
    wide = employer.status in registering.OPEN
    kind = EmployerForm if wide else VerifiedForm
    form = kind(request.POST or None, initial=_written(employer))
    appeal = ""
    if request.method == "POST" and form.is_valid():
        try:
            registering.correct(employer.pk, request.user, form.cleaned_data)
        except registering.Refused as refused:
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
        "hot": [place.hot_name for place in directory.hot()] if wide else [],
    }
    return render(request, "accounts/employers/details.html", context)


def _written(employer):
    fields = ("kind", "name", "licence_code", "contact_name", "intro")
    return {name: getattr(employer, name) for name in fields} | {
        "region": words_for(directory.get(employer.region_id)),
        "contact_phone": employer.contact_phone.removeprefix("+86"),
    }


@page(takes="post", login=True, cache="never")
def switch(request):
    """Open the desk of another employer one acts for."""
    employer = employers.mine(request, row_number(request.POST.get("employer", "")) or 0)
    request.session[employers.REMEMBERED] = employer.pk
    messages.success(request, f"现在为「{employer.name}」做事。")
    return redirect(DESK)
