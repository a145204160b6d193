"""The text and the contacts of a listing as numbers, by which copies are found."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from listings.models.listing import Listing
from screening.models import KnownContact
from textkit import text_sketches

BANDS = text_sketches.SKETCH_SLOTS // text_sketches.IN_BAND


class ListingFingerprint(models.Model):
    """The sketch of the newest text of a listing, and the bands by which it is found.

    Each band has an index of its own, with listings removed for fraud first, so that a query reads
    only the rows it asks for. The sketch of a text too short to compare is empty.
    """

    listing = models.OneToOneField(
        Listing, models.CASCADE, primary_key=True, related_name="fingerprint"
    )
    made_of = models.BigIntegerField(help_text="hash of all that this was made of")
    sketch = models.BinaryField(help_text="48 numbers of 32 bits")
    bands = ArrayField(models.IntegerField(), default=list)
    removed = models.BooleanField(default=False, help_text="for fraud")
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "兼职指纹"
        indexes = [
            models.Index(
                models.F(f"bands__{band}"),
                models.F("removed").desc(),
                name=f"fingerprint_band_{band + 1}",
            )
            for band in range(BANDS)
        ]


class ListingContact(models.Model):
    """A contact in the text or the contact fields of a listing, as a keyed hash."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="contact_hashes")
    kind = models.CharField("种类", max_length=8, choices=KnownContact.Kind)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "兼职联系方式"
        constraints = [
            models.UniqueConstraint(fields=["listing", "digest"], name="listing_contact_once")
        ]
        indexes = [models.Index(fields=["digest", "listing"], name="listing_contact")]
