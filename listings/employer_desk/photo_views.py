"""The page where the photos of a draft are put in and taken out."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from listings.detail.photos import MAX_PHOTOS, add_photo, get_content_photos, remove_draft_photo
from listings.employer_desk.dashboard import get_own_listing
from listings.employer_desk.drafts import find_listing_draft
from listings.employer_desk.posting_forms import FIRST
from sitekit.images.pictures import HELP, ImageRefused
from sitekit.web.pages import page
from sitekit.web.rate_limits import count_attempt

AN_HOUR = 120


class Several(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self):
        super().__init__({"accept": "image/*", "multiple": True})


class PhotosForm(forms.Form):
    """Only draws the field: each file is taken or refused by itself."""

    photos = forms.Field(
        label="选照片", help_text=f"可以一次选几张。{HELP}", widget=Several, required=True
    )


@page(takes="form", login=True, cache="never")
def listing_photos(request, pk: int):
    draft = _draft(request, pk)
    form = PhotosForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        files = request.FILES.getlist("photos")
        refused = _add(request, draft, files) if files else ["还没有选照片。"]
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
def remove_photo(request, pk: int, picture: int):
    remove_draft_photo(_draft(request, pk), picture)
    messages.success(request, "去掉了。")
    return redirect("listings:photos", pk)


def _draft(request, pk):
    """The draft of a listing of one's own employer; without one there is nothing to put them in."""
    listing = get_own_listing(request, pk)
    draft = find_listing_draft(listing)
    if draft is None:
        raise Http404
    draft.listing = listing
    return draft


def _add(request, draft, files):
    """What is wrong with those that were not taken, a sentence each."""
    refused, taken = [], 0
    room = MAX_PHOTOS - len(draft.photos)
    for number, file in enumerate(files, 1):
        name = f"第 {number} 张" if len(files) > 1 else "这张"
        if taken >= room:
            refused.append(f"最多 {MAX_PHOTOS} 张，从第 {number} 张起没有放进去。")
            break
        if not count_attempt("photos", request.user.pk, AN_HOUR, timedelta(hours=1)):
            refused.append("一小时里传得太多了，请过一会儿再传。")
            break
        try:
            add_photo(draft, file)
        except ImageRefused as reason:
            refused.append(f"{name}没有收：{reason}")
        else:
            taken += 1
    if taken:
        messages.success(request, f"放进去 {taken} 张。")
    return refused
