"""资料核验: what is there, what is missing; papers come and go, the phone is proved, all is handed in."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from accounts.choices import CheckKind
from accounts.employers.forms import CodeForm, PhoneForm
from accounts.employers.membership import OWNER, get_own_employer, require_owner
from accounts.employers.phone_proof import SHUT, confirm_contact_phone, may_use_phone
from accounts.employers.registration import RegistrationRefused
from accounts.employers.transitions import EmployerMoveRefused
from accounts.sign_in.one_time_codes import TooManyCodes, send_code, verify_code
from accounts.verification.checklist import build_checklist_lines, describe_verification_state
from accounts.verification.papers import ImageRefused, purge_paper, store_paper
from accounts.verification.submission import (
    is_waiting,
    list_paper_kinds,
    may_hand_in,
    submit_papers,
)
from sitekit.forms.phone_numbers import format_phone
from sitekit.web.pages import page
from sitekit.web.rate_limits import count_attempt

PURPOSE = "employer phone"
ASKED = "employer_phone"  # in the session: the number a code was sent to
AN_HOUR = 40


@page(takes="form", login=True, cache="never")
def papers_page(request):
    """A POST hands in one file; what is wrong with it is said at its field."""
    employer = get_own_employer(request)
    wrong = {}
    if request.method == "POST":
        employer = require_owner(request)
        kind = request.POST.get("kind", "")
        if kind not in list_paper_kinds(employer):
            raise Http404("没有这一项材料。")
        if is_waiting(employer) or not may_hand_in(employer):
            messages.error(request, "现在不能传材料：正在审核、已经认证，或者单位被停用。")
            return redirect("accounts:papers")
        words = _taken(request, employer, kind)
        if not words:
            messages.success(request, f"{CheckKind(kind).label}收到了。")
            return redirect("accounts:papers")
        wrong = {kind: words}
    context = {
        "employer": employer,
        "is_owner": employer.role == OWNER,
        "lines": build_checklist_lines(employer, wrong),
        **describe_verification_state(employer),
    }
    return render(request, "accounts/verification/papers.html", context)


def _taken(request, employer, kind):
    """Why the file was not taken; nothing where it was."""
    file = request.FILES.get("file")
    if file is None:
        return "请先选一个文件。"
    hour = timedelta(hours=1)
    if not count_attempt("employer papers", employer.pk, AN_HOUR, hour):
        return "一小时里传得太多了，请过一会儿再试。"
    try:
        store_paper(employer, kind, file, request.user)
    except ImageRefused as refused:
        return str(refused)
    return ""


@page(takes="post", login=True, cache="never")
def remove_employer_paper(request, pk):
    employer = require_owner(request)
    document = employer.documents.filter(pk=pk, purged_at=None).first()
    if document is None:
        raise Http404("没有这份材料。")
    if is_waiting(employer) or not may_hand_in(employer):
        messages.error(request, "已经提交的材料不能删。")
    else:
        purge_paper(document)
        messages.success(request, f"{document.get_kind_display()}删掉了。")
    return redirect("accounts:papers")


@page(takes="post", login=True, cache="never")
def submit_employer_papers(request):
    employer = require_owner(request)
    try:
        submit_papers(employer.pk, request.user)
    except EmployerMoveRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "提交好了，一般一个工作日内有结果，会发站内信。")
    return redirect("accounts:papers")


@page(takes="form", login=True, cache="never")
def prove_employer_phone(request):
    """Two small forms: the number, then the code that was sent to it."""
    employer = require_owner(request)
    asked = request.session.get(ASKED, "")
    if "again" in request.GET:
        asked = ""
    phone_form = PhoneForm(initial={"phone": employer.contact_phone.removeprefix("+86")})
    code_form = CodeForm()
    status = 200
    if request.method == "POST" and "code" in request.POST and asked:
        code_form = CodeForm(request.POST)
        if code_form.is_valid() and _proved(request, employer, asked, code_form):
            messages.success(request, "手机验证好了。")
            return redirect("accounts:papers")
    elif request.method == "POST":
        asked, phone_form = "", PhoneForm(request.POST)
        if phone_form.is_valid():
            status = _sent(request, employer, phone_form)
            if status == 200:
                return redirect("accounts:employer_phone")
    context = {
        "employer": employer,
        "form": code_form if asked else phone_form,
        "asked": format_phone(asked),
        "is_shut": employer.status in SHUT,
    }
    return render(request, "accounts/verification/phone.html", context, status=status)


def _sent(request, employer, form):
    """The answer's status; 200 where a code is on its way."""
    number = form.cleaned_data["phone"]
    try:
        may_use_phone(employer, request.user, number)
        send_code(PURPOSE, number, f"user {request.user.pk}")
    except RegistrationRefused as refused:
        form.add_error(refused.field, str(refused))
        return 403
    except TooManyCodes as too_many:
        form.add_error(None, str(too_many))
        return 429
    request.session[ASKED] = number
    return 200


def _proved(request, employer, number, form):
    if not verify_code(PURPOSE, number, form.cleaned_data["code"]):
        form.add_error("code", "验证码不对，或者过了 10 分钟；可以重新发一条。")
        return False
    try:
        confirm_contact_phone(employer.pk, request.user, number)
    except RegistrationRefused as refused:
        form.add_error(None, str(refused))
        return False
    del request.session[ASKED]
    return True
