"""The known cast of tests, and how they sign in."""

import time

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client

from accounts.sign_in.allauth_internals import record_authentication_step
from tools.demo.accounts import compute_totp_code
from tools.demo.factories import make_user

BACKEND = "accounts.backends.EmailOrPhoneBackend"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of the staff's authenticator app


def get_totp_code(secret=SECRET, steps=0):
    """What an authenticator app shows now, or that many half minutes later."""
    return compute_totp_code(secret, time.time() + 30 * steps)


def make_person(name, **fields):
    return make_user(f"{name}@example.com", name=name, **fields)


def sign_in(client, user):
    """As after a whole sign-in, with the second factor where one is needed."""
    request = HttpRequest()
    if settings.SESSION_COOKIE_NAME in client.cookies:
        client.force_login(user, backend=BACKEND)
        request.session = client.session
    else:  # `force_login` would store three sessions one after another: half of the statements
        request.session = SessionStore()
        login(request, user, backend=BACKEND)
    record_authentication_step(request, user, "code")
    if user.is_staff:
        Authenticator.objects.get_or_create(
            user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": SECRET}}
        )
        record_authentication_step(request, user, "mfa", type="totp")
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client


def sign_in_browser_page(page, user, server):
    """The same in a browser."""
    kept = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": kept, "url": server.url},
            {"name": "session_hint", "value": "1", "url": server.url},
        ]
    )
    return page
