"""Notices to both sides of an application; each is sent once, by its key."""

from datetime import timedelta

from accounts.choices import NoticeKind
from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.inbox.notices import send_notice
from listings.applications.arrivals import are_words_waiting, list_arranged_parts
from listings.choices import ApplicationStatus as S
from listings.choices import ListingStatus
from listings.models import Application, Arrival, Listing
from sitekit.web.rate_limits import count_attempt

TEXTED_RESULTS = (S.ACCEPTED, S.DECLINED)  # the answers that an applicant waits for


def notify_applied(application: Application) -> None:
    """Notify the members of the employer; by mail only if no other application was waiting,
    by text message only of the first of the day."""
    listing = application.listing
    waiting = listing.applications.filter(status=S.APPLIED).exclude(pk=application.pk)
    _notify_employer(
        application,
        "applied",
        f"有人报名「{_shorten_title(listing)}」",
        "看看时间和介绍，合适就录用，不合适也说一声。",
        mail=not waiting.exists(),
        text_message=_count_first_sign_up(listing),
    )


def notify_enough_applications(application: Application) -> None:
    """Tell the members that with this sign-up no further ones are taken."""
    count = application.listing.most_applications
    _notify_employer(
        application,
        f"enough-{count}",
        f"收满了 {count} 份报名：{_shorten_title(application.listing)}",
        "现在不收新的报名。还想多看几个人，把上限调高就行。",
    )


def notify_moved(application: Application, before: str, reason: str) -> None:
    title, listing = _shorten_title(application.listing), application.listing
    employer_name = listing.employer.public_name if listing.employer else ""
    arranged = _describe_arranged(application) if application.status == S.ACCEPTED else ""
    words: dict[str, tuple[str, str]] = {
        S.ACCEPTED: (
            f"录用了：{title}",
            f"{employer_name}录用了你，{arranged}；要你先交钱的，别交，来告诉我们。",
        ),
        S.DECLINED: (f"这次没有录用：{title}", f"原因：{reason}"),
        S.DONE: (f"做完了：{title}", "说说这份活和写的一样吗，会帮到后来的人。"),
        S.NO_SHOW: (
            f"记了未到岗：{title}",
            f"{employer_name}说：{reason}。和事实不符的话，在评价里说清楚。",
        ),
    }
    if application.status in words:
        texted = application.status in TEXTED_RESULTS
        _notify_seeker(
            application, application.status, *words[application.status], text_message=texted
        )
    elif before == S.ACCEPTED:
        _notify_employer(
            application,
            "withdrawn",
            f"录用的人来不了了：{title}",
            "空出了一个位置。还有人在等的话可以再录用；要重新公开招人，把它重新发布。",
            text_message=True,
        )
    else:
        _notify_employer(application, "withdrawn", f"有人取消了报名：{title}", mail=False)


def _describe_arranged(application: Application) -> str:
    parts = "、".join(list_arranged_parts(application))
    if not parts:
        return "什么时候到、到哪里、找谁还没有写。问清楚再去"
    is_waiting = are_words_waiting(application.arrival)
    where = "单位写了，等审核员看过就告诉你" if is_waiting else "写在报名页上"
    return f"{parts}，{where}。说好再去"


def notify_arrival_changed(application: Application, arrival: Arrival) -> None:
    """Tell an accepted seeker that the time or place to come was changed; once for each change."""
    _notify_seeker(
        application,
        f"arrival-{arrival.updated_at.timestamp():.0f}",
        f"到岗安排改了：{_shorten_title(application.listing)}",
        "时间、地点或者找谁有变化，去报名页看新的。",
        text_message=True,
    )


def notify_no_places_left(application: Application, listing: Listing) -> None:
    """Tell a seeker who still waits that all places are taken."""
    _notify_seeker(
        application,
        "full",
        f"招满了：{_shorten_title(listing)}",
        "你的报名还留着：有人来不了，招聘单位可能再找你。先看看别的活吧。",
    )


def _notify_seeker(
    application: Application, key_suffix: str, title: str, text: str, *, text_message: bool = False
) -> None:
    send_notice(
        application.seeker,
        f"application-{application.pk}-{key_suffix}",
        title,
        text,
        kind=NoticeKind.APPLICATION,
        address=f"/me/applications/{application.pk}/",
        button="看报名",
        text_message=text_message,
    )


def _notify_employer(
    application: Application,
    key_suffix: str,
    title: str,
    text: str = "",
    *,
    mail: bool = True,
    text_message: bool = False,
) -> None:
    """Notify the members, but not about a listing that was removed for fraud."""
    if application.listing.status == ListingStatus.REMOVED_FRAUD:
        return
    message = MemberMessage(
        f"application-{application.pk}-{key_suffix}",
        title,
        text,
        f"/employer/listings/{application.listing_id}/applications/",
        "去处理",
    )
    employer = application.listing.employer
    notify_members(employer, message, mail=mail, text_message=text_message)


def _count_first_sign_up(listing: Listing) -> bool:
    """Return whether this is the day's first sign-up for any listing of the employer.

    As for all limits, a day begins at 8 in the morning in China.
    """
    return count_attempt("first sign-up", listing.employer_id, 1, timedelta(days=1))


def _shorten_title(listing: Listing) -> str:
    return listing.title if len(listing.title) <= 30 else f"{listing.title[:29]}…"
