"""Admin pages of articles besides list and form: preview, near duplicates, upload of pictures."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html

from accounts.models import SignedInRequest
from cities.directory.regions import get_region, get_region_by_slug
from news.admin.article_actions import (
    build_article_admin_url,
    describe_unwritten_places,
    find_earlier_tellings,
    run_article_move,
)
from news.analysis.proposals import format_proposal
from news.articles.transitions import publish_article, schedule_article
from news.choices import ArticleStatus
from news.imports.merge_duplicates import MergeRefused, merge_into_article
from news.models import Article, Proposal
from news.pages.article_views import draw_article, select_page_columns
from news.pages.threatened_work import WORK_FINDER
from sitekit.images.pictures import ImageRefused, create_picture, list_picture_sources
from sitekit.web.pages import page

NOT_THERE = "没有这篇文章。"


def build_form_extras(article: Article) -> dict[str, Any]:
    """Return what the form shows besides its fields: proposals and articles of the same story."""
    rows = list(article.proposals.filter(state=Proposal.State.OPEN))
    for row in rows:
        row.shown = format_proposal(row)
    is_draft = article.status == ArticleStatus.DRAFT
    return {
        "proposals": rows,
        "same_stories": find_earlier_tellings(article) if is_draft else [],
        "preview_address": build_article_admin_url("preview", article),
        "doubles_address": build_article_admin_url("doubles", article),
        "is_due": article.is_due,
    }


@page(takes="read")
def preview_article(request: HttpRequest, pk: int, model_admin: admin.ModelAdmin) -> HttpResponse:
    """Show the page as readers will see it, in any status; no read is counted."""
    article = _get_article(select_page_columns(Article.objects.all()), pk)
    if not model_admin.has_view_permission(request, article):
        raise PermissionDenied
    city = get_region_by_slug(request.GET.get("city", ""))
    if city and request.resolver_match:
        # The layout reads the city from the resolver match.
        request.resolver_match.kwargs["city"] = city
    article.published_at = article.published_at or timezone.now()
    places = [get_region(code) for code in article.place_codes]
    drawn = draw_article(request, article, city)
    context = {
        "article": drawn,
        "work": WORK_FINDER.find(request, drawn.scheme, city),
        "status": article.get_status_display(),
        "canonical": "",
        "change_address": build_article_admin_url("change", article),
        "here": reverse("admin:news_article_preview", args=[pk]),
        "seen_from": [place for place in places if place and place != city],
    }
    return render(request, "news/admin/preview.html", context)


@page(takes="form")
def show_near_duplicates(
    request: SignedInRequest, pk: int, model_admin: admin.ModelAdmin
) -> HttpResponse:
    """Show a draft beside articles of the same story. The editor publishes it, or merges it into one of them. An
    alert for the whole country whose text names places is published only if the editor ticks that this is meant."""
    article = Article.objects.with_places().select_related("source").filter(pk=pk).first()
    if article is None and request.method == "POST" and model_admin.has_change_permission(request):
        return _leave_missing_article(request)
    if article is None:
        raise Http404(NOT_THERE)
    if not model_admin.has_change_permission(request, article):
        raise PermissionDenied
    same_stories = find_earlier_tellings(article)
    then, at = _read_intention(request)
    if request.method == "POST" and "fold" in request.POST:
        editable_stories = [
            story for story in same_stories if model_admin.has_change_permission(request, story)
        ]
        return _merge_into_chosen_article(request, article, editable_stories)
    unwritten_places = describe_unwritten_places(article)
    answers = request.POST if request.method == "POST" else request.GET
    is_national = "is_national" in answers
    is_refused = request.method == "POST" and bool(unwritten_places) and not is_national
    if request.method == "POST" and not is_refused:
        return _publish_or_schedule(request, article, then, at)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "可能已经发过",
        "opts": model_admin.opts,
        "article": article,
        "found": same_stories,
        "then": then,
        "at": at,
        "change_address": build_article_admin_url("change", article),
        "may_fold": article.status == ArticleStatus.DRAFT,
        "unwritten_places": unwritten_places,
        "is_national": is_national,
        "is_refused": is_refused,
    }
    status = 422 if is_refused else 200
    return TemplateResponse(request, "news/admin/near_duplicates.html", context, status=status)


def _read_intention(request: HttpRequest) -> tuple[str, datetime | None]:
    """Return ("publish", None), or ("schedule", its moment)."""
    query = request.POST if request.method == "POST" else request.GET
    try:
        at = parse_datetime(query.get("at", ""))
    except ValueError:
        at = None
    if query.get("then") == "schedule" and at is not None and timezone.is_aware(at):
        return "schedule", at
    return "publish", None


def _publish_or_schedule(
    request: HttpRequest, article: Article, then: str, at: datetime | None
) -> HttpResponse:
    if then == "schedule":
        if run_article_move(request, schedule_article, article, at=at):
            messages.success(request, "已定时。")
    elif run_article_move(request, publish_article, article):
        messages.success(request, "已发布。")
    return HttpResponseRedirect(build_article_admin_url("change", article))


def _merge_into_chosen_article(
    request: SignedInRequest, article: Article, same_stories: list[Article]
) -> HttpResponse:
    into = next((story for story in same_stories if str(story.pk) == request.POST["fold"]), None)
    if into is None:
        messages.error(request, "没有并入：那篇文章变了，或者不归你改。")
        return HttpResponseRedirect(build_article_admin_url("change", article))
    try:
        is_gone = merge_into_article(article, into, request.user)
    except Article.DoesNotExist:  # pressed twice
        return _leave_missing_article(request)
    except MergeRefused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(build_article_admin_url("doubles", article))
    note = "" if is_gone else "这一篇有发布记录，仍留作草稿。"
    where = "，来源记在它名下。" if article.source_id or article.source_url else "。"
    words = '已并入<a href="{}">《{}》</a>{}{}'
    into_address = build_article_admin_url("change", into)
    messages.success(request, format_html(words, into_address, into.title, where, note))
    return HttpResponseRedirect(reverse("admin:news_article_changelist"))


def _leave_missing_article(request: HttpRequest) -> HttpResponse:
    messages.info(request, "这一篇已经不在了，可能刚并入了别的文章。")
    return HttpResponseRedirect(reverse("admin:news_article_changelist"))


@page(takes="post")
def upload_article_picture(request: HttpRequest, model_admin: admin.ModelAdmin) -> HttpResponse:
    """Store a picture for the text; the response has its address for the editor."""
    if not (model_admin.has_change_permission(request) or model_admin.has_add_permission(request)):
        raise PermissionDenied
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"error": "没有收到图片。"}, status=400)
    try:
        picture = create_picture(file)
    except ImageRefused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    return JsonResponse({"src": list_picture_sources(picture)["src"]})


def _get_article(articles: QuerySet[Article], pk: int) -> Article:
    article = articles.filter(pk=pk).first()
    if article is None:
        raise Http404(NOT_THERE)
    return article
