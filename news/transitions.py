"""The only way an article changes its status: lock, check, change, write an event, one transaction.

A scheduled article whose moment has come is public already, without any job having run; it is
booked as published (its own event) before the next move is looked at.
"""

from django.db import transaction
from django.utils import timezone

from news.choices import ArticleStatus as S
from news.models import Article, ArticleEvent
from sitekit.workflow import refusals

What = ArticleEvent.What

# GLOSSARY "States and moves"; what is not named here is refused.
MOVES = {
    S.DRAFT: {S.SCHEDULED, S.PUBLISHED},
    S.SCHEDULED: {S.DRAFT, S.PUBLISHED},
    S.PUBLISHED: {S.WITHDRAWN},
    S.WITHDRAWN: {S.DRAFT},
}


class MoveRefused(refusals.MoveRefused):
    """Says in Chinese why a move was not made; nothing was changed."""


def publish(article_id, who=None, why="", at=None):
    """Make an article public now; `at` backdates it (imports, demo data)."""
    at = at or timezone.now()
    if at > timezone.now():
        raise MoveRefused("发布时间还没到，请改用定时发布。")
    with transaction.atomic():
        article = _locked(article_id, S.PUBLISHED)
        article.published_at = at
        return _move(article, S.PUBLISHED, What.PUBLISH, who, why)


def schedule(article_id, at, who=None, why=""):
    """Make an article public by itself at a later moment."""
    if at <= timezone.now():
        raise MoveRefused("定时发布的时间要晚于现在。")
    with transaction.atomic():
        article = _locked(article_id, S.SCHEDULED)
        article.published_at = at
        return _move(article, S.SCHEDULED, What.SCHEDULE, who, why)


def withdraw(article_id, why, who=None):
    """Take a public article down; its address then answers 410."""
    why = why.strip()
    if not why:
        raise MoveRefused("撤回要写明原因。")
    if len(why) > 200:
        raise MoveRefused("撤回的原因不能超过 200 字。")
    with transaction.atomic():
        article = _locked(article_id, S.WITHDRAWN)
        article.withdrawn_reason = why
        return _move(article, S.WITHDRAWN, What.WITHDRAW, who, why)


def back_to_draft(article_id, who=None, why=""):
    with transaction.atomic():
        article = _locked(article_id, S.DRAFT)
        article.published_at = None
        article.withdrawn_reason = ""
        return _move(article, S.DRAFT, What.BACK_TO_DRAFT, who, why)


def note_edit(article, who, why):
    """What was changed in an article that readers know; its status stays."""
    ArticleEvent.objects.create(
        article=article,
        who=who,
        what=What.EDIT,
        why=why[:200],
        before=article.status,
        after=article.status,
    )


def _locked(article_id, to):
    article = Article.objects.select_for_update(of=("self",)).get(pk=article_id)
    if article.is_due:
        _move(article, S.PUBLISHED, What.DUE, None, "定时到点")
    if to not in MOVES[article.status]:
        raise MoveRefused(
            f"「{article.get_status_display()}」的文章不能改成「{S(to).label}」：《{article.title}》"
        )
    return article


def _move(article, to, what, who, why):
    before, article.status = article.status, to
    article.save(update_fields=["status", "published_at", "withdrawn_reason", "updated_at"])
    ArticleEvent.objects.create(
        article=article, who=who, what=what, why=why, before=before, after=to
    )
    return article
