"""What programs of employers use: tokens of the API, answers to repeated requests, webhooks, and feeds of jobs."""

from typing import NamedTuple

from django.db import models
from django.utils import timezone

from accounts.models import Employer, User
from listings.models.listing import Listing
from sitekit.sealing.sealed_fields import SealedCharField


class ApiToken(models.Model):
    """A token of the API, stored as a hash. It acts for `made_by`, and ends when that person is no longer an owner."""

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
    listing = models.ForeignKey(Listing, models.SET_NULL, null=True, related_name="+")
    result = models.JSONField(null=True, help_text="the verdict of the check, if there was one")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口的回答"
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_answer_once")]


class JobFeed(models.Model):
    """A feed of jobs. With an `address` it is fetched at `next_fetch_at`; without one it is only uploaded."""

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="job_feeds")
    author = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField("名称", max_length=40)
    address = models.CharField("地址", max_length=1000, blank=True)
    # Complete jobs are submitted at once, under the declaration of this moment; else they stay drafts.
    no_fee_signed_at = models.DateTimeField("承诺不收费的时间", null=True, blank=True)
    next_fetch_at = models.DateTimeField("下次读取", null=True, blank=True)
    failures = models.PositiveSmallIntegerField("连续没读到", default=0)
    problem = models.CharField("读不到的原因", max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "职位源"
        indexes = [
            models.Index(
                fields=["next_fetch_at"],
                name="job_feed_due",
                condition=models.Q(next_fetch_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class JobFeedItem(models.Model):
    """A job of a feed, by the feed's own number; `data` is what the feed last said, as typed into the form."""

    feed = models.ForeignKey(JobFeed, models.CASCADE, related_name="items", db_index=False)
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=60, blank=True)
    listing = models.ForeignKey(  # null: somebody deleted the draft
        Listing, models.SET_NULL, null=True, related_name="feed_items"
    )
    data = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "职位源里的职位"
        constraints = [models.UniqueConstraint(fields=["feed", "key"], name="job_feed_item_once")]


class FeedReportLine(NamedTuple):
    """What became of one job of a feed; stored as a list. `number` is 0 for a job that the feed no longer has."""

    number: int
    key: str
    title: str
    outcome: str
    words: str
    listing_id: int | None


class JobFeedRun(models.Model):
    """One reading of a feed: the jobs to be processed, and a report on the others."""

    feed = models.ForeignKey(JobFeed, models.CASCADE, related_name="runs")
    is_upload = models.BooleanField(default=False)
    rows = models.JSONField(
        default=list, help_text="still to be done: [number, key, cells, problem]"
    )
    report = models.JSONField(
        default=list, help_text="[number, key, title, outcome, words, listing id]"
    )
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "职位源的读取"
        indexes = [
            models.Index(
                fields=["created_at"],
                name="job_feed_run_open",
                condition=models.Q(finished_at__isnull=True),
            )
        ]

    @property
    def report_lines(self) -> list[FeedReportLine]:
        return [FeedReportLine(*line) for line in self.report]


class Webhook(models.Model):
    """The address at which an employer's program receives events.

    The row stays when the address is removed, because a transaction that is writing a delivery may refer to it.
    """

    employer = models.OneToOneField(Employer, models.CASCADE, related_name="webhook")
    address = models.CharField("地址", max_length=1000, blank=True, help_text="empty: none")
    secret = SealedCharField("密钥", max_length=80, help_text="signs what is sent")
    secret_made_at = models.DateTimeField("密钥创建时间", default=timezone.now)
    failing_since = models.DateTimeField("从什么时候起一直没送到", null=True, blank=True)
    switched_off_at = models.DateTimeField("停用时间", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "回调地址"

    def __str__(self) -> str:
        return self.address

    @property
    def is_on(self) -> bool:
        return bool(self.address) and self.switched_off_at is None


class WebhookDelivery(models.Model):
    """An event that is sent or was sent to a webhook. Numbers only: a listing may be deleted meanwhile."""

    class Event(models.TextChoices):
        PUBLISHED = "listing.published", "兼职公开了"
        REFUSED = "listing.refused", "兼职没有通过"
        HELD = "listing.held", "兼职在核查"
        REMOVED = "listing.removed", "兼职被下架"
        ENDED = "listing.ended", "兼职结束了"
        REOPENED = "listing.reopened", "重新等审核"
        APPLIED = "application.created", "有人报名"
        TEST = "webhook.test", "试发"

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    key = models.CharField(max_length=64, unique=True, help_text="its Webhook-Id")
    event = models.CharField("事件", max_length=24, choices=Event)
    listing_number = models.PositiveBigIntegerField(null=True, blank=True)
    application_number = models.PositiveBigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    tries = models.PositiveSmallIntegerField("试了几次", default=0)
    next_try_at = models.DateTimeField("下次", null=True, blank=True)
    delivered_at = models.DateTimeField("送到的时间", null=True, blank=True)
    problem = models.CharField("没送到的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "回调的发送"
        indexes = [
            models.Index(fields=["webhook", "-id"], name="webhook_delivery_newest"),
            models.Index(
                fields=["webhook", "next_try_at"],
                name="webhook_delivery_due",
                condition=models.Q(next_try_at__isnull=False),
            ),
        ]
