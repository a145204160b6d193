"""Pages for programs that watch the site: whether the process runs, whether it can do its work, and what it counts.

They are answered before anything else, over HTTP, by IP and under any host. More than "ready" is told only to this
machine and its network.
"""

import ipaddress
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from jobsite.monitoring.exposition import CONTENT_TYPE, render_metrics
from jobsite.operations.readiness import check_readiness
from sitekit.web.pages import page


class ProbesMiddleware:
    """Answers probes. It is the first middleware, because probes use no host name of the site and no HTTPS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else self.get_response(request)


@page(takes="read", cache="never")
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer without using the database: the process serves requests."""
    return HttpResponse("ok\n", content_type="text/plain")


@page(takes="read", cache="never")
def readyz(request: HttpRequest) -> HttpResponse:
    is_ready, facts = check_readiness()
    lines = ["ready" if is_ready else "not ready", *(facts if comes_from_inside(request) else [])]
    return HttpResponse("\n".join([*lines, ""]), "text/plain", 200 if is_ready else 503)


@page(takes="read", cache="never")
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics for Prometheus; 404 to requests from outside this machine's network."""
    if not comes_from_inside(request):
        return HttpResponse("not found\n", content_type="text/plain", status=404)
    return HttpResponse(render_metrics(), content_type=CONTENT_TYPE)


PROBES = {"/healthz": healthz, "/readyz": readyz, "/metrics": show_metrics}


def comes_from_inside(request: HttpRequest) -> bool:
    """Whether the request comes from this machine or its network, and not through a proxy."""
    if "HTTP_X_FORWARDED_FOR" in request.META:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_private
    except ValueError:
        return False
