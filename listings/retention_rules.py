from django.db.models import Exists, OuterRef, Q

from listings.choices import ApplicationStatus as S
from listings.choices import RevisionStatus
from listings.models import (
    Application,
    ApplicationEvent,
    BulkUpload,
    ContactReveal,
    ListingEvent,
    ListingRevision,
    Rating,
)
from sitekit.maintenance.retention import SIX_MONTHS, THREE_YEARS, TWO_YEARS, RetentionRule

OVER = [S.DECLINED, S.WITHDRAWN, S.DONE, S.NO_SHOW]


def _revisions(before):
    """Not the text that is shown or waits."""
    later = ListingRevision.objects.filter(
        listing=OuterRef("listing"), status=RevisionStatus.APPROVED, pk__gt=OuterRef("pk")
    )
    shown = Q(status=RevisionStatus.APPROVED) & ~Exists(later)
    old = ListingRevision.objects.filter(created_at__lt=before)
    return old.exclude(status=RevisionStatus.WAITING).exclude(shown)


def _events(before):
    """The last one says how the listing stands: it stays."""
    later = ListingEvent.objects.filter(listing=OuterRef("listing"), pk__gt=OuterRef("pk"))
    return ListingEvent.objects.filter(Exists(later), created_at__lt=before)


def _handed_over(before):
    return Application.objects.filter(status__in=OVER, updated_at__lt=before).exclude(
        profile={}, message=""
    )


def _forget_profile(applications):
    applications.update(profile={}, message="")


def _applications(before):
    return Application.objects.filter(status__in=OVER, updated_at__lt=before)


def _delete_applications(applications):
    numbers = list(applications.values_list("pk", flat=True))
    Rating.objects.filter(application__in=numbers).delete()
    ApplicationEvent.objects.filter(application__in=numbers).delete()
    Application.objects.filter(pk__in=numbers).delete()


RULES = [
    RetentionRule(
        "reveals",
        "看过哪些联系方式",
        TWO_YEARS,
        "那条兼职后来查出是骗局，好通知你",
        lambda before: ContactReveal.objects.filter(created_at__lt=before),
        floor=TWO_YEARS,
    ),
    RetentionRule(
        "handed_over",
        "报名时交给单位的资料",
        SIX_MONTHS,
        "从报名有了结果算起",
        _handed_over,
        drop=_forget_profile,
    ),
    RetentionRule(
        "applications",
        "报名和互评的经过",
        THREE_YEARS,
        "发生争议时查得到",
        _applications,
        drop=_delete_applications,
    ),
    RetentionRule(
        "uploads",
        "批量上传的表格",
        SIX_MONTHS,
        "查哪一行没成",
        lambda before: BulkUpload.objects.filter(created_at__lt=before),
    ),
    RetentionRule(
        "listing_revisions",
        "发过的兼职，每一次修改",
        THREE_YEARS,
        "法律要求至少三年",
        _revisions,
        floor=THREE_YEARS,
    ),
    RetentionRule(
        "listing_events",
        "兼职的审核经过",
        THREE_YEARS,
        "法律要求至少三年",
        _events,
        floor=THREE_YEARS,
    ),
]
