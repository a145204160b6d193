"""One word each way after the work; both are shown together, and each may be answered once.

Blind until both have written, or two weeks after the first, so that neither answers in kind.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.inbox.notices import send_notice
from listings.choices import ApplicationStatus as S
from listings.models import Application, Rating
from sitekit.workflow.refusals import Refusal

BLIND = timedelta(days=14)
A_WEEK = timedelta(days=7)
LATEST = 5
QUESTIONS = ("as_described", "on_time", "again")
# Simple on purpose: what gets by is hidden by the staff.
CONTACTS = re.compile(
    r"https?:|www\.|[\w.-]+\.(?:com|cn|net|top|xyz|vip|cc|io)\b|@|\d(?:[\s\-_.]?\d){6,}"
    r"|微信|威信|薇信|加[我微薇v]|vx|wx|qq|扣扣|企鹅号|电报|telegram",
    re.IGNORECASE,
)


class RatingRefused(Refusal):
    """Says in Chinese why nothing was written."""


@dataclass(frozen=True)
class RatingSummary:
    total: int = 0
    as_described: int = 0
    on_time: int = 0
    again: int = 0
    latest: list = field(default_factory=list)


@dataclass(frozen=True)
class ApplicationRatings:
    """How the ratings of one sign-up look from one side."""

    may_write: bool
    mine: Rating | None
    theirs: Rating | None  # once it is shown
    is_hidden_yet: bool  # theirs is written, and waits
    may_reply: bool


def has_contact(words: str) -> bool:
    return bool(CONTACTS.search(unicodedata.normalize("NFKC", words)))


def list_visible_ratings():
    """Ratings that everybody they concern may read by now."""
    other = Rating.objects.filter(application=OuterRef("application")).exclude(by=OuterRef("by"))
    old = Q(created_at__lte=timezone.now() - BLIND)
    return Rating.objects.filter(old | Exists(other), hidden_at=None)


def may_rate(application: Application) -> bool:
    """After the work, or a week after being accepted if nobody said how it went."""
    if application.status in (S.DONE, S.NO_SHOW):
        return True
    if application.status != S.ACCEPTED:
        return False
    since = timezone.now() - A_WEEK
    return application.events.filter(after=S.ACCEPTED, created_at__lte=since).exists()


def get_application_ratings(application: Application, side: str) -> ApplicationRatings:
    rows = {rating.by: rating for rating in application.ratings.all()}
    mine = rows.pop(side, None)
    theirs = next(iter(rows.values()), None)
    shown = theirs if theirs and not theirs.hidden_at and _is_open(mine, theirs) else None
    return ApplicationRatings(
        may_write=mine is None and may_rate(application),
        mine=mine,
        theirs=shown,
        is_hidden_yet=bool(theirs and not theirs.hidden_at and not shown),
        may_reply=bool(shown and not shown.replied_at),
    )


def _is_open(mine, theirs):
    return mine is not None or theirs.created_at <= timezone.now() - BLIND


def create_rating(application_id: int, by: str, author, answers: dict) -> Rating:
    """`answers` are the three questions and the words. Once a side; the other side is told."""
    _require_plain(answers.get("words", ""))
    with transaction.atomic():
        application = _locked(application_id)
        if application.ratings.filter(by=by).exists():
            raise RatingRefused("你已经评过了。")
        if not may_rate(application):
            raise RatingRefused("做完了才能评，或者录用一周以后。")
        rating = Rating.objects.create(application=application, by=by, author=author, **answers)
        _tell(application, rating)
    return rating


def reply_to_rating(application_id: int, side: str, words: str) -> Rating:
    """The rated side answers what was written about it, once, when it can be read."""
    _require_plain(words)
    with transaction.atomic():
        application = _locked(application_id)
        found = get_application_ratings(application, side)
        if found.theirs is None:
            raise RatingRefused("现在还没有可以回应的评价。")
        if not found.may_reply:
            raise RatingRefused("你已经回应过了，一条评价只能回应一次。")
        rating = found.theirs
        rating.reply, rating.replied_at = words, timezone.now()
        rating.save(update_fields=["reply", "replied_at"])
    return rating


def hide_ratings(rating_ids) -> int:
    return Rating.objects.filter(pk__in=rating_ids, hidden_at=None).update(hidden_at=timezone.now())


def of_employer(employer) -> RatingSummary:
    """What seekers said of an employer, as everybody may read it. Two queries."""
    rows = list_visible_ratings().filter(
        by=Rating.By.SEEKER, application__listing__employer=employer
    )
    counts = rows.aggregate(total=Count("pk"), **_yes())
    latest = rows.exclude(words="").order_by("-created_at", "-pk")[:LATEST]
    return RatingSummary(**counts, latest=list(latest) if counts["total"] else [])


def of_seekers(ids) -> dict[int, RatingSummary]:
    """What employers said of seekers, in figures only; for employers they signed up with."""
    rows = list_visible_ratings().filter(by=Rating.By.EMPLOYER, application__seeker__in=ids)
    counted = rows.values("application__seeker").annotate(total=Count("pk"), **_yes())
    return {row.pop("application__seeker"): RatingSummary(**row) for row in counted.order_by()}


def _yes():
    return {question: Count("pk", filter=Q(**{question: True})) for question in QUESTIONS}


def _require_plain(words):
    if has_contact(words):
        raise RatingRefused("评价里不能写电话、微信、QQ 和网址。")


def _locked(application_id):
    rows = Application.objects.select_related("listing", "seeker").select_for_update(of=("self",))
    return rows.get(pk=application_id)


def _tell(application, rating):
    both = application.ratings.count() > 1
    text = "双方都写了，现在都能看到，也可以回应一次。" if both else (
        "你也写了就能看到；不写的话，两周后公开。"
    )  # fmt: skip
    key, title, button = f"rating-{rating.pk}", "对方写了评价", "去看看"
    if rating.by == Rating.By.EMPLOYER:
        seeker, address = application.seeker, f"/me/applications/{application.pk}/rating/"
        key = f"{key}-{seeker.pk}"
        send_notice(seeker, key, title, text, address=address, button=button, mail=False)
    else:
        address = f"/employer/applications/{application.pk}/rating/"
        message = MemberMessage(key, title, text, address, button)
        notify_members(application.listing.employer, message, mail=False)
