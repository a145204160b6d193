"""Upheld reports on articles are work for the editors: whom to notify, and what is still to be done.

Moderators may not change an article. Its history tells what an editor did since: changed it, withdrew it, or noted
why it stays as it is.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.inbox.notices import NoticeMessage
from accounts.models import User
from accounts.staff.scope import StaffScope, build_covering_condition
from news.articles.article_places import build_article_scope_condition, list_named_codes
from news.choices import ArticleStatus
from news.imports.merge_duplicates import MERGE_REASON
from news.models import Article, ArticleEvent
from safety.choices import CaseKind, ReportStatus
from safety.models import Decision, Report

CHANGE_ARTICLE = "news.change_article"
# Among the keys of a decision: the moderator asks that the article be taken down.
TAKE_DOWN = "take-down"


class ArticleWork(NamedTuple):
    """An article with the upheld reports on it that no editor has reacted to."""

    article: Article
    reports: list[Report]
    is_to_be_withdrawn: bool


def list_editors(article: Article) -> QuerySet[User]:
    """Return those who may change this article."""
    editors = ModelBackend().with_perm(CHANGE_ARTICLE).filter(is_staff=True)
    covers = build_covering_condition(None)
    for code in list_named_codes(article):
        covers |= build_covering_condition(code)
    return editors.filter(covers)


def is_editor(user: User) -> bool:
    return user.is_active and user.is_staff and user.has_perm(CHANGE_ARTICLE)


def build_editor_notices(
    report: Report, moderator: User, reason: str, *, asks_to_withdraw: bool
) -> list[NoticeMessage]:
    """Return the notices to the editors of its places that the report was upheld; `make_decision` sends them."""
    article = report.article
    if article is None:
        return []
    wish = "请撤下这篇文章。" if asks_to_withdraw else "请看一遍，该改的改，不能留的撤下。"
    text = f"举报的是“{report.get_reason_display()}”，审核员认定属实：{reason}\n{wish}"
    title = f"《{article.title}》被举报，认定属实"
    address = reverse("article_reports")
    editors = list_editors(article).exclude(pk=moderator.pk)
    return [
        NoticeMessage(editor, f"-editor-{editor.pk}", title, text, address, "去处理")
        for editor in editors
    ]


def list_editor_events(report: Report) -> QuerySet[ArticleEvent]:
    """Return what editors did with the article after the report was decided, the oldest first."""
    return _list_events_by_people().filter(article=report.article, at__gte=report.decided_at)


def list_reports_to_follow(scope: StaffScope) -> QuerySet[Report]:
    """Return the upheld reports on public articles in these places that no editor has reacted to."""
    since = _list_events_by_people().filter(
        article=OuterRef("article"), at__gte=OuterRef("decided_at")
    )
    public = (ArticleStatus.PUBLISHED, ArticleStatus.SCHEDULED)
    reports = Report.objects.filter(status=ReportStatus.UPHELD, article__status__in=public)
    reports = reports.filter(build_article_scope_condition(scope, "article__"))
    return reports.exclude(Exists(since)).select_related("article").order_by("decided_at", "pk")


def list_article_work(scope: StaffScope) -> list[ArticleWork]:
    reports = list(list_reports_to_follow(scope))
    asked_ids = _find_asked_to_withdraw(report.pk for report in reports)
    by_article: dict[Article, list[Report]] = {}
    for report in reports:
        if report.article:
            by_article.setdefault(report.article, []).append(report)
    return [
        ArticleWork(article, rows, any(row.pk in asked_ids for row in rows))
        for article, rows in by_article.items()
    ]


def _list_events_by_people() -> QuerySet[ArticleEvent]:
    """Return the events by people, without merges: a merge adds a source, and nobody need have read the text."""
    merges = Q(what=ArticleEvent.What.EDIT, why__startswith=MERGE_REASON)
    return ArticleEvent.objects.filter(who__isnull=False).exclude(merges).order_by("at", "pk")


def _find_asked_to_withdraw(numbers: Iterable[int]) -> set[int]:
    decisions = Decision.objects.filter(
        kind=CaseKind.REPORT, number__in=list(numbers), undone_at=None
    )
    return {row.number for row in decisions if TAKE_DOWN in row.keys}
