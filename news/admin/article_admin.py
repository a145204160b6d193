"""Writing and deciding on articles; every change of status calls its transition."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts.admin.account_admin import ReadOnlyInline, render_word_changes
from accounts.admin.second_factor_admin import name_in_chinese
from accounts.admin.site_history import HistoryLine, SiteHistory, describe_status_change
from accounts.admin.staff_edits import SITE_WORDS, ScreenedEdits
from accounts.models import User, describe_word_changes
from accounts.public_text.judgement import OF_MODEL
from accounts.staff.scope import StaffScope
from accounts.staff.scoped_admin import FormInScope, ScopedRows, SharedRows
from cities.directory.regions import get_region
from news.admin.article_actions import ACTIONS, build_article_admin_url, run_pressed_button
from news.admin.edit_conflicts import RELATED_FIELDS
from news.admin.forms import ArticleForm, DecisionForm
from news.admin.kept_actions import KeptActions
from news.admin.second_press import find_article_of_first_press
from news.admin.views import (
    build_form_extras,
    preview_article,
    show_near_duplicates,
    upload_article_picture,
)
from news.analysis.proposals import create_proposals, settle_proposals
from news.articles.article_places import (
    build_article_scope_condition,
    list_also_shown,
    set_places,
)
from news.articles.transitions import date_after_correction, record_article_edit
from news.choices import ArticleStatus
from news.models import Article, ArticleEvent, ArticleSource, Proposal, Source, Tag
from news.models.article import GUIDE_KEY, TEXTS, UNDATED
from news.models.querysets import ArticleQuerySet
from news.pages.article_views import render_body_pictures
from sitekit.forms.autocomplete import SoundAutocomplete

MAX_PLACES, MAX_NAME = 4, 10
_WARNING_WORDS = replace(SITE_WORDS, ignored_signals=(*OF_MODEL, "rule."))


class OtherSourceInline(ReadOnlyInline):
    model = ArticleSource
    fields = readonly_fields = ("source", "title", "url", "date", "author", "created_at")
    select_related = ("source",)


class EventInline(ReadOnlyInline):
    model = ArticleEvent
    fields = readonly_fields = ("at", "who", "what", "why", "before", "after", "words")
    select_related = ("who",)

    @admin.display(description="改了哪些话")
    def words(self, event: ArticleEvent) -> SafeString:
        return render_word_changes(Article, event)


class ProposalFilter(admin.SimpleListFilter):
    title = "自动建议"
    parameter_name = "proposals"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("open", "有待核对的建议")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if self.value() != "open":
            return queryset
        rows = Proposal.objects.filter(article=OuterRef("pk"), state=Proposal.State.OPEN)
        return queryset.filter(Exists(rows))


class NationalFilter(admin.SimpleListFilter):
    """Finds articles that an import took as national because it found no place, and that nobody has edited yet."""

    title = "全国的"
    parameter_name = "national"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("all", "所有全国的"), ("imported", "导入时没认出地区，还没有人改过")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if self.value() not in ("all", "imported"):
            return queryset
        national = queryset.filter(national=True)
        if self.value() == "all":
            return national
        edits = ArticleEvent.objects.filter(
            article=OuterRef("pk"), what=ArticleEvent.What.EDIT, who__isnull=False
        )
        imported = national.filter(import_key__isnull=False)
        return imported.exclude(import_key__startswith=GUIDE_KEY).filter(~Exists(edits))


# The table that Django makes for a field; what is deleted along with an article is named by it.
name_in_chinese(Article.tags.through, "资讯的标签")


class SourceKindFilter(admin.ChoicesFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = "来源类别"


def describe_source_name(article: Article) -> str:
    return article.source.name if article.source else ""


@admin.register(Article)
class ArticleAdmin(
    KeptActions, ScopedRows, FormInScope, SoundAutocomplete, SiteHistory, ScreenedEdits
):
    """A fraud warning quotes the words of swindlers, so after saving only contacts and similar findings are shown."""

    viewer_words = {"body": "shown_body"}
    exported_words = {"whence": describe_source_name}
    form = ArticleForm
    history_inline, history_actor = EventInline, "who"
    public_words = (
        *("title", "seo_title", "summary", "body"),
        *("hero_caption", "author", "source_url"),
    )
    unscreened = ("source_url",)
    judgement_rules = dict.fromkeys(public_words, _WARNING_WORDS)
    needs_tick, keeps_events, merges_edits = False, True, True
    change_form_template = "news/admin/article_form.html"
    action_form = DecisionForm
    actions = ACTIONS
    inlines = (OtherSourceInline, EventInline)
    list_display = (
        *("title", "status", "kind", "warning", "place_names"),
        *("published", "reads", "whence"),
    )
    list_filter = (
        *("status", ProposalFilter, NationalFilter, "kind", "alert_level"),
        ("source__kind", SourceKindFilter),
        *("published_at", "fraud_type"),
    )
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("title", "source__name", "tags__name", "=pk")
    search_help_text = "按标题、来源、标签或编号找"
    autocomplete_fields = ("source", "tags")
    readonly_fields = ("status", "published_at", "withdrawn_reason", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("kind", "title", "summary", "body")}),
        ("图片", {"fields": ("hero", "hero_caption")}),
        ("归类", {"fields": ("named_places", "also_places", "tags")}),
        ("搜索引擎", {"fields": ("seo_title",)}),
        ("预警", {"fields": (("fraud_type", "alert_level", "alert_until"),)}),
        ("来源", {"fields": ("source", "source_url", ("source_date", "author"))}),
    )

    def build_scope_condition(self, request: HttpRequest, scope: StaffScope) -> Q:
        return build_article_scope_condition(scope)

    def get_queryset(self, request: HttpRequest) -> ArticleQuerySet:
        articles = cast("ArticleQuerySet", super().get_queryset(request)).with_places()
        return articles.select_related("source").annotate(read=F("views__count"))

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        """A new article has no state yet; only a withdrawn one has a reason."""
        if obj is None:
            return self.fieldsets
        reason = ["withdrawn_reason"] if obj.withdrawn_reason else []
        state = [("status", "published_at"), *reason, ("created_at", "updated_at")]
        return (*self.fieldsets, ("状态", {"fields": state}))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.request = request
        return form

    def get_inlines(self, request: HttpRequest, obj: Article | None) -> Any:
        return [] if obj is None else _list_filled_inlines(self.inlines, obj)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Article | None:
        article = super().get_object(request, object_id, from_field)
        if article is not None:
            prefetch_related_objects([article], "tags")  # the form and its digests read them
        return article

    def describe_history_event(self, event: ArticleEvent) -> HistoryLine:
        return HistoryLine(
            at=event.at,
            who=str(event.who or "系统"),
            what=event.get_what_display(),
            status=describe_status_change(dict(ArticleStatus.choices), event.before, event.after),
            reason=event.why,
            word_changes=list(describe_word_changes(Article, event.changes)),
        )

    @admin.display(description="正文")
    def shown_body(self, article: Article) -> SafeString:
        """Return the text as readers see it."""
        return format_html('<div class="shown-text">{}</div>', render_body_pictures(article.body))

    @admin.display(description="涉及地区")
    def place_names(self, article: Article) -> str:
        places = (get_region(code) for code in article.place_codes[:MAX_PLACES])
        return "、".join(place.short_name for place in places if place) or "全国"

    named_places = place_names  # the form shows it to users who may not change the article

    @admin.display(description="也在这些城市显示")
    def also_places(self, article: Article) -> str:
        return "、".join(place.short_name for place in list_also_shown(article)) or "-"

    @admin.display(description="骗局", ordering="fraud_type")
    def warning(self, article: Article) -> str:
        parts = (article.get_alert_level_display(), article.get_fraud_type_display())
        return " · ".join(part for part in parts if part)

    @admin.display(description="发布", ordering="published_at")
    def published(self, article: Article) -> str | None:
        at = article.published_at
        if at == UNDATED:
            return "日期不详"
        return localtime(at).date().isoformat() if at else None

    @admin.display(description="来源", ordering="source__name")
    def whence(self, article: Article) -> str:
        """Return the source on one line, because a browser would make a column of Chinese one character wide."""
        name = describe_source_name(article)
        short = name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"
        return name and format_html('<span class="nowrap" title="{}">{}</span>', name, short)

    @admin.display(description="阅读", ordering="read")
    def reads(self, article: Article) -> int:
        return article.read or 0

    def view_on_site(self, article: Article) -> str | None:
        return article.get_absolute_url() if article.is_public else None

    def get_urls(self) -> list[Any]:
        own_views = [
            ("picture/", upload_article_picture, "picture"),
            ("<int:pk>/preview/", preview_article, "preview"),
            ("<int:pk>/doubles/", show_near_duplicates, "doubles"),
        ]
        wrap, options = self.admin_site.admin_view, {"model_admin": self}
        pages = [
            path(route, wrap(view), options, name=f"news_article_{name}")
            for route, view, name in own_views
        ]
        return [*pages, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method != "POST" or not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        with transaction.atomic():
            first = find_article_of_first_press(request, self.get_form(request))
            if first is None:
                return super().add_view(request, form_url, extra_context)
        messages.info(request, "这一篇刚才已经保存了，没有再存一篇。")
        return HttpResponseRedirect(build_article_admin_url("change", first))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Article | None = None,
    ) -> HttpResponse:
        if obj is not None and self.has_change_permission(request, obj):
            context |= build_form_extras(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """Save only the fields that this editor changed, so that a change of status made meanwhile stays."""
        if not change:
            obj.save()
        elif form.changed_names:
            names = {*form.changed_names} - RELATED_FIELDS
            if names & TEXTS:
                names |= TEXTS
            if "source_date" in names and obj.is_public:
                obj.published_at = date_after_correction(obj, form.initial.get("source_date"))
                names.add("published_at")
            obj.save(update_fields=[*names, "updated_at"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        article, changed = form.instance, form.changed_names
        article.answers = form.cleaned_data  # for the button that was pressed
        super().save_related(request, form, formsets, change)
        editor = cast("User", request.user)
        cleaned = form.cleaned_data
        set_places(article, cleaned["named_places"], cleaned["also_places"])
        settle_proposals(article, editor)
        if article.status != ArticleStatus.DRAFT:
            if changed:
                labels = "、".join(str(form.fields[name].label) for name in changed)
                words = form.list_word_changes()
                record_article_edit(article, editor, f"改了：{labels}", words)
        elif {"title", "body"} & {*changed}:
            proposals = create_proposals(article, apply=False)
            if proposals and "_propose" not in request.POST:
                messages.info(request, f"程序从文中找到 {len(proposals)} 条建议，请核对。")

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, dict[str, list[str]]]]:
        """Name only fields that really changed, because browsers change line ends."""
        if add or not form.changed_names:
            return super().construct_change_message(request, form, formsets, add)
        return [{"changed": {"fields": [str(form.fields[n].label) for n in form.changed_names]}}]

    def response_add(
        self, request: HttpRequest, obj: Article, post_url_continue: str | None = None
    ) -> HttpResponse:
        return run_pressed_button(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return run_pressed_button(request, obj) or super().response_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Only a draft without a history may be deleted."""
        allowed = super().has_delete_permission(request, obj)
        return (
            allowed
            and obj is not None
            and EventInline not in _list_filled_inlines(self.inlines, obj)
        )


def _list_filled_inlines(inlines: Iterable[Any], article: Any) -> list[Any]:
    """Return the inlines that have rows. Django asks several times for a page, so the answer is kept on the article."""
    if not hasattr(article, "filled_inlines"):
        rows = [Exists(inline.model.objects.filter(article=OuterRef("pk"))) for inline in inlines]
        filled = Article.objects.filter(pk=article.pk).values_list(*rows).get()
        article.filled_inlines = [
            inline for inline, is_filled in zip(inlines, filled, strict=True) if is_filled
        ]
    return article.filled_inlines


@admin.register(Source)
class SourceAdmin(SharedRows, ScreenedEdits):
    public_words = ("name",)
    fields = ("name", "kind")
    list_display = ("name", "kind")
    list_filter = ("kind",)
    search_fields = ("name",)


@admin.register(Tag)
class TagAdmin(SharedRows, ScreenedEdits):
    public_words = ("name",)
    fields = ("name",)
    search_fields = ("name",)
