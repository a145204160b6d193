"""The page to add, order and remove the photos of a draft."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.models import SignedInRequest
from listings.detail.photos import (
    MAX_PHOTOS,
    DraftIsFull,
    add_photo,
    list_content_photos,
    move_draft_photo_first,
    remove_draft_photo,
)
from listings.employer_desk.own_listings import own_listing_page
from listings.models import Listing, ListingDraft
from sitekit.forms.fields import MultipleFileInput
from sitekit.images.pictures import HELP, ImageRefused
from sitekit.site_settings.limits import declare_limit
from sitekit.web.rate_limits import count_attempt
from sitekit.workflow.refusals import get_row_or_refuse

PHOTOS_AN_HOUR = declare_limit(
    "photos_an_hour", "发布兼职", "一个账号每小时传几张照片", 120, most=1200
)


class PhotosForm(forms.Form):
    """Only renders the field: each file is accepted or refused by itself."""

    photos = forms.Field(
        label="选照片",
        help_text=f"可以一次选几张。{HELP}",
        widget=MultipleFileInput({"accept": "image/*", "multiple": True}),
    )


@own_listing_page(takes="form")
def edit_photos(request: SignedInRequest, listing: Listing) -> HttpResponse:
    draft = _get_draft_or_refuse(listing)
    form = PhotosForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        files = request.FILES.getlist("photos")
        refused = _add_photos(request, draft, files) if files else ["还没有选照片。"]
        if not refused:
            return redirect("listings:photos", listing.pk)
        form.errors["photos"] = form.error_class(refused)
    context = {
        "form": form,
        "listing": listing,
        "employer": listing.employer,
        "photos": list_content_photos(draft),
        "room": max(0, int(MAX_PHOTOS) - len(draft.photos)),
        "most": int(MAX_PHOTOS),
    }
    return render(request, "listings/employer_desk/photos.html", context)


@own_listing_page(takes="post")
def remove_photo(request: SignedInRequest, listing: Listing, picture: int) -> HttpResponse:
    remove_draft_photo(_get_draft_or_refuse(listing), picture)
    messages.success(request, "去掉了。")
    return redirect("listings:photos", listing.pk)


@own_listing_page(takes="post")
def move_photo_first(request: SignedInRequest, listing: Listing, picture: int) -> HttpResponse:
    move_draft_photo_first(_get_draft_or_refuse(listing), picture)
    return redirect("listings:photos", listing.pk)


def _get_draft_or_refuse(listing: Listing) -> ListingDraft:
    return get_row_or_refuse(
        ListingDraft.objects.all(), "草稿已经提交或者删掉了，照片不能再改。", listing=listing
    )


def _add_photos(
    request: SignedInRequest, draft: ListingDraft, files: list[UploadedFile]
) -> list[str]:
    """Add the files; return a sentence for each that was refused."""
    refused: list[str] = []
    added = repeated = 0
    for number, file in enumerate(files, 1):
        name = f"第 {number} 张" if len(files) > 1 else "这张"
        if not count_attempt("photos", request.user.pk, PHOTOS_AN_HOUR, timedelta(hours=1)):
            refused.append("一小时里传得太多了，请过一会儿再传。")
            break
        try:
            is_new = add_photo(draft, file)
        except DraftIsFull:
            refused.append(f"最多 {int(MAX_PHOTOS)} 张，从第 {number} 张起没有添加。")
            break
        except ImageRefused as reason:
            refused.append(f"{name}没有收：{reason}")
        else:
            added += is_new
            repeated += not is_new
    if added:
        messages.success(request, f"已添加 {added} 张。")
    if repeated:
        messages.info(request, f"有 {repeated} 张已经在这里了，没有再放一遍。")
    return refused
