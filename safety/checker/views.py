"""查一查: the form with its answer, and the page about a result that can be shared.

What is checked reaches no table, cache, session, file, address or log: the answer is drawn from the
POST itself, and a fault says where it happened and nothing of what was read.
"""

import functools
from datetime import timedelta
from io import BytesIO

import segno
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from cities.switcher.likely_city import get_remembered_city
from news.related.local_alerts import list_nearest_alerts
from safety.checker.example_texts import EXAMPLES
from safety.checker.forms import CheckForm, InMemory
from safety.checker.text_check import SHOWN, check_text, describe_check_verdict
from screening.fraud_types import FraudType, RiskLevel
from sitekit.web.pages import page
from sitekit.web.rate_limits import count_attempt
from sitekit.web.visitor_network import get_visitor_network

# A whole town of telephones can have one address; a check takes a hundredth of a second.
AN_HOUR, PICTURES_AN_HOUR = 1000, 100
BUSY = "这个网络一小时里查得太多了，请过一会儿再来。急的话直接打 96110 问。"
GRAVE = (RiskLevel.HIGH, RiskLevel.MEDIUM)
# Faults of the request, which say nothing of what it held and have pages of their own.
NOT_OURS = (Http404, PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError)


class CheckFailed(Exception):
    """Says where; what was read stays out of reports and logs."""


def tells_nothing(view):
    @functools.wraps(view)
    def told(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except NOT_OURS:
            raise
        except Exception as error:
            where = _where(error)
        raise CheckFailed(where)  # out of the block above: it remembers no other error

    return told


def _where(error):
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    return f"{type(error).__name__} in {trace.tb_frame.f_code.co_qualname}, line {trace.tb_lineno}"


def in_memory(view):
    """Before anybody asks for the POST, the check of its token included."""

    @csrf_exempt
    @functools.wraps(view)
    def kept(request):
        request.upload_handlers = [InMemory(request)]
        return csrf_protect(view)(request)

    return kept


@page(takes="form", cache="never")
@sensitive_post_parameters()
@tells_nothing
@in_memory
def show_check(request):
    if request.method != "POST":
        return _page(request, CheckForm())
    if (example := EXAMPLES.get(request.POST.get("example", ""))) is not None:
        return _answer(request, CheckForm({"text": example.text}))
    return _answer(request, CheckForm(request.POST, request.FILES))


def _answer(request, form):
    if not _is_allowed(request):
        form = CheckForm(initial={"text": request.POST.get("text", "")})
        return _page(request, form, trouble=BUSY, status=429)
    if not form.is_valid():
        return _page(request, form)
    city = get_remembered_city(request)
    answer = check_text(form.cleaned_data["text"], form.codes, city)
    return _page(request, form, answer=answer)


def _is_allowed(request):
    network, hour = get_visitor_network(request), timedelta(hours=1)
    if request.FILES and not count_attempt("check picture", network, PICTURES_AN_HOUR, hour):
        return False
    return count_attempt("check", network, AN_HOUR, hour)


def _page(request, form, *, answer=None, status=200, trouble=""):
    context = {"form": form, "answer": answer, "examples": EXAMPLES.items(), "trouble": trouble}
    if answer:
        # Back to what was posted there is no way: no browser may keep it.
        context |= {"verdict": answer.verdict, "share": _share_address(answer.verdict)}
        context["new_tab"] = True
    return render(request, "safety/checker/check.html", context, status=status)


def _share_address(verdict):
    if verdict.level not in RiskLevel.values:
        return ""
    kind = [verdict.fraud_type] if verdict.fraud_type else []
    name = "safety:check_about_type" if kind else "safety:check_about"
    return reverse(name, args=[verdict.level, *kind])


@page(takes="read")
def show_verdict_explanation(request, level, fraud_type=""):
    """A result without its text: the same for everybody."""
    if level not in RiskLevel.values or (fraud_type and not _is_said(level, fraud_type)):
        raise Http404
    verdict = describe_check_verdict(level, fraud_type)
    address = request.build_absolute_uri(request.path)
    context = {
        "verdict": verdict,
        "address": address,
        "code": _code(address),
        "alerts": list_nearest_alerts(None, (fraud_type,), SHOWN) if fraud_type else [],
    }
    return render(request, "safety/checker/about.html", context)


def _is_said(level, fraud_type):
    return level in GRAVE and fraud_type in FraudType.values


def _code(address):
    """A QR code drawn within the page; on white, as cameras want it in the dark theme too."""
    drawn = BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", scale=4, border=3, light="#fff", xmldecl=False, svgns=False,
        svgclass="check-qr", lineclass=None, omitsize=True, title="这一页的二维码",
    )  # fmt: skip
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 (drawn here of an address)
