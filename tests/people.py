"""The known cast of tests, and how they sign in."""

import time

from allauth.account.internal.flows import login
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.test import Client

from tools.demo.factories import make_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of the staff's authenticator app


def totp(secret=SECRET, steps=0):
    """What an authenticator app shows now, or that many half minutes later."""
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30 + steps))


def person(name, **fields):
    return make_user(f"{name}@example.com", name=name, **fields)


def sign_in(client, user):
    """As after a whole sign-in, with the second factor where one is needed."""
    client.force_login(user, backend="accounts.backends.EmailOrPhoneBackend")
    proved = [{"method": "code", "at": time.time()}]
    if user.is_staff:
        Authenticator.objects.get_or_create(
            user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": SECRET}}
        )
        proved.append({"method": "mfa", "type": "totp", "at": time.time()})
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = proved
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


def enter(page, user, server):
    """The same in a browser."""
    kept = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": kept, "url": server.url}]
    )
    return page
