"""The only place that imports what allauth keeps to itself: all of it may change with any release.

tests/accounts/sign_in/test_allauth_internals.py holds each use to what it was when it was last checked. On
an upgrade run that file first; then write the new version into each docstring here.
"""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.internal.stagekit import clear_login
from allauth.socialaccount.internal.flows.signup import clear_pending_signup, get_pending_signup
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from accounts.models import User


def record_authentication_step(
    request: HttpRequest, user: User | AnonymousUser, method: str, **details: str | bool
) -> None:
    """Append to the session that somebody has just proved who they are, how, and at what time.

    For an `AnonymousUser` nothing is recorded.

    `allauth.account.authentication` publishes the reading of these records, but not the writing;
    without a record a sign-in by our own code would not count as fresh.
    Checked with allauth 65.21.1.
    """
    record_authentication(request, user, method=method, **details)


def discard_pending_login(request: HttpRequest) -> None:
    """Drop a sign-in that waits for its second factor, and the records of how it began.

    The public `LoginStage.abort` does it for a stage that waits, and leads to another page; here it
    is dropped whether there is one or not, before another sign-in begins.
    Checked with allauth 65.21.1.
    """
    clear_login(request)


def resume_suspended_request(request: HttpRequest) -> HttpResponse | None:
    """The answer to the form that was sent when asking again became due, or a redirect to `next`.

    None where neither is there. allauth's middleware suspends the form; of its public parts only
    the view `BaseReauthenticateView` resumes it, which is a page of allauth's and no function.
    Checked with allauth 65.21.1.
    """
    return resume_request(request)


def get_pending_social_login(request: HttpRequest) -> SocialLogin | None:
    """The WeChat or Weibo account that came in for the first time and has no user yet.

    allauth puts it into the session and leads to `socialaccount_signup`; reading it is public only
    as a part of allauth's own sign-up page, which ours replaces.
    Checked with allauth 65.21.1.
    """
    return get_pending_signup(request)


def discard_pending_social_login(request: HttpRequest) -> None:
    """Forget that account in the session; allauth's own sign-up page alone does so in public.

    Checked with allauth 65.21.1.
    """
    clear_pending_signup(request)
