"""The page of the editors: articles on which a report was upheld."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from accounts.models import SignedInRequest
from accounts.staff.scope import get_staff_scope
from accounts.staff.staff_pages import render_staff_page, staff_page
from news.articles.transitions import record_article_edit
from news.models import Article
from safety.case_queues.moderators import is_moderator
from safety.moderation.desk_layout import render_desk_page
from safety.reports.article_work import is_editor, list_article_work, list_reports_to_follow
from sitekit.forms.fields import WordsField

PAGE = "article_reports"


class KeepForm(forms.Form):
    why = WordsField(
        label="为什么不用改",
        max_length=150,
        error_messages={"required": "写一句为什么不用改，文章的经过里看得到。"},
    )


@staff_page(takes="read", may=is_editor)
def show_article_reports(request: SignedInRequest) -> TemplateResponse:
    return _render_work(request)


@staff_page(takes="post", may=is_editor)
def keep_reported_article(request: SignedInRequest, pk: int) -> HttpResponse:
    """Note in the history of the article that an editor looked at it and leaves it as it is."""
    reported = list_reports_to_follow(get_staff_scope(request.user)).values("article")
    article = get_object_or_404(Article.objects.filter(pk__in=reported), pk=pk)
    form = KeepForm(request.POST)
    if not form.is_valid():
        return _render_work(request, 422, form=form, form_of=pk)
    why = f"举报属实，看过，不用改：{form.cleaned_data['why']}"
    record_article_edit(article, request.user, why)
    messages.success(request, f"《{article.title}》：已记下不用改的原因。")
    return redirect(PAGE)


def _render_work(
    request: SignedInRequest, status: int = 200, **page_context: Any
) -> TemplateResponse:
    """Render the page; editors who are also moderators see it beside their queues."""
    template, title = "safety/reports/article_reports.html", "被举报的文章"
    context: dict[str, Any] = {
        "work": list_article_work(get_staff_scope(request.user)),
        **page_context,
    }
    if is_moderator(request.user):
        return render_desk_page(request, template, PAGE, title, status, **context)
    return render_staff_page(request, template, title, status, queue=PAGE, **context)
