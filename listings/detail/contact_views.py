"""The page before a contact: it warns; its POST shows the contact."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url

from cities.models import Region
from listings.detail.contact_reveals import (
    AgeNotConfirmed,
    ContactNotAvailable,
    ContactViewer,
    TooManyReveals,
    is_contact_shown,
    reveal_contact,
)
from listings.detail.detail_context import HIDDEN, LIVE, get_public_state
from listings.models import Listing
from listings.vocabulary.age_limits import GROWN
from listings.vocabulary.category_threats import ALWAYS, list_particular_threats
from news.related.fitting_alert import find_fitting_alert
from sitekit.forms.fields import OpenForm, normalise_input
from sitekit.forms.phone_numbers import normalise_phone
from sitekit.web.pages import page
from sitekit.web.visitor_network import get_visitor_network

WRONG = "写一个邮箱，或者 11 位手机号。"


class RevealForm(OpenForm):
    """What is asked before a contact: an address for later warnings, if the viewer is not known,
    and the confirmation to be 18, if the work demands it."""

    contact = forms.CharField(
        label="你的邮箱或手机号",
        max_length=254,
        help_text="只在这条信息被查实涉诈时用来通知你，不给招聘单位看，两年后删掉。",
        widget=forms.TextInput(attrs={"autocomplete": "email", "placeholder": "name@example.com"}),
        error_messages={"required": WRONG, "max_length": WRONG},
    )

    said_grown = forms.BooleanField(
        label=f"我已年满 {GROWN} 周岁",
        error_messages={"required": f"这份活要年满 {GROWN} 周岁。满了的话，请勾上。"},
    )

    def __init__(self, *args: Any, listing: Listing, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_contact = not is_known
        self.asks_age = listing.minimum_age == GROWN
        if not self.asks_contact:
            del self.fields["contact"]
        if not self.asks_age:
            del self.fields["said_grown"]

    def clean_contact(self) -> tuple[str, str]:
        """Return (e-mail, phone), one of them empty."""
        written = normalise_input(self.cleaned_data["contact"])
        try:
            if "@" in written:
                address = written.replace("。", ".").lower()
                validate_email(address)
                return address, ""
            return "", normalise_phone(written)
        except (ValueError, forms.ValidationError):
            raise forms.ValidationError(WRONG) from None


@page(takes="form", cache="never")
def show_contact(request: HttpRequest, pk: int, city: Region | None = None) -> HttpResponse:
    listing = get_public_listing_or_404(pk)
    if get_public_state(listing) != LIVE or not is_contact_shown(listing):
        return redirect(listing)
    if listing.site != city:
        return redirect(f"{listing.get_absolute_url()}contact/")
    user = request.user
    own_address = (user.email or user.phone or "") if user.is_authenticated else ""
    form = RevealForm(
        request.POST if request.method == "POST" else None,
        initial={"contact": own_address},
        listing=listing,
        # Warnings reach who is signed in and has a verified phone.
        is_known=bool(user.is_authenticated and user.phone and user.phone_proved_at),
    )
    return _answer_form(request, listing, form)


def get_public_listing_or_404(pk: int) -> Listing:
    listing = get_object_or_404(Listing.objects.select_related("employer"), pk=pk)
    if get_public_state(listing) == HIDDEN:
        raise Http404
    return listing


def _answer_form(request: HttpRequest, listing: Listing, form: RevealForm) -> HttpResponse:
    if form.is_from_a_program:
        return redirect(listing)
    if not form.is_valid():
        return _render_contact_page(request, listing, form)
    email, phone = form.cleaned_data.get("contact", ("", ""))
    said_grown = form.cleaned_data.get("said_grown", False)
    user = request.user if request.user.is_authenticated else None
    viewer = ContactViewer(user, email, phone, said_grown)
    try:
        listing = reveal_contact(listing.pk, viewer, get_visitor_network(request))
    except AgeNotConfirmed:  # the listing changed meanwhile: the page asks now
        return redirect(request.path)
    except ContactNotAvailable:
        return redirect(listing)
    except TooManyReveals as words:
        return _render_contact_page(request, listing, form, status=429, refused=str(words))
    return _render_contact_page(
        request, listing, form, contact=listing, dial=format_tel_number(listing.contact_phone)
    )


def format_tel_number(phone: str) -> str:
    """Return a phone number for a tel: address."""
    return "".join(c for c in normalise_input(phone) if c in "+0123456789")


def _render_contact_page(
    request: HttpRequest, listing: Listing, form: RevealForm, status: int = 200, **more: Any
) -> HttpResponse:
    particular = list_particular_threats(listing.category)
    context = {
        "listing": listing,
        "alert": find_fitting_alert(listing.site, particular, ALWAYS),
        "form": form,
        "is_known": not form.asks_contact,
        "login": f"{resolve_url(settings.LOGIN_URL)}?next={request.path}",
        **more,
    }
    return render(request, "listings/detail/contact.html", context, status=status)
