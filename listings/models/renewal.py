"""The reminder that a listing ends, with which a member of its employer can renew it once."""

from django.db import models
from django.utils import timezone

from accounts.models import User
from listings.models.listing import Listing


class EndReminder(models.Model):
    listing = models.ForeignKey(
        Listing, models.CASCADE, related_name="end_reminders", db_index=False
    )
    member = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="发给谁")
    until = models.DateField("提醒时的最后一天")
    created_at = models.DateTimeField("时间", default=timezone.now)
    used_at = models.DateTimeField("用来续期的时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "到期提醒"
        constraints = [
            models.UniqueConstraint(fields=["listing", "until", "member"], name="end_reminder_once")
        ]
