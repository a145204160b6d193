"""The page to add and remove the photos of a draft."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import SignedInRequest
from listings.detail.photos import MAX_PHOTOS, add_photo, get_content_photos, remove_draft_photo
from listings.employer_desk.dashboard import get_own_listing
from listings.employer_desk.drafts import find_listing_draft
from listings.employer_desk.posting_forms import FIRST
from listings.models import ListingDraft
from sitekit.images.pictures import HELP, ImageRefused
from sitekit.web.pages import page
from sitekit.web.rate_limits import count_attempt

PHOTOS_AN_HOUR = 120


class MultipleFileInput(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"accept": "image/*", "multiple": True})


class PhotosForm(forms.Form):
    """Only renders the field: each file is accepted or refused by itself."""

    photos = forms.Field(
        label="选照片", help_text=f"可以一次选几张。{HELP}", widget=MultipleFileInput, required=True
    )


@page(takes="form", login=True, cache="never")
def listing_photos(request: SignedInRequest, pk: int) -> HttpResponse:
    draft = _get_own_draft(request, pk)
    form = PhotosForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        files = request.FILES.getlist("photos")
        refused = _add_photos(request, draft, files) if files else ["还没有选照片。"]
        if not refused:
            return redirect("listings:photos", pk)
        form.errors["photos"] = form.error_class(refused)
    context = {
        "form": form,
        "listing": draft.listing,
        "employer": draft.listing.employer,
        "back": reverse("listings:post_step", args=[pk, draft.step or FIRST]),
        "photos": get_content_photos(draft),
        "room": MAX_PHOTOS - len(draft.photos),
        "most": MAX_PHOTOS,
    }
    return render(request, "listings/employer_desk/photos.html", context)


@page(takes="post", login=True, cache="never")
def remove_photo(request: SignedInRequest, pk: int, picture: int) -> HttpResponse:
    remove_draft_photo(_get_own_draft(request, pk), picture)
    messages.success(request, "去掉了。")
    return redirect("listings:photos", pk)


def _get_own_draft(request: SignedInRequest, pk: int) -> ListingDraft:
    """Return the draft of an own listing; 404 if it has none."""
    listing = get_own_listing(request, pk)
    draft = find_listing_draft(listing)
    if draft is None:
        raise Http404
    draft.listing = listing
    return draft


def _add_photos(
    request: SignedInRequest, draft: ListingDraft, files: list[UploadedFile]
) -> list[str]:
    """Add the files; return a sentence for each that was refused."""
    refused: list[str] = []
    added = 0
    room = MAX_PHOTOS - len(draft.photos)
    for number, file in enumerate(files, 1):
        name = f"第 {number} 张" if len(files) > 1 else "这张"
        if added >= room:
            refused.append(f"最多 {MAX_PHOTOS} 张，从第 {number} 张起没有放进去。")
            break
        if not count_attempt("photos", request.user.pk, PHOTOS_AN_HOUR, timedelta(hours=1)):
            refused.append("一小时里传得太多了，请过一会儿再传。")
            break
        try:
            add_photo(draft, file)
        except ImageRefused as reason:
            refused.append(f"{name}没有收：{reason}")
        else:
            added += 1
    if added:
        messages.success(request, f"放进去 {added} 张。")
    return refused
