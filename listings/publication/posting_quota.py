"""How many listings an employer may have open and post in a day, by how far it was checked."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.employers.membership import get_verification_level
from accounts.models import CheckKind, Employer, EmployerKind
from listings.choices import ListingStatus
from listings.models import Listing, ListingRevision
from sitekit.workflow.refusals import Refusal


class PostingQuota(NamedTuple):
    open: int
    a_day: int
    more: str  # how to get more


BY_LEVEL = {
    "none": PostingQuota(1, 1, "验证手机以后可以有 2 条，认证以后可以有 20 条。"),
    "phone": PostingQuota(2, 2, "核对身份证或营业执照以后，可以有 20 条。"),
    "identity": PostingQuota(20, 10, "先结束不再招的，或者明天再发。"),
    "licensed_agency": PostingQuota(50, 50, "先结束不再招的，或者明天再发。"),
}


class SubmissionRefused(Refusal):
    """Its text says in Chinese why nothing was submitted; nothing was changed."""


def get_posting_quota(employer: Employer) -> PostingQuota:
    level = get_verification_level(employer)
    if level == "identity" and employer.kind == EmployerKind.HR_AGENCY:
        licences = employer.checks.filter(kind=CheckKind.HR_LICENCE)
        if any(check.holds for check in licences):
            level = "licensed_agency"
    return BY_LEVEL[level]


def count_submissions_left(employer: Employer) -> int:
    """Return how many new listings it may submit now."""
    quota = get_posting_quota(employer)
    left_open = quota.open - list_open_listings(employer).count()
    left_today = quota.a_day - _count_first_submitted_today(employer)
    return max(0, min(left_open, left_today))


def require_quota(employer: Employer, listing: Listing) -> None:
    """Raise `SubmissionRefused` if `listing` would be one too many. The employer's row must be locked."""
    quota = get_posting_quota(employer)
    if list_open_listings(employer, listing.pk).count() >= quota.open:
        raise SubmissionRefused(f"同时在招和待审核的最多 {quota.open} 条，已经满了。{quota.more}")
    is_new = not listing.revisions.exists()
    if is_new and _count_first_submitted_today(employer) >= quota.a_day:
        raise SubmissionRefused(f"一天最多新发 {quota.a_day} 条，今天的已经发完。{quota.more}")


def list_open_listings(employer: Employer, but: int = 0) -> QuerySet[Listing]:
    """Return the waiting, held, and public or paused listings; expired ones are not open."""
    counted = Q(status__in=[ListingStatus.PENDING, ListingStatus.HELD]) | Q(
        status__in=[ListingStatus.PUBLISHED, ListingStatus.PAUSED],
        valid_through__gte=timezone.localdate(),
    )
    return employer.listings.filter(counted).exclude(pk=but)


def _count_first_submitted_today(employer: Employer) -> int:
    """Count the listings whose first text was submitted today."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    texts = ListingRevision.objects.filter(listing=OuterRef("pk"))
    begun = Exists(texts.filter(created_at__gte=start)) & ~Exists(
        texts.filter(created_at__lt=start)
    )
    return employer.listings.filter(begun).count()
