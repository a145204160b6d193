"""Gives each request a number, which marks its lines in the log, and measures it under the name of its route."""

import re
import secrets
from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.log import log_response

from sitekit.telemetry.counters import (
    QUERIES,
    QUERY_SECONDS,
    REQUEST_SECONDS,
    add_count,
    add_seconds,
)
from sitekit.telemetry.current_work import Work, get_current_work, work_on

HEADER = "X-Request-ID"
_FROM_PROXY = re.compile(r"[A-Za-z0-9-]{1,64}")
STATIC, NO_ROUTE = "static files", "no route"


class RequestWatchMiddleware:
    """Adds the number to the answer and counts the request. It stands outside every middleware that may answer, except
    that of the probes: so the header with the number is not stored with a kept page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = perf_counter()
        with work_on(Work(choose_request_id(request))) as work:
            response = self.get_response(request)
            if isinstance(response, HttpResponse) and response.status_code >= 400:
                _log_refusal(request, response)
        response.headers[HEADER] = work.key
        _count_request(name_route(request), response.status_code, perf_counter() - begun, work)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Store the route's name, for the log lines that are written from now on."""
        if work := get_current_work():
            work.name = name_route(request)


def _log_refusal(request: HttpRequest, response: HttpResponse) -> None:
    """Log the answer as Django does. Django does so after all middleware, when the request's number is no longer known;
    an answer that was logged here is not logged again."""
    words = "%s: %s"
    log_response(words, response.reason_phrase, request.path, response=response, request=request)


def choose_request_id(request: HttpRequest) -> str:
    """Return the number that the proxy gave; without a usable one, ten random digits, which a visitor can read out on
    the phone."""
    proxy_number = request.META.get("HTTP_X_REQUEST_ID", "") if settings.BEHIND_PROXY else ""
    return (
        proxy_number if _FROM_PROXY.fullmatch(proxy_number) else f"{secrets.randbelow(10**10):010}"
    )


def name_route(request: HttpRequest) -> str:
    if match := request.resolver_match:
        return match.view_name
    return STATIC if request.path_info.startswith(settings.STATIC_URL) else NO_ROUTE


def _count_request(route: str, status: int, seconds: float, work: Work) -> None:
    add_seconds(REQUEST_SECONDS, route, status, seconds=seconds)
    if work.queries:
        add_count(QUERIES, route, amount=work.queries)
        add_count(QUERY_SECONDS, route, amount=work.query_seconds)
