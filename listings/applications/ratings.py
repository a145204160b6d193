"""Ratings of each side by the other after the work; each may be replied to once.

Both stay hidden until both are written, or two weeks after the first, so that neither side
retaliates.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.choices import NoticeKind, RevisionStatus, TextKind
from accounts.employers.member_notices import (
    MemberMessage,
    notify_member_or_owners,
    notify_members,
)
from accounts.inbox.notices import send_notice
from accounts.models import Employer, PublicText, User
from accounts.public_text.submission import submit_public_text
from accounts.public_text.transitions import find_unseen_text
from listings.applications.transitions import is_before_first_day, lock_open_seeker
from listings.choices import ApplicationStatus as S
from listings.choices import ListingStatus
from listings.models import Application, Rating
from sitekit.workflow.refusals import Refusal

HIDDEN_FOR = timedelta(days=14)
MAY_RATE_AFTER = timedelta(days=7)
LATEST_SHOWN = 5
RATING_QUESTIONS = ("as_described", "on_time", "again")
# How many ratings there are, and how many answer each question with yes.
YES_COUNTS = {"total": Count("pk")} | {
    question: Count("pk", filter=Q(**{question: True})) for question in RATING_QUESTIONS
}
# Simple on purpose: what it misses, the gate of all public words finds, and a moderator reads it.
CONTACT_PATTERN = re.compile(
    r"https?:|www\.|[\w.-]+\.(?:com|cn|net|top|xyz|vip|cc|io)\b|@|\d(?:[\s\-_.]?\d){6,}"
    r"|微信|威信|薇信|加[我微薇v]|vx|wx|qq|扣扣|企鹅号|电报|telegram",
    re.IGNORECASE,
)


_HIDDEN_EFFECT = "隐藏以后别人看不到，也不计入次数。"


class RatingRefused(Refusal):
    """Nothing was written; the text says in Chinese why."""


@dataclass(frozen=True)
class RatingSummary:
    total: int = 0
    as_described: int = 0
    on_time: int = 0
    again: int = 0
    latest: list[Rating] = field(default_factory=list)


@dataclass(frozen=True)
class ApplicationRatings:
    """The ratings of an application as one side sees them."""

    may_write: bool
    mine: Rating | None
    theirs: Rating | None  # None while it is not shown
    is_hidden_yet: bool  # theirs is written, but not shown yet
    is_taken_down: bool  # the staff hid theirs
    may_reply: bool


def contains_contact(words: str) -> bool:
    return bool(CONTACT_PATTERN.search(unicodedata.normalize("NFKC", words)))


def list_visible_ratings(before: datetime | None = None) -> QuerySet[Rating]:
    """Return the ratings that both sides may read now; those from before the moment without the other side's, too."""
    other_rating = Rating.objects.filter(application=OuterRef("application")).exclude(
        by=OuterRef("by")
    )
    old = Q(created_at__lte=before or timezone.now() - HIDDEN_FOR)
    return Rating.objects.filter(old | Exists(other_rating), hidden_at=None)


def may_rate(application: Application) -> bool:
    """Whether the work is done, or a week has passed since the acceptance and the first day has come.

    Nothing is written about a closed account.
    """
    if application.seeker.closed_at:
        return False
    if application.status in (S.DONE, S.NO_SHOW):
        return True
    if application.status != S.ACCEPTED or is_before_first_day(application):
        return False
    since = timezone.now() - MAY_RATE_AFTER
    return application.events.filter(after=S.ACCEPTED, created_at__lte=since).exists()


def get_application_ratings(application: Application, side: str) -> ApplicationRatings:
    rows = {rating.by: rating for rating in application.ratings.all()}
    own_rating = rows.pop(side, None)
    other_rating = next(iter(rows.values()), None)
    is_taken_down = other_rating is not None and other_rating.hidden_at is not None
    if is_taken_down:
        other_rating = None
    is_visible = other_rating and (
        own_rating or other_rating.created_at <= timezone.now() - HIDDEN_FOR
    )
    visible_theirs = other_rating if is_visible else None
    return ApplicationRatings(
        may_write=own_rating is None and may_rate(application),
        mine=own_rating,
        theirs=visible_theirs,
        is_hidden_yet=bool(other_rating and not visible_theirs),
        is_taken_down=is_taken_down,
        may_reply=bool(
            visible_theirs and not visible_theirs.replied_at and not application.seeker.closed_at
        ),
    )


