"""Shifts of a listing, each with its own day, time and number of places."""

from django.db import models
from django.db.models import F, Q

from listings.models.listing import Listing
from listings.models.seeker import Application
from sitekit.templatetags.sitekit import cn_date


class Shift(models.Model):
    listing = models.ForeignKey(Listing, models.CASCADE, related_name="shifts", db_index=False)
    name = models.CharField("班次", max_length=12)
    day = models.DateField("哪一天")
    begins = models.TimeField("几点开始")
    ends = models.TimeField("几点结束")
    headcount = models.PositiveSmallIntegerField("要几个人")

    taken: int  # set by `listings.applications.shifts`

    class Meta:
        verbose_name = verbose_name_plural = "班次"
        ordering = ("day", "begins", "pk")
        constraints = [
            models.UniqueConstraint(fields=["listing", "day", "name"], name="shift_once_a_day"),
            models.CheckConstraint(condition=Q(headcount__gt=0), name="shift_has_places"),
            models.CheckConstraint(condition=~Q(begins=F("ends")), name="shift_lasts"),
        ]

    @property
    def hours(self) -> str:
        """A shift that ends on the next day says so."""
        next_day = "次日 " if self.ends < self.begins else ""
        return f"{self.begins:%H:%M}–{next_day}{self.ends:%H:%M}"

    @property
    def words(self) -> str:
        return f"{cn_date(self.day)} {self.name} {self.hours}"

    @property
    def places_left(self) -> int:
        return max(self.headcount - self.taken, 0)


class ShiftSignUp(models.Model):
    """For which shift somebody signed up."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="shift_sign_up")
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="sign_ups")

    class Meta:
        verbose_name = verbose_name_plural = "报的班次"
