"""A seeker's short profile; a seeker applies for a listing, and follows the application."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.models import SignedInRequest
from cities.models import Region
from listings.applications import transitions as applications
from listings.applications.application_rows import (
    attach_application_display,
    build_application_timeline,
    describe_fit,
    find_warning_path,
)
from listings.applications.forms import (
    ApplyForm,
    ProfileForm,
    RewordApplicationForm,
    build_handover_data,
    get_initial_profile,
)
from listings.applications.ratings import get_application_ratings
from listings.applications.shifts import FIELD, find_shift
from listings.choices import ApplicationStatus
from listings.detail.contact_reveals import is_contact_shown
from listings.detail.contact_views import format_tel_number, get_public_listing_or_404
from listings.detail.detail_context import (
    LIVE,
    SAFE_STATES,
    get_public_state,
    get_state_for_applicants,
)
from listings.models import Application, Listing, Rating
from listings.vocabulary.work_slots import encode_slots
from sitekit.forms.phone_numbers import format_phone
from sitekit.web.pages import page
from sitekit.web.paging import IdOrder, paginate
from sitekit.workflow.refusals import MoveRefused

APPLICATIONS_PAGE_SIZE = 30


@page(takes="form", login=True, cache="never")
def edit_profile(request: SignedInRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, initial=get_initial_profile(request.user))
    if request.method == "POST" and form.is_valid():
        form.save(request.user)
        messages.success(request, "已保存。已经提交给招聘单位的不会变。")
        return redirect("listings:profile")
    return render(request, "listings/applications/profile.html", {"form": form})


@page(takes="form", login=True, cache="never", purpose="报名")
def apply_for_listing(
    request: SignedInRequest, pk: int, city: Region | None = None
) -> HttpResponse:
    listing = get_public_listing_or_404(pk)
    if listing.site != city:
        return redirect(f"{listing.get_absolute_url()}apply/")
    if get_public_state(listing) not in SAFE_STATES or listing.is_repost:
        return redirect(listing)
    if application := Application.objects.filter(listing=listing, seeker=request.user).first():
        return redirect("listings:my_application", application.pk)
    if words := applications.explain_closed_listing(listing, request.user):
        return _render_closed(request, listing, words)
    return _show_form(request, listing)


def _render_closed(request: SignedInRequest, listing: Listing, words: str) -> HttpResponse:
    is_reachable = get_public_state(listing) == LIVE and is_contact_shown(listing)
    context = {"listing": listing, "words": words, "is_reachable": is_reachable}
    return render(request, "listings/applications/apply_closed.html", context)


def _show_form(request: SignedInRequest, listing: Listing) -> HttpResponse:
    if request.method == "POST":
        form = ApplyForm(request.POST, listing=listing)
        if form.is_valid():
            return _submit_application(request, listing, form)
    else:
        form = ApplyForm(listing=listing, initial=get_initial_profile(request.user))
    return _render_form(request, listing, form)


def _render_form(request: SignedInRequest, listing: Listing, form: ApplyForm) -> HttpResponse:
    free = encode_slots(form["slots"].value() or [])
    match, match_colour = describe_fit(listing.slots, free) if free else ("", "")
    context = {"listing": listing, "form": form, "match": match, "match_colour": match_colour}
    return render(request, "listings/applications/apply.html", context)


def _submit_application(
    request: SignedInRequest, listing: Listing, form: ApplyForm
) -> HttpResponse:
    try:
        with transaction.atomic():
            profile = form.save(request.user)
            application = applications.create_application(
                listing.pk,
                request.user,
                build_handover_data(profile, listing),
                form.cleaned_data["message"],
                shift_id=form.cleaned_data.get(FIELD),
            )
    except applications.AlreadyApplied as existing:
        return redirect("listings:my_application", existing.application.pk)
    except MoveRefused as words:
        if words.field == FIELD and FIELD in form.fields:
            form.add_error(FIELD, str(words))
            return _render_form(request, listing, form)
        return _render_closed(request, listing, str(words))
    messages.success(request, "报名成功。单位回复后，会在站内信通知你。")
    return redirect("listings:my_application", application.pk)


@page(takes="read", login=True, cache="never")
def list_my_applications(request: SignedInRequest) -> HttpResponse:
    ratings = Rating.objects.filter(application=OuterRef("pk"), by=Rating.By.SEEKER)
    applications = request.user.applications.select_related("listing__employer")
    applications = applications.annotate(has_rated=Exists(ratings))  # type: ignore[no-redef]  # declared on the model for readers
    own_page = paginate(applications, request, size=APPLICATIONS_PAGE_SIZE, order=IdOrder())
    rows = [attach_application_display(application) for application in own_page.rows]
    context = {"applications": rows, **own_page.links}
    return render(request, "listings/applications/applications.html", context)


@page(takes="read", login=True, cache="never")
def show_my_application(request: SignedInRequest, pk: int) -> HttpResponse:
    application = applications.get_seeker_application_or_404(request.user, pk)
    listing = application.listing
    state = get_state_for_applicants(listing)
    is_safe_to_go = application.status == ApplicationStatus.ACCEPTED and state in SAFE_STATES
    ratings = get_application_ratings(application, "seeker")
    application.has_rated = ratings.mine is not None
    unseen = applications.find_unseen_words(application)
    context = {
        "application": attach_application_display(application),
        "listing": listing,
        "warning": find_warning_path(application),
        "unseen": unseen,
        "may_reword": unseen is not None and not applications.explain_fixed_words(application),
        "events": build_application_timeline(application),
        "may_withdraw": ApplicationStatus.WITHDRAWN
        in applications.APPLICATION_MOVES[application.status],
        "contact": listing if is_safe_to_go and is_contact_shown(listing) else None,
        "arrival": getattr(application, "arrival", None) if is_safe_to_go else None,
        "shift": find_shift(application),
        "has_day": applications.find_first_day(application) is not None,
        "dial": format_tel_number(listing.contact_phone),
        "shown_phone": format_phone(application.profile.get("phone")),
        # Whether the hours fit does not matter once the work is over.
        "match": describe_fit(listing.slots, application.profile.get("slots", 0))[0]
        if application.status == ApplicationStatus.APPLIED
        else "",
        "rating": ratings,
    }
    return render(request, "listings/applications/application.html", context)


@page(takes="form", login=True, cache="never")
def reword_application(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change the words of a sign-up while they wait for a moderator or after they were refused."""
    application = applications.get_seeker_application_or_404(request.user, pk)
    unseen = applications.find_unseen_words(application)
    refusal = applications.explain_fixed_words(application)
    if refusal or unseen is None:
        messages.info(request, refusal)
        return redirect("listings:my_application", pk)
    form = RewordApplicationForm(request.POST or None, initial=unseen.values)
    if request.method == "POST" and form.is_valid():
        try:
            reworded = applications.reword_application(pk, request.user, form.cleaned_data)
        except MoveRefused as refused:
            messages.warning(request, str(refused))
        else:
            is_read = bool(reworded.profile.get("name"))
            words = "改好了，单位现在看得到。" if is_read else "交上了，审核员看过，单位就看得到。"
            messages.success(request, words)
        return redirect("listings:my_application", pk)
    context = {"application": application, "listing": application.listing, "form": form}
    return render(request, "listings/applications/reword.html", context | {"unseen": unseen})


@page(takes="post", login=True)
def withdraw_application(request: SignedInRequest, pk: int) -> HttpResponse:
    application = applications.get_seeker_application_or_404(request.user, pk)
    try:
        applications.move_application(pk, ApplicationStatus.WITHDRAWN, request.user)
        messages.success(request, "已取消报名，并通知了招聘单位。")
    except MoveRefused as words:
        application.refresh_from_db()
        if application.status != ApplicationStatus.WITHDRAWN:  # else clicked twice
            messages.error(request, str(words))
    return redirect("listings:my_application", pk)
