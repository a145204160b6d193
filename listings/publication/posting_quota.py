"""How many listings an employer may have open and may post in a day; it depends on how far the employer was checked."""

from collections.abc import Collection
from typing import NamedTuple, SupportsIndex

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.employers.membership import get_verification_level
from accounts.models import CheckKind, Employer, EmployerKind
from listings.choices import ListingStatus
from listings.models import JobFeedItem, Listing, ListingRevision
from sitekit.site_settings.limits import declare_limit
from sitekit.workflow.periods import get_midnight
from sitekit.workflow.refusals import Refusal


class PostingQuota(NamedTuple):
    open: SupportsIndex
    a_day: SupportsIndex
    more: str  # how to get more, with the quotas of other levels in braces


def _declare_quota(
    level: str, level_name: str, quota: tuple[int, int], advice: str
) -> PostingQuota:
    group, (most_open, a_day) = "发布兼职", quota
    return PostingQuota(
        declare_limit(
            f"open_{level}", group, f"{level_name}：同时在招和待审几条", most_open, most=1000
        ),
        declare_limit(f"new_{level}", group, f"{level_name}：每天新发几条", a_day, most=1000),
        advice,
    )


_ENOUGH = "先结束不再招的，或者明天再发。"
QUOTAS_BY_LEVEL = {
    "none": _declare_quota(
        "none",
        "没验证手机的单位",
        (1, 1),
        "验证手机以后可以有 {phone} 条，认证以后可以有 {identity} 条。",
    ),
    "phone": _declare_quota(
        "phone",
        "验证了手机的单位",
        (2, 2),
        "核对身份证或营业执照以后，可以有 {identity} 条。",
    ),
    "identity": _declare_quota("identity", "核对过证件的单位", (20, 10), _ENOUGH),
    "licensed_agency": _declare_quota(
        "licensed_agency", "有许可证的人力资源机构", (50, 50), _ENOUGH
    ),
}

# As many as a spreadsheet has lines: lines that could not be published stay as drafts, to be corrected. Drafts that
# people begin one by one have another limit (`employer_desk.drafts`).
MAX_FILE_DRAFTS = declare_limit(
    "file_drafts", "发布兼职", "一家单位最多留几份草稿（表格和职位源）", 200, most=1000
)


class SubmissionRefused(Refusal):
    """Nothing was submitted or changed; the text says in Chinese why."""


def get_posting_quota(employer: Employer) -> PostingQuota:
    level = get_verification_level(employer)
    if level == "identity" and employer.kind == EmployerKind.HR_AGENCY:
        licences = employer.checks.filter(kind=CheckKind.HR_LICENCE)
        if any(check.is_valid for check in licences):
            level = "licensed_agency"
    most_open, a_day, advice = QUOTAS_BY_LEVEL[level]
    levels = {name: int(quota.open) for name, quota in QUOTAS_BY_LEVEL.items()}
    return PostingQuota(int(most_open), int(a_day), advice.format_map(levels))


def count_submissions_left(employer: Employer) -> int:
    """Return how many new listings it may submit now."""
    quota = get_posting_quota(employer)
    left_open = int(quota.open) - list_open_listings(employer).count()
    left_today = int(quota.a_day) - _count_first_submitted_today(employer)
    return max(0, min(left_open, left_today))


def has_quota_for(employer: Employer, listing: Listing) -> bool:
    """Whether the employer's quota allows this listing to be submitted now."""
    try:
        require_quota(employer, listing)
    except SubmissionRefused:
        return False
    return True


def require_quota(employer: Employer, listing: Listing) -> None:
    """Raise `SubmissionRefused` if the quota has no room for `listing`. The employer's row must be locked."""
    quota = get_posting_quota(employer)
    if list_open_listings(employer, listing.pk).count() >= int(quota.open):
        raise SubmissionRefused(f"同时在招和待审核的最多 {quota.open} 条，已经满了。{quota.more}")
    is_new = not listing.revisions.exists()
    if is_new and _count_first_submitted_today(employer) >= int(quota.a_day):
        raise SubmissionRefused(f"一天最多新发 {quota.a_day} 条，今天的已经发完。{quota.more}")


def describe_full_drafts(employer: Employer, begun_now: Collection[int] = ()) -> str:
    """Return why uploads and feeds may not begin another draft, or "".

    `begun_now` are the listings of an upload that is still being processed, whose report is not stored yet.
    """
    most = int(MAX_FILE_DRAFTS)
    drafts = _list_new_drafts(employer).count()
    if drafts >= most:  # else there is room, whoever began the drafts
        drafts -= len(list_drafts_of_people(employer, most=0).difference(begun_now))
    return f"草稿已经有 {most} 条，先发掉或删掉一些。" if drafts >= most else ""


def list_drafts_of_people(employer: Employer, *, most: int) -> set[int]:
    """Return the ids of new listings whose drafts were begun neither by an upload nor by a feed.

    If there are at most `most` without those of feeds, the uploads are not looked up.
    """
    of_feeds = JobFeedItem.objects.filter(feed__employer=employer, listing__isnull=False)
    begun = _list_new_drafts(employer).exclude(pk__in=of_feeds.values("listing"))
    numbers = set(begun.values_list("pk", flat=True))
    if len(numbers) > most:
        lines = (line for upload in employer.uploads.only("report") for line in upload.report_lines)
        numbers -= {line.listing_id for line in lines}
    return numbers


def _list_new_drafts(employer: Employer) -> QuerySet[Listing]:
    return employer.listings.filter(status=ListingStatus.DRAFT, draft__isnull=False)


def list_open_listings(employer: Employer, excluded_listing_id: int = 0) -> QuerySet[Listing]:
    """Return the waiting, held, and public or paused listings; expired ones are not open."""
    counted = Q(status__in=[ListingStatus.PENDING, ListingStatus.HELD]) | Q(
        status__in=[ListingStatus.PUBLISHED, ListingStatus.PAUSED],
        valid_through__gte=timezone.localdate(),
    )
    return employer.listings.filter(counted).exclude(pk=excluded_listing_id)


def _count_first_submitted_today(employer: Employer) -> int:
    """Count the listings whose first text was submitted today."""
    start = get_midnight(timezone.localdate())
    texts = ListingRevision.objects.filter(listing=OuterRef("pk"))
    begun = Exists(texts.filter(created_at__gte=start)) & ~Exists(
        texts.filter(created_at__lt=start)
    )
    return employer.listings.filter(begun).count()
