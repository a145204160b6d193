"""Working on a case with colleagues: questions and answers, and handing a case to the senior moderators."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import SignedInRequest
from safety.case_pages.case_page import CasePage
from safety.case_pages.queue_views import redirect_after_case_action
from safety.case_pages.waiting_case import lock_cases_put_aside
from safety.case_queues.case_questions import (
    AnswerForm,
    CaseLink,
    ColleagueQuestionForm,
    answer_question,
    ask_colleague,
    mark_answer_read,
)
from safety.case_queues.escalations import (
    EscalationForm,
    escalate_cases,
    return_escalated_cases,
)
from safety.models import CaseQuestion
from safety.moderation.case_type import CaseType, build_case_condition
from safety.moderation.claims import release_claim
from safety.moderation.decisions import CASE_TYPES
from safety.moderation.desk_layout import list_questions_shown, moderator_page, render_desk_page
from safety.moderation.forms import DecisionForm
from safety.moderation.permissions import list_moderators_of
from sitekit.workflow.refusals import Refusal


@moderator_page(takes="post")
def ask_about_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Ask about a case. This needs no claim: a moderator who only reads the case may ask too."""
    case_page = CasePage(request, case_type, pk)
    colleagues = list_moderators_of(case_type.get_region_code(pk))
    form = ColleagueQuestionForm(colleagues.exclude(pk=request.user.pk), request.POST)
    if not form.is_valid():
        return case_page.render(DecisionForm(case_type=case_type), 422, question_form=form)
    colleague, words = form.cleaned_data["asked"], form.cleaned_data["words"]
    case = _build_link(case_type, pk)
    try:
        with transaction.atomic():
            case_type.get_locked(case_type.model._default_manager.all(), pk)
            ask_colleague(case, request.user, colleague, words)
    except Refusal as refused:
        return case_page.render_refused(refused, question_form=form)
    readers = f"{colleague}" if colleague else "每位同事"
    messages.success(request, f"已提问：{readers}的队列上面会看到，回答写在这里，也会告诉你。")
    return redirect(case.address)


@moderator_page(takes="post")
def answer_colleague(request: SignedInRequest, pk: int) -> HttpResponse:
    question = _get_question(request, pk)
    case_type = CASE_TYPES[question.kind]
    case_page = CasePage(request, case_type, question.number)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return case_page.render(
            DecisionForm(case_type=case_type), 422, answer_form=form, answered=pk
        )
    case = _build_link(case_type, question.number)
    try:
        answer_question(pk, request.user, form.cleaned_data["answer"], case)
    except Refusal as refused:
        return case_page.render_refused(refused, answer_form=form, answered=pk)
    return redirect(case.address)


@moderator_page(takes="post")
def confirm_answer_read(request: SignedInRequest, pk: int) -> HttpResponse:
    question = _get_question(request, pk)
    mark_answer_read(pk, request.user)
    return redirect(f"desk:{CASE_TYPES[question.kind].queue_name}")


@moderator_page(takes="read")
def list_questions(request: SignedInRequest) -> TemplateResponse:
    """List all questions and answers that wait for this moderator; a queue shows only the first few."""
    rows = list_questions_shown(request.user, most=100)
    return render_desk_page(
        request, "safety/case_queues/questions.html", "questions", "同事提问", all_questions=rows
    )


@moderator_page(takes="post")
def escalate_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    case_page = CasePage(request, case_type, pk)
    form = EscalationForm(request.POST, auto_id="id_senior_%s")
    if not form.is_valid():
        return case_page.render(DecisionForm(case_type=case_type), 422, escalation_form=form)
    try:
        with transaction.atomic():
            numbers = lock_cases_put_aside(case_type, case_page.row, pk, "没有交给组长")
            reason = form.cleaned_data["reason"]
            earlier = escalate_cases(case_type.kind, numbers, request.user, reason)
    except Refusal as refused:
        release_claim(case_type.kind, pk, request.user)
        return case_page.render_refused(refused, escalation_form=form)
    name = case_type.describe_case(case_page.row)
    words = f"「{name}」已交给组长。"
    if earlier:
        moderator_name = earlier.moderator or "同事"
        words = (
            f"「{name}」已经由 {moderator_name} 交给组长：{earlier.reason}。你写的原因记在备注里。"
        )
    messages.success(request, words)
    release_claim(case_type.kind, pk, request.user)
    return redirect_after_case_action(request, case_type, pk)


@moderator_page(takes="post")
def return_escalated_case(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Give a case that was handed to the senior moderators back to all moderators."""
    row = case_type.get_or_404(pk)
    numbers = case_type.list_numbers_put_aside(row, pk)
    return_escalated_cases(case_type.kind, numbers, request.user)
    return redirect(f"desk:{case_type.kind}", pk)


def _get_question(request: SignedInRequest, pk: int) -> CaseQuestion:
    questions = CaseQuestion.objects.filter(build_case_condition(request.user))
    return get_object_or_404(questions, pk=pk)


def _build_link(case_type: CaseType, number: int) -> CaseLink:
    address = reverse(f"desk:{case_type.kind}", args=[number]) + "#questions"
    return CaseLink(case_type.kind, number, case_type.describe_number(number), address)
