"""What moderators ask an employer about its case, what it answers, and the files it sends."""

from django.db import models
from django.utils import timezone

from accounts.models import User
from safety.choices import CaseKind
from safety.models.reports import Appeal


class CaseMessage(models.Model):
    """One message between the moderators and the members of an employer, about a case."""

    kind = models.CharField(max_length=10, choices=CaseKind)
    number = models.PositiveBigIntegerField()
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    is_from_staff = models.BooleanField("审核员写的", default=False)
    words = models.CharField("内容", max_length=1000)
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "审核员和单位的来往"
        ordering = ("pk",)
        indexes = [models.Index(fields=["kind", "number"], name="message_by_case")]


class SentFile(models.Model):
    """A picture or PDF that came with a message or an appeal; see `safety.case_messages.sent_files`."""

    message = models.ForeignKey(
        CaseMessage, models.CASCADE, null=True, blank=True, related_name="files"
    )
    appeal = models.ForeignKey(Appeal, models.CASCADE, null=True, blank=True, related_name="files")
    file = models.CharField(max_length=80, help_text="name inside the private folder")
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField("大小")
    created_at = models.DateTimeField("时间", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "回复和申诉时传的文件"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(message__isnull=False, appeal__isnull=True)
                | models.Q(message__isnull=True, appeal__isnull=False),
                name="sent_file_with_one_thing",
            )
        ]


class SentFileLook(models.Model):
    """Somebody of the staff opened such a file; it is open to them for half an hour."""

    file = models.ForeignKey(SentFile, models.CASCADE, related_name="looks")
    viewer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="谁看的")
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "看回复和申诉文件的记录"
        ordering = ("-pk",)
