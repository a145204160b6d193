"""The pages of bulk upload: the form with its template, and the report on each line."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.employers.membership import get_own_employer
from accounts.models import SignedInRequest
from listings.bulk_upload import spreadsheet_reader
from listings.bulk_upload.resumable_runs import REQUEST_SECONDS
from listings.bulk_upload.typed_submission import DRAFT, PUBLISHED
from listings.bulk_upload.upload_run import (
    REFUSED,
    UPLOAD_OUTCOME_LABELS,
    begin_upload,
    process_upload,
    repeat_lines,
)
from listings.choices import ListingStatus
from listings.imports.record_source import FileUnreadable, Record
from listings.models import BulkUpload, Listing
from listings.publication.posting_quota import count_submissions_left
from listings.publication.submission import may_submit_listings
from sitekit.site_settings.limits import declare_limit
from sitekit.web.pages import page
from sitekit.web.rate_limits import count_attempt
from sitekit.workflow.periods import DAY

UPLOADS_A_DAY = declare_limit("uploads_a_day", "发布兼职", "一家单位每天上传几次表格", 20, most=200)
LATEST_UPLOADS = 10
MAX_NAMED = 8  # headings in a message
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHOOSE_AGAIN_MESSAGE = "表格读得出来，但没有留下，请再选一次。"
COLOURS = {PUBLISHED: "g", DRAFT: "a", REFUSED: "a"}


class UploadForm(forms.Form):
    """`lines` and `unread` are those of a valid file."""

    lines: list[Record]
    unread: list[str]

    file = forms.FileField(
        label="填好的表格",
        help_text=f".xlsx 或 .csv，{spreadsheet_reader.MAX_BYTES >> 20} MB 以内，"
        f"最多 {spreadsheet_reader.MAX_LINES} 行。",
        widget=forms.FileInput(attrs={"accept": ",".join(spreadsheet_reader.KINDS)}),
        error_messages={"required": "还没有选文件。", "empty": "文件是空的。"},
    )
    no_fee = forms.BooleanField(
        label="我确认：表里每一条都不向求职者收押金、服装费、培训费、体检费、材料费、会员费、介绍费或任何别的费用。",
        error_messages={"required": "请先确认不收费，才能上传。"},
    )

    def __init__(self, *args: Any, may_read: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_read = may_read

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if not self.may_read:
            raise forms.ValidationError("今天传得太多了，请明天再传。")
        try:
            self.lines, self.unread = spreadsheet_reader.read_spreadsheet_lines(file.name, file)
        except FileUnreadable as reason:
            raise forms.ValidationError(str(reason)) from reason
        return file

    def clean(self) -> dict[str, Any]:
        """Say at the file that it is to be chosen again: a browser never fills in a file."""
        if self.errors and "file" in self.cleaned_data:
            self.add_error("file", CHOOSE_AGAIN_MESSAGE)
        return self.cleaned_data


@page(takes="form", login=True, cache="never")
def upload_spreadsheet(request: SignedInRequest) -> HttpResponse:
    employer = get_own_employer(request)
    closed, may_read = not may_submit_listings(employer), True
    if request.FILES and not closed:  # before reading: a file that is refused costs the most
        may_read = count_attempt("bulk upload", employer.pk, UPLOADS_A_DAY, DAY)
    form = UploadForm(request.POST or None, request.FILES or None, may_read=may_read)
    if request.method == "POST" and not closed and form.is_valid():
        name = form.cleaned_data["file"].name
        upload, is_new = begin_upload(employer, request.user, name, form.lines)
        repeated_count = 0 if is_new else repeat_lines(upload, request.user, name, form.lines)
        process_upload(upload.pk, REQUEST_SECONDS)
        if repeated_count:
            words = (
                f"这份表格以前传过：没成的和撤回的 {repeated_count} 行又传了一遍，别的没有再建。"
            )
            messages.info(request, words)
        elif not is_new:
            messages.info(request, "这份表格以前传过，没有再建；下面是那一次的结果。")
        if form.unread:
            unread = "、".join(f"「{heading[:20]}」" for heading in form.unread[:MAX_NAMED])
            messages.warning(request, f"这几列认不出来，没有读：{unread}。列名请照模板写。")
        return redirect("listings:upload_report", upload.pk)
    context = {
        "employer": employer,
        "form": form,
        "closed": closed,
        "left": count_submissions_left(employer),
        "most": spreadsheet_reader.MAX_LINES,
        "uploads": employer.uploads.order_by("-pk").defer("rows", "report")[:LATEST_UPLOADS],
    }
    return render(
        request, "listings/bulk_upload/upload.html", context, status=200 if may_read else 429
    )


@page(takes="read", login=True, cache="never")
def download_template(request: SignedInRequest) -> HttpResponse:
    get_own_employer(request)
    from listings.bulk_upload.spreadsheet_template import build_spreadsheet_template

    response = HttpResponse(build_spreadsheet_template(), content_type=XLSX)
    response["Content-Disposition"] = "attachment; filename*=UTF-8''%E5%85%BC%E8%81%8C.xlsx"
    return response


@page(takes="read", login=True, cache="never")
def show_upload_report(request: SignedInRequest, pk: int) -> HttpResponse:
    upload = _get_own_upload(request, pk)
    report_lines = upload.report_lines
    numbers = [pk for line in report_lines for pk in (line.listing_id, line.duplicate_id) if pk]
    kept_listings = Listing.objects.filter(pk__in=numbers)
    statuses: dict[int | None, str] = dict(kept_listings.values_list("pk", "status"))
    lines = [
        {
            "number": line.line,
            "title": line.title or "（没有标题）",
            "outcome": line.outcome,
            "word": UPLOAD_OUTCOME_LABELS[line.outcome],
            "colour": COLOURS.get(line.outcome, ""),
            "words": line.words,
            "listing": line.listing_id if line.listing_id in statuses else None,
            "is_draft": statuses.get(line.listing_id) == ListingStatus.DRAFT,
            "status": ListingStatus(statuses[line.listing_id]).label
            if line.listing_id in statuses
            else "",
            "duplicate": line.duplicate_id if line.duplicate_id in statuses else None,
            "is_deleted": line.listing_id is not None and line.listing_id not in statuses,
        }
        for line in report_lines
    ]
    outcomes = Counter(line.outcome for line in report_lines)
    context = {
        "employer": upload.employer,
        "upload": upload,
        "lines": lines,
        "has_drafts": any(line["is_draft"] for line in lines),
        "counts": [
            (word, outcomes[code]) for code, word in UPLOAD_OUTCOME_LABELS.items() if outcomes[code]
        ],
        "waiting": len(upload.rows),
    }
    return render(request, "listings/bulk_upload/upload_report.html", context)


@page(takes="post", login=True, cache="never")
def continue_upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """Each line is processed only once, however often this is called."""
    process_upload(_get_own_upload(request, pk).pk, REQUEST_SECONDS)
    return redirect("listings:upload_report", pk)


def _get_own_upload(request: SignedInRequest, pk: int) -> BulkUpload:
    """Return an upload of an employer that the user acts for; its `employer` has its `role`."""
    upload = get_object_or_404(BulkUpload, pk=pk)
    upload.employer = get_own_employer(request, upload.employer_id)
    return upload
