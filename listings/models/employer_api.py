"""The keys with which programs of an employer use the API, and what was answered to repeated requests."""

from django.db import models
from django.utils import timezone

from accounts.models import Employer, User
from listings.models.listing import Listing


class ApiToken(models.Model):
    """Only a hash of the token is kept. It acts for `made_by`, and ends with that person's ownership."""

    class Scope(models.TextChoices):
        READ = "read", "只读"
        WRITE = "write", "读和写"

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="api_tokens")
    name = models.CharField("名称", max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    beginning = models.CharField("开头几位", max_length=12)
    scope = models.CharField("权限", max_length=5, choices=Scope, default=Scope.READ)
    made_by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="创建人")
    created_at = models.DateTimeField("创建时间", default=timezone.now)
    expires_at = models.DateTimeField("到期时间")
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    withdrawn_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"

    def __str__(self) -> str:
        return f"{self.name} {self.beginning}…"

    @property
    def is_open(self) -> bool:
        return self.withdrawn_at is None and self.expires_at > timezone.now()


class ApiAnswer(models.Model):
    """What was done at a request with an Idempotency-Key: the same request again is answered by this row."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers", db_index=False)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="of method, path and body")
    status = models.PositiveSmallIntegerField(default=0)
    listing = models.ForeignKey(Listing, models.CASCADE, null=True, related_name="+")
    result = models.JSONField(null=True, help_text="the verdict of the check, if there was one")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口的回答"
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_answer_once")]
