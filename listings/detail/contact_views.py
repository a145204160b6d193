"""The page before a contact. It warns; a POST shows the contact to visitors who have proved their own."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url

from accounts.models import User, get_signed_in_user
from accounts.sign_in.login_by_code import create_nonce
from accounts.sign_in.one_time_codes import CodeRefused, find_resend_wait
from cities.models import Region
from listings.detail.contact_forms import ContactForm, ProofForm, RevealForm
from listings.detail.contact_proof import (
    PendingProof,
    ProvedContact,
    build_proved_contact,
    forget_proof,
    keep_pending_proof,
    keep_proved_contact,
    read_pending_proof,
    read_proved_contact,
    send_another_code,
    start_proof,
)
from listings.detail.contact_reveals import (
    AgeNotConfirmed,
    ContactNotAvailable,
    ContactViewer,
    TooManyReveals,
    is_contact_shown,
    require_guest_reveals_left,
    reveal_contact,
)
from listings.detail.detail_context import HIDDEN, LIVE, get_public_state
from listings.models import Application, Listing
from listings.vocabulary.category_threats import THREATS_OF_ALL_WORK, list_particular_threats
from news.related.fitting_alert import find_fitting_alert
from sitekit.forms.fields import OpenForm, normalise_input
from sitekit.forms.phone_numbers import format_phone
from sitekit.forms.typed_contact import ask_contact_once, build_contact_form
from sitekit.web.pages import page
from sitekit.web.visitor_network import get_visitor_network


@page(takes="form", cache="never")
@ask_contact_once
def show_contact(request: HttpRequest, pk: int, city: Region | None = None) -> HttpResponse:
    listing = get_public_listing_or_404(pk)
    if get_public_state(listing) != LIVE or not is_contact_shown(listing):
        return redirect(listing)
    if listing.site != city:
        return redirect(f"{listing.get_absolute_url()}contact/")
    if OpenForm(request.POST).is_from_a_program:
        return redirect(listing)
    return _answer_next_step(request, listing)


def _answer_next_step(request: HttpRequest, listing: Listing) -> HttpResponse:
    if request.POST.get("action") == "change":
        response = redirect(request.path)
        forget_proof(response)
        return response
    if viewer := _find_known_viewer(request):
        return _answer_known_viewer(request, listing, viewer)
    pending = read_pending_proof(request)
    if pending and "contact" not in request.POST:
        return _answer_code(request, listing, pending)
    return _answer_contact(request, listing)


def get_public_listing_or_404(pk: int) -> Listing:
    listing = get_object_or_404(Listing.objects.select_related("employer"), pk=pk)
    if get_public_state(listing) == HIDDEN:
        raise Http404
    return listing


def _find_known_viewer(request: HttpRequest) -> ContactViewer | None:
    """Return the viewer whose contact is already proved, by the account or on this browser; else None.

    An account has a mailbox only after a code was sent there.
    """
    user = get_signed_in_user(request)
    if user and (user.email or (user.phone and user.phone_proved_at)):
        return ContactViewer(user)
    if proved := read_proved_contact(request):
        return ContactViewer(user, *proved)
    return None


def _answer_known_viewer(
    request: HttpRequest, listing: Listing, viewer: ContactViewer
) -> HttpResponse:
    form = RevealForm(_get_typed(request), listing=listing)
    if form.is_valid():
        said_grown = form.cleaned_data.get("said_grown", False)
        return _show_to_viewer(request, listing, replace(viewer, said_grown=said_grown))
    return _render_known(request, listing, form, viewer)


def _answer_contact(request: HttpRequest, listing: Listing) -> HttpResponse:
    """Ask for a mailbox or phone, and send a code there."""
    user, status = get_signed_in_user(request), 200
    own_phone = {"contact": user and user.phone}
    by_mail = request.GET.get("by") == "mail"
    form = build_contact_form(
        request, ContactForm, initial=own_phone, listing=listing, by_mail=by_mail
    )
    if form.is_valid():
        grown_for = listing.pk if form.asks_age else 0
        try:
            require_guest_reveals_left(listing, get_visitor_network(request))
            contact, nonce = form.cleaned_data["contact"], request.POST.get("once", "")
            pending = start_proof(request, contact, nonce, grown_for)
        except (CodeRefused, TooManyReveals) as refusal:
            form.add_error(None, str(refusal))
            status = 429
        else:
            response = redirect(request.path)
            keep_pending_proof(response, pending)
            return response
    once = request.POST.get("once") or create_nonce()
    return _render_contact_page(request, listing, form, status=status, step="contact", once=once)


def _answer_code(request: HttpRequest, listing: Listing, pending: PendingProof) -> HttpResponse:
    """Ask for the code that was sent; it can be sent again."""
    is_repeat, status = request.POST.get("action") == "again", 200
    by_mail = "@" in pending.contact
    sent_to = pending.contact if by_mail else format_phone(pending.contact)
    step_context: dict[str, Any] = {"by_mail": by_mail, "sent_to": sent_to}
    form = ProofForm(None if is_repeat else _get_typed(request), pending=pending, listing=listing)
    if is_repeat:
        try:
            send_another_code(request, pending)
            step_context["sent"] = True
        except CodeRefused as refusal:
            step_context["trouble"], status = str(refusal), 429
    elif form.is_valid():
        proved = build_proved_contact(pending.contact)
        said_grown = form.cleaned_data.get("said_grown", False)
        viewer = ContactViewer(get_signed_in_user(request), *proved, said_grown=said_grown)
        response = _show_to_viewer(request, listing, viewer)
        keep_proved_contact(response, proved)
        return response
    step_context["wait"] = find_resend_wait(pending.contact, get_visitor_network(request))
    return _render_contact_page(request, listing, form, status=status, step="code", **step_context)


def _get_typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _show_to_viewer(request: HttpRequest, listing: Listing, viewer: ContactViewer) -> HttpResponse:
    try:
        listing = reveal_contact(listing.pk, viewer, get_visitor_network(request))
    except AgeNotConfirmed:  # the listing changed meanwhile: the page asks now
        return redirect(request.path)
    except ContactNotAvailable:
        return redirect(listing)
    except TooManyReveals as words:
        form = RevealForm(listing=listing)
        return _render_known(request, listing, form, viewer, status=429, refused=str(words))
    return _render_contact_page(
        request,
        listing,
        contact=listing,
        dial=format_tel_number(listing.contact_phone),
        own_application=_find_own_application(listing, viewer.user),
    )


def _find_own_application(listing: Listing, user: User | None) -> int | None:
    """Return the number of the user's sign-up for the listing. No query for a guest."""
    if user is None:
        return None
    rows = Application.objects.filter(listing=listing, seeker=user)
    return rows.values_list("pk", flat=True).first()


def format_tel_number(phone: str) -> str:
    """Return a phone number for a tel: address."""
    return "".join(c for c in normalise_input(phone) if c in "+0123456789")


def _render_known(
    request: HttpRequest,
    listing: Listing,
    form: RevealForm,
    viewer: ContactViewer,
    **step_context: Any,
) -> HttpResponse:
    is_left_here = viewer.email or viewer.phone
    masked = ProvedContact(viewer.email, viewer.phone).masked if is_left_here else ""
    return _render_contact_page(request, listing, form, step="known", masked=masked, **step_context)


def _render_contact_page(
    request: HttpRequest,
    listing: Listing,
    form: RevealForm | None = None,
    status: int = 200,
    **step_context: Any,
) -> HttpResponse:
    particular = list_particular_threats(listing.category)
    context = {
        "listing": listing,
        "alert": find_fitting_alert(listing.site, particular, THREATS_OF_ALL_WORK),
        "form": form,
        "login": f"{resolve_url(settings.LOGIN_URL)}?next={request.path}",
        **step_context,
    }
    return render(request, "listings/detail/contact.html", context, status=status)
