"""Decisions about articles: the actions of the list and the buttons of the form."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime

from accounts.models import User
from cities.directory.regions import get_region, get_region_ancestors
from news.admin.forms import DecisionForm
from news.analysis.near_duplicates import find_same_story
from news.analysis.proposals import accept_proposal, create_proposals, reject_proposal
from news.articles.transitions import (
    ArticleMoveRefused,
    publish_article,
    return_article_to_draft,
    schedule_article,
    withdraw_article,
)
from news.choices import AlertLevel, ArticleKind, ArticleStatus
from news.models import Article, Proposal
from screening.fraud_types import list_fraud_type_choices
from sitekit.web.row_ids import parse_row_id

MOST_AT_ONCE = 200
SHOWN_DOUBLES = 5


def build_article_admin_url(name: str, article: Article, **query: str) -> str:
    return reverse(f"admin:news_article_{name}", args=[article.pk], query=query or None)


def same_story(article: Article) -> list[Article]:
    """Return articles of the same story that are no drafts."""
    others = Article.objects.exclude(status=ArticleStatus.DRAFT).select_related("source")
    return find_same_story(article, among=others, limit=SHOWN_DOUBLES)


def is_held(article: Article) -> bool:
    """Whether it is a draft that repeats a story: an editor has to compare them first."""
    return article.status == ArticleStatus.DRAFT and bool(same_story(article))


# Actions of the list.


@admin.action(description="发布", permissions=["change"])
def publish(
    model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Article]
) -> None:
    _decide(request, queryset, publish_article, "发布", holds="publish")


@admin.action(description="定时发布（填时间）", permissions=["change"])
def schedule(
    model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Article]
) -> None:
    at = _read_form(request).get("at")
    if not at:
        messages.error(request, "定时发布要填「定时到」。")
        return
    _decide(request, queryset, schedule_article, "定时", holds="schedule", at=at)


@admin.action(description="撤回（填原因）", permissions=["change"])
def withdraw(
    model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Article]
) -> None:
    _decide(request, queryset, withdraw_article, "撤回")


@admin.action(description="改回草稿", permissions=["change"])
def back_to_draft(
    model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Article]
) -> None:
    _decide(request, queryset, return_article_to_draft, "改回草稿")


@admin.action(description="建议全部采用", permissions=["change"])
def accept_proposals(
    model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Article]
) -> None:
    accepted = sum(
        accept_all(article, cast("User", request.user))
        for article in _list_selected(request, queryset)
    )
    messages.success(request, f"已采用 {accepted} 条建议。" if accepted else "没有待核对的建议。")


ACTIONS = (publish, schedule, withdraw, back_to_draft, accept_proposals)


def _list_selected(request: HttpRequest, queryset: QuerySet[Article]) -> list[Article]:
    chosen = list(queryset[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE:
        messages.error(request, f"一次最多选 {MOST_AT_ONCE} 篇。")
        return []
    return chosen


def _read_form(request: HttpRequest) -> dict[str, Any]:
    form = DecisionForm(request.POST)
    form.fields["action"].required = False
    form.is_valid()
    return form.cleaned_data


def _decide(request, queryset, move, word, holds="", **kwargs):
    why, moved = _read_form(request).get("reason", ""), 0
    for article in _list_selected(request, queryset):
        if holds and is_held(article):
            _say_held(request, article, holds, kwargs.get("at"))
        elif run_article_move(request, move, article, why=why, **kwargs):
            moved += 1
    if moved:
        messages.success(request, f"已{word} {moved} 篇。")


def run_article_move(
    request: HttpRequest, move: Callable[..., Article], article: Article, **kwargs: Any
) -> bool:
    """Make one move and return True; show why not if it is refused."""
    try:
        move(article.pk, who=request.user, **kwargs)
    except ArticleMoveRefused as refused:
        messages.error(request, str(refused))
        return False
    except Article.DoesNotExist:
        messages.error(request, f"《{article.title}》已经不在了。")
        return False
    return True


def _say_held(request, article, then, at):
    words = '《{}》可能已经发过，还没有发布。<a href="{}">对照一下再决定</a>'
    messages.warning(request, format_html(words, article.title, held_address(article, then, at)))


def held_address(article: Article, then: str, at: datetime | None) -> str:
    query = {"then": then} | ({"at": at.isoformat()} if at else {})
    return build_article_admin_url("doubles", article, **query)


# Buttons of the form: the form is saved first.


def after_saving(request: HttpRequest, article: Article) -> HttpResponse | None:
    """Return the response of the button that was pressed, or None for the save buttons."""
    for name, act in _BUTTONS.items():
        if name in request.POST:
            return act(request, article) or HttpResponseRedirect(
                build_article_admin_url("change", article)
            )
    return None


def _publish(request, article):
    if is_held(article):
        return HttpResponseRedirect(held_address(article, "publish", None))
    if article.status == ArticleStatus.PUBLISHED:  # pressed twice
        messages.info(request, "这篇已经发布了。")
        return None
    if run_article_move(request, publish_article, article):
        messages.success(request, format_html("已发布：{}", _link(article)))
    return None


def _schedule(request, article):
    at = article.answers["move_at"]
    if is_held(article):
        return HttpResponseRedirect(held_address(article, "schedule", at))
    if run_article_move(request, schedule_article, article, at=at):
        messages.success(request, f"将在 {localtime(at):%Y-%m-%d %H:%M} 自动发布。")
    return None


def _withdraw(request, article):
    if run_article_move(request, withdraw_article, article, why=article.answers["move_reason"]):
        messages.success(request, "已撤回，原来的网址只说明文章撤回了。")


def _back_to_draft(request, article):
    if run_article_move(request, return_article_to_draft, article):
        messages.success(request, "已改回草稿。")


def _preview(request, article):
    return HttpResponseRedirect(build_article_admin_url("preview", article))


def _propose(request, article):
    proposals = create_proposals(article, apply=False)
    messages.success(
        request, f"找到 {len(proposals)} 条新的建议。" if proposals else "没有新的建议。"
    )


def _accept_all(request, article):
    messages.success(request, f"已采用 {accept_all(article, cast('User', request.user))} 条建议。")


def _build_proposal_button(
    decide: Callable[[Proposal, User], None], word: str
) -> Callable[[HttpRequest, Article], None]:
    def act(request: HttpRequest, article: Article) -> None:
        number = request.POST.get("_accept") or request.POST.get("_refuse") or ""
        row = article.proposals.filter(
            pk=parse_row_id(number) or 0, state=Proposal.State.OPEN
        ).first()
        if row is None:
            messages.warning(request, "这条建议已经处理过了。")
            return
        decide(row, cast("User", request.user))
        messages.success(request, f"{word}：{row.get_what_display()}「{format_proposal(row)}」。")

    return act


_BUTTONS: dict[str, Callable[[HttpRequest, Article], HttpResponse | None]] = {
    "_publish": _publish,
    "_schedule": _schedule,
    "_withdraw": _withdraw,
    "_back_to_draft": _back_to_draft,
    "_preview": _preview,
    "_propose": _propose,
    "_accept_all": _accept_all,
    "_accept": _build_proposal_button(accept_proposal, "已采用"),
    "_refuse": _build_proposal_button(reject_proposal, "不采用"),
}


def _link(article):
    return format_html('<a href="{}">{}</a>', article.get_absolute_url(), article.title)


def accept_all(article: Article, who: User) -> int:
    """Accept every open proposal; return how many. One may include others."""
    accepted = 0
    while row := article.proposals.filter(state=Proposal.State.OPEN).first():
        before = article.proposals.filter(state=Proposal.State.OPEN).count()
        accept_proposal(row, who)
        accepted += before - article.proposals.filter(state=Proposal.State.OPEN).count()
    return accepted


def format_proposal(proposal: Proposal) -> str:
    """Return the proposed value in words."""
    what = Proposal.What
    labels: dict[str, dict[str, str]] = {
        what.KIND: dict(ArticleKind.choices),
        what.FRAUD_TYPE: dict(list_fraud_type_choices()),
        what.LEVEL: dict(AlertLevel.choices),
    }
    if proposal.what == what.PLACE:
        around = get_region_ancestors(get_region(int(proposal.value)))
        return " ".join(place.short_name for place in reversed(around))
    return labels.get(proposal.what, {}).get(proposal.value, proposal.value)
