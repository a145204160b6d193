"""The rows that lists read, derived from listings by `listings.search.search_index`."""

import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import Employer
from listings.choices import WorkMode
from listings.models.listing import Listing

# Columns that lists filter by, fields of the listing, with the prefix of their tokens. The indexes
# below have this order: changing it needs a migration.
FILTER_TOKEN_PREFIXES = {"category": "c", "settlement": "s", "term": "d", "mode": "m"}
_SCOPES = (("nation", ()), ("province", (F("province_id"),)), ("city", (F("city_id"),)))
_COVERED = [
    "live_until",
    *FILTER_TOKEN_PREFIXES,
    *"slots checks traits hourly_fen start_key end_key province_id city_id district_id".split(),
    *"latitude longitude further_districts further_points".split(),
]
FAR = datetime.date(9999, 12, 31)  # start_key without a first day, end_key without a last one


class ListingSearch(models.Model):
    """One narrow row for each listing that may be live.

    Rows exist for published listings of employers in good standing; `live_until` is the earlier of
    the listing's last day and the employer's re-check date. Places are plain codes; the first work
    place has columns of its own, further ones lie in the same city. `checks` has the bits of
    `listings.search.search_index.CHECKS`, `traits` those of `listings.vocabulary.traits`.
    """

    listing = models.OneToOneField(
        Listing, models.CASCADE, primary_key=True, related_name="search_row"
    )
    province_id = models.PositiveIntegerField()
    city_id = models.PositiveIntegerField(null=True)
    district_id = models.PositiveIntegerField(null=True)
    further_districts = ArrayField(models.PositiveIntegerField(), null=True)
    # What distances are counted to; null where the place is not known well enough.
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    further_points = ArrayField(
        models.FloatField(), null=True, help_text="latitude and longitude of each"
    )
    category = models.CharField(max_length=24)
    settlement = models.CharField(max_length=14)
    term = models.CharField(max_length=12)
    mode = models.CharField(max_length=8)
    slots = models.PositiveIntegerField()
    checks = models.PositiveSmallIntegerField(default=0)
    traits = models.SmallIntegerField(default=0, db_default=0)
    hourly_fen = models.PositiveIntegerField(default=0)
    start_key = models.DateField()
    end_key = models.DateField(default=FAR, db_default=FAR)
    published_at = models.DateTimeField()
    live_until = models.DateField()
    tokens = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["tokens"], name="search_tokens", fastupdate=False),
            models.Index(
                fields=["live_until"], condition=Q(mode=WorkMode.ONLINE), name="search_online"
            ),
            # The indexes by publication include all columns that filters and counts read, so that
            # they need not read the table.
            *(
                models.Index(
                    *scope,
                    F("published_at").desc(),
                    F("listing_id").desc(),
                    name=f"search_{where}_newest",
                    include=[column for column in _COVERED if F(column) not in scope],
                )
                for where, scope in _SCOPES
            ),
            # For the nearest in a province or the nation; either may be the nearest place.
            models.Index(fields=["latitude", "longitude"], name="search_point"),
            models.Index(
                fields=["listing_id"],
                condition=Q(further_points__isnull=False),
                name="search_further_points",
            ),
            *(
                models.Index(*scope, *keys, name=f"search_{where}_{sort}")
                for where, scope in _SCOPES
                for sort, keys in (
                    ("pay", (F("hourly_fen").desc(), F("listing_id").desc())),
                    ("start", (F("start_key").asc(), F("listing_id") * -1)),
                )
            ),
        ]


class ListingCard(models.Model):
    """A listing's row in lists: HTML with placeholders (see `listings.search.cards`).

    `drawn_at` says since when the listing is in lists: while it is held, or its employer frozen, there is no row.
    """

    listing = models.OneToOneField(Listing, models.CASCADE, primary_key=True, related_name="card")
    html = models.TextField()
    drawn_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["drawn_at"], name="card_drawn_at")]


class EmployerRecord(models.Model):
    """How an employer has dealt with sign-ups, in the words that the rows of its listings show."""

    employer = models.OneToOneField(
        Employer, models.CASCADE, primary_key=True, related_name="record", verbose_name="单位"
    )
    words = models.CharField("列表里的话", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "列表里单位的记录"
