"""Allauth's pages for second factors where ours differ: who sets one up has given it."""

from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import reverse

from accounts.sign_in.second_factor import PASSKEY, TOTP, note_given


class ActivateTOTP(totp.ActivateTOTPView):
    def form_valid(self, form):
        answer = super().form_valid(form)
        note_given(self.request, TOTP)
        return answer


class AddPasskey(webauthn.AddWebAuthnView):
    def form_valid(self, form):
        answer = super().form_valid(form)
        note_given(self.request, PASSKEY)
        return answer

    def get_success_url(self):
        """To the emergency codes only who may need them."""
        if self.request.user.is_staff and self.did_generate_recovery_codes:
            return reverse("mfa_view_recovery_codes")
        return reverse("mfa_list_webauthn")


activate_totp = ActivateTOTP.as_view()
add_passkey = AddPasskey.as_view()
