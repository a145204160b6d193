"""Views of one case: show it, claim and release it, decide it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.models import SignedInRequest
from safety.case_pages.case_page import CasePage
from safety.case_pages.queue_views import redirect_after_case_action
from safety.moderation.case_type import CaseType
from safety.moderation.claims import (
    CaseTaken,
    claim_case,
    release_claim,
)
from safety.moderation.decisions import REFUSALS, EntriesNotSeen, decide_together
from safety.moderation.desk_layout import moderator_page
from safety.moderation.forms import ConfirmForm, DecisionForm


@moderator_page(takes="read")
def show_case(request: SignedInRequest, case_type: CaseType, pk: int) -> TemplateResponse:
    return CasePage(request, case_type, pk).render(DecisionForm(case_type=case_type))


@moderator_page(takes="post")
def decide_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Fill in a canned reason, show errors, or ask again before a final decision or the publication of a
    text of high risk; else make the decision and go on to the next case."""
    case_page = CasePage(request, case_type, pk)
    if "fill" in request.POST:
        return case_page.render(case_page.fill_reason())
    details_form = case_type.build_details_form(case_page.row, request.user, request.POST)
    if details_form is not None and not details_form.is_valid():
        form = DecisionForm(initial=request.POST.dict(), case_type=case_type)
        return case_page.render(form, 422)
    form = case_page.build_decision_form()
    is_confirmation = "confirm" in request.POST
    if not form.is_valid() and not (is_confirmation and "action" in form.cleaned_data):
        return case_page.render(form, 422)
    action = case_type.actions[form.cleaned_data["action"]]
    details = details_form.get_decision_details() if details_form else {}
    confirm = None
    if action.is_final:
        confirm = case_page.build_confirm_form(form)
        if not confirm.is_valid() or not form.is_valid():
            return case_page.render_confirm(form, confirm)
        details |= confirm.get_decision_details()
    elif case_page.needs_publication_confirmation(form):
        return case_page.render_publication_confirmation(form)
    else:
        details["confirmed"] = is_confirmation
    return _carry_out_decision(request, case_page, details, form, confirm)


@moderator_page(takes="read")
def show_reason_words(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Return the canned reasons with the codes `canned`, filled for this case as they would be sent."""
    words = CasePage(request, case_type, pk).find_reason_words(request.GET.getlist("canned"))
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def _carry_out_decision(
    request: SignedInRequest,
    case_page: CasePage,
    details: dict[str, Any],
    form: DecisionForm,
    confirm: ConfirmForm | None,
) -> HttpResponse:
    """Decide the case and the similar ones, then go on to the next case. If the decision is refused, show it again;
    if only because somebody wrote something, on the page from which it was sent."""
    case_type, number = case_page.case_type, case_page.number
    decision = {**form.cleaned_data, **details}
    alike = confirm.list_alike() if confirm else []
    try:
        decide_together(case_type.kind, number, alike, moderator=request.user, **decision)
    except EntriesNotSeen as refused:
        messages.error(request, str(refused))
        if confirm:
            return case_page.render_confirm(form, confirm, 409)
        if "confirm" in request.POST:
            return case_page.render_publication_confirmation(form, 409)
        return CasePage(request, case_type, number).render(form, 409)
    except REFUSALS as refused:
        messages.error(request, str(refused))
        # Read anew: others may have decided it meanwhile.
        return CasePage(request, case_type, number).render(form, 409)
    action = case_type.actions[decision["action"]]
    if action.is_final:
        name = case_type.describe_case(case_page.row)
        others = f"和另外 {len(alike)} 件" if alike else ""
        messages.success(request, f"「{name}」{others}：{action.label}。这个决定不能撤销。")
    return redirect_after_case_action(request, case_type)


@moderator_page(takes="post")
def take_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Claim a case or renew the claim; a script renews it while the page is open."""
    case_type.get_or_404(pk)
    is_renewal = request.headers.get("X-Desk") == "renew"
    try:
        claim_case(case_type.kind, pk, request.user)
    except CaseTaken as taken:
        if is_renewal:
            return HttpResponse(status=409)
        messages.error(request, str(taken))
    return HttpResponse(status=204) if is_renewal else redirect(f"desk:{case_type.kind}", pk)


@moderator_page(takes="post", of_own_employer=True)
def release_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    release_claim(case_type.kind, pk, request.user)
    return redirect(f"desk:{case_type.queue_name}")
