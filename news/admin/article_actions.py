"""Decisions about articles: the actions of the list and the buttons of the form."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime

from accounts.models import SignedInRequest, User
from news.admin.forms import DecisionForm, find_places_in_text
from news.admin.kept_actions import KeptActions
from news.analysis.near_duplicates import find_same_story
from news.analysis.proposals import (
    ProposalRefused,
    accept_proposal,
    create_proposals,
    format_proposal,
    reject_proposal,
)
from news.articles.transitions import (
    ArticleMoveRefused,
    publish_article,
    return_article_to_draft,
    schedule_article,
    withdraw_article,
)
from news.choices import ArticleKind, ArticleStatus
from news.models import Article, Proposal
from sitekit.web.pages import show_refusal
from sitekit.web.row_ids import parse_row_id

MAX_AT_ONCE = 200
SHOWN_DOUBLES = 5


def build_article_admin_url(name: str, article: Article, **query: str) -> str:
    return reverse(f"admin:news_article_{name}", args=[article.pk], query=query or None)


def find_earlier_tellings(article: Article) -> list[Article]:
    """Return the articles that tell the same story and are no drafts."""
    others = Article.objects.exclude(status=ArticleStatus.DRAFT).select_related("source")
    return find_same_story(article, among=others, limit=SHOWN_DOUBLES)


def needs_comparison(article: Article) -> bool:
    """Whether it is a draft that repeats a story: an editor has to compare them first."""
    return article.status == ArticleStatus.DRAFT and bool(find_earlier_tellings(article))


def describe_unwritten_places(article: Article) -> str:
    """Return the places that the text of an alert names although the article has none. Such an alert would be shown
    everywhere, so the form asks before it is published. Needs `place_codes`."""
    if article.kind != ArticleKind.ALERT or article.is_public or article.place_codes:
        return ""
    return "、".join(place.name for place in find_places_in_text(article.title, article.body))


# Actions of the list.


def _build_move_action(
    name: str, description: str, word: str, move: Callable[..., Article]
) -> Callable[..., HttpResponse | None]:
    """Return an action that makes the move with each selected article; `name` is what forms send. Where one is refused
    the list is shown again, with the refused ones ticked."""
    publishes = name in ("publish", "schedule")

    @admin.action(description=description, permissions=["change"])
    def make_move(
        model_admin: KeptActions, request: SignedInRequest, queryset: QuerySet[Article]
    ) -> HttpResponse | None:
        answers = _read_form(request)
        articles = _list_selected(request, queryset)
        moment: dict[str, Any] = {"at": answers.get("at")} if name == "schedule" else {}
        if None in moment.values():
            messages.error(request, "定时发布要填「定时到」。")
            return model_admin.show_list_again(request, {article.pk for article in articles})
        moved, refused = 0, set()
        for article in articles:
            if publishes and (places := describe_unwritten_places(article)):
                address = build_article_admin_url("change", article)
                words = '《{}》写到{}，没有填涉及地区，会发给全国，所以还没有发布。<a href="{}">打开核对</a>'
                messages.warning(request, format_html(words, article.title, places, address))
            elif publishes and needs_comparison(article):
                address = build_comparison_url(article, name, **moment)
                words = '《{}》可能已经发过，还没有发布。<a href="{}">对照一下再决定</a>'
                messages.warning(request, format_html(words, article.title, address))
            else:
                reason = answers.get("reason", "")
                is_moved = run_article_move(request, move, article, reason=reason, **moment)
                moved += is_moved
                refused |= set() if is_moved else {article.pk}
        if moved:
            messages.success(request, f"已{word} {moved} 篇。")
        return model_admin.show_list_again(request, refused) if refused else None

    make_move.__name__ = name
    return make_move


@admin.action(description="建议全部采用", permissions=["change"])
def accept_proposals(
    model_admin: admin.ModelAdmin, request: SignedInRequest, queryset: QuerySet[Article]
) -> None:
    articles = _list_selected(request, queryset)
    accepted, refusals = 0, []
    for article in articles:
        try:
            accepted += accept_open_proposals(article, request.user)
        except ProposalRefused as refused:
            refusals.append(f"《{article.title}》的建议没有采用：{refused}")
    for words in refusals:
        messages.warning(request, words)
    if accepted or not refusals:
        messages.success(
            request, f"已采用 {accepted} 条建议。" if accepted else "没有待核对的建议。"
        )


ACTIONS: tuple[Callable[..., HttpResponse | None], ...] = (
    _build_move_action("publish", "发布", "发布", publish_article),
    _build_move_action("schedule", "定时发布（填时间）", "定时", schedule_article),
    _build_move_action("withdraw", "撤回（填原因）", "撤回", withdraw_article),
    _build_move_action("back_to_draft", "改回草稿", "改回草稿", return_article_to_draft),
    accept_proposals,
)


def _list_selected(request: HttpRequest, queryset: QuerySet[Article]) -> list[Article]:
    chosen = list(queryset[: MAX_AT_ONCE + 1])
    if len(chosen) > MAX_AT_ONCE:
        messages.error(request, f"一次最多选 {MAX_AT_ONCE} 篇。")
        return []
    return chosen


def _read_form(request: HttpRequest) -> dict[str, Any]:
    form = DecisionForm(request.POST)
    form.fields["action"].required = False
    form.is_valid()
    return form.cleaned_data


def run_article_move(
    request: HttpRequest, move: Callable[..., Article], article: Article, **kwargs: Any
) -> bool:
    """Make one move and return True; show why not if it is refused."""
    try:
        move(article.pk, actor=request.user, **kwargs)
    except ArticleMoveRefused as refused:
        messages.error(request, str(refused))
        return False
    except Article.DoesNotExist:
        messages.error(request, f"《{article.title}》已经不在了。")
        return False
    return True


def build_comparison_url(
    article: Article, then: str, at: datetime | None = None, *, is_national: bool = False
) -> str:
    """Return the address of the comparison page. `is_national`: the editor confirmed that the alert is for the whole
    country."""
    query = {"then": then} | ({"at": at.isoformat()} if at else {})
    query |= {"is_national": "on"} if is_national else {}
    return build_article_admin_url("doubles", article, **query)


# Buttons of the form: the form is saved first.


def run_pressed_button(request: HttpRequest, article: Article) -> HttpResponse | None:
    """Return the response of the button that was pressed, or None for the save buttons."""
    for name, act in _BUTTONS.items():
        if name in request.POST:
            return act(request, article) or HttpResponseRedirect(
                build_article_admin_url("change", article)
            )
    return None


def _publish_saved_article(request, article):
    if needs_comparison(article):
        is_national = article.answers["is_national"]
        return HttpResponseRedirect(
            build_comparison_url(article, "publish", is_national=is_national)
        )
    if article.status == ArticleStatus.PUBLISHED:  # pressed twice
        messages.info(request, "这篇已经发布了。")
    elif run_article_move(request, publish_article, article):
        link = format_html('<a href="{}">{}</a>', article.get_absolute_url(), article.title)
        messages.success(request, format_html("已发布：{}", link))
    return None


def _schedule_saved_article(request, article):
    at = article.answers["move_at"]
    if needs_comparison(article):
        is_national = article.answers["is_national"]
        return HttpResponseRedirect(
            build_comparison_url(article, "schedule", at, is_national=is_national)
        )
    # The button was pressed twice, or on a page that is out of date.
    if article.status == ArticleStatus.SCHEDULED and not article.is_due:
        moment = f"{localtime(article.published_at):%Y-%m-%d %H:%M}"
        words = f"这篇已经定在 {moment} 发布。要改时间，先按「取消定时，改回草稿」。"
        messages.info(request, words)
    elif run_article_move(request, schedule_article, article, at=at):
        messages.success(request, f"将在 {localtime(at):%Y-%m-%d %H:%M} 自动发布。")
    return None


def _withdraw_saved_article(request, article):
    if article.status == ArticleStatus.WITHDRAWN:
        messages.info(request, "这篇已经撤回了。")
    elif run_article_move(
        request, withdraw_article, article, reason=article.answers["move_reason"]
    ):
        messages.success(request, "已撤回，原来的网址只说明文章撤回了。")


def _return_saved_article_to_draft(request, article):
    if article.status == ArticleStatus.DRAFT:
        messages.info(request, "这篇已经是草稿了。")
    elif run_article_move(request, return_article_to_draft, article):
        messages.success(request, "已改回草稿。")


def _redirect_to_preview(request, article):
    return HttpResponseRedirect(build_article_admin_url("preview", article))


def _create_new_proposals(request, article):
    proposals = create_proposals(article, apply=False)
    messages.success(
        request, f"找到 {len(proposals)} 条新的建议。" if proposals else "没有新的建议。"
    )


def _accept_all_proposals(request, article):
    with show_refusal(request):
        messages.success(request, f"已采用 {accept_open_proposals(article, request.user)} 条建议。")


def _decide_proposal(request: SignedInRequest, article: Article) -> None:
    accepts = "_accept" in request.POST
    row_id = parse_row_id(request.POST["_accept" if accepts else "_refuse"])
    row = article.proposals.filter(pk=row_id or 0, state=Proposal.State.OPEN).first()
    if row is None:
        messages.warning(request, "这条建议已经处理过了。")
        return
    with show_refusal(request):
        (accept_proposal if accepts else reject_proposal)(row, request.user)
        word = "已采用" if accepts else "不采用"
        messages.success(request, f"{word}：{row.get_what_display()}「{format_proposal(row)}」。")


_BUTTONS: dict[str, Callable[[Any, Article], HttpResponse | None]] = {
    "_publish": _publish_saved_article,
    "_schedule": _schedule_saved_article,
    "_withdraw": _withdraw_saved_article,
    "_back_to_draft": _return_saved_article_to_draft,
    "_preview": _redirect_to_preview,
    "_propose": _create_new_proposals,
    "_accept_all": _accept_all_proposals,
    "_accept": _decide_proposal,
    "_refuse": _decide_proposal,
}


@transaction.atomic
def accept_open_proposals(article: Article, editor: User) -> int:
    """Accept every open proposal; return how many. Accepting one may accept others with it. If one is refused, raise
    `ProposalRefused` and accept none."""
    open_rows = article.proposals.filter(state=Proposal.State.OPEN)
    number = open_rows.count()
    while row := open_rows.first():
        accept_proposal(row, editor)
    return number
