"""The second factor: asked at each sign-in of users who have one, and of all staff before the admin opens."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from accounts.sign_in.allauth_internals import record_authentication_step
from sitekit.refused_posts.ended_login import find_ended_login_answer, get_form_address
from sitekit.sealing.sealed_secrets import (
    is_readable,
    is_sealed_by_first_key,
    open_secret,
    seal_secret,
)

TOTP, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN


def list_factors() -> QuerySet[Authenticator]:
    """Return the factors by which the users may sign in; recovery codes alone do not count."""
    return Authenticator.objects.filter(type__in=[TOTP, PASSKEY])


def list_factor_types(user: User) -> set[str]:
    return set(list_factors().filter(user=user).values_list("type", flat=True))


def needs_second_factor(user: User) -> bool:
    """Whether a sign-in by code or password needs it; a passkey alone is required of staff only."""
    types = list_factor_types(user)
    return TOTP in types or (user.is_staff and PASSKEY in types)


def has_given_second_factor(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def record_second_factor(request: HttpRequest, kind: str) -> None:
    """Record that the user gave the second factor. Setting a factor up counts as giving it."""
    record_authentication_step(request, request.user, "mfa", type=kind)


def reseal_second_factors() -> int:
    """Seal by the first key what another one seals; return how many there were."""
    count = 0
    for authenticator in _list_sealed_factors():
        if is_sealed_by_first_key(_get_sealed(authenticator)):
            continue
        with transaction.atomic():
            rows = Authenticator.objects.select_for_update()
            row = rows.filter(pk=authenticator.pk).first()
            if row is None:  # its owner took it off meanwhile
                continue
            row.data[_name_secret(row)] = seal_secret(open_secret(_get_sealed(row)))
            row.save(update_fields=["data"])
        count += 1
    return count


def count_unreadable_factors() -> int:
    """Return how many factors no key can read; their owners cannot sign in with them."""
    return sum(not is_readable(_get_sealed(row)) for row in _list_sealed_factors())


def _list_sealed_factors() -> list[Authenticator]:
    rows = Authenticator.objects.exclude(type=PASSKEY).order_by("pk")
    return [row for row in rows if _get_sealed(row)]


def _get_sealed(authenticator: Authenticator) -> str:
    return authenticator.data.get(_name_secret(authenticator), "")


def _name_secret(authenticator: Authenticator) -> str:
    return "secret" if authenticator.type == TOTP else "seed"


class Stage(AuthenticateStage):
    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user is None or not needs_second_factor(user):
            return None, True  # on to what comes after this step
        return super().handle()


# Pages of the admin that we have better ones for.
OWN_PAGES = {"login/": "admin:index", "password_change/": "account_change_password"}


class AdminNeedsSecondFactor:
    """Opens no page under /admin/ to staff without a second factor; this cannot be switched off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_admin = request.path.startswith(reverse("admin:index"))
        # `process_view` answers what is sent without a login: behind the check of the CSRF token.
        is_later = is_admin and _is_admin_post_without_login(request)
        response = self._answer(request) if is_admin and not is_later else None
        return self.get_response(request) if response is None else response

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Show what was typed if the login has ended meanwhile."""
        if not _is_admin_post_without_login(request):
            return None
        way_back = get_form_address(request, reverse("admin:index"))
        shown = find_ended_login_answer(request, way_back)
        return shown or _redirect_with_next(request, "account_login", is_login_page=False)

    def _answer(self, request: HttpRequest) -> HttpResponse | None:
        """Return the answer in place of the admin's; None where the admin answers itself."""
        user, is_login_page = request.user, request.path == reverse("admin:login")
        if request.path == reverse("admin:logout"):
            return None
        if not user.is_authenticated:
            return _redirect_with_next(request, "account_login", is_login_page=is_login_page)
        if not (user.is_staff and user.is_active):
            return render(request, "403.html", status=403) if is_login_page else None
        if not list_factor_types(user):
            return _redirect_with_next(request, "mfa_activate_totp", is_login_page=is_login_page)
        if not has_given_second_factor(request):
            return _redirect_with_next(
                request, get_second_factor_page(user), is_login_page=is_login_page
            )
        url_name = OWN_PAGES.get(request.path.removeprefix(reverse("admin:index")))
        return redirect(url_name) if url_name else None


def _is_admin_post_without_login(request: HttpRequest) -> bool:
    if request.method != "POST" or not request.path.startswith(reverse("admin:index")):
        return False
    doors = (reverse("admin:login"), reverse("admin:logout"))
    return request.path not in doors and not request.user.is_authenticated


def get_second_factor_page(user: User) -> str:
    return (
        "mfa_reauthenticate" if TOTP in list_factor_types(user) else "mfa_reauthenticate_webauthn"
    )


def _redirect_with_next(request: HttpRequest, page: str, *, is_login_page: bool) -> HttpResponse:
    """Redirect to a page that leads on to the wanted one. The content of a POST is lost, except if the login has
    ended."""
    next_address = request.GET.get("next", "") if is_login_page else request.get_full_path()
    if request.method != "GET" or not next_address.startswith("/admin/"):
        next_address = reverse("admin:index")
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': next_address})}")
