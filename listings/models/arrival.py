"""When, where and to whom somebody who was accepted comes."""

from django.db import models

from listings.models.seeker import Application


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
