"""The forms of signing in: contact, code, password, consent, second factor."""

from datetime import timedelta
from typing import Any

from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password

from accounts.models import User
from accounts.sign_in.allauth_adapter import ERROR_MESSAGES, count_tries
from accounts.sign_in.consents import name_current_texts
from accounts.sign_in.one_time_codes import is_used_up, verify_code
from accounts.sign_in.published_logins import has_published_secret
from sitekit.forms.fields import AddressField, LineField, normalise_input
from sitekit.forms.phone_numbers import (
    NOT_SERVED,
    WRONG_PHONE_MESSAGE,
    PhoneField,
    normalise_phone,
)
from sitekit.forms.typed_contact import ContactFormMixin
from sitekit.workflow.periods import HOUR

SITE_CODES_USED_UP_MESSAGE = "这个验证码已经用不了了，请重新要一个。"
NEWER_TEXTS_MESSAGE = "刚刚又换了新版，上面写的是现在的。看过再打勾。"
# What a field says that takes a mailbox as well.
OR_MAILBOX = {
    WRONG_PHONE_MESSAGE: "写 11 位手机号，或完整的邮箱。",
    NOT_SERVED: "验证码发不到这个号码，请填内地的手机号，或者用邮箱。",
}
SECOND_FACTOR = ((10, HOUR),)


