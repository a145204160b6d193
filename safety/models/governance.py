"""Finished months of the governance page. They are stored, because events may be purged later."""

from django.db import models
from django.utils import timezone

from cities.models import Region


class GovernanceMonth(models.Model):
    """The figures of one place in one month; without a place, of the nation, which has a row for
    every month that was counted. A place without a row had nothing to count."""

    month = models.DateField("月份", help_text="第一天")
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地区"
    )
    figures = models.JSONField("数字")
    digest = models.CharField("校验值", max_length=64)
    computed_at = models.DateTimeField("汇总时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "治理公示"
        ordering = ("-month", "region_id")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "month"], name="governance_month_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.region or '全国'}"
