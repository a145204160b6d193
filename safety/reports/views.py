"""The pages of reports: the form, the thanks with the code, the status by code, one's own reports."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string

from listings.choices import ListingStatus
from listings.detail.detail_context import GONE, HELD, HIDDEN, get_public_state, name_public_state
from listings.models import Listing
from news.models import Article
from safety.appeals.outcomes import describe_appeal
from safety.choices import ReportStatus
from safety.models import Appeal, Report
from safety.reports.forms import OF_ARTICLES, OF_LISTINGS, ReportChoice, ReportForm, StatusForm
from safety.reports.handling_times import describe_handling_times
from safety.reports.item_names import name_reported_item
from safety.reports.submission import hash_network_range, hash_reporter, submit_report
from sitekit.site_settings.limits import declare_limit
from sitekit.web.pages import page
from sitekit.web.paging import IdOrder, paginate
from sitekit.web.rate_limits import count_attempt
from sitekit.web.visitor_network import get_visitor_network

# Reports a network may send in an hour, an account in a day; codes a network may try in an hour.
REPORTS_AN_HOUR = declare_limit(
    "reports_an_hour", "举报和查一查", "举报，同一个网络每小时几次", 10, most=200
)
REPORTS_A_DAY = declare_limit(
    "reports_a_day", "举报和查一查", "举报，一个账号每天几次", 30, most=300
)
REPORT_CODE_TRIES_AN_HOUR = declare_limit(
    "report_codes_an_hour", "举报和查一查", "查举报进度，同一个网络每小时几次", 20, most=200
)
OWN_REPORTS_PAGE_SIZE = 100
TOO_MANY_REPORTS_MESSAGE = "这个网络一小时里举报得太多了，请过一会儿再来。急的话打 110 或 96110。"
TOO_MANY_GUESSES = "查得太多了，请过一小时再来。"
UNKNOWN_CODE_MESSAGE = "没有这个查询码，请对照再填一遍。"
# Two cookies, sent to the pages under /report/ only.
DEVICE, TICKET, PATH = "report_device", "report_ticket", "/report/"

STATES: dict[str, str] = {
    ReportStatus.RECEIVED: "已经收到，排队等人看",
    ReportStatus.IN_REVIEW: "有人正在核实",
    ReportStatus.UPHELD: "核实过了，情况属实",
    ReportStatus.DISMISSED: "核实过了，没有查实",
}


@page(takes="form", cache="never")
def report_listing(request: HttpRequest, pk: int) -> HttpResponse:
    listing = Listing.objects.select_related("employer").filter(pk=pk).first()
    state = get_public_state(listing)
    if listing is None or state == HIDDEN:
        raise Http404
    description = _describe_listing(listing, state)
    return _handle_report_form(request, OF_LISTINGS, description, listing=listing)


@page(takes="form", cache="never")
def report_article(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(Article.objects.published(), pk=pk)
    description = {"kind": "文章", "title": article.title, "more": article.source_label}
    description["address"] = reverse("news:article", args=[pk])
    return _handle_report_form(request, OF_ARTICLES, description, article=article)


def _describe_listing(listing: Listing, state: str) -> dict[str, str]:
    """Return what the form shows of the listing: no more than its page does."""
    state_words = name_public_state(listing, state) if state in (HELD, GONE) else ""
    return {
        "kind": "兼职",
        "address": listing.get_absolute_url(),
        "title": f"编号 {listing.pk}" if state_words else listing.title,
        "more": state_words or f"{listing.who} · {listing.place_words}",
    }


def _handle_report_form(
    request: HttpRequest,
    reasons: dict[str, ReportChoice],
    description: dict[str, str],
    **reported: Listing | Article,
) -> HttpResponse:
    """`reported` is the listing or the article."""
    status = 200
    form = ReportForm(request.POST or None, reasons=reasons)
    if form.is_valid():
        if form.is_from_a_program:
            return redirect("safety:thanks")
        if _count_report_attempt(request):
            return _redirect_to_thanks(_submit_report(request, form.cleaned_data, reported))
        form.add_error(None, TOO_MANY_REPORTS_MESSAGE)
        status = 429
    context = {
        "form": form,
        "thing": description,
        "canonical": "",
        "handling_times": describe_handling_times(),
    }
    response = render(request, "safety/reports/report.html", context, status=status)
    if not _get_device(request):
        _set_cookie(response, DEVICE, get_random_string(22), max_age=365 * 24 * 3600)
    return response


def _count_report_attempt(request: HttpRequest) -> bool:
    network = get_visitor_network(request)
    if not count_attempt("report form", network, REPORTS_AN_HOUR, timedelta(hours=1)):
        return False
    user = request.user
    return not user.is_authenticated or count_attempt(
        "reports of one", user.pk, REPORTS_A_DAY, timedelta(days=1)
    )


def _submit_report(
    request: HttpRequest, answers: dict[str, Any], reported: dict[str, Any]
) -> Report:
    user = request.user
    email = "" if user.is_authenticated else answers["email"]
    network = get_visitor_network(request)
    author_fields: dict[str, Any] = {
        "user": user,
        "email": email,
        "marks": hash_reporter(user, _get_device(request), network, email),
        "range_mark": hash_network_range(network),
    }
    return submit_report(
        reason=answers["reason"], words=answers["words"], **author_fields, **reported
    )


def _redirect_to_thanks(report: Report) -> HttpResponse:
    """Put the code into a short-lived cookie: an address would be stored by others."""
    response = redirect("safety:thanks")
    _set_cookie(response, TICKET, report.ticket, max_age=3600)
    return response


def _get_device(request: HttpRequest) -> str:
    return request.get_signed_cookie(DEVICE, "", salt=DEVICE) or ""


def _get_sent_ticket(request: HttpRequest) -> str:
    """Return the code of what this browser reported within the hour, "" if it did not."""
    return request.get_signed_cookie(TICKET, "", salt=TICKET, max_age=3600) or ""


def _set_cookie(response: HttpResponse, name: str, value: str, max_age: int) -> None:
    response.set_signed_cookie(
        name,
        value,
        salt=name,
        max_age=max_age,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


@page(takes="read", cache="never")
def show_report_thanks(request: HttpRequest) -> HttpResponse:
    reports = Report.objects.select_related("listing__employer", "article")
    report = reports.filter(ticket=_get_sent_ticket(request)).first()
    context = {"row": report, "is_held": report is not None and _is_held(report)}
    return render(request, "safety/reports/thanks.html", context)


@page(takes="form", cache="never")
def show_report_status(request: HttpRequest) -> HttpResponse:
    """Show the status of a report. The code is posted, so that it is in no address; the form already contains the
    code of a report that this visitor has just sent."""
    http_status, report_status = 200, None
    form = StatusForm(request.POST or None, initial={"code": _get_sent_ticket(request)})
    if request.method == "POST" and form.is_valid():
        network = get_visitor_network(request)
        if not count_attempt(
            "report status", network, REPORT_CODE_TRIES_AN_HOUR, timedelta(hours=1)
        ):
            form.add_error(None, TOO_MANY_GUESSES)
            http_status = 429
        else:
            report_status = _get_status_by_ticket(form.cleaned_data["code"])
            if report_status is None:
                form.add_error("code", UNKNOWN_CODE_MESSAGE)
            else:
                form = StatusForm()
    context = {"form": form, "found": report_status, "canonical": ""}
    return render(request, "safety/reports/status.html", context, status=http_status)


def _get_status_by_ticket(ticket: str) -> dict[str, Any] | None:
    """Return the context for anybody who has the code, without the reporter and the moderator; None if unknown."""
    if (
        report := Report.objects.select_related("listing__employer", "article")
        .filter(ticket=ticket)
        .first()
    ):
        subject, words = f"举报{name_reported_item(report)}", STATES[report.status]
        return {"row": report, "words": words, "what": subject, "is_held": _is_held(report)}
    if appeal := Appeal.objects.filter(ticket=ticket).first():
        return {"row": appeal, "words": describe_appeal(appeal), "what": "申诉"}
    return None


def _is_held(report: Report) -> bool:
    return report.listing is not None and report.listing.status == ListingStatus.HELD


@page(takes="read", login=True, cache="never")
def show_my_reports(request: HttpRequest) -> HttpResponse:
    reports = Report.objects.filter(reporter=request.user.pk)
    reports = reports.select_related("listing__employer", "article")
    reports_page = paginate(reports, request, size=OWN_REPORTS_PAGE_SIZE, order=IdOrder())
    every_reason = OF_LISTINGS | OF_ARTICLES
    rows = [
        {
            "row": report,
            "reason": (OF_LISTINGS if report.listing else every_reason)[report.reason].words,
            "about": name_reported_item(report),
            "words": STATES[report.status],
        }
        for report in reports_page.rows
    ]
    context = {"rows": rows, **reports_page.links}
    return render(request, "safety/reports/my_reports.html", context)
