"""资料核验: upload and removal of papers, proof of the phone, submission for review."""

import time
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.choices import CheckKind, PaperSide
from accounts.employers.forms import ContactPhoneForm
from accounts.employers.membership import OWNER_ROLE, get_own_employer, require_owner
from accounts.employers.phone_proof import confirm_contact_phone, require_usable_phone
from accounts.employers.registration import SANCTIONED_STATUSES, RegistrationRefused
from accounts.employers.small_forms import SmallForm, render_small_form
from accounts.models import Employer, EmployerDocument, SignedInRequest, User
from accounts.sign_in.login_by_code import LOGIN_LIFETIME_SECONDS
from accounts.sign_in.one_time_codes import CodeRefused, send_code_unless_recent
from accounts.sign_in.views import CodeStep
from accounts.verification.checklist import (
    build_checklist_lines,
    describe_verification_state,
    get_place_key,
)
from accounts.verification.paper_looks import find_open_look, record_look
from accounts.verification.paper_pictures import draw_small_paper
from accounts.verification.papers import TWO_SIDED, ImageRefused, store_paper
from accounts.verification.submission import (
    list_paper_kinds,
    may_change_papers,
    remove_own_paper,
    submit_papers,
)
from sitekit.forms.phone_numbers import format_phone
from sitekit.images.private_pictures import answer_private_picture
from sitekit.site_settings.limits import declare_limit
from sitekit.web.pages import page, show_refusal
from sitekit.web.rate_limits import count_attempt
from sitekit.workflow.periods import MINUTE
from sitekit.workflow.refusals import PageDenied, Refusal, get_row_or_refuse

PHONE_KEY = "employer phone"  # in the session: the number a code was sent to, for which employer
HANDED_IN = "已经提交的材料不能删。"
PAPER_GONE_MESSAGE = "这份材料已经删掉了。"
PHONE_TEMPLATE = "accounts/verification/phone.html"
PAPERS_AN_HOUR = declare_limit(
    "papers_an_hour", "账号和单位", "一家单位每小时传几次证件", 40, most=400
)


@page(takes="form", login=True, cache="never")
def show_papers(request: SignedInRequest) -> HttpResponse:
    """A POST uploads one file; an error is shown at its field."""
    employer = get_own_employer(request)
    errors = {}
    if request.method == "POST":
        employer = require_owner(request)
        kind = request.POST.get("kind", "")
        if kind not in list_paper_kinds(employer):
            raise Http404("没有这一项材料。")
        if not may_change_papers(employer):
            messages.error(request, "现在不能传材料：正在审核、已经认证，或者单位被停用。")
            return redirect("accounts:papers")
        side = request.POST.get("side", "")
        error = _store_upload(request, employer, kind, side)
        if not error:
            label = CheckKind(kind).label + (PaperSide(side).label if side else "")
            messages.success(request, f"{label}已上传。")
            return redirect("accounts:papers")
        errors = {get_place_key(kind, side): error}
    context = {
        "employer": employer,
        "is_owner": employer.role == OWNER_ROLE,
        "lines": build_checklist_lines(employer, request.user, errors),
        **describe_verification_state(employer),
    }
    return render(request, "accounts/verification/papers.html", context)


def _store_upload(request: SignedInRequest, employer: Employer, kind: str, side: str) -> str:
    """Return why the file was refused; empty if it was stored. Who sent it sees it at once."""
    file = request.FILES.get("file")
    if side not in (PaperSide.values if kind in TWO_SIDED else [""]):
        return "请分开上传：人像面一张，国徽面一张。"
    if file is None:
        return "请先选一个文件。"
    hour = timedelta(hours=1)
    if not count_attempt("employer papers", employer.pk, PAPERS_AN_HOUR, hour):
        return "一小时里传得太多了，请过一会儿再试。"
    try:
        document = store_paper(employer, kind, file, request.user, side)
    except ImageRefused as refused:
        return str(refused)
    record_look(document, request.user, 1)
    return ""


