"""The forms of the page before a contact: one button; or a mailbox or phone, and the code sent there."""

from typing import Any

from django import forms

from accounts.sign_in.forms import CodeForm, ContactField
from accounts.sign_in.one_time_codes import verify_code
from listings.detail.contact_proof import PendingProof
from listings.models import Listing
from listings.vocabulary.age_limits import ADULT_AGE_YEARS
from sitekit.forms.fields import OpenForm
from sitekit.forms.typed_contact import ContactFormMixin
from sitekit.workflow.periods import MINUTE


class RevealForm(OpenForm):
    """Asks for the confirmation to be 18, if the work demands it."""

    said_grown = forms.BooleanField(
        label=f"我已年满 {ADULT_AGE_YEARS} 周岁",
        error_messages={"required": f"这份活要年满 {ADULT_AGE_YEARS} 周岁。满了的话，请勾上。"},
    )

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_age = listing.minimum_age == ADULT_AGE_YEARS
        if not self.asks_age:
            del self.fields["said_grown"]


class ContactForm(ContactFormMixin, RevealForm):
    """The phone or mailbox to which warnings are sent; it is proved with a code. Asks for a phone unless `by_mail`
    is set."""

    contact_name, takes_phone = "contact", True

    contact = ContactField(
        label="你的手机号",
        max_length=254,
        help_text="只在这条信息被查实涉诈时用来通知你，不给招聘单位看，两年后删掉。",
        widget=forms.TextInput(
            attrs={"autocomplete": "tel", "inputmode": "tel", "placeholder": "11 位手机号"}
        ),
    )

    def __init__(self, *args: Any, by_mail: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = self.data if self.is_bound else self.initial
        self.by_mail = by_mail or "@" in str(values.get("contact") or "")
        if self.by_mail:
            self.fields["contact"].label = "你的邮箱"
            self.fields["contact"].widget = forms.EmailInput(
                attrs={
                    "autocomplete": "email",
                    "autocapitalize": "none",
                    "placeholder": "name@example.com",
                }
            )


class ProofForm(RevealForm, CodeForm):
    """The code that was sent; it is used up only once the rest of the form is right."""

    def __init__(self, *args: Any, pending: PendingProof, listing: Listing, **kwargs: Any) -> None:
        super().__init__(
            *args,
            listing=listing,
            purpose=pending.purpose,
            to=pending.contact,
            initial={"said_grown": pending.grown_for == listing.pk},
            **kwargs,
        )

    def clean_code(self) -> str:
        return self.cleaned_data["code"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        if not self.errors and not verify_code(
            self.purpose, self.to, answers["code"], stays=MINUTE
        ):
            self.add_error("code", self.describe_wrong_code())
        return answers
