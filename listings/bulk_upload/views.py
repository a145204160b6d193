"""The pages of bulk upload: the form with its template, and what became of each line."""

from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from accounts.employers.membership import get_own_employer
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

A_DAY, DAY = 20, timedelta(days=1)
LATELY = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLOURS = {PUBLISHED: "g", DRAFT: "a", REFUSED: "a"}


@page(takes="form", login=True, cache="never")
def upload_spreadsheet(request):
    employer = get_own_employer(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    closed = not may_submit_listings(employer)
    status = 200
    if request.method == "POST" and not closed and form.is_valid():
        if count_attempt("bulk upload", employer.pk, A_DAY, DAY):
            return _taken(request, employer, form)
        form.add_error(None, "今天传得太多了，请明天再传。")
        status = 429
    context = {
        "employer": employer,
        "form": form,
        "closed": closed,
        "left": count_submissions_left(employer),
        "most": spreadsheet_reader.MOST_LINES,
        "uploads": employer.uploads.order_by("-pk").defer("rows", "report")[:LATELY],
    }
    return render(request, "listings/bulk_upload/upload.html", context, status=status)


def _taken(request, employer, form):
    name = form.cleaned_data["file"].name
    made, is_new = begin_upload(employer, request.user, name, form.lines)
    process_upload(made.pk)
    if not is_new:
        messages.info(request, "这份表格以前传过，没有再建；下面是那一次的结果。")
    return redirect("listings:upload_report", made.pk)


@page(takes="read", login=True, cache="never")
def template_file(request):
    get_own_employer(request)
    from listings.bulk_upload.spreadsheet_template import build_spreadsheet_template

    response = HttpResponse(build_spreadsheet_template(), content_type=XLSX)
    response["Content-Disposition"] = "attachment; filename*=UTF-8''%E5%85%BC%E8%81%8C.xlsx"
    return response


@page(takes="read", login=True, cache="never")
def show_upload_report(request, pk: int):
    made = _own(request, pk)
    lines = [_shown(*entry[:5]) for entry in made.report]
    found = Counter(line["outcome"] for line in lines)
    context = {
        "employer": made.employer,
        "upload": made,
        "lines": lines,
        "counts": [(word, found[code]) for code, word in WORDS.items() if found[code]],
        "waiting": len(made.rows),
    }
    return render(request, "listings/bulk_upload/upload_report.html", context)


@page(takes="post", login=True, cache="never")
def go_on(request, pk: int):
    """Pressed twice, each line is done once all the same."""
    process_upload(_own(request, pk).pk)
    return redirect("listings:upload_report", pk)


def _own(request, pk):
    """An upload of an employer the person acts for, with `employer` as the desk shows it."""
    made = BulkUpload.objects.filter(pk=pk).first()
    if made is None:
        raise Http404
    made.employer = get_own_employer(request, made.employer_id)
    return made


def _shown(number, title, outcome, words, listing):
    return {
        "number": number,
        "title": title or "（没有标题）",
        "outcome": outcome,
        "word": WORDS[outcome],
        "colour": COLOURS.get(outcome, ""),
        "words": words,
        "listing": listing,
    }
