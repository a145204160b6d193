"""Telling who signed up for a listing that a case of fraud holds, and telling them when it comes back.

Everybody is told once of a case, by the keys of the notices; the inbox is also the only record of whom.
"""

from collections.abc import Collection

from django.db.models import QuerySet
from django.urls import reverse

from accounts.choices import NoticeKind
from accounts.inbox.notices import NoticeMessage, send_notices
from accounts.models import Notice
from listings.choices import ApplicationStatus
from listings.models import Application, Listing
from listings.publication.transitions import list_hold_events
from safety.models import FraudCase
from sitekit.workflow.state_machine import NOTIFY_AFTER

TITLE_CHARACTERS_IN_NOTICE = 30  # characters of a title in a title
PAUSED_MESSAGE = (
    "发布它的单位，另一条兼职被查实涉诈，所以这条我们也先收起来，重新看一遍。看完以前："
    "别交任何钱，别给证件、银行卡和验证码；约好要去的先别去。"
    "对方催你交钱，把记录截图留好，来举报；已经付了钱，马上打 110。"
)
RELEASED_MESSAGE = (
    "之前停下它，是因为同一单位的另一条兼职。另一位审核员重新看过，认定那条不是骗局，"
    "停下的照原样恢复了，没有取消的报名都还在。谁让你先交钱，还是别交。给你添麻烦了。"
)

REVIEWED_MESSAGE = (
    "之前停下它，是因为同一单位的另一条兼职查实涉诈。审核员把这一条重新看过，恢复了，没有取消的报名都还在。"
    "去不去你自己定：谁让你先交钱、给证件或验证码，都别给，来举报。"
)


def count_open_sign_ups(listings: QuerySet[Listing]) -> int:
    """Return how many people would be told if these were held."""
    return _list_open_sign_ups(listings).values("seeker").distinct().count()


def notify_paused(case: FraudCase, listings: Collection[int]) -> int:
    """Tell the people whose sign-up for these is open; return how many."""
    by_seeker = _group_by_seeker(_list_open_sign_ups(listings))
    messages = [
        _build_notice(
            _build_key(case, seeker),
            f"你报名的{_name_listings(rows)}先停下了",
            PAUSED_MESSAGE,
            rows,
        )
        for seeker, rows in by_seeker.items()
    ]
    send_notices(messages, kind=NoticeKind.APPLICATION)
    return len(messages)


def notify_released(case: FraudCase, listings: Collection[int]) -> None:
    """Correct it for those who were told, also if they have withdrawn their sign-up since."""
    messages = _build_restored_notices(case, listings, "back", RELEASED_MESSAGE)
    send_notices(messages, kind=NoticeKind.APPLICATION)


def notify_reviewed(listing: Listing) -> list[str]:
    """Tell it those who were told of the hold, when a moderator has restored a listing that a case held; return the
    keys of the notices, which wait until the decision cannot be undone any more."""
    hold = list_hold_events(listing).first()
    cases = FraudCase.objects.filter(listing__employer=listing.employer_id)
    case = cases.filter(holds__contains=[hold.pk]).first() if hold else None
    if hold is None or case is None:
        return []
    ending = f"reviewed-{hold.pk}"
    messages = _build_restored_notices(case, [listing.pk], ending, REVIEWED_MESSAGE)
    send_notices(messages, kind=NoticeKind.APPLICATION, wait=NOTIFY_AFTER)
    return [message.key for message in messages]


def _build_restored_notices(
    case: FraudCase, listings: Collection[int], key_ending: str, text: str
) -> list[NoticeMessage]:
    """Return those for who was told of the hold by any case of the employer: one that was withdrawn may have left
    its holds to this one."""
    by_seeker = _group_by_seeker(Application.objects.filter(listing__in=listings))
    cases = FraudCase.objects.filter(listing__employer=case.listing.employer_id)
    keys = {_build_key(employer_case, pk): pk for employer_case in cases for pk in by_seeker}
    sent_keys = Notice.objects.filter(key__in=keys).values_list("key", flat=True)
    return [
        _build_notice(
            f"{_build_key(case, seeker)}-{key_ending}",
            f"{_name_listings(by_seeker[seeker])}恢复了",
            text,
            by_seeker[seeker],
        )
        for seeker in sorted({keys[key] for key in sent_keys})
    ]


def _list_open_sign_ups(listings: QuerySet[Listing] | Collection[int]) -> QuerySet[Application]:
    is_open = [ApplicationStatus.APPLIED, ApplicationStatus.ACCEPTED]
    rows = Application.objects.filter(listing__in=listings, status__in=is_open)
    return rows.filter(seeker__is_active=True, seeker__closed_at=None)


def _group_by_seeker(applications: QuerySet[Application]) -> dict[int, list[Application]]:
    by_seeker: dict[int, list[Application]] = {}
    for application in applications.select_related("seeker", "listing").order_by("pk"):
        by_seeker.setdefault(application.seeker_id, []).append(application)
    return by_seeker


def _build_key(case: FraudCase, seeker: int) -> str:
    return f"paused-{case.pk}-{seeker}"


def _name_listings(applications: list[Application]) -> str:
    name, count = applications[0].listing.title[:TITLE_CHARACTERS_IN_NOTICE], len(applications)
    return f"「{name}」等 {count} 条兼职" if count > 1 else f"「{name}」"


def _build_notice(
    key: str, title: str, text: str, applications: list[Application]
) -> NoticeMessage:
    first = applications[0]
    address = (
        reverse("listings:my_application", args=[first.pk])
        if len(applications) == 1
        else reverse("listings:my_applications")
    )
    return NoticeMessage(first.seeker, key, title, text, address, "看报名")
