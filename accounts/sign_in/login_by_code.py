"""Signing in by a code: the same steps for people with and without an account.

A code is sent whether there is an account or not, and an account is created only after the code
was typed: nobody learns who has an account, and nobody can register a number of somebody else.
"""

import re
import secrets
import time
from typing import NotRequired, TypedDict

from allauth.account.utils import perform_login
from django.core import signing
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.sign_in import consents
from accounts.sign_in.access import find_trust, find_user_by_contact
from accounts.sign_in.allauth_internals import discard_pending_login, record_authentication_step
from accounts.sign_in.one_time_codes import send_code_unless_recent
from sitekit.web.visitor_network import get_visitor_network

LOGIN_SESSION_KEY = "entering"
LOGIN_LIFETIME_SECONDS = 30 * 60  # seconds from the first page to the last
SIGNED_STATE_FIELD = "begun"  # hidden in the form of the code
_SIGNED_STATE_SALT = "accounts.sign_in.login_by_code"


class LoginState(TypedDict):
    """What the session keeps between the pages."""

    contact: str
    agreed: bool
    after: str  # the address to go on to
    nonce: str
    began: float
    proved: bool
    shown: NotRequired[str]  # the texts that were agreed to; not there while `agreed` is False


def create_nonce() -> str:
    """Return a value for the form, by which a form that is sent twice is recognised."""
    return secrets.token_hex(8)


def start_login_state(request: HttpRequest, contact: str, *, shown: str, after: str) -> None:
    """Send a code, unless this browser was sent one a moment ago. Raises `CodeRefused`.

    `shown` names the texts that the user agreed to, if any.
    """
    former, nonce = get_login_state(request), request.POST.get("once", "")
    if former and former["contact"] == contact and not former["proved"]:
        nonce = former["nonce"]  # who went back and asks again may have a code that is still good
    discard_pending_login(request)  # of one that was given up halfway
    state: LoginState = {
        "contact": contact,
        "agreed": bool(shown),
        "shown": shown,
        "after": after,
        "nonce": nonce if re.fullmatch("[0-9a-f]{16}", nonce) else create_nonce(),
        "began": time.time(),
        "proved": False,
    }
    is_known = bool(find_trust(request, contact))
    send_code_unless_recent(
        build_purpose(state), contact, get_visitor_network(request), is_known=is_known
    )
    request.session[LOGIN_SESSION_KEY] = state
    # Short, because it holds the contact of somebody who may never come back.
    request.session.set_expiry(LOGIN_LIFETIME_SECONDS)


def get_login_state(request: HttpRequest) -> LoginState | None:
    """Return the sign-in that was begun in this session; None if there is none or it took too long."""
    state: LoginState | None = request.session.get(LOGIN_SESSION_KEY)
    if state and time.time() - state["began"] < LOGIN_LIFETIME_SECONDS:
        return state
    return None


def sign_login_state(state: LoginState) -> str:
    """Return the signed state for the form of the code.

    A sign-in ends the session in which it began, so a second press may come without the cookie of the new session.
    The signed state opens nothing without the code.
    """
    return signing.dumps(state | {"proved": False}, salt=_SIGNED_STATE_SALT)


def read_posted_login_state(request: HttpRequest) -> LoginState | None:
    """Return the state from a form that is sent after its session ended."""
    signed = request.POST.get(SIGNED_STATE_FIELD, "")
    try:
        state: LoginState = signing.loads(
            signed, salt=_SIGNED_STATE_SALT, max_age=LOGIN_LIFETIME_SECONDS
        )
    except signing.BadSignature:
        return None
    return state


def build_purpose(state: LoginState) -> str:
    """Return the purpose of the code. It is bound to this browser, so that a code which a stranger requests neither
    voids this code nor uses up its tries."""
    return f"entering {state['nonce']}"


def mark_contact_proved(request: HttpRequest, state: LoginState) -> None:
    request.session[LOGIN_SESSION_KEY] = state | {"proved": True}


def create_user_for_contact(contact: str, shown: str = "") -> User:
    """Create the user and the consent in one transaction; a second press finds the user of the first one."""
    try:
        with transaction.atomic():
            if "@" in contact:
                user = User.objects.create_user(email=contact)
            else:
                now = timezone.now()
                user = User.objects.create_user(phone=contact, phone_proved_at=now)
            consents.agree_to_texts(user, shown)
    except IntegrityError:
        known_user = find_user_by_contact(contact)
        if known_user is None:
            raise
        return known_user
    return user


def complete_login(
    request: HttpRequest, user: User, state: LoginState, *, is_new: bool = False
) -> HttpResponse:
    """Sign the user in; return the redirect to the wanted page or to the second factor."""
    if "@" not in state["contact"]:
        # Each time: a proof of the last day is as good as a code to an employer's phone of the same number.
        User.objects.filter(pk=user.pk).update(phone_proved_at=timezone.now())
    request.session.pop(LOGIN_SESSION_KEY, None)
    return login_user(request, user, "code", state["after"], is_new=is_new)


def login_user(
    request: HttpRequest, user: User, method: str, after: str, *, is_new: bool = False
) -> HttpResponse:
    """Redirect to `after`, to the second factor, or to the page for closed accounts."""
    record_authentication_step(request, user, method)
    return perform_login(request, user, redirect_url=after or None, signup=is_new)
