"""Who is asking: signed in, and how freshly."""

import time
from functools import wraps

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

FRESH = 10 * 60  # seconds for which a sign-in, or a proof asked for again, opens what is delicate

LONGEST = 1000  # of an address to go on to

# Sends a visitor to /accounts/login/?next=…; the page itself must be @never_cache.
signed_in = login_required


def fresh_sign_in(view):
    """For what could take an account over; else asks again who it is, and comes back here.

    What a POST carried is not kept meanwhile: it may be a password.
    """

    @signed_in
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if not is_fresh(request):
            here = urlencode({"next": request.path})
            return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{here}")
        return view(request, *args, **kwargs)

    return wrapped


def is_fresh(request) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < FRESH


def next_of(request) -> str:
    """Where to go afterwards: an address of this site, or nothing."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    if len(address) > LONGEST:  # it is kept while somebody signs in, and no page of ours has one
        return ""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(address, hosts, require_https=request.is_secure())
    return address if is_ours and address.startswith("/") else ""
