"""Allauth's pages of second factors: setting one up here counts as having given it."""

from typing import Any, cast

from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.generic import FormView, View

from accounts.models import User
from accounts.security.sessions import end_all_sessions
from accounts.sign_in.access import get_next_address
from accounts.sign_in.second_factor import (
    PASSKEY,
    TOTP,
    list_factor_types,
    needs_second_factor,
    record_second_factor,
)
from sitekit.workflow.refusals import Refusal, get_row_or_refuse

TOTP_OFF_MESSAGE = "验证器没有开着。"
LOGIN_OVER_MESSAGE = "这一步已经用过，或者过了时间，请再登录一次。动态码等它换了新的再填。"
OTHERS_ENDED_MESSAGE = "别的设备都已退出登录，下次登录要做第二步验证。"
PASSKEY_GONE_MESSAGE = "这把通行密钥已经删掉了。"


def authenticate_login(request: HttpRequest) -> HttpResponseBase:
    """Allauth's page of the second factor. A POST without a login that waits for it, such as a second press whose first
    answer was lost, is redirected to the login; a message says why."""
    response = base.authenticate(request)
    is_over = isinstance(response, HttpResponseRedirect) and response.url == reverse(
        "account_login"
    )
    if request.method == "POST" and is_over:
        messages.info(request, LOGIN_OVER_MESSAGE)
    return response


class AddsFactor(FormView):
    """Adding a factor counts as giving it. The first one that each sign-in will ask for ends the other sessions, which
    were opened without it."""

    factor_type: str

    def form_valid(self, form: Form) -> HttpResponse:
        user = cast("User", self.request.user)
        was_asked_for = needs_second_factor(user)
        response = super().form_valid(form)
        record_second_factor(self.request, self.factor_type)
        if needs_second_factor(user) and not was_asked_for:
            end_all_sessions(user, kept_session_key=self.request.session.session_key)
            messages.info(self.request, OTHERS_ENDED_MESSAGE)
        return response


class ActivateTOTP(AddsFactor, totp.ActivateTOTPView):
    factor_type = TOTP

    def get_success_url(self) -> str:
        """Return the page of the recovery codes, also of those that were made with a passkey and never shown."""
        codes, next_address = reverse("mfa_view_recovery_codes"), get_next_address(self.request)
        return f"{codes}?{urlencode({'next': next_address})}" if next_address else codes


class ShowRecoveryCodes(recovery.ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"next": get_next_address(self.request)}


class OneAtATime(View):
    """A POST waits for another one of the same user: of two at the same moment the second one finds what the first has
    removed, so that one notice is sent."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if request.method != "POST" or not isinstance(user, User):
            return super().dispatch(request, *args, **kwargs)
        with transaction.atomic():
            User.objects.select_for_update(of=("self",)).get(pk=user.pk)
            return super().dispatch(request, *args, **kwargs)


class OwnTOTP(View):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """If the authenticator is off already (a second press, another window), redirect to the list of factors."""
        user = request.user
        if isinstance(user, User) and TOTP not in list_factor_types(user):
            messages.info(request, TOTP_OFF_MESSAGE)
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)


class EndsOtherSessions(FormView):
    """Where a factor is taken off the other sessions end: one of them may have been opened with a factor that a thief
    has, and would count as proved as soon as there is a new one."""

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        user = cast("User", self.request.user)
        end_all_sessions(user, kept_session_key=self.request.session.session_key)
        return response


class DeactivateTOTP(OneAtATime, OwnTOTP, EndsOtherSessions, totp.DeactivateTOTPView):
    pass


class AddPasskey(AddsFactor, webauthn.AddWebAuthnView):
    factor_type = PASSKEY

    def get_success_url(self) -> str:
        """Return the page of the recovery codes for staff only."""
        if self.request.user.is_staff and self.did_generate_recovery_codes:
            return reverse("mfa_view_recovery_codes")
        return reverse("mfa_list_webauthn")


class OwnPasskey(View):
    """For a passkey that is gone (the button was pressed twice, or in another window) the list shows a message."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refusal as refused:
            messages.error(request, str(refused))
            return redirect("mfa_list_webauthn")

    def get_object(self) -> Authenticator:
        passkeys = Authenticator.objects.filter(user=self.request.user, type=PASSKEY)
        return get_row_or_refuse(passkeys, PASSKEY_GONE_MESSAGE, pk=self.kwargs["pk"])


class RemovePasskey(OneAtATime, OwnPasskey, EndsOtherSessions, webauthn.RemoveWebAuthnView):
    pass


class RenamePasskey(OwnPasskey, webauthn.EditWebAuthnView):
    pass


activate_totp = ActivateTOTP.as_view()
deactivate_totp = DeactivateTOTP.as_view()
show_recovery_codes = ShowRecoveryCodes.as_view()
add_passkey = AddPasskey.as_view()
remove_passkey = RemovePasskey.as_view()
rename_passkey = RenamePasskey.as_view()