def create_rating(application_id: int, by: str, author: User, answers: dict[str, Any]) -> Rating:
    """Write a rating, one for each side, and notify the other side. Its words may have to wait."""
    _require_no_contact(answers.get("words", ""))
    with transaction.atomic():
        application = _lock_rated_application(application_id)
        if application.ratings.filter(by=by).exists():
            raise RatingRefused("你已经评过了。")
        if not may_rate(application):
            raise RatingRefused("做完了才能评；录用满一周、上工的日子也到了，也能评。")
        answers = dict(answers)
        words = answers.pop("words", "")
        rating = Rating.objects.create(application=application, by=by, author=author, **answers)
        submit_public_text(TextKind.RATING, rating.pk, {"words": words}, author)
        rating.refresh_from_db(fields=["words"])
        _notify_rated(application, rating)
    return rating


def reword_rating(application_id: int, side: str, author: User, words: str) -> None:
    """Replace the words of a rating that wait for a moderator or were refused."""
    _require_no_contact(words)
    with transaction.atomic():
        own_rating = get_application_ratings(_lock_rated_application(application_id), side).mine
        if own_rating is None or find_unseen_words(own_rating) is None:
            raise RatingRefused("写好的评价不能改。")
        submit_public_text(TextKind.RATING, own_rating.pk, {"words": words}, author)


def find_unseen_words(rating: Rating | None) -> PublicText | None:
    """Return the words of a rating that wait for a moderator or were refused."""
    if rating is None or rating.words:
        return None
    return find_unseen_text(TextKind.RATING, rating.pk)


def reply_to_rating(application_id: int, side: str, author: User, words: str) -> Rating:
    """Store the reply of the rated side, once, when it can read the rating; it may have to wait."""
    _require_no_contact(words)
    with transaction.atomic():
        application = _lock_rated_application(application_id)
        application_ratings = get_application_ratings(application, side)
        if application_ratings.theirs is None:
            raise RatingRefused("现在还没有可以回应的评价。")
        if not application_ratings.may_reply:
            raise RatingRefused("你已经回应过了，一条评价只能回应一次。")
        rating = application_ratings.theirs
        submit_public_text(TextKind.RATING_REPLY, rating.pk, {"reply": words}, author)
        rating.refresh_from_db(fields=["reply", "replied_at"])
    return rating


def hide_rating(rating_id: int, reason: str) -> None:
    """Hide a rating on all pages and in all figures, and notify its author. The author of the reply is notified
    too, because the reply disappears with it."""
    text = f"原因：{reason}\n{_HIDDEN_EFFECT}觉得不对，可以按“关于与备案”里的电话或邮箱找我们。"
    reply_text = "它不再公开，你的回应也跟着不公开。不是你的回应有问题，你什么都不用做。"
    _change_visibility(rating_id, timezone.now(), "被隐藏了", text, reply_text)


def restore_rating(rating_id: int, reason: str) -> None:
    text = f"原因：{reason}\n它和以前一样，对方看得到，也计入次数。"
    reply_text = "它和以前一样公开，你的回应也和以前一样。"
    _change_visibility(rating_id, None, "恢复了", text, reply_text)


def _change_visibility(
    rating_id: int, hidden_at: datetime | None, change: str, text: str, reply_text: str
) -> None:
    """Show or hide the rating and notify its author. Do nothing if somebody else has already done it."""
    with transaction.atomic():
        rating = Rating.objects.select_for_update(of=("self",)).get(pk=rating_id)
        if bool(rating.hidden_at) == bool(hidden_at):
            return
        rating.hidden_at = hidden_at
        rating.save(update_fields=["hidden_at"])
        by_seeker = rating.by == Rating.By.SEEKER
        _notify_of_visibility(rating, by_seeker, rating.author, f"写的评价{change}", text)
        if replier := _find_replier(rating):
            title = f"回应过的评价{change}"
            _notify_of_visibility(rating, not by_seeker, replier, title, reply_text)


