"""Fraud cases at the desk: the list, the page of one case, and its export for the police."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.models import SignedInRequest, User
from accounts.staff.scope import get_in_scope_or_404, list_in_scope
from safety.aftercare.other_listings import count_still_held, list_employer_fraud_cases
from safety.evidence.police_pack import build_police_pack
from safety.evidence.signed_zip import DOWNLOADABLE_FOR, REPEATED_EXPORT_INTERVAL, send_pack
from safety.models import CaseExport, FraudCase
from safety.moderation.desk_layout import moderator_page, render_desk_page
from sitekit.forms.fields import WordsField
from sitekit.models import Mail, TextMessage
from sitekit.web.paging import TimeOrder, paginate

CASES_PAGE_SIZE = 30


class ExportForm(forms.Form):
    to = WordsField(
        label="交给哪个单位",
        max_length=60,
        error_messages={"required": "请写明交给哪个单位，比如「吉首市公安局反诈中心」。"},
    )
    reason = WordsField(
        label="为什么要交",
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
        help_text="写清楚是哪件案子、谁要的，有文号的写文号。会一直留着。",
        error_messages={"required": "请写明为什么：谁在什么时候导出、为什么，都会记下来。"},
    )
    with_people = forms.BooleanField(
        label="连同看过联系方式和报过名的人的手机、邮箱（对方明确要了才勾）",
        required=False,
    )
    sure = forms.BooleanField(
        label="我核对过对方的身份和手续，确定导出。",
        error_messages={"required": "要打勾才会导出。"},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, may_take_people: bool) -> None:
        super().__init__(data)
        if not may_take_people:
            del self.fields["with_people"]


@moderator_page(takes="read")
def list_fraud_cases(request: SignedInRequest) -> HttpResponse:
    fraud_cases = FraudCase.objects.select_related("listing__employer", "moderator")
    fraud_cases = fraud_cases.annotate(published_at=F("created_at"))  # as `TimeOrder` names it
    fraud_cases = list_in_scope(fraud_cases, request.user, "listing__region")
    order = TimeOrder("created_at")
    case_page = paginate(fraud_cases, request, size=CASES_PAGE_SIZE, order=order)
    context = {"cases": case_page.rows, **case_page.links}
    return render_desk_page(
        request, "safety/aftercare/fraud_cases.html", "frauds", "涉诈案件", **context
    )


@moderator_page(takes="read")
def show_fraud_case(request: SignedInRequest, pk: int) -> HttpResponse:
    fraud_case = _get_or_404(request, pk)
    employer = fraud_case.listing.employer
    context: dict[str, Any] = {
        "case": fraud_case,
        "ways": _count_warnings(fraud_case),
        "employer": employer,
        "still_held": count_still_held(fraud_case),
        "others": list_employer_fraud_cases(employer, fraud_case.listing)[:10],
        "exports": _list_exports(fraud_case, request.user),
    }
    return render_desk_page(
        request, "safety/aftercare/fraud_case.html", "frauds", str(fraud_case), **context
    )


@moderator_page(takes="form")
def create_police_export(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record who exports the case, for whom and why, before it can be downloaded."""
    fraud_case = _get_or_404(request, pk)
    form = ExportForm(request.POST or None, may_take_people=may_take_people(request.user))
    if request.method == "POST" and form.is_valid():
        _record_export(fraud_case, request.user, form.cleaned_data)
        messages.success(request, "已经记下。下面可以下载，一天内有效。")
        return redirect("desk:fraud", pk)
    status = 422 if form.is_bound else 200
    context = {"case": fraud_case, "form": form}
    title = f"导出{fraud_case}"
    return render_desk_page(
        request, "safety/aftercare/police_export.html", "frauds", title, status, **context
    )


@moderator_page(takes="read")
def download_police_pack(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Only for the moderator who exported it, and for a day."""
    exports = CaseExport.objects.select_related("case__listing__employer__region")
    exports = list_in_scope(exports, request.user, "case__listing__region")
    since = timezone.now() - DOWNLOADABLE_FOR
    if not may_take_people(request.user):  # an admin who is none any more
        exports = exports.filter(with_people=False)
    export = get_object_or_404(exports, pk=pk, by=request.user, created_at__gt=since)
    return send_pack(request, build_police_pack(export), f"case-{export.case_id}-{export.pk}.zip")


def may_take_people(user: User) -> bool:
    return user.is_superuser


def _get_or_404(request: SignedInRequest, pk: int) -> FraudCase:
    fraud_cases = FraudCase.objects.select_related("listing__employer__region", "moderator")
    return get_in_scope_or_404(fraud_cases, request.user, pk, "listing__region")


def _record_export(fraud_case: FraudCase, user: User, answers: dict[str, Any]) -> None:
    fields = {name: answers.get(name, False) for name in ("to", "reason", "with_people")}
    with transaction.atomic():
        FraudCase.objects.select_for_update(of=("self",)).get(pk=fraud_case.pk)
        just_now = fraud_case.exports.filter(
            by=user, created_at__gt=timezone.now() - REPEATED_EXPORT_INTERVAL, **fields
        )
        if not just_now.exists():
            fraud_case.exports.create(by=user, **fields)


def _list_exports(fraud_case: FraudCase, user: User) -> list[CaseExport]:
    downloadable_since = timezone.now() - DOWNLOADABLE_FOR
    exports = list(fraud_case.exports.select_related("by"))
    for export in exports:
        is_own = export.by_id == user.pk and export.created_at > downloadable_since
        export.is_open = is_own and (may_take_people(user) or not export.with_people)
    return exports


def _count_warnings(fraud_case: FraudCase) -> list[tuple[str, int, int]]:
    """Return (channel, number of people, number of messages that wait or failed). Those that were sent are not counted:
    they are deleted after a while."""
    warnings, start = fraud_case.warnings, f"fraud-{fraud_case.pk}-"
    counts = [("站内信", warnings.filter(by_inbox=True).count(), 0)]
    for label, column, model in (("邮件", "by_mail", Mail), ("短信", "by_text", TextMessage)):
        people = warnings.filter(**{column: True}).count()
        unsent = model.objects.filter(key__startswith=start, sent_at=None)
        counts.append((label, people, unsent.exclude(key__endswith="-back").count()))
    return counts
