"""The page of one listing, and the page that replaces it once it is removed."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe

from accounts.models import User
from cities.models import Region
from listings.applications.track_record import (
    TrackRecord,
    fill_track_record,
    has_room_for_sign_ups,
    read_track_record,
)
from listings.choices import ListingStatus
from listings.detail import detail_context
from listings.detail.appearances import annotate_stored_copies
from listings.detail.similar_listings import find_similar_listings
from listings.figures.view_counts import note_listing_view, note_user_view
from listings.models import Listing, Shift
from listings.own_states.action_bar import build_action_bar
from listings.own_states.blocked_employers import (
    find_hidden_listings,
    find_reader,
    is_employer_blocked,
)
from listings.pages.near_place import draw_travel, fill_travel
from listings.pages.share_pictures import build_listing_picture, list_photos_to_pass_on
from listings.search.cards import fill_card
from sitekit.databases.composed_queries import ComposedQuery
from sitekit.kept_pages.changes import Dependency
from sitekit.kept_pages.middleware import depend_on_topics
from sitekit.kept_pages.store import keep_while_told
from sitekit.models import Operator
from sitekit.share_pictures.qr_codes import draw_code_svg
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.pages import forbid_caching, page, redirect_moved

KEPT_LISTING_BYTES = 2**15  # what is kept of one listing, about
# The values of a page's context that are kept; the others were needed for the drawn column only.
_KEPT_NAMES = (
    "made_of",
    "listing",
    "state",
    "code",
    "address",
    "settlement",
    "where",
    "banner",
    "similar",
    "share",
    "shown_photos",
)


@page(takes="read")
def show_listing(request: HttpRequest, pk: int, city: Region | None = None) -> HttpResponse:
    code = city.adcode if city else None
    kept_page = keep_while_told(
        ("listing", pk, code),
        lambda kept_page: kept_page["made_of"],
        lambda: _read_listing(request, pk, city),
        KEPT_LISTING_BYTES,
    )
    listing, state, typed = kept_page["listing"], kept_page["state"], request.GET.get("near", "")
    ratings = Dependency("ratings", listing.employer_id)
    depend_on_topics(request, *kept_page["made_of"], ratings)
    if listing.site != city:
        query = f"?{urlencode({'near': typed})}" if typed else ""
        return redirect_moved(f"{listing.get_absolute_url()}{query}")
    if state == detail_context.GONE:
        return _render_tombstone(request, listing)
    record = _keep_track_record(listing, ratings)
    column = fill_track_record(kept_page.get("column", ""), record)
    column = fill_travel(
        column, draw_travel(listing, typed, city) if typed else kept_page.get("travel", {})
    )
    hidden = find_hidden_listings(request)
    similar = kept_page["similar"]
    if not {row.pk for row in similar}.isdisjoint(hidden):
        similar = find_similar_listings(listing, hidden)
    context = kept_page | {
        "column": mark_safe(column),  # noqa: S308 - drawn by escaping templates
        "takes_sign_ups": has_room_for_sign_ups(listing, record),
        "canonical": request.build_absolute_uri(kept_page["address"]),
        "similar": [fill_card(row.html, row.published_at) for row in similar],
    }
    if state == detail_context.HELD:
        response = render(request, "listings/pages/held.html", context)
        return forbid_caching(response) if hidden else response
    reader = find_reader(request)
    if reader is None:
        note_listing_view(request, pk)
        return render(request, "listings/pages/detail.html", context)
    return _render_for_member(request, reader, listing, context)


def _render_for_member(
    request: HttpRequest, user: User, listing: Listing, context: dict[str, Any]
) -> HttpResponse:
    """The page with what its reader has done: nobody else may be shown it, nor keep it."""
    note_user_view(request, user, listing)
    context["bar"] = build_action_bar(
        user,
        listing,
        context["state"],
        takes_applications=Operator.current().takes_applications,
        has_similar=bool(context["similar"]),
    )
    context["is_blocked"] = is_employer_blocked(user, listing.employer_id)
    return forbid_caching(render(request, "listings/pages/detail.html", context))


def _keep_track_record(listing: Listing, ratings: Dependency) -> TrackRecord:
    return keep_while_told(
        ("track record", listing.pk), [ratings], lambda: read_track_record(listing)
    )


def _build_page_query(pk: int, today: date) -> QuerySet[Any, Any]:
    coming = Shift.objects.filter(listing=OuterRef("pk"), day__gte=today)
    listings = Listing.objects.filter(pk=pk).select_related("employer")
    listings = listings.prefetch_related("employer__checks")
    listings = listings.annotate(has_shifts=Exists(coming))  # type: ignore[no-redef]
    return annotate_stored_copies(listings)


_PAGE_LISTING = ComposedQuery(_build_page_query, pk=int, today=date)


def _read_listing(request: HttpRequest, pk: int, city: Region | None) -> dict[str, Any]:
    """Return the context of its page; of one that is elsewhere or gone only the listing and its state."""
    listing = next(iter(_PAGE_LISTING.fetch_objects(pk=pk, today=timezone.localdate())), None)
    if listing is None:
        raise Http404
    state = detail_context.get_public_state(listing)
    if state == detail_context.HIDDEN:
        raise Http404
    made_of = [
        Dependency("listings", listing.pk),
        Dependency("employers", listing.employer_id),
        Dependency("rows", city.adcode if city else None),  # similar ones
        Dependency("articles"),
        Dependency("site"),
    ]
    if listing.site != city or state == detail_context.GONE:
        return {"listing": listing, "state": state, "made_of": made_of}
    context = detail_context.build_detail_context(listing, state)
    copies = [Dependency("copies", part) for part in context.get("copy_parts", ())]
    context["made_of"] = [*made_of, *copies]
    context["address"] = listing.get_absolute_url()
    if state == detail_context.HELD:
        return context
    if state == detail_context.LIVE:
        context["share"] = build_listing_picture(listing, context["photos"])
        context["shown_photos"] = list_photos_to_pass_on(context["photos"])
        if listing.has_shifts:  # few have; without who takes them: sign-ups make no kept page anew
            context["shifts"] = list(listing.shifts.filter(day__gte=timezone.localdate()))
    column = render_to_string("listings/pages/_column.html", context, request)
    # In the page and not a file: a picture that no screen shows is not fetched in time for the printer.
    absolute = build_absolute_url(context["address"])
    context["code"] = draw_code_svg(absolute, css_class="paper-code", title="这一页的二维码")
    drawn = {"column": column, "travel": draw_travel(listing, "", city)}
    return {name: context[name] for name in _KEPT_NAMES if name in context} | drawn


def _render_tombstone(request: HttpRequest, listing: Listing) -> HttpResponse:
    if listing.status == ListingStatus.REMOVED_FRAUD:
        context = detail_context.build_fraud_tombstone_context(listing)
        return render(request, "listings/pages/removed_fraud.html", context, status=410)
    words = detail_context.GONE_WORDS[listing.status]
    context = {"heading": "这份兼职已经不在了", "words": words}
    return render(request, "gone.html", context, status=410)
