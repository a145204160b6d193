"""Subscriptions to alerts: of a mailbox, or of an account."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from cities.models import Region
from news.models.article import Article
from screening.fraud_types import list_fraud_type_choices
from sitekit.sealing.sealed_fields import SealedEmailField
from sitekit.sealing.unique_contacts import ContactQuerySet, UniqueContact


class AlertSubscription(models.Model):
    """A subscription to the alerts of a place (none is the nation) and of one fraud type or all: by mail, and for a
    member also by inbox and text message.

    Nothing is sent before `confirmed_at`, after `ended_at`, or from `lapses_at` on. A subscription without a mail
    address belongs to its user and never lapses.
    """

    delivered: int  # number of deliveries, by the admin
    email = SealedEmailField("邮箱")
    user = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="alert_subscriptions",
        verbose_name="用户",
        db_index=False,
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地区"
    )
    fraud_type = models.CharField(
        "骗局类型", max_length=30, choices=list_fraud_type_choices, blank=True
    )
    created_at = models.DateTimeField("订阅时间", auto_now_add=True)
    asked_at = models.DateTimeField("最近一次发确认信", null=True, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    lapses_at = models.DateTimeField("到期", null=True, blank=True)
    reminded_at = models.DateTimeField("到期提醒", null=True, blank=True)
    last_sent_at = models.DateTimeField("最近一封", null=True, blank=True)
    ended_at = models.DateTimeField("退订时间", null=True, blank=True)
    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预警订阅"
        base_manager_name = "objects"
        ordering = ("-pk",)
        constraints = [
            UniqueContact(
                fields=["email", "region", "fraud_type"],
                name="alert_subscription_open_once",
                nulls_distinct=False,
                condition=Q(ended_at=None) & ~Q(email=""),
            ),
            models.UniqueConstraint(
                fields=["user", "region", "fraud_type"],
                name="alert_subscription_of_user_once",
                nulls_distinct=False,
                condition=Q(ended_at=None, email="", user__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["user"],
                name="alert_subscription_of_user",
                condition=Q(user__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.region or '全国'} {self.get_fraud_type_display() or '全部骗局'}"


class AlertDelivery(models.Model):
    """An alert that was sent for a subscription, and is not sent for it a second time."""

    subscription = models.ForeignKey(
        AlertSubscription, models.CASCADE, related_name="deliveries", db_index=False
    )
    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "发过的预警"
        constraints = [
            models.UniqueConstraint(fields=("subscription", "article"), name="alert_delivery_once")
        ]
