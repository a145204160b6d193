"""Listings that a user saved to look at later."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.models import SignedInRequest
from cities.models import Region
from listings.detail.contact_views import get_public_listing_or_404
from listings.detail.detail_context import (
    HIDDEN,
    LIVE,
    PUBLIC_STATE_WORDS,
    SAFE_STATES,
    get_public_state,
)
from listings.models import SavedListing
from sitekit.web.pages import page
from sitekit.web.paging import IdOrder, paginate

MAX_SAVED = 300
SAVED_PAGE_SIZE = 30


@page(takes="form", login=True, cache="never")
def save_listing(request: SignedInRequest, pk: int, city: Region | None = None) -> HttpResponse:
    listing = get_public_listing_or_404(pk)
    if get_public_state(listing) not in SAFE_STATES:
        return redirect(listing)
    if listing.site != city:
        return redirect(f"{listing.get_absolute_url()}save/")
    saved = SavedListing.objects.filter(user=request.user)
    if request.method == "POST":
        if saved.filter(listing=listing).exists() or saved.count() < MAX_SAVED:
            saved.bulk_create(
                [SavedListing(user=request.user, listing=listing)], ignore_conflicts=True
            )
            return redirect(request.path)
        messages.warning(request, f"最多收藏 {MAX_SAVED} 条，先去掉一些。")
        return redirect("listings:saved")
    context = {"listing": listing, "is_saved": saved.filter(listing=listing).exists()}
    return render(request, "listings/detail/save.html", context)


@page(takes="read", login=True, cache="never")
def list_saved_listings(request: SignedInRequest) -> HttpResponse:
    saved = request.user.saved.select_related("listing__employer")
    saved_page = paginate(saved, request, size=SAVED_PAGE_SIZE, order=IdOrder())
    for row in saved_page.rows:
        state = get_public_state(row.listing)
        row.words, row.is_live = PUBLIC_STATE_WORDS[state], state == LIVE
        row.title = row.listing.title if state in SAFE_STATES else "这条信息的内容已经收起"
        row.is_linked = state != HIDDEN
    return render(
        request, "listings/detail/saved.html", {"rows": saved_page.rows, **saved_page.links}
    )


@page(takes="post", login=True)
def remove_saved_listing(request: SignedInRequest, pk: int) -> HttpResponse:
    """`pk` is the listing's; no error if it is not saved (any more)."""
    request.user.saved.filter(listing=pk).delete()
    messages.success(request, "不再收藏了。")
    return redirect("listings:saved")
