"""The share picture of a live listing, its posters, and the code that leads to it.

Pictures are copied and remain after the listing is gone. They therefore leave out the name of a person, which is
not given to search engines either (`describe_employer_name`), and the street of an employer without a licence.
"""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.employers.membership import KINDS_WITHOUT_LICENCE
from listings.choices import WorkMode
from listings.detail.detail_context import LIVE, get_public_state
from listings.detail.photos import list_content_photos
from listings.models import Listing
from listings.pages.job_posting import describe_employer_name
from listings.search.cards import build_card_context, describe_main_place
from news.articles.schema_org import SITE
from sitekit.images.city_badge import NATIONAL
from sitekit.share_pictures.fonts import has_font
from sitekit.share_pictures.kept_drawings import serve_drawing, serve_poster_svg
from sitekit.share_pictures.qr_codes import draw_code_file
from sitekit.share_pictures.share_cards import (
    PAPER,
    POSTER,
    ShareCard,
    SharePicture,
    build_picture_path,
    build_share_picture,
    name_poster,
)
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.pages import page

ROUTE, SVG_ROUTE = "listings:share", "listings:poster_svg"
POSTER_LABELS = {POSTER: "手机海报", PAPER: "A4 海报"}
# Characters of the first of several places: with their number they stand on a picture beside a photo.
LONGEST_OF_SEVERAL = 14


class PosterFiles(NamedTuple):
    """Where a poster is found as PNG and as SVG, and the names its files are saved under."""

    label: str
    png: str
    svg: str
    png_name: str
    svg_name: str


@page(takes="read")
def show_listing_picture(request: HttpRequest, pk: int, shape: str, version: str) -> HttpResponse:
    """Two queries, three with photos."""
    listing = get_live_listing_or_404(pk)
    card = build_listing_card(listing, list_content_photos(listing))
    return serve_drawing(request, (ROUTE, pk, shape, version), card)


@page(takes="read")
def download_poster_svg(request: HttpRequest, pk: int, shape: str, version: str) -> HttpResponse:
    """Two queries, three with photos: the version is that of the picture."""
    listing = get_live_listing_or_404(pk)
    card = build_listing_card(listing, list_content_photos(listing))
    return serve_poster_svg((SVG_ROUTE, pk, shape, version), card)


@page(takes="read", cache=3600)
def download_listing_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code alone, for people who draw their own poster."""
    listing = get_live_listing_or_404(pk)
    svg = draw_code_file(build_absolute_url(listing.get_absolute_url()))
    named = {"Content-Disposition": f'attachment; filename="code-{pk}.svg"'}
    return HttpResponse(svg, content_type="image/svg+xml", headers=named)


def get_live_listing_or_404(pk: int) -> Listing:
    listings = Listing.objects.select_related("employer").prefetch_related("employer__checks")
    listing = get_object_or_404(listings, pk=pk)
    if get_public_state(listing) != LIVE:
        raise Http404("这份兼职不在招人。")
    return listing


def build_listing_picture(listing: Listing, photos: list[dict[str, Any]]) -> SharePicture:
    """Return the addresses for the head of its page; `photos` are of `list_content_photos`."""
    card = build_listing_card(listing, photos)
    return build_share_picture(ROUTE, listing.pk, card, can_draw=has_font())


def list_poster_files(listing: Listing, photos: list[dict[str, Any]]) -> list[PosterFiles]:
    """Return the posters for phones and for A4, none if they cannot be drawn."""
    if not has_font():
        return []
    pk, version = listing.pk, build_listing_card(listing, photos).version
    return [
        PosterFiles(
            label,
            build_picture_path(ROUTE, pk, shape, version),
            build_picture_path(SVG_ROUTE, pk, shape, version),
            name_poster(pk, shape, "png"),
            name_poster(pk, shape, "svg"),
        )
        for shape, label in POSTER_LABELS.items()
    ]


def build_listing_card(listing: Listing, photos: list[dict[str, Any]]) -> ShareCard:
    row = build_card_context(listing)
    site = listing.site
    name = site.short_name if site else ""
    student = "学生可做" if row["student"] else ""
    return ShareCard(
        seal=name[:2] or NATIONAL,
        site=f"{name}{SITE}",
        title=listing.title,
        pay=listing.pay_words,
        pay_unit=listing.pay_unit_words,
        settlement=row["settlement"],
        lines=(
            _join_when_and_where(listing, row["when"], _describe_place(listing)),
            _join_facts(f"招 {listing.headcount} 人", student, *row["perks"]),
        ),
        who="转载，没有核对过发布者" if listing.is_repost else describe_employer_name(listing),
        checks=tuple(row["facts"]),
        square_lines=(
            listing.title,
            _join_when_and_where(listing, row["when"], describe_main_place(listing)),
        ),
        photo=_choose_photo(photos),
        address=build_absolute_url(listing.get_absolute_url()),
        number=f"编号 {listing.pk}",
    )


def _join_facts(*facts: str) -> str:
    return " · ".join(filter(None, facts))


def _join_when_and_where(listing: Listing, when: str, place: str) -> str:
    """Return time and place; several places come first, since the end of a line that is too long is cut off."""
    places = listing.name_work_places(place)
    return _join_facts(when, place) if places == place else _join_facts(places, when)


def _describe_place(listing: Listing) -> str:
    """Return the main place with its address, if it may be told and leaves room for the number of several."""
    place = describe_main_place(listing)
    is_told = listing.employer and listing.employer.kind not in KINDS_WITHOUT_LICENCE
    if not is_told or listing.mode != WorkMode.ON_SITE or not listing.address:
        return place
    place_with_address = f"{place} {listing.address}"
    is_one = len(listing.work_places) == 1
    return place_with_address if is_one or len(place_with_address) <= LONGEST_OF_SEVERAL else place


def list_photos_to_pass_on(photos: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the photos without a QR code, because a code could lead elsewhere."""
    return [photo for photo in photos if not photo["codes"]]


def _choose_photo(photos: list[dict[str, Any]]) -> str:
    """Return the file of the first photo that may be passed on, "" if there is none."""
    start = f"{settings.MEDIA_URL}pictures/"
    return next((photo["src"].removeprefix(start) for photo in list_photos_to_pass_on(photos)), "")
