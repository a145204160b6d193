"""Phone numbers: read in any spelling, stored as E.164, shown in groups of digits."""

from typing import Any

import phonenumbers
from django import forms
from django.conf import settings

from sitekit.forms.fields import mask_email, normalise_input

MAINLAND = "CN"
NOT_SERVED = "验证码发不到这个号码，请填内地的手机号。"
WRONG_PHONE_MESSAGE = "这个手机号写得不对，应该是 11 位数字。"


def normalise_phone(text: str, *, gets_code: bool = False) -> str:
    """Return the number as E.164 (+86…). Raises ValueError with words for the user if it is no valid number, a
    landline, or, with `gets_code`, a number that gets no text messages."""
    typed_number = normalise_input(text)
    if len(typed_number) > 40:
        raise ValueError(WRONG_PHONE_MESSAGE)
    if typed_number.startswith("00"):
        typed_number = f"+{typed_number[2:]}"
    try:
        number = phonenumbers.parse(typed_number, MAINLAND)
    except phonenumbers.NumberParseException:
        raise ValueError(WRONG_PHONE_MESSAGE) from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise ValueError(WRONG_PHONE_MESSAGE)
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE:
        raise ValueError("这是座机，收不到短信，请填手机号。")
    phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if gets_code:
        require_text_phone(phone)
    return phone


def require_text_phone(phone: str) -> None:
    """Raise ValueError if the site sends no codes to this number: it is no mobile of `settings.SMS_REGIONS`.

    With premium-rate numbers and satellite phones others could make money from our messages.
    """
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        raise ValueError(WRONG_PHONE_MESSAGE) from None
    is_mobile = phonenumbers.number_type(number) in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )
    if not is_mobile or phonenumbers.region_code_for_number(number) not in settings.SMS_REGIONS:
        raise ValueError(NOT_SERVED)


def format_phone(phone: str | None) -> str:
    """+8613800138000 → 138 0013 8000; a foreign number with its country code."""
    if not phone:
        return ""
    if phone.startswith("+86") and len(phone) == 14:
        digits = phone[3:]
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def format_contact(contact: str) -> str:
    """Return a mail address as it is, and a phone in groups of digits."""
    return contact if "@" in contact else format_phone(contact)


def mask_phone(phone: str | None) -> str:
    """+8613800138000 → 138 **** 8000, which its owner recognises."""
    digits = format_phone(phone).split(" ")
    if len(digits) < 3:
        return "".join(digits)[:-4] + "****" if digits[0] else ""
    return " ".join([*digits[:-2], "*" * len(digits[-2]), digits[-1]])


def mask_phone_or_mailbox(contact: str | None) -> str:
    return mask_email(contact) if contact and "@" in contact else mask_phone(contact)


class PhoneField(forms.CharField):
    """Accepts 11 digits, also with spaces, dashes, +86 or full-width; `clean` returns E.164.
    `gets_code`: a code will be sent there."""

    widget = forms.TextInput(
        attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "maxlength": 40}
    )
    default_error_messages = {"required": "请填手机号。"}

    def __init__(self, *args: Any, gets_code: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gets_code = gets_code

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        if not value:
            return value
        try:
            return normalise_phone(value, gets_code=self.gets_code)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong), code="invalid") from None
