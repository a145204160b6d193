from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from accounts.choices import TextKind
from accounts.public_text.transitions import forget_public_texts
from listings.applications.public_words import forget_rating_words
from listings.choices import ApplicationStatus as S
from listings.choices import RevisionStatus
from listings.models import (
    Application,
    ApplicationEvent,
    ApplicationNote,
    Arrival,
    BulkUpload,
    ContactReveal,
    EndReminder,
    JobFeedRun,
    ListingDraft,
    ListingEvent,
    ListingRevision,
    ListingViews,
    Rating,
    SearchedWord,
    WebhookDelivery,
)
from sitekit.maintenance.retention import (
    MONTH,
    SIX_MONTHS,
    THREE_YEARS,
    TWO_YEARS,
    YEAR,
    RetentionRule,
    created_before,
    created_before_and_not_last,
    delete_after,
)

NOTHING_HANDED_OVER: dict[str, Any] = {"profile": {}, "message": ""}
FROM_THE_RESULT = "从报名有了结果算起；一直没有结果的，从那条兼职的最后一天算起"
FINISHED_STATUSES = [S.DECLINED, S.WITHDRAWN, S.DONE, S.NO_SHOW]


def _list_old_revisions(before: datetime) -> QuerySet[ListingRevision]:
    """Return old revisions, without those that are public or wait."""
    later = ListingRevision.objects.filter(
        listing=OuterRef("listing"), status=RevisionStatus.APPROVED, pk__gt=OuterRef("pk")
    )
    public = Q(status=RevisionStatus.APPROVED) & ~Exists(later)
    old = ListingRevision.objects.filter(created_at__lt=before)
    return old.exclude(status=RevisionStatus.WAITING).exclude(public)


def _list_old_refused_drafts(before: datetime) -> QuerySet[ListingDraft]:
    """Return drafts, nothing typed into them since, of listings whose newest text was refused."""
    refused = ListingRevision.objects.filter(
        listing=OuterRef("listing"), status=RevisionStatus.REFUSED
    )
    newer = ListingRevision.objects.filter(listing=OuterRef("listing"), pk__gt=OuterRef("pk"))
    is_refused = Exists(refused.filter(~Exists(newer)))
    return ListingDraft.objects.filter(is_refused, updated_at__lt=before)


def _list_old_applications(before: datetime) -> QuerySet[Application]:
    """Return those that were finished before the moment. One that nobody finished counts as finished after the last
    day of its listing and of the work."""
    day = localdate(before)
    is_work_over = Q(listing__end_date=None) | Q(listing__end_date__lt=day)
    is_finished = Q(status__in=FINISHED_STATUSES) | Q(is_work_over, listing__valid_through__lt=day)
    return Application.objects.filter(is_finished, updated_at__lt=before)


def _delete_applications(applications: QuerySet[Application]) -> None:
    numbers = list(applications.values_list("pk", flat=True))
    forget_rating_words(Rating.objects.filter(application__in=numbers))
    arrivals = Arrival.objects.filter(application__in=numbers)
    forget_public_texts(TextKind.ARRIVAL, list(arrivals.values_list("pk", flat=True)))
    delete_after(
        (Rating, "application"), (ApplicationNote, "application"), (ApplicationEvent, "application")
    )(applications)


RULES = [
    RetentionRule(
        "reveals",
        "看过哪些联系方式",
        TWO_YEARS,
        "那条兼职后来查出是骗局，好通知你",
        created_before(ContactReveal),
        floor=TWO_YEARS,
    ),
    RetentionRule(
        "handed_over",
        "报名时交给单位的资料",
        SIX_MONTHS,
        FROM_THE_RESULT,
        lambda before: _list_old_applications(before).exclude(**NOTHING_HANDED_OVER),
        drop=lambda applications: applications.update(**NOTHING_HANDED_OVER),
    ),
    RetentionRule(
        "application_notes",
        "单位给报名写的备注",
        SIX_MONTHS,
        FROM_THE_RESULT,
        lambda before: ApplicationNote.objects.filter(
            application__in=_list_old_applications(before)
        ),
    ),
    RetentionRule(
        "applications",
        "报名和互评的经过",
        THREE_YEARS,
        "发生争议时查得到",
        _list_old_applications,
        drop=_delete_applications,
    ),
    RetentionRule(
        "uploads",
        "批量上传的表格",
        SIX_MONTHS,
        "查哪一行没成",
        created_before(BulkUpload),
    ),
    RetentionRule(
        "job_feed_runs",
        "读职位源的结果",
        SIX_MONTHS,
        "查哪一条没成",
        created_before(JobFeedRun),
    ),
    RetentionRule(
        "webhook_deliveries",
        "给单位的程序发过哪些回调",
        MONTH,
        "只有编号和时间，查哪一次没送到",
        created_before(WebhookDelivery),
    ),
    RetentionRule(
        "end_reminders",
        "兼职快到期时提醒了谁",
        SIX_MONTHS,
        "同一个日期不重复提醒",
        created_before(EndReminder),
    ),
    RetentionRule(
        "listing_views",
        "一条兼职每天有多少人看过",
        YEAR,
        "只有人数，不记是谁",
        lambda before: ListingViews.objects.filter(day__lt=localdate(before)),
    ),
    RetentionRule(
        "searched_words",
        "一个地方每周搜过哪些词",
        MONTH,
        "只有词和人数，不记是谁；少于 5 个网络搜过的，只留本站自己用的词",
        lambda before: SearchedWord.objects.filter(week__lt=localdate(before)),
    ),
    RetentionRule(
        "listing_revisions",
        "发过的兼职，每一次修改",
        THREE_YEARS,
        "法律要求至少三年",
        _list_old_revisions,
        floor=THREE_YEARS,
    ),
    RetentionRule(
        "refused_drafts",
        "没通过的兼职，留着再改的草稿",
        SIX_MONTHS,
        "从最后一次改动算起；没通过的那一版另外留着，还能从它改",
        _list_old_refused_drafts,
    ),
    RetentionRule(
        "listing_events",
        "兼职的审核经过",
        THREE_YEARS,
        "法律要求至少三年",
        created_before_and_not_last(ListingEvent, "listing"),
        floor=THREE_YEARS,
    ),
]
