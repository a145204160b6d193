"""The moderators' desk: claims on cases, decisions, postponements, notes and canned reasons."""

from collections.abc import Sequence

from django.db import models
from django.utils import timezone

from accounts.models import User
from cities.models import Region
from listings.vocabulary.categories import GROUPS
from safety.choices import CaseKind, QueueReason
from screening.fraud_types import RiskLevel, list_fraud_type_choices

CLOSE_AS_DOUBLE = "close_as_double"  # the action of a decision that merges two listings


def list_group_choices() -> list[tuple[str, str]]:
    return [(group.code, group.label) for group in GROUPS.values()]


class Claim(models.Model):
    """One moderator works on a case until the moment `until`; then anybody may claim it."""

    kind = models.CharField(max_length=10, choices=CaseKind)
    number = models.PositiveBigIntegerField()
    moderator = models.ForeignKey(User, models.CASCADE, related_name="claims")
    until = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "领取的案件"
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="claim_once")]


class QueueFilter(models.Model):
    """What a moderator has chosen for all queues: the filter, which holds until they choose another one, and whether
    they use keys."""

    moderator = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="queue_filter"
    )
    region = models.ForeignKey(
        Region, models.SET_NULL, null=True, related_name="+", db_index=False, verbose_name="城市"
    )
    group = models.CharField("类别", max_length=20, choices=list_group_choices, blank=True)
    risk = models.CharField("风险", max_length=6, choices=RiskLevel, blank=True)
    why = models.CharField("入队原因", max_length=10, choices=QueueReason, blank=True)
    # Shows only cases that were handed to the senior moderators; only they can choose it.
    escalated = models.BooleanField("只看交给组长的", default=False, db_default=False)
    # Whether a single key does something at the desk.
    single_keys = models.BooleanField("用单键快捷键", default=True, db_default=True)

    class Meta:
        verbose_name = verbose_name_plural = "审核员的筛选"

    def without_risk(self) -> "QueueFilter":
        return QueueFilter(
            region_id=self.region_id, group=self.group, why=self.why, escalated=self.escalated
        )

    def is_set_for(self, fields: Sequence[str]) -> bool:
        """Whether any of these parts was chosen."""
        return any(getattr(self, field) for field in fields)


class Decision(models.Model):
    """A decision of a moderator on a case, stored for the minute in which it can be undone, and for the
    figures of the desk. `event` is the number of the event that the transition wrote. `keys` holds the keys
    of the notices that wait, and marks by which the case type undoes the decision."""

    kind = models.CharField("队列", max_length=10, choices=CaseKind)
    number = models.PositiveBigIntegerField("编号")
    moderator = models.ForeignKey(
        User, models.PROTECT, related_name="decisions", verbose_name="审核员"
    )
    action = models.CharField("决定", max_length=20)
    reason = models.CharField("原因", max_length=300, blank=True)
    canned = models.CharField("常用理由", max_length=20, blank=True)
    event = models.PositiveBigIntegerField(null=True)
    keys = models.JSONField(default=list)
    waited = models.DurationField("等了多久", null=True)
    created_at = models.DateTimeField("时间", default=timezone.now)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    words: str  # the label of the action in Chinese; not a column, set by the pages of the desk

    class Meta:
        verbose_name = verbose_name_plural = "审核决定"
        ordering = ("-created_at", "-pk")
        indexes = [
            models.Index(fields=["-created_at"], name="decision_newest"),
            models.Index(fields=["event"], name="decision_by_event"),
            models.Index(
                fields=["number"],
                name="decision_of_doubles",
                condition=models.Q(action=CLOSE_AS_DOUBLE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def list_marks(self, prefix: str) -> list[str]:
        """Return the marks with this prefix, without the prefix; the case type uses them to undo the decision."""
        return [key.removeprefix(prefix) for key in self.keys if key.startswith(prefix)]


class Postponement(models.Model):
    """A moderator put this case aside until the moment `until`. Without a reason the case was skipped,
    for this moderator only; with a reason it was deferred, and all moderators see why."""

    kind = models.CharField(max_length=10, choices=CaseKind)
    number = models.PositiveBigIntegerField()
    moderator = models.ForeignKey(User, models.CASCADE, related_name="postponements")
    reason = models.CharField("推迟的原因", max_length=100, blank=True)
    until = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    # The decision that ended the postponement; if that is undone, the postponement holds again.
    ended_by = models.ForeignKey(
        Decision, models.SET_NULL, null=True, related_name="ended_postponements", db_index=False
    )

    class Meta:
        verbose_name = verbose_name_plural = "跳过和推迟的案件"
        constraints = [
            models.UniqueConstraint(fields=["kind", "number", "moderator"], name="postponed_once")
        ]


class CaseNote(models.Model):
    """A note of a moderator on a case; only moderators see it."""

    kind = models.CharField(max_length=10, choices=CaseKind)
    number = models.PositiveBigIntegerField()
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    words = models.CharField("备注", max_length=500)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "案件的备注"
        ordering = ("pk",)
        indexes = [models.Index(fields=["kind", "number"], name="note_by_case")]


class CannedReason(models.Model):
    """A reason moderators use often, with gaps such as {title} and {cure}."""

    code = models.SlugField("代号", max_length=20, unique=True)
    kind = models.CharField("队列", max_length=10, choices=CaseKind)
    action = models.CharField("用于", max_length=20, help_text="如 rejected、held、removed")
    label = models.CharField("名称", max_length=30)
    text = models.CharField("文字", max_length=180)
    fraud_type = models.CharField(
        "骗局类型", max_length=24, choices=list_fraud_type_choices, blank=True
    )
    position = models.PositiveSmallIntegerField("顺序", default=0)
    words: str  # the text with its gaps filled, set by `list_canned_reasons`

    class Meta:
        verbose_name = verbose_name_plural = "常用理由"
        ordering = ("kind", "action", "position", "pk")

    def __str__(self) -> str:
        return self.label
