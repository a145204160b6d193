"""Listings that a user saved to look at later."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from accounts.inbox.open_accounts import write_for_account
from accounts.models import SignedInRequest, User
from cities.models import Region
from listings.detail.contact_views import get_public_listing_or_404
from listings.detail.detail_context import (
    HIDDEN,
    LIVE,
    SAFE_STATES,
    get_public_state,
    name_public_state,
)
from listings.models import Listing, SavedListing
from listings.own_states.action_bar import build_action_bar, build_bar_context
from sitekit.forms.undo import add_undo, is_undo, offer_undo
from sitekit.models import Operator
from sitekit.site_settings.limits import declare_limit
from sitekit.web.pages import page
from sitekit.web.paging import IdOrder, paginate

MAX_SAVED = declare_limit("saved", "消息和订阅", "一个人收藏几条兼职", 300, most=3000)
SAVED_PAGE_SIZE = 30
# The script sends this header, and gets only the action bar as answer.
FRAGMENT_HEADER = "X-Fragment"


class TooManySaved(Exception):
    pass


@page(takes="form", login=True, cache="never")
def save_listing(request: SignedInRequest, pk: int, city: Region | None = None) -> HttpResponse:
    """Save the listing, or remove it with `keep` 0. Repeating the request changes nothing."""
    listing = get_public_listing_or_404(pk)
    if get_public_state(listing) not in SAFE_STATES:
        return redirect(listing)
    if listing.site != city:
        return redirect(f"{listing.get_absolute_url()}save/")
    if request.method == "POST":
        return _store_choice(request, listing)
    is_saved = request.user.saved.filter(listing=listing).exists()
    context = {"listing": listing, "is_saved": is_saved}
    return render(request, "listings/own_states/save.html", context)


def _store_choice(request: SignedInRequest, listing: Listing) -> HttpResponse:
    if request.POST.get("keep") == "0":
        SavedListing.objects.filter(user=request.user, listing=listing).delete()
    else:
        try:
            add_saved_listing(request.user, listing)
        except TooManySaved:
            messages.warning(request, f"最多收藏 {int(MAX_SAVED)} 条，先移除一些。")
            return redirect("listings:saved")
    if FRAGMENT_HEADER in request.headers:
        return HttpResponse(_render_bar(request, listing))
    if is_undo(request):
        return redirect("listings:saved")
    return redirect(listing)


def add_saved_listing(user: User, listing: Listing) -> None:
    """Save the listing, unless it is saved already. Raise TooManySaved."""
    saved = SavedListing.objects.filter(user=user)
    if not saved.filter(listing=listing).exists() and saved.count() >= int(MAX_SAVED):
        raise TooManySaved
    with write_for_account(user):
        saved.bulk_create([SavedListing(user=user, listing=listing)], ignore_conflicts=True)


def _render_bar(request: SignedInRequest, listing: Listing) -> str:
    bar = build_action_bar(
        request.user,
        listing,
        get_public_state(listing),
        takes_applications=Operator.current().takes_applications,
    )
    return render_to_string(
        "listings/own_states/_bar.html", build_bar_context(listing, bar), request
    )


@page(takes="read", login=True, cache="never")
def list_saved_listings(request: SignedInRequest) -> HttpResponse:
    saved = request.user.saved.select_related("listing__employer")
    saved_page = paginate(saved, request, size=SAVED_PAGE_SIZE, order=IdOrder())
    for row in saved_page.rows:
        state = get_public_state(row.listing)
        row.words, row.is_live = name_public_state(row.listing, state), state == LIVE
        row.title = row.listing.title if state in SAFE_STATES else "这条信息的内容已经收起"
        row.is_linked = state != HIDDEN
    return render(
        request, "listings/own_states/saved.html", {"rows": saved_page.rows, **saved_page.links}
    )


@page(takes="post", login=True)
def remove_saved_listing(request: SignedInRequest, pk: int) -> HttpResponse:
    """`pk` is the id of the listing. No error if it is not saved."""
    deleted, _ = request.user.saved.filter(listing=pk).delete()
    listing = Listing.objects.select_related("employer").filter(pk=pk).first()
    if deleted and listing and get_public_state(listing) in SAFE_STATES:
        address = add_undo(f"{listing.get_absolute_url()}save/")
        offer_undo(request, f"已取消收藏「{listing.title}」。", address)
    return redirect("listings:saved")
