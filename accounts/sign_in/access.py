"""How recently a user has signed in, and the address to go on to."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from sitekit.web.pages import PageView, View, page

FRESH = 10 * 60  # seconds after a sign-in or a repeated proof of who it is

LONGEST = 1000  # of an address to go on to


def fresh_page(*, takes: Literal["form", "post"]) -> Callable[[View], PageView]:
    """A page that could be used to take an account over: a user who is not fresh proves it again.

    What a POST carried is not kept meanwhile: it may be a password.
    """

    def decorate(view: View) -> PageView:
        @wraps(view)
        def view_when_fresh(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not is_fresh(request):
                here = urlencode({"next": request.path})
                return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{here}")
            return view(request, *args, **kwargs)

        return page(takes=takes, login=True, cache="never")(view_when_fresh)

    return decorate


def is_fresh(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < FRESH


def get_next_address(request: HttpRequest) -> str:
    """Return the address to go on to, one of this site; empty if there is none."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    if len(address) > LONGEST:  # it is kept while somebody signs in, and no page of ours has one
        return ""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(address, hosts, require_https=request.is_secure())
    return address if is_ours and address.startswith("/") else ""
