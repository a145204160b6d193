"""Who is responsible for a feed: an owner signs for it, deletes it, or gets it when its author closes the account.

Each function locks the employer first, as reading a feed does.
"""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.employers.membership import OWNER_ROLE, lock_employer
from accounts.employers.transitions import record_employer_event
from accounts.models import Employer, User
from listings.models import JobFeed


def has_acting_author(feed: JobFeed) -> bool:
    """Whether the author of the feed is still a member; otherwise nothing is imported. `feed.employer` must be
    loaded."""
    members = feed.employer.memberships.filter(user__is_active=True)
    return members.filter(user=feed.author_id).exists()


def sign_for_feed(feed: JobFeed, owner: User, *, signs: bool = True) -> bool:
    """Make the owner its author, and let complete jobs be submitted under the owner's declaration if that is given;
    return whether the feed is still there."""
    with transaction.atomic():
        employer = lock_employer(feed.employer_id)
        feeds = employer.job_feeds.filter(pk=feed.pk)
        if not feeds.update(author=owner, no_fee_signed_at=timezone.now() if signs else None):
            return False
        words = f"职位源“{feed.name}”填全的直接提交" if signs else f"接手职位源“{feed.name}”"
        record_employer_event(employer, owner, "job_feed", words, employer.status)
    return True


def delete_feed(feed: JobFeed, owner: User) -> bool:
    """Return whether it was still there."""
    with transaction.atomic():
        employer = lock_employer(feed.employer_id)
        row = employer.job_feeds.filter(pk=feed.pk).first()
        if row is None:
            return False
        row.delete()
        words = f"删除职位源“{feed.name}”"
        record_employer_event(employer, owner, "job_feed", words, employer.status)
    return True


def hand_over_feeds(author: User) -> None:
    """Give the feeds of a user who leaves the site to another owner, who has not signed for anything yet. Delete
    the feeds of employers without another owner."""
    numbers = JobFeed.objects.filter(author=author).order_by().values_list("employer", flat=True)
    for number in sorted(set(numbers)):
        employer = lock_employer(number)
        feeds = employer.job_feeds.filter(author=author)
        others = employer.memberships.filter(role=OWNER_ROLE).exclude(user=author)
        heir = others.select_related("user").order_by("pk").first()
        if heir is None:
            feeds.delete()
            continue
        names = "、".join(
            f"“{name}”" for name in feeds.order_by("pk").values_list("name", flat=True)
        )
        feeds.update(author=heir.user, no_fee_signed_at=None)
        words = f"注销账号，职位源{names}转给成员 {heir.user_id}"
        record_employer_event(employer, author, "job_feed", words, employer.status)
        _notify_owners(employer, author, names)


def _notify_owners(employer: Employer, author: User, names: str) -> None:
    message = MemberMessage(
        f"job-feeds-handed-over-{employer.pk}-{author.pk}",
        f"添加职位源{names}的人注销了账号",
        "职位源照常读，但新读到的先存成草稿。要像以前一样填全的直接提交，请负责人到职位源的页面确认。",
        reverse("listings:job_feeds"),
        "去看看",
    )
    notify_members(employer, message, roles={OWNER_ROLE})
