"""A visitor types a mailbox or phone once; the next form of the session that asks for one is filled with it.

It is kept in a sealed cookie that ends with the browser, so a guest leaves no row in the database. A view whose form
asks visitors for their contact is decorated by `ask_contact_once` and makes the form by `build_contact_form`; its
template includes `_another_contact.html` after the button. Members are not remembered: their account has a contact.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase

from sitekit.forms.phone_numbers import format_phone
from sitekit.web.sealed_cookies import read_sealed_cookie, set_sealed_cookie

COOKIE, LASTS = "typed_contact", timedelta(hours=12)
ANOTHER_CONTACT_BUTTON = "another_contact"  # the name of the button 换一个


class ContactFormMixin(forms.Form):
    """`contact_name` is the field of the contact; `takes_phone` whether it may be a phone."""

    contact_name = "email"
    takes_phone = False
    was_typed = False  # whether the field was filled with the contact from another form

    @property
    def contact_field(self) -> forms.BoundField:
        return self[self.contact_name]


def build_contact_form[Form: ContactFormMixin](
    request: HttpRequest,
    form_class: type[Form],
    *,
    initial: dict[str, Any] | None = None,
    **form_options: Any,
) -> Form:
    """Return the form of a POST, or a new one with the contact that the visitor typed before.

    After 换一个 the form is not bound: the other fields keep what was typed, and the field of the contact is empty.
    """
    name, values = form_class.contact_name, dict(initial or {})
    posted = request.POST if request.method == "POST" else None
    typed_contact = "" if request.user.is_authenticated else read_typed_contact(request)
    if posted is not None and ANOTHER_CONTACT_BUTTON in posted:
        values, posted, typed_contact = {**values, **posted.dict(), name: ""}, None, ""
    fits = bool(typed_contact) and (form_class.takes_phone or "@" in typed_contact)
    shown = typed_contact if "@" in typed_contact else format_phone(typed_contact)
    if fits and not values.get(name):
        values[name] = shown
    form = form_class(posted, initial=values, **form_options)
    form.was_typed = fits and form[name].value() == shown
    request.contact_form = form  # type: ignore[attr-defined]
    return form


def read_typed_contact(request: HttpRequest) -> str:
    """Return the mailbox or phone that the visitor typed in this session; empty if none."""
    return str(read_sealed_cookie(request, COOKIE, LASTS).get("contact", ""))


def forget_typed_contact(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def keep_typed_contact(response: HttpResponse, contact: str) -> None:
    """Keep a mailbox or phone for the next form that asks for one."""
    set_sealed_cookie(response, COOKIE, {"contact": contact}, LASTS, ends_with_browser=True)


def ask_contact_once(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate a view: the contact of its form is kept for the next form once it is valid. 换一个 forgets it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = cast("HttpResponse", view(request, *args, **kwargs))
        if ANOTHER_CONTACT_BUTTON in request.POST or request.user.is_authenticated:
            if COOKIE in request.COOKIES:
                forget_typed_contact(response)
        elif contact := _get_valid_contact(request):
            keep_typed_contact(response, contact)
        return response

    return wrapped


def _get_valid_contact(request: HttpRequest) -> str:
    form = getattr(request, "contact_form", None)
    if form is None or not form.is_bound:
        return ""
    # A view that did not validate the form left no `cleaned_data`.
    answers = getattr(form, "cleaned_data", {})
    return str(answers.get(form.contact_name) or "")
