"""Cases of fraud at the desk: the list, one of them, and packing it for the police."""

from datetime import timedelta

from django import forms
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.utils import timezone

from safety.aftercare.other_listings import list_employer_fraud_cases
from safety.evidence import signed_zip
from safety.evidence.police_pack import build_police_pack, build_police_pack_name
from safety.models import CaseExport, FraudCase
from safety.moderation.desk_layout import moderator_page, render_desk_page, show_success
from sitekit.models import Mail, TextMessage
from sitekit.web.paging import IdOrder, paginate

PAGE = 30
FETCHED = timedelta(days=1)  # afterwards it has to be asked for again, with a reason again
SAME = timedelta(minutes=10)  # a button pressed twice


class ExportForm(forms.Form):
    to = forms.CharField(
        label="交给哪个单位",
        max_length=60,
        error_messages={"required": "请写明交给哪个单位，比如「吉首市公安局反诈中心」。"},
    )
    reason = forms.CharField(
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

    def __init__(self, data=None, *, may_take_people):
        super().__init__(data)
        if not may_take_people:
            del self.fields["with_people"]


@moderator_page(takes="read")
def list_fraud_cases(request):
    rows = FraudCase.objects.select_related("listing__employer", "moderator")
    case_page = paginate(rows, request, size=PAGE, order=IdOrder())
    context = {"cases": case_page.rows, **case_page.links}
    return render_desk_page(
        request, "safety/aftercare/fraud_cases.html", "frauds", "涉诈案件", **context
    )


@moderator_page(takes="read")
def show_fraud_case(request, pk):
    found = _get(pk)
    employer = found.listing.employer
    context = {
        "case": found,
        "ways": _ways(found),
        "employer": employer,
        "others": list_employer_fraud_cases(employer, found.listing)[:10],
        "exports": _exports(found, request.user),
    }
    return render_desk_page(
        request, "safety/aftercare/fraud_case.html", "frauds", str(found), **context
    )


@moderator_page(takes="form")
def create_police_export(request, pk):
    """The page asks, its button packs: who, for whom and why stand written down first."""
    found = _get(pk)
    form = ExportForm(request.POST or None, may_take_people=request.user.is_superuser)
    if request.method == "POST" and form.is_valid():
        _note(found, request.user, form.cleaned_data)
        show_success(request, "已经记下。下面可以下载，一天内有效。")
        return redirect("desk:fraud", pk)
    status = 422 if form.is_bound else 200
    context = {"case": found, "form": form}
    title = f"导出{found}"
    return render_desk_page(
        request, "safety/aftercare/police_export.html", "frauds", title, status, **context
    )


@moderator_page(takes="read")
def download_police_pack(request, pk):
    """Only for who asked for it, and not for long."""
    row = CaseExport.objects.select_related("case__listing__employer__region")
    found = row.filter(pk=pk, by=request.user, created_at__gt=timezone.now() - FETCHED).first()
    if found is None:
        raise Http404("没有这份导出，或者过了一天：请重新导出，再写一次原因。")
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return FileResponse(
        build_police_pack(found),
        as_attachment=True,
        filename=build_police_pack_name(found),
        content_type="application/zip",
        headers=signed_zip.HEADERS,
    )


def _get(pk):
    rows = FraudCase.objects.select_related("listing__employer__region", "moderator")
    if (fraud_case := rows.filter(pk=pk).first()) is None:
        raise Http404("没有这个案件。")
    return fraud_case


def _note(found, user, answers):
    words = {
        "to": answers["to"],
        "reason": answers["reason"],
        "with_people": answers.get("with_people", False),
    }
    with transaction.atomic():
        FraudCase.objects.select_for_update(of=("self",)).get(pk=found.pk)
        just_now = found.exports.filter(by=user, created_at__gt=timezone.now() - SAME, **words)
        if not just_now.exists():
            found.exports.create(by=user, **words)


def _exports(found, user):
    fresh = timezone.now() - FETCHED
    rows = list(found.exports.select_related("by"))
    for row in rows:
        row.is_open = row.by_id == user.pk and row.created_at > fresh
    return rows


def _ways(found):
    """[(way, how many people, how many of the messages went out)]; the inbox is there at once."""
    start = f"fraud-{found.pk}-"
    sent = {
        model: model.objects.filter(key__startswith=start, sent_at__isnull=False)
        .exclude(key__endswith="-back")
        .count()
        for model in (Mail, TextMessage)
    }
    counts = {
        way: found.warnings.filter(**{way: True}).count()
        for way in ("by_inbox", "by_mail", "by_text")
    }
    return [
        ("站内信", counts["by_inbox"], counts["by_inbox"]),
        ("邮件", counts["by_mail"], sent[Mail]),
        ("短信", counts["by_text"], sent[TextMessage]),
    ]
