"""How many people saw a listing on a day."""

from typing import Any

from django.db import models

from listings.models.listing import Listing

SKETCH_BITS = 2048


class SketchField(models.Field):
    """A row of bits; which of them are set follows from who came, and tells nobody who it was."""

    def db_type(self, connection: Any) -> str:
        return f"bit({SKETCH_BITS})"


class ListingViews(models.Model):
    """`viewers` is estimated from `sketch`, which is dropped when the day is over."""

    listing = models.ForeignKey(
        Listing, models.CASCADE, related_name="views_by_day", db_index=False
    )
    day = models.DateField("日期")
    viewers = models.PositiveIntegerField("看到的人", default=0)
    sketch = SketchField(null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "每天看到的人数"
        constraints = [
            models.UniqueConstraint(fields=["listing", "day"], name="listing_views_once_a_day")
        ]
        indexes = [
            models.Index(
                fields=["day"],
                condition=models.Q(sketch__isnull=False),
                name="listing_views_with_sketch",
            ),
            models.Index(fields=["day"], name="listing_views_by_day"),
        ]