@page(takes="post", login=True, cache="never")
def open_own_paper(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write down that an owner looks at it; then its picture stands on the page for a while."""
    employer = require_owner(request)
    address = reverse("accounts:papers")
    with show_refusal(request):
        document = _get_paper_or_refuse(employer, pk)
        record_look(document, request.user, 1)
        place = get_place_key(document.kind, document.side) if document.side else document.kind
        address = f"{address}#{place}"
    return redirect(address)


@page(takes="read", login=True, cache="never")
def show_own_paper(request: SignedInRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(require_owner(request).documents, pk=pk, purged_at=None)
    if find_open_look(document, request.user, 1) is None:
        raise PageDenied("要先按「查看」。")
    try:
        picture = draw_small_paper(document, request.user)
    except (FileNotFoundError, ImageRefused):
        raise Http404("这份材料的文件不在了，或者画不出来。") from None
    return answer_private_picture(request, picture.jpeg)


@page(takes="form", login=True, cache="never")
def remove_paper(request: SignedInRequest, pk: int) -> HttpResponse:
    employer = require_owner(request)
    with show_refusal(request):
        document = _get_paper_or_refuse(employer, pk)
        if not may_change_papers(employer):
            raise Refusal(HANDED_IN)
        if request.method != "POST":
            return _ask_to_remove_paper(request, employer, document)
        if not remove_own_paper(document):
            raise Refusal(HANDED_IN)
        messages.success(request, f"{document.get_kind_display()}删掉了。")
    return redirect("accounts:papers")


def _get_paper_or_refuse(employer: Employer, pk: int) -> EmployerDocument:
    return get_row_or_refuse(employer.documents, PAPER_GONE_MESSAGE, pk=pk, purged_at=None)


def _ask_to_remove_paper(
    request: SignedInRequest, employer: Employer, document: EmployerDocument
) -> HttpResponse:
    small = SmallForm(
        title="删除材料",
        heading=f"删掉这份{document.get_kind_display()}？",
        words="文件马上从这里删掉，要用得重新上传。",
        button="删除",
        is_final=True,
        part="papers",
        back=reverse("accounts:papers"),
    )
    return render_small_form(request, employer, small)


@page(takes="post", login=True, cache="never")
def submit_employer_papers(request: SignedInRequest) -> HttpResponse:
    employer = require_owner(request)
    with show_refusal(request):
        submit_papers(employer.pk, request.user)
        messages.success(request, "已提交，一般一个工作日内有结果，会发站内信。")
    return redirect("accounts:papers")


@page(takes="form", login=True, cache="never")
def prove_employer_phone(request: SignedInRequest) -> HttpResponse:
    """Two forms: the number, then the code that was sent to it."""
    employer = require_owner(request)
    sent_to = _find_phone_with_code(request, employer)
    if "code" in request.POST and not sent_to and _was_just_proved(employer):  # a second press
        return _answer_proved_phone(request)
    if sent_to and "again" not in request.GET and "phone" not in request.POST:
        return _ask_phone_code(request, employer, sent_to)
    typed, status = request.POST if request.method == "POST" else None, 200
    form = ContactPhoneForm(typed, initial={"phone": employer.contact_phone.removeprefix("+86")})
    if form.is_valid():
        status = _send_code(request, employer, form)
        if status == 200:
            return redirect("accounts:employer_phone")
    context = {"form": form, "sent_to": format_phone(sent_to), **_describe_phone_page(employer)}
    return render(request, PHONE_TEMPLATE, context, status=status)


def _find_phone_with_code(request: SignedInRequest, employer: Employer) -> str:
    """Return the number that a code was sent to for this employer a short while ago, or ""."""
    state = request.session.get(PHONE_KEY)
    if not state or state["employer"] != employer.pk:
        return ""
    return state["phone"] if time.time() - state["began"] < LOGIN_LIFETIME_SECONDS else ""


def _build_purpose(employer: Employer, user: User) -> str:
    """Return what the code is for. It is bound to the user, so that a stranger who asks for a code neither voids it
    nor uses up its tries; and to the employer, so that it proves the phone of no other."""
    return f"employer phone {employer.pk} {user.pk}"


def _send_code(request: SignedInRequest, employer: Employer, form: ContactPhoneForm) -> int:
    """Return the HTTP status; 200 if a code was sent."""
    phone, user = form.cleaned_data["phone"], request.user
    try:
        require_usable_phone(employer, user, phone)
        send_code_unless_recent(_build_purpose(employer, user), phone, f"user {user.pk}")
    except RegistrationRefused as refused:
        form.add_error(refused.field, str(refused))
        return 403
    except CodeRefused as too_many:
        form.add_error(None, str(too_many))
        return 429
    request.session[PHONE_KEY] = {"employer": employer.pk, "phone": phone, "began": time.time()}
    return 200


def _ask_phone_code(request: SignedInRequest, employer: Employer, phone: str) -> HttpResponse:
    user, change = request.user, f"{reverse('accounts:employer_phone')}?again"
    step = CodeStep(request, _build_purpose(employer, user), phone, f"user {user.pk}", change)
    if step.form.is_valid():
        try:
            confirm_contact_phone(employer.pk, user, phone)
        except RegistrationRefused as refused:
            step.form.add_error(None, str(refused))
        else:
            del request.session[PHONE_KEY]
            return _answer_proved_phone(request)
    page_context = {"label": "号码", **_describe_phone_page(employer)}
    return step.render(request, PHONE_TEMPLATE, **page_context)


def _was_just_proved(employer: Employer) -> bool:
    proved = employer.phone_proved_at
    return proved is not None and proved > timezone.now() - MINUTE


def _answer_proved_phone(request: SignedInRequest) -> HttpResponse:
    messages.success(request, "手机验证好了。")
    return redirect("accounts:papers")


def _describe_phone_page(employer: Employer) -> dict[str, Any]:
    return {"employer": employer, "is_shut": employer.status in SANCTIONED_STATUSES}
