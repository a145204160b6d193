"""The only way an article changes its status: lock, check, change, write an event, one transaction.

A scheduled article whose moment has come is public already, without any job having run; it is
recorded as published (with its own event) by a job soon after, and before the next move is checked.
From then on it is dated by its source, like an article that was published at once.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User, WordChanges
from news.choices import ArticleStatus as S
from news.models import Article, ArticleEvent
from news.models.article import UNDATED, article_moved
from sitekit.workflow.refusals import MoveRefused
from sitekit.workflow.state_machine import StateMachine

What = ArticleEvent.What
PUBLICATIONS = (What.PUBLISH, What.DUE)

# All moves between statuses; any other move is refused.
ARTICLE_MOVES: dict[str, set[str]] = {
    S.DRAFT: {S.SCHEDULED, S.PUBLISHED},
    S.SCHEDULED: {S.DRAFT, S.PUBLISHED},
    S.PUBLISHED: {S.WITHDRAWN},
    S.WITHDRAWN: {S.DRAFT},
}


class ArticleMoveRefused(MoveRefused):
    """Says in Chinese why a move was not made; nothing was changed."""


def _describe_refused_move(article: Article, to: str) -> str:
    return f"「{article.get_status_display()}」的文章不能改成「{S(to).label}」：《{article.title}》"


DUE_REASON = "定时到点"
LATEST_SCHEDULE = timedelta(days=366)  # from now; farther ahead the year is a slip

ARTICLE_STATE_MACHINE = StateMachine(
    model=Article,
    event_model=ArticleEvent,
    moves=ARTICLE_MOVES,
    refusal=ArticleMoveRefused,
    describe_refusal=_describe_refused_move,
    needs_reason={S.WITHDRAWN: "撤回要写明原因。"},
    event_fields={"actor": "who", "action": "what", "reason": "why"},
)


@transaction.atomic
def publish_article(
    article_id: int, actor: User | None = None, reason: str = "", at: datetime | None = None
) -> Article:
    """Make an article public now, dated by its source or else now; `at` is another moment (demo data)."""
    if at is None:
        at = date_by_source(ARTICLE_STATE_MACHINE.lock(article_id)) or timezone.now()
    if at > timezone.now():
        raise ArticleMoveRefused("发布时间还没到，请改用定时发布。")
    return _make_move(article_id, S.PUBLISHED, What.PUBLISH, actor, reason, published_at=at)


def date_by_source(article: Article) -> datetime | None:
    """Return the moment by which the source dates the article: noon of the source's day if that lies before today, or
    `UNDATED` if it was imported without a date. Return None if the time of publication dates it."""
    if article.is_undated:
        return UNDATED
    day = article.source_date
    return compute_source_moment(day) if day and day < timezone.localdate() else None


def compute_source_moment(day: date) -> datetime:
    """Return the moment that is used for a day without a known hour."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def date_after_correction(article: Article, former_day: date | None) -> datetime | None:
    """Return the moment that dates a public article after its source's date was corrected from `former_day`. If the
    former date was used and the new one gives no moment, it is now for an article of today, and the time of publication
    for an article without a date."""
    if by_source := date_by_source(article):
        return by_source
    former_moments = {UNDATED, former_day and compute_source_moment(former_day)}
    if article.published_at not in former_moments:
        return article.published_at
    published = article.events.filter(what__in=PUBLICATIONS).order_by("at").last()
    return timezone.now() if article.source_date or published is None else published.at


def record_due_articles() -> int:
    """Record scheduled articles whose moment has come as published, so that they are compared with articles of the
    same story; return how many. They are public without this record."""
    due = Article.objects.filter(status=S.SCHEDULED, published_at__lte=timezone.now())
    return sum(_record_due_article(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _record_due_article(article_id: int) -> bool:
    article = ARTICLE_STATE_MACHINE.lock(article_id)
    return _become_published_if_due(article)


def _become_published_if_due(article: Article) -> bool:
    """Return False for a locked article that somebody moved meanwhile."""
    if not article.is_due:
        return False
    article.published_at = date_by_source(article) or article.published_at
    _save_status(article, S.PUBLISHED, What.DUE, None, DUE_REASON)
    return True


def find_moment_error(at: datetime) -> str:
    """Return why no article may be scheduled for the moment, in a Chinese sentence, or ""."""
    now = timezone.now()
    if at <= now:
        return "定时发布的时间要晚于现在。"
    if at > now + LATEST_SCHEDULE:
        return "定时发布最晚定到一年后，年份是不是写错了？"
    return ""


def schedule_article(
    article_id: int, at: datetime, actor: User | None = None, reason: str = ""
) -> Article:
    """Let an article become public at a later moment without any job."""
    if wrong := find_moment_error(at):
        raise ArticleMoveRefused(wrong)
    return _make_move(article_id, S.SCHEDULED, What.SCHEDULE, actor, reason, published_at=at)


def withdraw_article(article_id: int, reason: str, actor: User | None = None) -> Article:
    """Take a public article down; its address then answers 410."""
    reason = reason.strip()
    ARTICLE_STATE_MACHINE.require_reason(S.WITHDRAWN, reason)
    if len(reason) > 200:
        raise ArticleMoveRefused("撤回的原因不能超过 200 字。")
    return _make_move(
        article_id, S.WITHDRAWN, What.WITHDRAW, actor, reason, withdrawn_reason=reason
    )


def return_article_to_draft(
    article_id: int, actor: User | None = None, reason: str = ""
) -> Article:
    columns: dict[str, Any] = {"published_at": None, "withdrawn_reason": ""}
    return _make_move(article_id, S.DRAFT, What.BACK_TO_DRAFT, actor, reason, **columns)


def record_article_edit(
    article: Article, actor: User | None, reason: str, changes: WordChanges | None = None
) -> None:
    """Record what was changed in an article that was published before; its status stays."""
    ARTICLE_STATE_MACHINE.record_event(
        article, article.status, actor=actor, action=What.EDIT, reason=reason, changes=changes or {}
    )


@transaction.atomic
def _make_move(
    article_id: int, to: str, action: str, actor: User | None, reason: str, **columns: Any
) -> Article:
    """Move the article to a status, with new values of columns that the move changes."""
    article = ARTICLE_STATE_MACHINE.lock(article_id)
    _become_published_if_due(article)
    ARTICLE_STATE_MACHINE.require_move(article, to)
    for name, value in columns.items():
        setattr(article, name, value)
    _save_status(article, to, action, actor, reason)
    return article


def _save_status(article: Article, to: str, action: str, actor: User | None, reason: str) -> None:
    before, article.status = article.status, to
    article.save(update_fields=["status", "published_at", "withdrawn_reason", "updated_at"])
    ARTICLE_STATE_MACHINE.record_event(article, before, actor=actor, action=action, reason=reason)
    article_moved.send(Article, article=article)
