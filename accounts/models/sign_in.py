"""Sign-ins. Sessions are deleted when they end; these rows stay."""

from django.db import models
from django.utils import timezone

from accounts.models.user import User
from sitekit.sealing.sealed_fields import SealedCharField


class SignIn(models.Model):
    user = models.ForeignKey(
        User, models.CASCADE, related_name="sign_ins", verbose_name="用户", db_index=False
    )
    device = models.CharField("设备", max_length=40, blank=True)
    ip = SealedCharField("网络地址", max_length=45, blank=True)
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "登录记录"
        ordering = ("-created_at", "-pk")
        indexes = [
            models.Index(fields=["user", "-created_at"], name="sign_in_of_user"),
            models.Index(fields=["created_at"], name="sign_in_oldest"),
        ]
