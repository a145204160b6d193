"""How moderators help each other with a case: questions to colleagues, and cases handed to senior moderators."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from safety.choices import CaseKind
from safety.models.moderation import Decision


class CaseQuestion(models.Model):
    """A question of a moderator about a case, to one colleague or to all; the answer stays with the case."""

    kind = models.CharField(max_length=10, choices=CaseKind)
    number = models.PositiveBigIntegerField()
    asker = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    asked = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    words = models.CharField("问题", max_length=300)
    created_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField("回答", max_length=500, blank=True)
    answered_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)  # when the asker said that the answer was read

    class Meta:
        verbose_name = verbose_name_plural = "问同事的问题"
        ordering = ("pk",)
        indexes = [
            models.Index(fields=["kind", "number"], name="question_by_case"),
            models.Index(fields=["id"], name="question_unread", condition=Q(read_at=None)),
        ]


class Escalation(models.Model):
    """A case that was handed to the senior moderators. A decision ends the escalation; undoing the decision
    restores it. If the case does not wait any more without a decision, the row is deleted."""

    kind = models.CharField(max_length=10, choices=CaseKind)
    number = models.PositiveBigIntegerField()
    moderator = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    reason = models.CharField("交给组长的原因", max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        Decision, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = verbose_name_plural = "交给组长的案件"
        permissions = [("take_escalations", "处理交给组长的案件")]
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="escalated_once")]
