"""A seeker signs up for a listing, and sees what became of it."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render

from listings.applications import transitions as applications
from listings.applications.application_rows import (
    attach_application_display,
    build_application_timeline,
)
from listings.applications.availability import choose_fit_colour, describe_fit
from listings.applications.forms import ApplyForm, filled_in, handed_over
from listings.applications.ratings import get_application_ratings
from listings.choices import ApplicationStatus
from listings.detail.contact_reveals import is_contact_shown
from listings.detail.contact_views import format_tel_number, get_public_listing_or_404
from listings.detail.detail_context import ENDED, LIVE, get_public_state
from listings.models import Application
from listings.vocabulary.work_slots import encode_slots
from sitekit.forms.phone_numbers import format_phone
from sitekit.web.pages import page
from sitekit.web.paging import IdOrder, paginate

A_PAGE = 30
# Where somebody may still sign up, or be shown the contact once accepted.
SAFE = (LIVE, ENDED)


@page(takes="form", login=True, cache="never")
def apply_for_listing(request, pk, city=None):
    listing = get_public_listing_or_404(pk)
    if listing.site != city:
        return redirect(f"{listing.get_absolute_url()}apply/")
    return _elsewhere(request, listing) or _form(request, listing)


def _elsewhere(request, listing):
    """The answer to somebody who cannot sign up for it."""
    if get_public_state(listing) not in SAFE or listing.is_repost:
        return redirect(listing)
    mine = Application.objects.filter(listing=listing, seeker=request.user).first()
    if mine:
        return redirect("listings:my_application", mine.pk)
    words = applications.explain_closed_listing(listing, request.user)
    return _closed(request, listing, words) if words else None


def _closed(request, listing, words):
    return render(
        request, "listings/applications/apply_closed.html", {"listing": listing, "words": words}
    )


def _form(request, listing):
    if request.method == "POST":
        form = ApplyForm(request.POST, listing=listing)
        if form.is_valid():
            return _sign_up(request, listing, form)
    else:
        form = ApplyForm(listing=listing, initial=filled_in(request.user))
    free = encode_slots(form["slots"].value() or [])
    context = {
        "listing": listing,
        "form": form,
        "match": describe_fit(listing.slots, free) if free else "",
        "match_colour": choose_fit_colour(listing.slots, free),
    }
    return render(request, "listings/applications/apply.html", context)


def _sign_up(request, listing, form):
    try:
        with transaction.atomic():
            profile = form.save(request.user)
            handed = handed_over(profile, listing)
            made = applications.create_application(
                listing.pk, request.user, handed, form.cleaned_data["message"]
            )
    except applications.AlreadyApplied as there:
        return redirect("listings:my_application", there.application.pk)
    except applications.ListingMoveRefused as words:
        return _closed(request, listing, str(words))
    messages.success(request, "报上名了。招聘单位回复了，会发站内信告诉你。")
    return redirect("listings:my_application", made.pk)


@page(takes="read", login=True, cache="never")
def my_applications(request):
    own = request.user.applications.select_related("listing__employer")
    own_page = paginate(own, request, size=A_PAGE, order=IdOrder())
    shown = [attach_application_display(application) for application in own_page.rows]
    context = {"applications": shown, **own_page.links}
    return render(request, "listings/applications/applications.html", context)


@page(takes="read", login=True, cache="never")
def my_application(request, pk):
    application = applications.get_seeker_application(request.user, pk)
    if application is None:
        raise Http404
    listing = application.listing
    state = get_public_state(listing)
    accepted = application.status == ApplicationStatus.ACCEPTED
    context = {
        "application": attach_application_display(application),
        "listing": listing,
        "state": state,
        "events": build_application_timeline(application, "seeker"),
        "may_withdraw": ApplicationStatus.WITHDRAWN
        in applications.APPLICATION_MOVES[application.status],
        "contact": listing if accepted and state in SAFE and is_contact_shown(listing) else None,
        "dial": format_tel_number(listing.contact_phone),
        "shown_phone": format_phone(application.profile.get("phone")),
        "is_unsafe": accepted and state not in SAFE,
        "match": describe_fit(listing.slots, application.profile.get("slots", 0)),
        "rating": get_application_ratings(application, "seeker"),
    }
    return render(request, "listings/applications/application.html", context)


@page(takes="post", login=True)
def withdraw_application(request, pk):
    application = applications.get_seeker_application(request.user, pk)
    if application is None:
        raise Http404
    try:
        applications.move_application(pk, ApplicationStatus.WITHDRAWN, request.user)
        messages.success(request, "取消了，已经告诉招聘单位。")
    except applications.ListingMoveRefused as words:
        application.refresh_from_db()
        if application.status != ApplicationStatus.WITHDRAWN:  # else clicked twice
            messages.error(request, str(words))
    return redirect("listings:my_application", pk)
