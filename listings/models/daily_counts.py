"""How many people saw a listing on a day, or searched for a word in a week; and the words that home pages show."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from listings.models.listing import Listing

SKETCH_BITS = 2048
WORD_LENGTH = 12  # characters of a word that is counted


class SketchField(models.Field):
    """A row of bits. Each visitor sets one of them; a set bit does not tell who set it."""

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


class SearchedWord(models.Model):
    """How many networks searched a place for a word in a week.

    `digest` is a keyed hash of the word, with a new key each week. `text` is the word itself: at once if the site
    uses the word itself, else only after so many networks searched for it that it points to nobody. `sketch` is
    dropped when the week is over.
    """

    place = models.PositiveIntegerField("地区代码")
    week = models.DateField("星期一")
    digest = models.CharField(max_length=32)
    text = models.CharField("词", max_length=WORD_LENGTH, blank=True)
    searchers = models.PositiveIntegerField("多少人搜过", default=0)
    sketch = SketchField(null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "搜过的词"
        constraints = [
            models.UniqueConstraint(
                fields=["week", "place", "digest"], name="searched_word_once_a_week"
            )
        ]


class HotWords(models.Model):
    """The words that the home page of a place offers, the most searched for first."""

    place = models.PositiveIntegerField("地区代码", primary_key=True)
    words = ArrayField(models.CharField(max_length=WORD_LENGTH), verbose_name="词")

    class Meta:
        verbose_name = verbose_name_plural = "大家在搜"
