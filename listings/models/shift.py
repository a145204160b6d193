"""Shifts of a listing, each with its own day, time and number of places; and when somebody who was accepted comes."""

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
    """The shift that somebody signed up for."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="shift_sign_up")
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="sign_ups")

    class Meta:
        verbose_name = verbose_name_plural = "报的班次"


class Arrival(models.Model):
    """What the employer wrote when it accepted; the words stand in it once they passed the gate."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="arrival")
    day = models.DateField("第一天", null=True, blank=True)
    time = models.CharField("几点", max_length=40, blank=True)
    place = models.CharField("到哪里", max_length=200, blank=True)
    ask_for = models.CharField("找谁", max_length=40, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "到岗安排"

    @property
    def is_empty(self) -> bool:
        return not (self.day or self.time or self.place or self.ask_for)
