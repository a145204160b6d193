"""The sources of reposts, and how each came to be trusted or not."""

from django.db import models
from django.utils import timezone

from accounts.models import HistoryEvent


class ListingSource(models.Model):
    """A source of reposts: its name is `Listing.source_name`, and no longer than that.

    Trust and sample change only through `listings.publication.repost_sources`.
    """

    name = models.CharField("来源", max_length=60, unique=True)
    is_trusted = models.BooleanField("信任", default=False)
    sample_every = models.PositiveSmallIntegerField("每几条抽查一条", default=10)
    note = models.TextField("备注", max_length=500, blank=True)
    created_at = models.DateTimeField("创建时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "转载来源"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ListingSourceEvent(HistoryEvent):
    """The history of a source: who changed its trust or its sample, from what to what, and why."""

    source = models.ForeignKey(ListingSource, models.PROTECT, related_name="events")
    action = models.CharField("做了什么", max_length=12)
    reason = models.CharField("原因", max_length=200)
    before = models.CharField("之前", max_length=12)

    class Meta(HistoryEvent.Meta):
        verbose_name = verbose_name_plural = "来源记录"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="listing_source_event_has_reason"
            )
        ]
