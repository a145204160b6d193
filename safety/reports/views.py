"""The pages of reports: the form, the thanks with the code, the state by code, one's own."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string

from listings.choices import ListingStatus
from listings.detail.detail_context import ENDED, GONE, HELD, HIDDEN, LIVE, get_public_state
from listings.models import Listing
from news.choices import ArticleStatus
from news.models import Article
from safety.appeals import transitions as appeals
from safety.choices import ReportStatus
from safety.models import Appeal, Report
from safety.moderation.ticket_codes import format_ticket
from safety.reports.forms import OF_ARTICLES, OF_LISTINGS, ReportForm, StatusForm
from safety.reports.submission import hash_reporter, submit_report
from safety.reports.transitions import describe_reported_item
from sitekit.web.pages import page
from sitekit.web.rate_limits import count_attempt
from sitekit.web.visitor_network import get_visitor_network

AN_HOUR, A_DAY, GUESSES = 10, 30, 20
BUSY = "这个网络一小时里举报得太多了，请过一会儿再来。急的话打 110 或 96110。"
TOO_MANY_GUESSES = "查得太多了，请过一小时再来。"
UNKNOWN = "没有这个查询码，请对照再填一遍。"
# Both are sent to the pages under /report/ only.
DEVICE, TICKET, PATH = "report_device", "report_ticket", "/report/"

STATES: dict[str, str] = {
    ReportStatus.RECEIVED: "已经收到，排队等人看",
    ReportStatus.IN_REVIEW: "有人正在核实",
    ReportStatus.UPHELD: "核实过了，情况属实",
    ReportStatus.DISMISSED: "核实过了，没有查实",
}


@page(takes="form", cache="never")
def report_listing(request, pk):
    listing = Listing.objects.select_related("employer").filter(pk=pk).first()
    state = get_public_state(listing)
    if listing is None or state == HIDDEN:
        raise Http404
    return _report(request, OF_LISTINGS, _of_listing(listing, state), listing=listing)


@page(takes="form", cache="never")
def report_article(request, pk):
    article = Article.objects.published().filter(pk=pk).first()
    if article is None:
        raise Http404
    thing = {"kind": "文章", "title": article.title, "more": article.source_label}
    thing["address"] = reverse("news:article", args=[pk])
    return _report(request, OF_ARTICLES, thing, article=article)


def _of_listing(listing, state):
    """What the form says of the listing: no more than its page does."""
    if state == HELD:
        thing = {"title": f"编号 {listing.pk}", "more": "正在核查，内容先收起来了"}
    elif state == GONE:
        thing = {"title": f"编号 {listing.pk}", "more": "已经不在了"}
    else:
        thing = {"title": listing.title, "more": f"{listing.who} · {listing.place.short_name}"}
    return thing | {"kind": "兼职", "address": listing.get_absolute_url()}


def _report(request, reasons, thing, **on):
    status = 200
    if request.method == "POST":
        form = ReportForm(request.POST, reasons=reasons)
        if form.is_valid():
            if form.is_from_a_program:
                return redirect("safety:thanks")
            if _is_allowed(request):
                return _thank(request, _keep(request, form.cleaned_data, on))
            form.add_error(None, BUSY)
            status = 429
    else:
        form = ReportForm(reasons=reasons)
    context = {"form": form, "thing": thing, "canonical": ""}
    return _with_device(
        request, render(request, "safety/reports/report.html", context, status=status)
    )


def _is_allowed(request):
    network = get_visitor_network(request)
    if not count_attempt("report form", network, AN_HOUR, timedelta(hours=1)):
        return False
    user = request.user
    return not user.is_authenticated or count_attempt(
        "reports of one", user.pk, A_DAY, timedelta(days=1)
    )


def _keep(request, answers, on):
    user = request.user
    email = "" if user.is_authenticated else answers["email"]
    marks = hash_reporter(user, _device(request), get_visitor_network(request), email)
    words = {"reason": answers["reason"], "words": answers["words"]}
    return submit_report(**on, **words, user=user, email=email, marks=marks)


def _thank(request, row):
    """The code stands in a short-lived cookie: in an address it would be kept by others."""
    response = redirect("safety:thanks")
    response.set_signed_cookie(TICKET, row.ticket, salt=TICKET, max_age=3600, **_cookie())
    return response


def _with_device(request, response):
    if not _device(request):
        device = get_random_string(22)
        year = 365 * 24 * 3600
        response.set_signed_cookie(DEVICE, device, salt=DEVICE, max_age=year, **_cookie())
    return response


def _device(request):
    return request.get_signed_cookie(DEVICE, "", salt=DEVICE)


def _cookie():
    return {
        "path": PATH,
        "httponly": True,
        "samesite": "Lax",
        "secure": settings.SESSION_COOKIE_SECURE,
    }


@page(takes="read", cache="never")
def show_report_thanks(request):
    ticket = request.get_signed_cookie(TICKET, "", salt=TICKET, max_age=3600)
    row = Report.objects.select_related("listing").filter(ticket=ticket).first()
    context = {
        "row": row,
        "ticket": format_ticket(ticket),
        "is_held": bool(row) and _is_held(row),
    }
    return render(request, "safety/reports/thanks.html", context)


@page(takes="form", cache="never")
def show_report_status(request):
    """By POST, so that no code stands in an address."""
    code, found = 200, None
    form = StatusForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        network = get_visitor_network(request)
        if not count_attempt("report status", network, GUESSES, timedelta(hours=1)):
            form.add_error(None, TOO_MANY_GUESSES)
            code = 429
        else:
            found = state_of(form.cleaned_data["code"])
            if found is None:
                form.add_error("code", UNKNOWN)
            else:
                form = StatusForm()
    context = {"form": form, "found": found, "canonical": ""}
    return render(request, "safety/reports/status.html", context, status=code)


def state_of(ticket):
    """What is told to whoever has the code; nothing of who reported or who decided."""
    row = Report.objects.select_related("listing").filter(ticket=ticket).first()
    if row:
        words, what, is_held = (
            STATES[row.status],
            f"举报{describe_reported_item(row)}",
            _is_held(row),
        )
    elif row := Appeal.objects.filter(ticket=ticket).first():
        words, what, is_held = appeals.STATES[row.status], "申诉", False
    else:
        return None
    return {
        "row": row,
        "words": words,
        "what": what,
        "is_held": is_held,
        "ticket": format_ticket(ticket),
        "is_open": row.decided_at is None,
    }


def _is_held(row):
    return bool(row.listing) and row.listing.status == ListingStatus.HELD


@page(takes="read", login=True, cache="never")
def my_reports(request):
    mine = Report.objects.filter(reporter=request.user)
    rows = mine.select_related("listing__employer", "article")
    found = [
        {
            "row": row,
            "reason": (OF_LISTINGS if row.listing else OF_LISTINGS | OF_ARTICLES)[row.reason].words,
            "about": _named(row),
            "words": STATES[row.status],
            "ticket": format_ticket(row.ticket),
            "is_open": row.decided_at is None,
        }
        for row in rows[:100]
    ]
    return render(request, "safety/reports/my_reports.html", {"rows": found})


def _named(row):
    """What was reported by its title, as long as its own page shows one."""
    if row.listing:
        is_shown = get_public_state(row.listing) in (LIVE, ENDED)
    else:
        is_shown = row.article.status == ArticleStatus.PUBLISHED
    return f"「{(row.listing or row.article).title}」" if is_shown else describe_reported_item(row)
