"""The pages of bulk upload: the form with its template, and the report on each line."""

from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.employers.membership import get_own_employer
from accounts.models import Employer, SignedInRequest
from listings.bulk_upload import spreadsheet_reader
from listings.bulk_upload.forms import UploadForm
from listings.bulk_upload.upload_run import (
    DRAFT,
    PUBLISHED,
    REFUSED,
    WORDS,
    begin_upload,
    process_upload,
)
from listings.models import BulkUpload
from listings.publication.posting_quota import count_submissions_left
from listings.publication.submission import may_submit_listings
from sitekit.web.pages import page
from sitekit.web.rate_limits import count_attempt

UPLOADS_A_DAY, DAY = 20, timedelta(days=1)
LATEST_UPLOADS = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLOURS = {PUBLISHED: "g", DRAFT: "a", REFUSED: "a"}


@page(takes="form", login=True, cache="never")
def upload_spreadsheet(request: SignedInRequest) -> HttpResponse:
    employer = get_own_employer(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    closed = not may_submit_listings(employer)
    status = 200
    if request.method == "POST" and not closed and form.is_valid():
        if count_attempt("bulk upload", employer.pk, UPLOADS_A_DAY, DAY):
            return _accept_upload(request, employer, form)
        form.add_error(None, "今天传得太多了，请明天再传。")
        status = 429
    context = {
        "employer": employer,
        "form": form,
        "closed": closed,
        "left": count_submissions_left(employer),
        "most": spreadsheet_reader.MOST_LINES,
        "uploads": employer.uploads.order_by("-pk").defer("rows", "report")[:LATEST_UPLOADS],
    }
    return render(request, "listings/bulk_upload/upload.html", context, status=status)


def _accept_upload(request: SignedInRequest, employer: Employer, form: UploadForm) -> HttpResponse:
    name = form.cleaned_data["file"].name
    upload, is_new = begin_upload(employer, request.user, name, form.lines)
    process_upload(upload.pk)
    if not is_new:
        messages.info(request, "这份表格以前传过，没有再建；下面是那一次的结果。")
    return redirect("listings:upload_report", upload.pk)


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
    lines = [
        {
            "number": number,
            "title": title or "（没有标题）",
            "outcome": outcome,
            "word": WORDS[outcome],
            "colour": COLOURS.get(outcome, ""),
            "words": words,
            "listing": listing_id,
        }
        for number, title, outcome, words, listing_id, _digest in upload.report
    ]
    outcomes = Counter(line["outcome"] for line in lines)
    context = {
        "employer": upload.employer,
        "upload": upload,
        "lines": lines,
        "counts": [(word, outcomes[code]) for code, word in WORDS.items() if outcomes[code]],
        "waiting": len(upload.rows),
    }
    return render(request, "listings/bulk_upload/upload_report.html", context)


@page(takes="post", login=True, cache="never")
def continue_upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """Each line is processed only once, however often this is called."""
    process_upload(_get_own_upload(request, pk).pk)
    return redirect("listings:upload_report", pk)


def _get_own_upload(request: SignedInRequest, pk: int) -> BulkUpload:
    """Return an upload of an employer that the user acts for; its `employer` has its `role`."""
    upload = get_object_or_404(BulkUpload, pk=pk)
    upload.employer = get_own_employer(request, upload.employer_id)
    return upload
