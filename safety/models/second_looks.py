"""A second look at a random sample of approvals, by another person than the approver."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone

from accounts.models import PublicText, User
from listings.models import Listing, ListingRevision

DEFAULT_PERCENT = 5


class SecondLookShare(models.Model):
    """The share of approvals that get a second look, from a moment on. The newest row holds; the older rows are the
    history."""

    percent = models.PositiveSmallIntegerField("百分之几", validators=[MaxValueValidator(100)])
    set_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name="谁设的"
    )
    created_at = models.DateTimeField("从什么时候起", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "复看的比例"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.percent}%"


class SecondLookProgress(models.Model):
    """The last event up to which the sample was drawn; one row for each source of approvals, by its number."""

    last_event = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "复看抽到哪里"


class SecondLook(models.Model):
    """One approval in the sample, of a listing or of another text. Without an approver the machine published it."""

    class Verdict(models.TextChoices):
        AGREE = "agree", "同意"
        DISAGREE = "disagree", "不同意"

    listing = models.ForeignKey(Listing, models.CASCADE, null=True, related_name="second_looks")
    revision = models.ForeignKey(
        ListingRevision, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    text = models.ForeignKey(
        PublicText, models.CASCADE, null=True, related_name="second_looks", db_index=False
    )
    event = models.PositiveBigIntegerField("兼职的事件", unique=True, null=True)
    text_event = models.BigIntegerField("文字的事件", null=True)
    by_machine = models.BooleanField("系统发布")
    approver = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    approved_at = models.DateTimeField("通过时间")
    verdict = models.CharField("复看结果", max_length=8, choices=Verdict, blank=True)
    words = models.CharField("为什么不同意", max_length=300, blank=True)
    looker = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    looked_at = models.DateTimeField(null=True)
    # Set for the queue of the desk:
    title: str
    excerpt: str

    class Meta:
        verbose_name = verbose_name_plural = "复看"
        constraints = [
            models.UniqueConstraint(fields=["text_event"], name="second_look_text_event")
        ]
        indexes = [
            models.Index(
                fields=["approved_at"], name="second_look_open", condition=models.Q(verdict="")
            ),
            models.Index(fields=["looked_at"], name="second_look_done"),
            models.Index(fields=["text"], name="second_look_by_text"),
        ]
