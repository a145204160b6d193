"""What follows a removal for fraud: the fraud case, the warned people, and the exports for the police."""

from django.db import models
from django.utils import timezone

from accounts.models import User
from listings.models import Application, ContactReveal, Listing
from screening.fraud_types import get_fraud_type, list_fraud_type_choices


class FraudCase(models.Model):
    """One removal for fraud. It is withdrawn if an appeal is upheld. `event` is the number of the listing's
    event, so a listing that is removed again after an appeal gets another case."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="fraud_cases")
    event = models.PositiveBigIntegerField("事件", unique=True)
    fraud_type = models.CharField("骗局类型", max_length=24, choices=list_fraud_type_choices)
    moderator = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核员"
    )
    reason = models.CharField("原因", max_length=300)
    reveals = models.PositiveIntegerField("联系方式被看过几次", default=0)
    sign_ups = models.PositiveIntegerField("几人报过名", default=0)
    warned = models.PositiveIntegerField("通知了几人", default=0)
    held = models.PositiveIntegerField("同一单位收起了几条", default=0)
    created_at = models.DateTimeField("时间", default=timezone.now)
    # The numbers of the events that the case caused, so that its withdrawal restores exactly these.
    freeze = models.PositiveBigIntegerField("冻结单位的事件", null=True, blank=True)
    holds = models.JSONField("收起兼职的事件", default=list, blank=True)
    not_frozen_because = models.CharField("没有冻结单位的原因", max_length=200, blank=True)
    paused = models.PositiveIntegerField("收起的兼职通知了几个报名的人", default=0)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_because = models.CharField("撤回原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "涉诈案件"
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=["-created_at"], name="fraud_case_newest")]

    @property
    def fraud_name(self) -> str:
        return get_fraud_type(self.fraud_type).case_name

    def __str__(self) -> str:
        return f"案件 {self.pk}"


class Warned(models.Model):
    """One person who was warned, and by which channels; the outbox has the messages under `key`.

    The person is named only in the contact reveal or the application, and is deleted with these rows.
    """

    case = models.ForeignKey(FraudCase, models.CASCADE, related_name="warnings")
    key = models.CharField(max_length=60, unique=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="warnings")
    reveal = models.ForeignKey(
        ContactReveal, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    application = models.ForeignKey(
        Application, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by_inbox = models.BooleanField("站内信", default=False)
    by_mail = models.BooleanField("邮件", default=False)
    by_text = models.BooleanField("短信", default=False)
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "涉诈提醒"
        ordering = ("pk",)


class CaseExport(models.Model):
    """An export of a case for the police: by whom, for whom, why, and whether with the people who
    were warned. The pack itself is built from the case whenever it is downloaded."""

    case = models.ForeignKey(FraudCase, models.CASCADE, related_name="exports")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="谁")
    to = models.CharField("给哪个单位", max_length=60)
    reason = models.CharField("为什么", max_length=200)
    with_people = models.BooleanField("含联系过的人", default=False)
    created_at = models.DateTimeField("时间", default=timezone.now)
    is_open: bool  # whether this moderator can still download it, set by the page of the case

    class Meta:
        verbose_name = verbose_name_plural = "案件导出"
        ordering = ("-created_at", "-pk")