class ContactField(forms.CharField):
    """A phone as people write it, or an e-mail address; gives E.164 or the address in lower case."""

    widget = forms.TextInput(
        attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    )
    default_error_messages = {
        "required": "请填手机号或邮箱。",
        "max_length": "手机号和邮箱都不会这么长，请再看一遍。",
    }

    def __init__(self, *, gets_code: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.gets_code = gets_code

    def clean(self, value: Any) -> str:
        value = normalise_input(super().clean(value))
        if "@" in value:
            return AddressField().clean(value).lower()
        try:
            return normalise_phone(value, gets_code=self.gets_code)
        except ValueError as wrong:
            raise forms.ValidationError(OR_MAILBOX.get(str(wrong), str(wrong))) from None


class SignInForm(ContactFormMixin):
    contact_name, takes_phone = "contact", True
    contact = ContactField(label="手机号或邮箱", max_length=254)


class AgreeForm(forms.Form):
    agreed = forms.BooleanField(
        error_messages={"required": "要先看过并同意，才能注册。"},
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput, initial=name_current_texts)

    def clean(self) -> dict[str, Any] | None:
        """Refuse if the texts have a new version since the page was opened, because the user has not seen it."""
        answers, current = super().clean(), name_current_texts()
        if self.cleaned_data.get("agreed") and self.cleaned_data.get("shown") != current:
            typed = {name: value for name, value in self.data.items() if name != "agreed"}
            self.data = typed | {"shown": current}
            self.add_error("agreed", NEWER_TEXTS_MESSAGE)
        return answers


class SignUpForm(SignInForm, AgreeForm):
    pass


class CodeField(forms.CharField):
    widget = forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
    )
    default_error_messages = {
        "required": "请填收到的数字。",
        "max_length": ERROR_MESSAGES["incorrect_code"],
        "null_characters_not_allowed": ERROR_MESSAGES["incorrect_code"],
    }

    def __init__(self, label: str = "验证码", **kwargs: Any) -> None:
        super().__init__(label=label, max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        return "".join(normalise_input(super().clean(value)).split())


class CodeForm(forms.Form):
    """Asks for the code that was sent to `to` for a purpose; a wrong code is an error of the form."""

    code = CodeField()

    def __init__(
        self, *args: Any, purpose: str, to: str, stays: timedelta = timedelta(0), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.purpose, self.to, self.stays = purpose, to, stays

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if not verify_code(self.purpose, self.to, code, stays=self.stays):
            raise forms.ValidationError(self.describe_wrong_code())
        return code

    def describe_wrong_code(self) -> str:
        return (
            SITE_CODES_USED_UP_MESSAGE
            if is_used_up(self.purpose, self.to)
            else ERROR_MESSAGES["incorrect_code"]
        )


class PasswordField(forms.CharField):
    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(strip=False, max_length=256, widget=widget, **kwargs)


class PasswordSignInForm(SignInForm):
    contact = ContactField(label="手机号或邮箱", max_length=254, gets_code=False)
    password = PasswordField(
        label="密码",
        autocomplete="current-password",
        error_messages={"required": "请填密码。", "max_length": "密码不会这么长，请再看一遍。"},
    )


class NewPasswordForm(forms.Form):
    password = PasswordField(
        label="新密码",
        autocomplete="new-password",
        help_text="至少 8 位，不要全是数字，也不要用常见的密码、地名和自己的号码。",
        error_messages={"required": "请填新密码。", "max_length": "密码最多 256 位。"},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]


class NewPhoneForm(forms.Form):
    contact = PhoneField(label="新手机号", gets_code=True, help_text="会发一条带验证码的短信。")


class NewEmailForm(forms.Form):
    contact = AddressField(label="新邮箱", help_text="会发一封带验证码的信。")

    def clean_contact(self):
        return self.cleaned_data["contact"].lower()


class _LimitedCode(forms.Form):
    """Counts tries in the database, for all processes, and accepts each code only once."""

    code = CodeField("验证器里的 6 位数字")
    user: User  # set by the form of allauth that this one is mixed into

    def clean_code(self) -> str:
        """Return the code if it passes the check of allauth's form and was not used before."""
        if not count_tries("second factor", f"user {self.user.pk}", *SECOND_FACTOR):
            raise forms.ValidationError(ERROR_MESSAGES["too_many_login_attempts"])
        if settings.OPEN_TO_OTHERS and has_published_secret(self.user):
            raise forms.ValidationError("这个验证器的密钥是公开的，在这里不能用。")
        code = super().clean_code()  # type: ignore[misc]  # of that form
        if not count_tries("second factor used", f"{self.user.pk} {code}", (1, timedelta(days=1))):
            raise forms.ValidationError("这串数字刚用过了，请等验证器换下一串。")
        return code


class AuthenticateForm(_LimitedCode, mfa_forms.AuthenticateForm):
    pass


class ReauthenticateForm(_LimitedCode, mfa_forms.ReauthenticateForm):
    pass


class ActivateTOTPForm(_LimitedCode, totp_forms.ActivateTOTPForm):
    pass


WRONG_KEY = "这把通行密钥没有通过，请再试一次。"


class _CredentialField(forms.JSONField):
    """Django's own lets through what Python refuses to read: a number of 5,000 digits."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValueError:
            raise forms.ValidationError(WRONG_KEY) from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            return super().bound_data(data, initial)
        except ValueError:
            return forms.fields.InvalidJSONInput(data)


class _SoundCredential(forms.Form):
    """The libraries raise many errors for data that no browser sends; the form shows one error of its own for all
    of them."""

    credential = _CredentialField()

    def full_clean(self) -> None:
        try:
            super().full_clean()
        except Exception:
            self.add_error("credential", WRONG_KEY)


class AddPasskeyForm(_SoundCredential, passkey_forms.AddWebAuthnForm):
    name = LineField(label="给它起个名字", required=False, max_length=40)
    credential = _CredentialField(error_messages={"required": WRONG_KEY})


class EditPasskeyForm(passkey_forms.EditWebAuthnForm):
    name = LineField(label="名字", max_length=40, error_messages={"required": "请填一个名字。"})


class PasskeyForm(_SoundCredential, passkey_forms.AuthenticateWebAuthnForm):
    pass


class PasskeySignInForm(_SoundCredential, passkey_forms.LoginWebAuthnForm):
    pass


class PasskeyAgainForm(_SoundCredential, passkey_forms.ReauthenticateWebAuthnForm):
    pass
