"""查一查: the form with its answer, and the page about a verdict that can be shared.

The checked text reaches no table, cache, session, file, address or log: the answer is rendered from
the POST itself, and an error says where it happened but nothing of the text. Pictures go to the reader
process, and the answer is at an address that only their sender knows, as long as the reader has them.
"""

import functools
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from cities.switcher.likely_city import get_visited_city
from news.related.local_alerts import list_nearest_alerts
from safety.checker.example_texts import EXAMPLES
from safety.checker.forms import CheckForm, MemoryOnlyUploadHandler
from safety.checker.forwarding_channels import list_forwarding_channels
from safety.checker.hidden_errors import hide_text_in_errors
from safety.checker.text_check import (
    EXPLAINED_LEVELS,
    SHOWN_COPIES,
    TOLD,
    CheckAnswer,
    check_text,
    describe_check_verdict,
)
from safety.checker.unread_pictures import describe_unread_pictures, explain_nothing_read
from screening.fraud_types import RiskLevel, is_fraud_type
from sitekit.ocr.reader_client import (
    PicturesForgotten,
    ReaderBusy,
    ReaderSilent,
    ReadingResult,
    WaitingState,
    get_reading,
    submit_pictures,
)
from sitekit.share_pictures.qr_codes import draw_code_svg
from sitekit.site_settings.limits import declare_limit
from sitekit.web.pages import View, page
from sitekit.web.rate_limits import count_attempt
from sitekit.web.visitor_network import get_visitor_network

# Mobile phones of a whole town may share one address; a check takes a hundredth of a second.
CHECKS_AN_HOUR = declare_limit(
    "checks_an_hour", "举报和查一查", "查一查，同一个网络每小时查几次", 1000, most=10000
)
PICTURES_AN_HOUR = declare_limit(
    "picture_checks_an_hour", "举报和查一查", "查一查，同一个网络每小时查几次图片", 100, most=1000
)
TOO_MANY_CHECKS_MESSAGE = "这个网络一小时里查得太多了，请过一会儿再来。急的话直接打 96110 问。"
TOO_MANY_PICTURES_MESSAGE = (
    "这个网络一小时里查的图太多了，图先不读了。把对方的话贴成文字，马上就能查；已经付了钱先打 110。"
)
READER_BUSY = "现在查的人多，图先不读了。把对方的话贴成文字，马上就能查；已经付了钱先打 110。"
PICTURES_GONE_MESSAGE = (
    "这几张图和一起贴的字已经不在了：读完只留两分钟，读的时候出了错也会丢。"
    "请再放一次；还是不行，就把话贴成文字。"
)
# How long a page waits for pictures that are being read; after that it asks again by itself.
READING_SECONDS, REFRESH_SECONDS = 2.5, 2
GRAVE_LEVELS = (RiskLevel.HIGH, RiskLevel.MEDIUM, TOLD)


def upload_to_memory(view: View) -> View:
    """Set the upload handler before the POST is read, even by the check of the CSRF token."""

    @csrf_exempt
    @functools.wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        request.upload_handlers = [MemoryOnlyUploadHandler(request)]
        return csrf_protect(view)(request)

    return guarded


@page(takes="form", cache="never")
@sensitive_post_parameters()
@hide_text_in_errors
@upload_to_memory
def show_check(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _render_check(request, CheckForm())
    if (example := EXAMPLES.get(request.POST.get("example", ""))) is not None:
        return _handle_check(request, CheckForm({"text": example.text}))
    return _handle_check(request, CheckForm(request.POST, request.FILES))


def _handle_check(request: HttpRequest, form: CheckForm) -> HttpResponse:
    network, hour = get_visitor_network(request), timedelta(hours=1)
    if not count_attempt("check", network, CHECKS_AN_HOUR, hour):
        form = CheckForm(initial={"text": request.POST.get("text", "")})
        return _render_check(request, form, trouble=TOO_MANY_CHECKS_MESSAGE, status=429)
    may_read = not request.FILES or count_attempt("check picture", network, PICTURES_AN_HOUR, hour)
    if not form.is_valid():
        return _render_check(request, form)
    text, pictures = form.cleaned_data["text"], form.cleaned_data["pictures"]
    if pictures:
        trouble, status = TOO_MANY_PICTURES_MESSAGE, 429
        if may_read:
            try:
                return redirect("safety:check_reading", submit_pictures(pictures, text))
            except ReaderBusy:
                trouble, status = READER_BUSY, 503
        if not text:
            return _render_check(request, form, trouble=trouble, status=status)
        form.notes.append(trouble)
    answer = check_text(text, city=get_visited_city(request))
    return _render_check(request, form, answer=answer)


@page(takes="read", cache="never")
@hide_text_in_errors
def show_reading(request: HttpRequest, ticket: str) -> HttpResponse:
    """Show the answer for pictures, or how long it will take; the page then asks again by itself."""
    state: WaitingState | ReadingResult | None = None
    try:
        state = get_reading(ticket, READING_SECONDS)
    except PicturesForgotten:
        return _render_check(request, CheckForm(), trouble=PICTURES_GONE_MESSAGE, status=410)
    except ReaderSilent:
        pass  # the page asks again
    if not isinstance(state, ReadingResult):
        response = render(request, "safety/checker/reading.html", {"state": state})
        response["Refresh"] = str(REFRESH_SECONDS)
        return response
    # The check itself was counted when the pictures came; each look at its answer judges the text again.
    network, hour = get_visitor_network(request), timedelta(hours=1)
    if not count_attempt("check reading", network, CHECKS_AN_HOUR, hour):
        return _render_check(request, CheckForm(), trouble=TOO_MANY_CHECKS_MESSAGE, status=429)
    answer = check_text(state.caption, state.readings, get_visited_city(request))
    form = CheckForm(initial={"text": answer.checked_text})
    if not (state.caption or answer.read_text or answer.codes):
        return _render_check(request, form, trouble=explain_nothing_read(state.readings))
    if unread := describe_unread_pictures(state.readings):
        form.notes.append(unread)
    return _render_check(request, form, answer=answer)


def _render_check(
    request: HttpRequest,
    form: CheckForm,
    *,
    answer: CheckAnswer | None = None,
    status: int = 200,
    trouble: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "answer": answer,
        "examples": EXAMPLES.items(),
        "trouble": trouble,
    }
    if answer:
        # In a new tab: the answer to a POST is not cached, so nobody could come back to it.
        context |= {"verdict": answer.verdict, "share": answer.verdict.explanation_path}
        context["new_tab"] = True
    else:
        context["channels"] = list_forwarding_channels()
    return render(request, "safety/checker/check.html", context, status=status)


@page(takes="read")
def show_verdict_explanation(
    request: HttpRequest, level: str, fraud_type: str = ""
) -> HttpResponse:
    """Show a verdict without its text: the same for everybody."""
    may_have_type = level in GRAVE_LEVELS and is_fraud_type(fraud_type)
    if level not in EXPLAINED_LEVELS or (fraud_type and not may_have_type):
        raise Http404
    verdict = describe_check_verdict(level, fraud_type)
    address = request.build_absolute_uri(request.path)
    context = {
        "verdict": verdict,
        "address": address,
        "code": draw_code_svg(address, css_class="check-qr", title="这一页的二维码"),
        "alerts": list_nearest_alerts(None, (fraud_type,), SHOWN_COPIES) if fraud_type else [],
    }
    return render(request, "safety/checker/about.html", context)
