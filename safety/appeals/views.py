"""The pages of appeals, for members of the employer and for who wrote a text only."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import Employer, PublicText, SignedInRequest
from accounts.public_text.text_types import TEXT_TYPES
from listings.models import Listing
from safety.appeals import transitions as appeals
from safety.appeals.outcomes import describe_appeal
from safety.case_messages.sent_files import FilesField
from safety.models import Appeal
from sitekit.forms.fields import WordsField
from sitekit.web.pages import page
from sitekit.workflow.refusals import MoveRefused

_DESK = "/employer/"


class AppealForm(forms.Form):
    words = WordsField(
        label="哪里判错了",
        min_length=10,
        max_length=2000,
        help_text="10 到 2000 字。写事情经过和证据。",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": "请写明哪里判错了。",
            "min_length": "太短了，看的人没法判断，至少写 10 个字。",
            "max_length": "最多写 2000 字，请挑要紧的写。",
        },
    )
    attachments = FilesField(label="图片或 PDF")


@page(takes="form", login=True, cache="never")
def appeal_listing(request: SignedInRequest, pk: int) -> HttpResponse:
    listing = get_object_or_404(Listing.objects.select_related("employer"), pk=pk)
    return _handle_appeal_form(request, listing, listing.title)


@page(takes="form", login=True, cache="never")
def appeal_employer(request: SignedInRequest, pk: int) -> HttpResponse:
    employer = get_object_or_404(Employer, pk=pk)
    return _handle_appeal_form(request, employer, employer.name)


@page(takes="form", login=True, cache="never")
def appeal_text(request: SignedInRequest, pk: int) -> HttpResponse:
    text = get_object_or_404(PublicText.objects.select_related("author"), pk=pk)
    return _handle_appeal_form(request, text, str(text.get_kind_display()))


@page(takes="read", login=True, cache="never")
def show_appeal(request: SignedInRequest, pk: int) -> HttpResponse:
    """The address has the number and not the code, because addresses are stored in logs."""
    rows = Appeal.objects.select_related("listing__employer", "employer", "text__author")
    appeal = get_object_or_404(rows, pk=pk)
    _require_party(request, appeal.subject)
    context = {
        "row": appeal,
        "words": describe_appeal(appeal),
        **_describe_present_decision(appeal),
        **_build_ways_back(request, appeal.subject),
    }
    return render(request, "safety/appeals/status.html", context)


def _describe_present_decision(appeal: Appeal) -> dict[str, Any]:
    """Return whether the decision appealed against is over, and which decision may be appealed against next."""
    subject = appeal.subject
    has_changed = appeal.is_open and appeals.find_appealed_decision(appeal) is None
    decision = None
    if has_changed or not appeal.is_open:
        decision = appeals.find_contestable_decision(subject)
    if decision and appeals.find_appeal_against(subject, decision):
        decision = None
    form_address = appeals.build_appeal_path(subject)
    return {"has_changed": has_changed, "decision": decision, "form_address": form_address}


def _require_party(request: SignedInRequest, appealed: appeals.Contestable) -> None:
    """Raise `Http404` for users who are neither members of the employer nor authors of the text."""
    if request.user not in appeals.list_parties(appealed):
        raise Http404


def _build_ways_back(
    request: SignedInRequest, appealed: appeals.Contestable
) -> dict[str, PublicText | str]:
    if not isinstance(appealed, PublicText):
        return {"desk": _DESK, "canonical": ""}
    text_type = TEXT_TYPES[appealed.kind]
    row = text_type.find_subjects([appealed.subject])[appealed.subject]
    address = text_type.get_author_address(row, request.user)
    return {"desk": address, "text": appealed, "canonical": ""}


def _handle_appeal_form(
    request: SignedInRequest, appealed: appeals.Contestable, name: str
) -> HttpResponse:
    """Show the form, or redirect to the appeal against this decision if there is one."""
    _require_party(request, appealed)
    if earlier := appeals.find_earlier_appeal(appealed):
        return redirect("safety:appeal", earlier.pk)
    decision = appeals.find_contestable_decision(appealed)
    form = AppealForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and decision and form.is_valid():
        try:
            answers = form.cleaned_data
            appeal = appeals.create_appeal(
                appealed, request.user, answers["words"], answers["attachments"]
            )
        except MoveRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("safety:appeal", appeal.pk)
    ways_back = _build_ways_back(request, appealed)
    context = {
        "form": form,
        "decision": decision,
        "name": name,
        "appeal_days": int(appeals.APPEAL_DAYS),
        **ways_back,
    }
    return render(request, "safety/appeals/appeal.html", context)
