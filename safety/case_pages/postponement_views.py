"""What a moderator may do with a case without deciding it: skip, defer, resume, write a note."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import SignedInRequest
from safety.case_pages.case_page import CasePage
from safety.case_pages.queue_views import redirect_after_case_action
from safety.case_pages.waiting_case import lock_cases_put_aside
from safety.case_queues.case_notes import (
    NoteForm,
    add_case_note,
)
from safety.case_queues.postponements import (
    DeferForm,
    defer_case,
    resume_case,
    skip_case,
)
from safety.moderation.case_type import CaseType
from safety.moderation.claims import (
    claim_case,
    release_claim,
)
from safety.moderation.desk_layout import moderator_page
from safety.moderation.forms import DecisionForm
from sitekit.web.pages import show_refusal
from sitekit.workflow.refusals import Refusal


@moderator_page(takes="post")
def skip_queued_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    row = case_type.get_or_404(pk)
    with show_refusal(request), transaction.atomic():
        numbers = lock_cases_put_aside(case_type, row, pk, "没有跳过")
        skip_case(case_type.kind, numbers, request.user)
    return _leave_case(request, case_type, pk)


@moderator_page(takes="post")
def defer_queued_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    case_page = CasePage(request, case_type, pk)
    form = DeferForm(request.POST)
    if not form.is_valid():
        blank = DecisionForm(case_type=case_type)
        return case_page.render(blank, 422, defer_form=form)
    days_ahead, why = int(form.cleaned_data["days"]), form.cleaned_data["why"]
    try:
        with transaction.atomic():
            numbers = lock_cases_put_aside(case_type, case_page.row, pk, "没有推迟")
            defer_case(case_type.kind, numbers, request.user, days_ahead, why)
    except Refusal as refused:
        release_claim(case_type.kind, pk, request.user)
        return case_page.render_refused(refused, defer_form=form)
    return _leave_case(request, case_type, pk)


def _leave_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    release_claim(case_type.kind, pk, request.user)
    return redirect_after_case_action(request, case_type, pk)


@moderator_page(takes="post")
def resume_queued_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Undo skipping or deferring. From the bar of undo and from the case this leads to the case and claims it."""
    row = case_type.get_or_404(pk)
    resume_case(case_type.kind, case_type.list_numbers_put_aside(row, pk), request.user)
    if "from_queue" in request.POST:
        return redirect(f"desk:{case_type.queue_name}")
    with show_refusal(request):
        claim_case(case_type.kind, pk, request.user)
    return redirect(f"desk:{case_type.kind}", pk)


@moderator_page(takes="post", of_own_employer=True)
def write_case_note(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Add a note. This needs no claim: a moderator who only reads the case may add one."""
    case_page = CasePage(request, case_type, pk)
    form = NoteForm(request.POST, auto_id="id_note_%s")
    if not form.is_valid():
        return case_page.render(DecisionForm(case_type=case_type), 422, note_form=form)
    try:
        with transaction.atomic():
            case_type.get_locked(case_type.model._default_manager.all(), pk)
            add_case_note(case_type.kind, pk, request.user, form.cleaned_data["words"])
    except Refusal as refused:
        return case_page.render_refused(refused, note_form=form)
    return redirect(reverse(f"desk:{case_type.kind}", args=[pk]) + "#notes")
