"""What a person wrote and others read, other than a listing's text; see `accounts.public_text`."""

from django.db import models
from django.utils import timezone

from accounts.choices import RevisionStatus, TextKind
from accounts.models.user import HistoryEvent, User
from screening.fraud_types import RiskLevel, get_fraud_type, list_fraud_type_choices
from screening.fraud_types.advice import get_advice


class TextAssessment(models.Model):
    """The judgement of a text, and the edition of the engine that made it."""

    engine = models.CharField(max_length=20)
    score = models.PositiveSmallIntegerField("分数")
    level = models.CharField("风险", max_length=8, choices=RiskLevel)
    fraud_type = models.CharField(
        "骗局类型", max_length=24, choices=list_fraud_type_choices, blank=True
    )
    outcome = models.CharField(max_length=8, help_text="publish, queue or refuse")
    reasons = models.JSONField(default=list, help_text="sentences for author and moderator")
    signals = models.JSONField(default=list, help_text="code, field, start, end, weight, reason")

    class Meta:
        abstract = True

    @property
    def fraud_name(self) -> str:
        """The kind of fraud it looks like, "" if like none; of what is left over the words that /check/ has for it."""
        if not self.fraud_type:
            return ""
        return get_fraud_type(self.fraud_type).known_name or get_advice(self.fraud_type).finding


class PublicText(TextAssessment):
    """One version of a text. What is public stands in the row that it belongs to, whose number is
    `subject`; a version is written there when it is approved."""

    kind = models.CharField("哪一种", max_length=16, choices=TextKind)
    subject = models.PositiveBigIntegerField("属于", help_text="the number of its row")
    values = models.JSONField("文字", help_text="by the name of the field")
    replaced = models.JSONField(
        default=dict, blank=True, help_text="what was public until this was approved"
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="作者")
    status = models.CharField("状态", max_length=10, choices=RevisionStatus)
    created_at = models.DateTimeField("提交时间", default=timezone.now)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    # Set for the queue of the desk:
    name: str
    shown: str
    why: list  # what was found, by names
    held_by: object
    is_mine: bool
    is_own: bool  # the moderator who asks may not decide it
    appeal: object  # the open one against its refusal

    class Meta:
        verbose_name = verbose_name_plural = "公开的文字"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(status=RevisionStatus.WAITING),
                name="public_text_waits_once",
            )
        ]
        indexes = [models.Index(fields=["kind", "subject"], name="public_text_by_subject")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"

    @property
    def reason_words(self) -> str:
        return "".join(reason["words"] + reason["cure"] for reason in self.reasons)

    @property
    def is_refused(self) -> bool:
        return self.status == RevisionStatus.REFUSED

    @property
    def refusal_words(self) -> str:
        """Why it was refused, as the check or the moderator said."""
        refusals = self.events.filter(after=RevisionStatus.REFUSED).exclude(action="undo")
        return refusals.values_list("reason", flat=True).first() or self.reason_words


class PublicTextEvent(HistoryEvent):
    publictext = models.ForeignKey(PublicText, models.CASCADE, related_name="events")

    class Meta(HistoryEvent.Meta):
        verbose_name = verbose_name_plural = "公开文字的经过"
