"""The poster of a live listing, to be printed on A4."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cities.models import Region
from listings.detail.contact_views import get_public_listing_or_404
from listings.detail.detail_context import (
    LIVE,
    build_listing_text_context,
    get_public_state,
)
from listings.pages.job_posting import describe_employer_name
from listings.pages.share_pictures import list_poster_files
from listings.search.cards import list_card_facts
from sitekit.share_pictures.qr_codes import draw_code_svg
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.pages import page, redirect_moved


@page(takes="read")
def show_poster(request: HttpRequest, pk: int, city: Region | None = None) -> HttpResponse:
    """Redirects to the listing when it is no longer live; that page says why."""
    listing = get_public_listing_or_404(pk)
    if get_public_state(listing) != LIVE:
        return redirect(listing)
    if listing.site != city:
        return redirect_moved(f"{listing.get_absolute_url()}poster/")
    address = build_absolute_url(listing.get_absolute_url())
    text = build_listing_text_context(listing)
    context = text | {
        "listing": listing,
        "who": describe_employer_name(listing),
        "facts": list_card_facts(listing.employer),
        "code": draw_code_svg(address, css_class="poster-code", title="这条兼职的二维码"),
        "address": address.partition("://")[2],
        "posters": list_poster_files(listing, text["photos"]),
    }
    return render(request, "listings/pages/poster.html", context)
