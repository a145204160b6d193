"""The page of one listing, and the page that replaces it once it is removed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cities.models import Region
from listings.choices import ListingStatus
from listings.detail import detail_context
from listings.models import Listing
from sitekit.web.pages import page


@page(takes="read")
def show_listing(request: HttpRequest, pk: int, city: Region | None = None) -> HttpResponse:
    listings = Listing.objects.select_related("employer").prefetch_related("employer__checks")
    listing = get_object_or_404(listings, pk=pk)
    state = detail_context.get_public_state(listing)
    if state == detail_context.HIDDEN:
        raise Http404
    if listing.site != city:
        return redirect(listing, permanent=True)
    if state == detail_context.GONE:
        return _render_tombstone(request, listing)
    context = detail_context.build_detail_context(listing, state)
    context["canonical"] = request.build_absolute_uri(listing.get_absolute_url())
    name = "held" if state == detail_context.HELD else "detail"
    return render(request, f"listings/pages/{name}.html", context)


def _render_tombstone(request: HttpRequest, listing: Listing) -> HttpResponse:
    if listing.status == ListingStatus.REMOVED_FRAUD:
        context = detail_context.build_fraud_tombstone_context(listing)
        return render(request, "listings/pages/removed_fraud.html", context, status=410)
    words = detail_context.GONE_WORDS[listing.status]
    context = {"heading": "这份兼职已经不在了", "words": words}
    return render(request, "gone.html", context, status=410)
