"""The pages of appeals, for members of the employer only."""

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.employers.membership import get_member_role
from accounts.models import Employer, SignedInRequest
from listings.models import Listing
from listings.publication.transitions import ListingMoveRefused
from safety.appeals import transitions as appeals
from safety.models import Appeal
from sitekit.web.pages import page

_DESK = "/employer/"


class AppealForm(forms.Form):
    words = forms.CharField(
        label="哪里判错了",
        min_length=10,
        max_length=2000,
        help_text="10 到 2000 字。写事情经过和证据，不用写客气话。",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": "请写明哪里判错了。",
            "min_length": "太短了，看的人没法判断，至少写 10 个字。",
            "max_length": "最多写 2000 字，请挑要紧的写。",
        },
    )


@page(takes="form", login=True, cache="never")
def appeal_listing(request: SignedInRequest, pk: int) -> HttpResponse:
    listing = get_object_or_404(Listing.objects.select_related("employer"), pk=pk)
    _require_member(request, listing.employer)
    return _handle_appeal_form(request, listing, listing.title)


@page(takes="form", login=True, cache="never")
def appeal_employer(request: SignedInRequest, pk: int) -> HttpResponse:
    employer = get_object_or_404(Employer, pk=pk)
    _require_member(request, employer)
    return _handle_appeal_form(request, employer, employer.name)


@page(takes="read", login=True, cache="never")
def show_appeal(request: SignedInRequest, pk: int) -> HttpResponse:
    """The address has the number: a code would be stored by whoever logs addresses."""
    rows = Appeal.objects.select_related("listing__employer", "employer")
    appeal = get_object_or_404(rows, pk=pk)
    _require_member(request, appeal.subject_employer)
    words = appeals.STATES[appeal.status]
    context = {"row": appeal, "words": words, "desk": _DESK, "canonical": ""}
    return render(request, "safety/appeals/status.html", context)


def _require_member(request: SignedInRequest, employer: Employer | None) -> None:
    """Raise `Http404` for people who are not members of the employer."""
    if employer is None or not get_member_role(request.user, employer):
        raise Http404


def _handle_appeal_form(
    request: SignedInRequest, appealed: Listing | Employer, name: str
) -> HttpResponse:
    """Show the form, or redirect to the appeal against this decision if there is one."""
    decision = appeals.find_contestable_decision(appealed)
    if decision and (earlier := appeals.find_appeal_against(appealed, decision)):
        return redirect("safety:appeal", earlier.pk)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and decision and form.is_valid():
        try:
            appeal = appeals.create_appeal(appealed, request.user, form.cleaned_data["words"])
        except ListingMoveRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("safety:appeal", appeal.pk)
    context = {"form": form, "decision": decision, "name": name, "desk": _DESK, "canonical": ""}
    return render(request, "safety/appeals/appeal.html", context)