def _find_replier(rating: Rating) -> User | None:
    """Return who wrote the reply that is public or waits."""
    texts = PublicText.objects.filter(kind=TextKind.RATING_REPLY, subject=rating.pk)
    states = (RevisionStatus.APPROVED, RevisionStatus.WAITING)
    text = texts.filter(status__in=states).select_related("author").order_by("-pk").first()
    return text.author if text else None


def _notify_of_visibility(
    rating: Rating, is_seeker: bool, writer: User, title: str, text: str
) -> None:
    """Notify the author: `title` follows 你 or 你们单位. For an employer's words, the owners are notified if the
    author no longer acts for the employer."""
    key = f"rating-{rating.pk}-visibility-{writer.pk}-{timezone.now():%Y%m%d%H%M%S%f}"
    kind, button = NoticeKind.CASES, "去看看"
    employer = rating.application.listing.employer
    if employer and not is_seeker:
        address = reverse("listings:rating", args=[rating.application_id])
        message = MemberMessage(key, f"你们单位{title}", text, address, button)
        notify_member_or_owners(employer, writer, message, kind=kind)
        return
    address = reverse("listings:my_rating", args=[rating.application_id])
    send_notice(writer, key, f"你{title}", text, kind=kind, address=address, button=button)


def summarise_employer_ratings(employer: Employer) -> RatingSummary:
    """Return the visible ratings of an employer by seekers. Two queries."""
    rows = list_visible_ratings().filter(
        by=Rating.By.SEEKER, application__listing__employer=employer
    )
    counts = rows.aggregate(**YES_COUNTS)
    latest = rows.exclude(words="").order_by("-created_at", "-pk")[:LATEST_SHOWN]
    return RatingSummary(**counts, latest=list(latest) if counts["total"] else [])


def summarise_seeker_ratings(ids: Collection[int]) -> dict[int, RatingSummary]:
    """Return by seeker the numbers of the ratings by employers, without words. Ratings by an employer whose listing
    was removed for fraud do not count."""
    rows = list_visible_ratings().filter(by=Rating.By.EMPLOYER, application__seeker__in=ids)
    rows = rows.exclude(application__listing__status=ListingStatus.REMOVED_FRAUD)
    counted = rows.values("application__seeker").annotate(**YES_COUNTS)
    numbers = counted.order_by().values_list("application__seeker", "total", *RATING_QUESTIONS)
    return {seeker_id: RatingSummary(*row) for seeker_id, *row in numbers}


def _require_no_contact(words: str) -> None:
    if contains_contact(words):
        raise RatingRefused("评价里不能写电话、微信、QQ 和网址。")


def _lock_rated_application(application_id: int) -> Application:
    if not lock_open_seeker(application_id):
        raise RatingRefused("对方注销了账号，不能再写了。")
    rows = Application.objects.select_related("listing", "seeker").select_for_update(of=("self",))
    return rows.get(pk=application_id)


def _notify_rated(application: Application, rating: Rating) -> None:
    text = "双方都写了，现在都能看到，也可以回应一次。"
    earlier = application.ratings.exclude(pk=rating.pk).first()
    if earlier is None:
        # What seekers write is public then; what is written of them is not.
        later = "你也能看到" if rating.by == Rating.By.EMPLOYER else "公开"
        text = f"你也写了就能看到；不写的话，两周后{later}。"
    elif earlier.hidden_at:
        text = "现在能看到，也可以回应一次。"
    key, title, button = f"rating-{rating.pk}", "对方写了评价", "去看看"
    if rating.by == Rating.By.EMPLOYER:
        seeker, address = application.seeker, f"/me/applications/{application.pk}/rating/"
        key = f"{key}-{seeker.pk}"
        kind = NoticeKind.APPLICATION
        send_notice(seeker, key, title, text, kind=kind, address=address, button=button, mail=False)
    elif application.listing.status != ListingStatus.REMOVED_FRAUD:  # else it hears nothing more
        address = f"/employer/applications/{application.pk}/rating/"
        message = MemberMessage(key, title, text, address, button)
        notify_members(application.listing.employer, message, mail=False)
