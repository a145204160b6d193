"""The second factor: asked at sign-in of who has one, and of all staff before the admin opens."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from accounts.sign_in.allauth_internals import record_authentication_step

TOTP, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN


def types_of(user: User) -> set[str]:
    """Which factors somebody has; codes for an emergency are none of their own."""
    authenticators = Authenticator.objects.filter(user=user, type__in=[TOTP, PASSKEY])
    return set(authenticators.values_list("type", flat=True))


def is_asked_of(user: User) -> bool:
    """A passkey alone is a convenience: only of staff is it asked after another way in."""
    types = types_of(user)
    return TOTP in types or (user.is_staff and PASSKEY in types)


def was_given(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def note_given(request: HttpRequest, kind: str) -> None:
    """Who has just set a factor up has proved it."""
    record_authentication_step(request, request.user, "mfa", type=kind)


class Stage(AuthenticateStage):
    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user is None or not is_asked_of(user):
            return None, True  # on to what comes after this step
        return super().handle()


# Pages of the admin that we have better ones for.
OURS = {"login/": "admin:index", "password_change/": "account_change_password"}


class AdminNeedsSecondFactor:
    """Nothing under /admin/ opens to staff without it, and there is no way to turn this off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(reverse("admin:index")):
            response = self._answer(request)
            if response is not None:
                return response
        return self.get_response(request)

    def _answer(self, request: HttpRequest) -> HttpResponse | None:
        """None where the admin itself answers."""
        user, at_the_door = request.user, request.path == reverse("admin:login")
        if request.path == reverse("admin:logout"):
            return None
        if not user.is_authenticated:
            return _lead(request, "account_login", at_the_door)
        if not (user.is_staff and user.is_active):
            return render(request, "403.html", status=403) if at_the_door else None
        if not types_of(user):
            return _lead(request, "mfa_activate_totp", at_the_door)
        if not was_given(request):
            return _lead(request, page_that_asks(user), at_the_door)
        url_name = OURS.get(request.path.removeprefix(reverse("admin:index")))
        return redirect(url_name) if url_name else None


def page_that_asks(user: User) -> str:
    return "mfa_reauthenticate" if TOTP in types_of(user) else "mfa_reauthenticate_webauthn"


def _lead(request: HttpRequest, page: str, at_the_door: bool) -> HttpResponse:
    """To a page, and from there to what was asked for; what a POST carried is lost."""
    next_address = request.GET.get("next", "") if at_the_door else request.get_full_path()
    if request.method != "GET" or not next_address.startswith("/admin/"):
        next_address = reverse("admin:index")
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': next_address})}")
