"""Keep search rows and cards in step with listings; called inside every transition."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.contrib.postgres.search import SearchVectorField
from django.db import transaction
from django.db.models import Prefetch, Value
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.employers.membership import list_held_check_kinds
from accounts.models import Employer, EmployerCheck
from cities.directory.regions import (
    get_city,
    get_current_region,
    get_province,
    get_region_ancestors,
    read_newly_retired_regions,
)
from listings.choices import ListingStatus, Perk, Requirement, WorkMode
from listings.models import Listing, ListingCard, ListingSearch
from listings.models.search_row import FAR, FILTER_TOKEN_PREFIXES
from listings.search.cards import render_card
from listings.vocabulary.traits import TOKEN_PREFIX, encode_traits, list_traits
from listings.vocabulary.work_places import WorkPlace
from sitekit.maintenance.backfills import Backfill, restart_backfill
from sitekit.models import Picture
from textkit import tsearch
from textkit.segmentation import spell_pinyin

# Bits of ListingSearch.checks. `employer`: it is verified and its re-check is not overdue.
CHECKS = {"employer": 1, "licence": 2, "id_card": 4, "phone": 8, "site_visit": 16}
PROVINCE_OF_ONLINE = 0  # province of an online listing: it belongs to no place


def refresh_search_rows(listing_ids: Iterable[int]) -> int:
    """Write the search rows and cards of these listings; return how many of the listings have rows now.

    The listings are read under a lock. If one transaction changes a listing and another its employer at the same
    time, the later one therefore writes the row with both changes.
    """
    ids = list(listing_ids)
    checks = Prefetch("employer__checks", EmployerCheck.objects.order_by("kind", "-checked_on"))
    listings = Listing.objects.select_related("employer__record").prefetch_related(checks)
    locked = listings.select_for_update(of=("self",), no_key=True).order_by("pk")
    with transaction.atomic():
        visible_listings = [row for row in locked.filter(pk__in=ids) if _is_visible(row)]
        visible_ids = [listing.pk for listing in visible_listings]
        for model in (ListingSearch, ListingCard):
            model.objects.filter(pk__in=ids).exclude(pk__in=visible_ids).delete()
        _upsert_rows(ListingSearch, [build_search_row(listing) for listing in visible_listings])
        photos = _find_first_photos(visible_listings)
        cards = [
            ListingCard(
                listing_id=row.pk,
                html=render_card(row, photos.get(row.pk)),
                drawn_at=timezone.now(),  # of a new row; `_upsert_rows` leaves that of an older one
            )
            for row in visible_listings
        ]
        _upsert_rows(ListingCard, cards)
    return len(visible_listings)


def refresh_employer(employer: Employer) -> int:
    """Refresh the rows of all listings of an employer after its status or checks changed.

    This includes listings that are not public: another transaction may be publishing one of them at this moment,
    with the employer's former status.
    """
    return refresh_search_rows(employer.listings.order_by().values_list("pk", flat=True))


def _find_first_photos(listings: Iterable[Listing]) -> dict[int, Picture]:
    """Return the first photo of each listing that has one. One query, none without photos."""
    numbers = {listing.pk: listing.photos[0] for listing in listings if listing.photos}
    pictures = Picture.objects.in_bulk(numbers.values()) if numbers else {}
    return {pk: pictures[number] for pk, number in numbers.items() if number in pictures}


def _upsert_rows(model: type[ListingSearch] | type[ListingCard], rows: list[Any]) -> None:
    fields = [
        f.name for f in model._meta.concrete_fields if not f.primary_key and f.name != "drawn_at"
    ]
    model.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["listing"],
        update_fields=fields,
    )


def _is_visible(listing: Listing) -> bool:
    good = listing.employer is None or listing.employer.is_in_good_standing
    return good and listing.status == ListingStatus.PUBLISHED


def build_search_row(listing: Listing) -> ListingSearch:
    place = get_current_region(listing.place)
    online = listing.mode == WorkMode.ONLINE
    city = None if online else get_city(place)
    district = place if city and place.adcode != city.adcode else None
    recheck_due = listing.employer.recheck_due if listing.employer else None
    work_places = listing.work_places
    locations = [work_place.location for work_place in work_places]
    main, further = locations[0] if locations else None, [*filter(None, locations[1:])]
    districts = {place.region.adcode for place in work_places[1:]} - {place.adcode}
    if city:
        districts.discard(city.adcode)
    tokens = build_listing_tokens(listing, work_places)
    return ListingSearch(
        listing_id=listing.pk,
        province_id=PROVINCE_OF_ONLINE if online else get_province(place).adcode,
        city_id=city.adcode if city else None,
        district_id=district.adcode if district else None,
        further_districts=sorted(districts) or None,
        latitude=main.point.latitude if main else None,
        longitude=main.point.longitude if main else None,
        further_points=[value for place in further for value in place.point] or None,
        **{name: getattr(listing, name) for name in FILTER_TOKEN_PREFIXES},
        slots=listing.slots,
        checks=encode_checks(listing.employer),
        traits=encode_traits(listing),
        hourly_fen=listing.hourly_fen or 0,
        start_key=listing.start_date or FAR,
        end_key=listing.end_date or FAR,
        published_at=cast("datetime.datetime", listing.published_at),
        live_until=min(filter(None, [listing.valid_through, recheck_due])),
        # As text: an array of tokens takes three times as long.
        tokens=Cast(
            Value(" ".join(map(tsearch.quote_lexeme, sorted(tokens)))), SearchVectorField()
        ),
    )


def encode_checks(employer: Employer | None) -> int:
    """Return the checks that an employer holds as bits of `CHECKS`; 0 for a repost."""
    if employer is None:
        return 0
    held = list_held_check_kinds(employer)
    return CHECKS["employer"] + sum(bit for kind, bit in CHECKS.items() if kind in held)


def build_listing_tokens(listing: Listing, work_places: Sequence[WorkPlace]) -> set[str]:
    """Return all tokens of a listing: of its texts, the labels of its fields, its places and codes."""
    around = (place for work in work_places for place in get_region_ancestors(work.region))
    places = {place.adcode: place for place in around}.values()
    labels = [
        listing.kind.label,
        *(
            getattr(listing, f"get_{name}_display")()
            for name in FILTER_TOKEN_PREFIXES
            if name != "category"
        ),
        *(Perk(perk).label for perk in listing.perks),
        *(Requirement(flag).label for flag in listing.flags),
    ]
    # A group's label names other kinds of work than the listing's: 家教培训.
    addresses = [work.address for work in work_places] or [listing.address]
    texts = [listing.group.label, *addresses, listing.who]
    texts += [name for place in places for name in (place.name, place.short_name)]
    if listing.slots and listing.slots >> 20:  # some part of Saturday or Sunday
        labels.append("周末")
    tokens = tsearch.build_document_tokens(
        listing.title,
        listing.duties,
        listing.requirements,
        " ".join(texts),
        labels=labels,
        names=[listing.who],
    )
    tokens.add(f"y:{spell_pinyin(listing.kind.label)}")
    tokens.update(f"r:{place.adcode}" for place in places)
    tokens.update(f"{TOKEN_PREFIX}:{trait}" for trait in list_traits(listing))
    tokens.update(
        f"{prefix}:{getattr(listing, name)}" for name, prefix in FILTER_TOKEN_PREFIXES.items()
    )
    return tokens


def rewrite_search_rows(listing_ids: Sequence[int]) -> int:
    """Write the search rows and cards of listings that the caller has locked.

    As `refresh_search_rows`, but employers may change at the same time, and a place may have been retired since
    this process read the places.
    """
    read_newly_retired_regions()
    employers = Listing.objects.filter(pk__in=listing_ids).values("employer")
    locked = Employer.objects.select_for_update(no_key=True).filter(pk__in=employers)
    list(locked.order_by("pk").values_list("pk"))
    return refresh_search_rows(listing_ids)


# A higher version has the worker write all rows and cards anew, after a change of what they hold.
SEARCH_ROWS = Backfill(
    "写搜索行和卡片",
    version=7,
    rows=lambda: Listing.objects.filter(status=ListingStatus.PUBLISHED),
    fill=rewrite_search_rows,
)


def rewrite_rows_of_retired_places(**_signal: object) -> None:
    """Receiver of `places_retired`."""
    restart_backfill(SEARCH_ROWS)
