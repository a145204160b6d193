"""The employer answers the moderators: about a listing, or about its own papers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.employers.membership import require_owner
from accounts.models import Employer, SignedInRequest
from listings.employer_desk.own_listings import own_listing_page
from listings.models import Listing
from safety.appeals.transitions import find_contestable_decision, find_earlier_appeal
from safety.case_messages.messages import (
    ReplyForm,
    ReplyRefused,
    Subject,
    build_reply_path,
    list_case_messages,
    reply_to_moderators,
    takes_reply,
)
from safety.choices import CaseKind
from sitekit.web.pages import page
from sitekit.web.row_ids import parse_row_id


@own_listing_page(takes="form")
def reply_about_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    context = {
        "employer": listing.employer,
        "name": listing.title,
        "part": "jobs",
        "back": "listings:manage",
        "back_pk": listing.pk,
    }
    return _handle_reply(request, listing, CaseKind.LISTING, context)


@page(takes="form", login=True, cache="never")
def reply_about_employer(request: SignedInRequest) -> HttpResponse:
    """Reply about the employer that `?employer=` names, even if the user has chosen another of their employers."""
    number = parse_row_id(request.GET.get("employer", ""))
    employer: Employer = require_owner(request, number)
    context = {
        "employer": employer,
        "name": employer.name,
        "part": "papers",
        "back": "accounts:papers",
    }
    return _handle_reply(request, employer, CaseKind.EMPLOYER, context)


def _handle_reply(
    request: SignedInRequest, subject: Subject, kind: CaseKind, context: dict[str, Any]
) -> HttpResponse:
    form = ReplyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            reply_to_moderators(subject, request.user, answers["words"], answers["attachments"])
        except ReplyRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "回复好了，审核员会继续审核。")
            return redirect(build_reply_path(subject))
    context |= {
        "form": form,
        "takes_reply": takes_reply(subject),
        "appeal": _find_appeal_address(subject),
        "earlier": find_earlier_appeal(subject),
        "case_messages": list_case_messages(kind, subject.pk),
    }
    return render(request, "safety/case_message_pages/reply.html", context)


def _find_appeal_address(subject: Subject) -> str:
    """Return the address of the appeal against the standing decision; "" if no decision can be contested."""
    if find_contestable_decision(subject) is None:
        return ""
    name = "safety:appeal_listing" if isinstance(subject, Listing) else "safety:appeal_employer"
    return reverse(name, args=[subject.pk])
