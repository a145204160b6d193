"""Allauth's pages of second factors: setting one up here counts as having given it."""

from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse

from accounts.sign_in.second_factor import PASSKEY, TOTP, record_second_factor


class ActivateTOTP(totp.ActivateTOTPView):
    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        record_second_factor(self.request, TOTP)
        return response


class AddPasskey(webauthn.AddWebAuthnView):
    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        record_second_factor(self.request, PASSKEY)
        return response

    def get_success_url(self) -> str:
        """Return the page of the recovery codes for staff only."""
        if self.request.user.is_staff and self.did_generate_recovery_codes:
            return reverse("mfa_view_recovery_codes")
        return reverse("mfa_list_webauthn")


activate_totp = ActivateTOTP.as_view()
add_passkey = AddPasskey.as_view()
