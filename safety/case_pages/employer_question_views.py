"""A question to the employer, from the page of its case or of the case of its listing."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import SignedInRequest
from safety.case_messages.messages import EmployerQuestionForm, ask_employer
from safety.case_pages.case_page import CasePage
from safety.moderation.case_type import CaseType
from safety.moderation.desk_layout import moderator_page
from safety.moderation.forms import DecisionForm
from sitekit.workflow.refusals import Refusal


@moderator_page(takes="post")
def ask_employer_about_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    case_page = CasePage(request, case_type, pk)
    subject = case_page.get_asked_subject()
    if subject is None:
        raise Http404
    form = EmployerQuestionForm(request.POST, auto_id="id_ask_employer_%s")
    if not form.is_valid():
        return case_page.render(DecisionForm(case_type=case_type), 422, employer_ask_form=form)
    try:
        ask_employer(subject, request.user, form.cleaned_data["words"])
    except Refusal as refused:
        return case_page.render_refused(refused, employer_ask_form=form)
    messages.success(request, "问了，也发了站内信；对方回复以前，这件先放在一边。")
    return redirect(reverse(case_type.kind_name, args=[pk]) + "#case-messages")
