"""The newest listings of a list for feed readers, as Atom, RSS and JSON Feed, at the list's address + feed.…"""

from dataclasses import replace
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.feedgenerator import SyndicationFeed
from django.utils.html import escape

from cities.models import Region
from listings.models import Listing
from listings.pages.job_posting import describe_employer_name, render_description
from listings.pages.list_views import build_list_heading, read_narrowing
from listings.search.filters import encode_asked_filters
from listings.search.search_request import SearchRequest, parse_search_request
from listings.search.sort_orders import NEWEST
from sitekit.kept_pages.changes import Dependency
from sitekit.kept_pages.kept_feeds import FeedParts, FeedState, answer_feed
from sitekit.seo.feed_formats import EMPTY_FEED_DATE, FORMATS, strip_illegal_xml
from sitekit.web.pages import page


class FeedRows(NamedTuple):
    search_request: SearchRequest
    listings: list[Listing]


@page(takes="read")
def show_listing_feed(
    request: HttpRequest,
    suffix: str,
    city: Region | None = None,
    work: str = "",
    inside: Region | None = None,
) -> HttpResponse:
    """The newest listings of the list with its filters and words. A reader that already has them gets a 304.

    Two queries, none if the feed is cached; a feed with filters or words is never cached.
    """
    filters_query = encode_asked_filters(request.GET)

    def read_rows() -> FeedRows:
        narrowing, query = read_narrowing(city, work, inside), QueryDict(filters_query[1:])
        search_request = parse_search_request(narrowing.add_to(query) if narrowing else query, city)
        rows, _ = replace(search_request.search, sort=NEWEST).fetch_page()
        listings = (
            Listing.objects.live()
            .filter(pk__in=[row.pk for row in rows])
            .select_related("employer")
            .order_by("-published_at", "-pk")
        )
        return FeedRows(search_request, list(listings))

    rows = Dependency("rows", city.adcode if city else None)
    parts = FeedParts(
        topics=[rows, "listings", "employers", "site"],
        read=read_rows,
        describe=_describe_state,
        build=lambda feed_rows: _build_feed(request, suffix, filters_query, *feed_rows),
        is_kept=not filters_query,
    )
    return answer_feed(request, suffix, parts)


def _describe_state(feed_rows: FeedRows) -> FeedState:
    return FeedState(
        tuple(f"{row.pk} {row.updated_at.isoformat()} {row.who}" for row in feed_rows.listings)
    )


def _build_feed(
    request: HttpRequest,
    suffix: str,
    filters_query: str,
    search_request: SearchRequest,
    listings: list[Listing],
) -> SyndicationFeed:
    absolute = request.build_absolute_uri
    title = strip_illegal_xml(f"{build_list_heading(search_request)} - 兼职信息网")
    feed = FORMATS[suffix](
        title,
        absolute(f"{request.path.rpartition('/')[0]}/{filters_query}"),
        title,  # RSS wants a description
        language="zh-CN",
        feed_url=absolute(f"{request.path}{filters_query}"),
        updated=max((listing.updated_at for listing in listings), default=EMPTY_FEED_DATE),
    )
    for listing in listings:
        address = absolute(listing.get_absolute_url())
        pay = f"{listing.pay_words}{listing.pay_unit_words}"
        summary = f"{pay}，{listing.get_settlement_display()}，{listing.name_work_places(listing.place.name)}"
        feed.add_item(
            strip_illegal_xml(listing.title),
            address,
            escape(summary),  # Django says that it is HTML
            unique_id=address,
            author_name=strip_illegal_xml(describe_employer_name(listing)),
            pubdate=listing.published_at or listing.created_at,
            updateddate=max(listing.updated_at, listing.published_at or listing.created_at),
            summary=summary,
            html=strip_illegal_xml(render_description(listing, listing.get_settlement_display())),
            labels=[(listing.category, listing.kind.label)],
            image="",
            image_size=0,
        )
    return feed
