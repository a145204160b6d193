"""Facts about a sign-in: how recent it is, the known devices and networks, the user of a phone, and the page that
follows."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.models import Notice, User
from sitekit.web.pages import PageView, View, page
from sitekit.web.visitor_network import get_visitor_network

RECENT_SIGN_IN_SECONDS = 10 * 60  # seconds after a sign-in or a repeated proof of who it is

DEVICE_COOKIE, DEVICE_LASTS = "device", 180 * 24 * 3600
MAX_USERS = 5  # users that one browser is remembered for
INACTIVE_SESSION_KEY = "inactive account"
INACTIVE_SESSION_SECONDS = 30 * 60
SWITCHED_OFF_KEY = "switched-off"  # begins the key of the notice that says why
type Trust = Literal["device", "network", ""]

MAX_NEXT_URL_LENGTH = 1000  # of an address to go on to


def fresh_page(*, takes: Literal["form", "post"]) -> Callable[[View], PageView]:
    """A page that could be used to take an account over: a user who is not fresh proves it again.

    What a POST carried is not kept meanwhile: it may be a password.
    """

    def decorate(view: View) -> PageView:
        @wraps(view)
        def view_when_fresh(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not is_fresh(request):
                next_query = urlencode({"next": request.path})
                return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{next_query}")
            return view(request, *args, **kwargs)

        return page(takes=takes, login=True, cache="never")(view_when_fresh)

    return decorate


def is_fresh(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < RECENT_SIGN_IN_SECONDS


def get_next_address(request: HttpRequest) -> str:
    """Return the address to go on to, one of this site; empty if there is none."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    # The address is stored during the sign-in. No page of ours has a longer one.
    if len(address) > MAX_NEXT_URL_LENGTH:
        return ""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(address, hosts, require_https=request.is_secure())
    return address if is_ours and address.startswith("/") else ""


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Remember this browser as one from which the user signed in; it may also be remembered for other users."""
    known_users = [str(user.pk), *(pk for pk in _list_known_users(request) if pk != str(user.pk))]
    response.set_signed_cookie(
        DEVICE_COOKIE,
        ".".join(known_users[:MAX_USERS]),
        max_age=DEVICE_LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def find_user_by_contact(contact: str) -> User | None:
    field = "email" if "@" in contact else "phone"
    return User.objects.filter(**{field: contact}).first()


def find_trust(request: HttpRequest, contact: str) -> Trust:
    """Return "device" if the owner of the contact has signed in from this browser, "network" if they are signed in
    on this network, else "". Such requests have limits of their own, so that strangers elsewhere cannot shut the
    owner out."""
    user = find_user_by_contact(contact)
    if user is None:
        return ""
    if str(user.pk) in _list_known_users(request):
        return "device"
    address = get_visitor_network(request).partition("/")[0]
    is_near = address and UserSession.objects.filter(user=user, ip=address).exists()
    return "network" if is_near else ""


def _list_known_users(request: HttpRequest) -> list[str]:
    cookie = request.get_signed_cookie(DEVICE_COOKIE, default="", max_age=DEVICE_LASTS)
    return cookie.split(".") if cookie else []


def remember_inactive_account(request: HttpRequest, user: User) -> None:
    """Let this browser read why the account is switched off, because the right code was typed."""
    request.session[INACTIVE_SESSION_KEY] = user.pk
    request.session.set_expiry(INACTIVE_SESSION_SECONDS)


def find_switching_off_notice(request: HttpRequest) -> Notice | None:
    """Return the notice of the switching off, for the account that last tried to sign in on this browser."""
    user_id = request.session.get(INACTIVE_SESSION_KEY)
    if user_id is None:
        return None
    notices = Notice.objects.filter(user=user_id, user__is_active=False)
    return notices.filter(key__startswith=f"{SWITCHED_OFF_KEY}-").order_by("-pk").first()
