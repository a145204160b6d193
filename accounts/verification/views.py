"""资料核验: upload and removal of papers, proof of the phone, submission for review."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.choices import CheckKind, PaperSide
from accounts.employers.forms import PhoneCodeForm, PhoneForm
from accounts.employers.membership import OWNER_ROLE, get_own_employer, require_owner
from accounts.employers.phone_proof import confirm_contact_phone, require_usable_phone
from accounts.employers.registration import SANCTIONED_STATUSES, RegistrationRefused
from accounts.employers.small_forms import SmallForm, render_small_form
from accounts.models import Employer, SignedInRequest
from accounts.sign_in.one_time_codes import CodeRefused, send_code
from accounts.verification.checklist import (
    build_checklist_lines,
    describe_verification_state,
    get_place_key,
)
from accounts.verification.paper_looks import find_open_look, record_look
from accounts.verification.paper_pictures import draw_small_paper
from accounts.verification.papers import TWO_SIDED, ImageRefused, purge_paper, store_paper
from accounts.verification.submission import (
    list_paper_kinds,
    may_change_papers,
    submit_papers,
)
from sitekit.forms.phone_numbers import format_phone
from sitekit.images.private_pictures import answer_private_picture
from sitekit.site_settings.limits import declare_limit
from sitekit.web.pages import page, show_refusal
from sitekit.web.rate_limits import count_attempt

PURPOSE = "employer phone"
PHONE_KEY = "employer_phone"  # in the session: the number a code was sent to
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
    document = get_object_or_404(require_owner(request).documents, pk=pk, purged_at=None)
    record_look(document, request.user, 1)
    return redirect(f"{reverse('accounts:papers')}#{document.kind}")


@page(takes="read", login=True, cache="never")
def show_own_paper(request: SignedInRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(require_owner(request).documents, pk=pk, purged_at=None)
    if find_open_look(document, request.user, 1) is None:
        raise PermissionDenied("要先按「查看」。")
    try:
        picture = draw_small_paper(document, request.user)
    except (FileNotFoundError, ImageRefused):
        raise Http404("这份材料的文件不在了，或者画不出来。") from None
    return answer_private_picture(request, picture.jpeg)


@page(takes="form", login=True, cache="never")
def remove_paper(request: SignedInRequest, pk: int) -> HttpResponse:
    employer = require_owner(request)
    document = get_object_or_404(employer.documents, pk=pk, purged_at=None)
    if not may_change_papers(employer):
        messages.error(request, "已经提交的材料不能删。")
    elif request.method != "POST":
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
    else:
        purge_paper(document)
        messages.success(request, f"{document.get_kind_display()}删掉了。")
    return redirect("accounts:papers")


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
    phone = "" if "again" in request.GET else request.session.get(PHONE_KEY, "")
    typed, status = request.POST if request.method == "POST" else None, 200
    form: PhoneForm | PhoneCodeForm
    if phone and (typed is None or "code" in typed):
        form = PhoneCodeForm(typed, purpose=PURPOSE, to=phone)
        if form.is_valid() and _confirm_phone(request, employer, phone, form):
            messages.success(request, "手机验证好了。")
            return redirect("accounts:papers")
    else:
        initial = {"phone": employer.contact_phone.removeprefix("+86")}
        phone, form = "", PhoneForm(typed, initial=initial)
        if form.is_valid():
            status = _send_code(request, employer, form)
            if status == 200:
                return redirect("accounts:employer_phone")
    context = {
        "employer": employer,
        "form": form,
        "asked": format_phone(phone),
        "is_shut": employer.status in SANCTIONED_STATUSES,
    }
    return render(request, "accounts/verification/phone.html", context, status=status)


def _send_code(request: SignedInRequest, employer: Employer, form: PhoneForm) -> int:
    """Return the HTTP status; 200 if a code was sent."""
    phone = form.cleaned_data["phone"]
    try:
        require_usable_phone(employer, request.user, phone)
        send_code(PURPOSE, phone, f"user {request.user.pk}")
    except RegistrationRefused as refused:
        form.add_error(refused.field, str(refused))
        return 403
    except CodeRefused as too_many:
        form.add_error(None, str(too_many))
        return 429
    request.session[PHONE_KEY] = phone
    return 200


def _confirm_phone(
    request: SignedInRequest, employer: Employer, phone: str, form: PhoneCodeForm
) -> bool:
    """Return whether the phone was stored; else the form has the error."""
    try:
        confirm_contact_phone(employer.pk, request.user, phone)
    except RegistrationRefused as refused:
        form.add_error(None, str(refused))
        return False
    del request.session[PHONE_KEY]
    return True
