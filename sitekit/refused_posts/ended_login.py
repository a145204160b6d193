"""The answer to a form that is sent after the login has ended: what was typed, and the way back."""

from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from sitekit.refused_posts.typed_fields import collect_typed_input


def find_ended_login_answer(request: HttpRequest, way_back: str) -> HttpResponse | None:
    """Return a page with what was typed, which leads to the login and from there to `way_back`;
    None where nothing was typed: a redirect loses nothing then.

    Only behind the check of the CSRF token: others must not have their words shown on a page of ours.
    """
    if request.method != "POST":
        return None
    typed = collect_typed_input(request)
    if not typed.texts:
        return None
    context = {"typed": typed, "login": redirect_to_login(way_back).url}
    response = render(request, "login_ended.html", context, status=403)
    add_never_cache_headers(response)
    return response


def get_form_address(request: HttpRequest, fallback: str) -> str:
    """Return the address of the page that the form stood on, one of this site, as the browser names it."""
    referer = request.headers.get("Referer", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(referer, hosts, require_https=request.is_secure()):
        return fallback
    parts = urlsplit(referer)
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    is_ours = url_has_allowed_host_and_scheme(address, hosts)
    return address if is_ours and address.startswith("/") else fallback
