"""Reports of visitors, with or without an account, and appeals against decisions."""

from functools import cached_property

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Employer, EmployerStatus, PublicText, User
from listings.choices import ListingStatus, RevisionStatus
from listings.models import Listing
from news.models import Article
from safety.choices import (
    REFUSED_EDIT,
    SANCTION_LABELS,
    AppealStatus,
    ReporterKind,
    ReportReason,
    ReportStatus,
)
from safety.models.moderation import Claim
from sitekit.sealing.sealed_fields import SealedEmailField

OTHERS_SHOWN = 12  # reports on the same item, at the page of a case


class Ticket(models.Model):
    """What reports and appeals share: a code for looking up the status, a due date, and an outcome."""

    status: "models.CharField[str, str]"
    ticket = models.CharField("查询码", max_length=16, unique=True)
    outcome = models.CharField("处理结果", max_length=300, blank=True)
    due_at = models.DateTimeField("最迟处理")
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("-created_at", "-pk")

    @property
    def display_ticket(self) -> str:
        """Return the code in two groups of five, as pages and mails show it."""
        return f"{self.ticket[:5]}-{self.ticket[5:]}"

    @property
    def is_open(self) -> bool:
        return self.status not in ("upheld", "dismissed")

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_at < timezone.now()


class Report(Ticket):
    """A visitor's report on a listing or an article. `marks` are keyed hashes of account, device
    cookie, network and contact, in this order: two reports are independent only if they share none.
    `range_mark` is a keyed hash of the range of the network. `reporter_kind` and `is_reporter_new` tell what
    held when the report was made."""

    listing = models.ForeignKey(
        Listing, models.PROTECT, null=True, blank=True, related_name="reports"
    )
    article = models.ForeignKey(
        Article, models.PROTECT, null=True, blank=True, related_name="reports"
    )
    reason = models.CharField("举报原因", max_length=24, choices=ReportReason)
    words = models.TextField("经过", max_length=2000, blank=True)
    reporter = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name="举报人"
    )
    email = SealedEmailField("邮箱", blank=True)
    marks = models.JSONField(default=list, editable=False)
    range_mark = models.CharField(max_length=32, blank=True, editable=False)
    reporter_kind = models.CharField(
        "举报人类型", max_length=10, choices=ReporterKind, default=ReporterKind.ANONYMOUS
    )
    is_reporter_new = models.BooleanField("刚注册的账号", default=False)
    status = models.CharField(
        "状态", max_length=10, choices=ReportStatus, default=ReportStatus.RECEIVED
    )
    created_at = models.DateTimeField("收到时间", default=timezone.now)

    class Meta(Ticket.Meta):
        verbose_name = verbose_name_plural = "举报"
        constraints = [
            models.CheckConstraint(
                condition=Q(listing__isnull=False, article__isnull=True)
                | Q(listing__isnull=True, article__isnull=False),
                name="report_on_one_thing",
            )
        ]
        indexes = [
            models.Index(fields=["status", "due_at"], name="report_queue"),
            GinIndex(fields=["marks"], opclasses=["jsonb_path_ops"], name="report_marks"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.ticket}"

    @property
    def item_name(self) -> str:
        """The reported item, named by its number, so that nothing unpublished is shown."""
        return f"兼职 {self.listing_id}" if self.listing_id else f"文章 {self.article_id}"

    def list_others(self) -> models.QuerySet["Report"]:
        """Return all other reports on the same item, waiting ones first."""
        on_same_item = Report.objects.filter(listing=self.listing_id, article=self.article_id)
        is_decided = Q(status__in=[ReportStatus.UPHELD, ReportStatus.DISMISSED])
        order = models.ExpressionWrapper(is_decided, models.BooleanField())
        return on_same_item.exclude(pk=self.pk).order_by(order, "-pk")

    @cached_property
    def newest_others(self) -> list["Report"]:
        """The other reports that the page of the case shows, read once."""
        return list(self.list_others()[:OTHERS_SHOWN])


class Appeal(Ticket):
    """Against a refusal, hold or removal of a listing, a refusal or ban of an employer, a refusal of
    other public words, with which it is deleted."""

    listing = models.ForeignKey(
        Listing, models.PROTECT, null=True, blank=True, related_name="appeals"
    )
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, blank=True, related_name="appeals"
    )
    text = models.ForeignKey(
        PublicText, models.CASCADE, null=True, blank=True, related_name="appeals"
    )
    appellant = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="appeals", verbose_name="申诉人"
    )
    against = models.CharField("申诉事项", max_length=14, help_text="the status that is contested")
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="原经办人",
        help_text="who made that decision, and may not decide this one",
    )
    words = models.TextField("理由", max_length=2000)
    status = models.CharField(
        "状态", max_length=10, choices=AppealStatus, default=AppealStatus.OPEN
    )
    created_at = models.DateTimeField("提交时间", default=timezone.now)

    # Set by `AppealCase.attach_queue_display` for the page of the queue.
    is_own: bool  # whether this moderator made the decision appealed against
    held_by: Claim | None
    is_mine: bool

    class Meta(Ticket.Meta):
        verbose_name = verbose_name_plural = "申诉"
        constraints = [
            models.CheckConstraint(
                condition=Q(listing__isnull=False, employer__isnull=True, text__isnull=True)
                | Q(listing__isnull=True, employer__isnull=False, text__isnull=True)
                | Q(listing__isnull=True, employer__isnull=True, text__isnull=False),
                name="appeal_on_one_thing",
            ),
            models.UniqueConstraint(
                fields=["listing"], condition=Q(status="open"), name="appeal_open_once_listing"
            ),
            models.UniqueConstraint(
                fields=["employer"], condition=Q(status="open"), name="appeal_open_once_employer"
            ),
            models.UniqueConstraint(
                fields=["text"], condition=Q(status="open"), name="appeal_open_once_text"
            ),
        ]
        indexes = [models.Index(fields=["status", "due_at"], name="appeal_queue")]

    def __str__(self) -> str:
        return f"申诉 {self.ticket}"

    @property
    def subject(self) -> Listing | Employer | PublicText:
        """The listing, employer or text that the decision appealed against was about."""
        subject = self.listing or self.employer or self.text
        assert subject is not None, "the database holds an appeal to one thing"  # noqa: S101
        return subject

    @property
    def subject_name(self) -> str:
        subject = self.subject
        if isinstance(subject, PublicText):
            return str(subject.get_kind_display())
        return subject.title if isinstance(subject, Listing) else subject.name

    @property
    def subject_employer(self) -> Employer | None:
        return self.listing.employer if self.listing else self.employer

    @property
    def against_label(self) -> str:
        """The decision appealed against, in Chinese."""
        if self.against == REFUSED_EDIT:
            return "修改没有通过"
        if self.against in SANCTION_LABELS:
            return SANCTION_LABELS[self.against]
        if self.text_id:
            return str(RevisionStatus(self.against).label)
        labels = ListingStatus if self.listing_id else EmployerStatus
        return str(labels(self.against).label)


class CaseEvent(models.Model):
    """The history of a report or an appeal: who, why, from which status to which."""

    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁"
    )
    reason = models.CharField("原因", max_length=300, blank=True)
    before = models.CharField("之前", max_length=10, blank=True)
    after = models.CharField("之后", max_length=10)
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        abstract = True
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"


class ReportEvent(CaseEvent):
    report = models.ForeignKey(Report, models.PROTECT, related_name="events")

    class Meta(CaseEvent.Meta):
        verbose_name = verbose_name_plural = "举报事件"


class AppealEvent(CaseEvent):
    appeal = models.ForeignKey(Appeal, models.CASCADE, related_name="events")

    class Meta(CaseEvent.Meta):
        verbose_name = verbose_name_plural = "申诉事件"
