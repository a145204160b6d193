"""Writing and deciding on articles; every change of status calls its transition."""

from django.contrib import admin, messages
from django.db.models import Exists, F, OuterRef
from django.urls import path
from django.utils.html import format_html
from django.utils.timezone import localtime

from accounts.admin.account_admin import ReadOnlyInline
from cities.directory.regions import get_region
from news.admin.article_actions import ACTIONS, after_saving
from news.admin.edit_conflicts import APART
from news.admin.forms import ArticleForm, DecisionForm
from news.admin.views import (
    beside_form,
    preview_article,
    show_near_duplicates,
    upload_article_picture,
)
from news.analysis.proposals import create_proposals, settle_with
from news.articles.article_places import set_places
from news.articles.transitions import record_article_edit
from news.choices import ArticleStatus
from news.models import Article, ArticleEvent, ArticleSource, Proposal, Source, Tag
from sitekit.forms.autocomplete import SoundAutocomplete

MAX_PLACES, MAX_NAME = 4, 10


class OtherSourceInline(ReadOnlyInline):
    model = ArticleSource
    fields = readonly_fields = ("source", "title", "url", "date", "author", "created_at")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("source")


class EventInline(ReadOnlyInline):
    model = ArticleEvent
    fields = readonly_fields = ("at", "who", "what", "why", "before", "after")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("who")


class ProposalFilter(admin.SimpleListFilter):
    title = "自动建议"
    parameter_name = "proposals"

    def lookups(self, request, model_admin):
        return [("open", "有待核对的建议")]

    def queryset(self, request, queryset):
        if self.value() != "open":
            return queryset
        rows = Proposal.objects.filter(article=OuterRef("pk"), state=Proposal.State.OPEN)
        return queryset.filter(Exists(rows))


class SourceKindFilter(admin.ChoicesFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = "来源类别"


@admin.register(Article)
class ArticleAdmin(SoundAutocomplete, admin.ModelAdmin):
    form = ArticleForm
    change_form_template = "news/admin/article_form.html"
    action_form = DecisionForm
    actions = ACTIONS
    inlines = (OtherSourceInline, EventInline)
    list_display = (
        *("title", "status", "kind", "warning", "place_names"),
        *("published", "reads", "whence"),
    )
    list_filter = (
        *("status", ProposalFilter, "kind", "alert_level"),
        ("source__kind", SourceKindFilter),
        *("published_at", "fraud_type"),
    )
    list_select_related = ("source",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("title", "source__name", "tags__name", "=pk")
    search_help_text = "按标题、来源、标签或编号找"
    autocomplete_fields = ("source", "tags")
    readonly_fields = ("status", "published_at", "withdrawn_reason", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("kind", "title", "body")}),
        ("图片", {"fields": ("hero", "hero_caption")}),
        ("归类", {"fields": ("named_places", "tags")}),
        ("预警", {"fields": (("fraud_type", "alert_level", "alert_until"),)}),
        ("来源", {"fields": ("source", "source_url", ("source_date", "author"))}),
        (
            "状态",
            {
                "fields": (
                    ("status", "published_at"),
                    "withdrawn_reason",
                    ("created_at", "updated_at"),
                )
            },
        ),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).with_places().annotate(read=F("views__count"))

    def get_fieldsets(self, request, obj=None):
        """A new one has no state yet; only a withdrawn one has a reason for it."""
        if obj is None:
            return self.fieldsets[:-1]
        if obj.withdrawn_reason:
            return self.fieldsets
        moments = (("status", "published_at"), ("created_at", "updated_at"))
        return (*self.fieldsets[:-1], ("状态", {"fields": moments}))

    def get_inlines(self, request, obj):
        if obj is None:
            return ()
        return [one for one in self.inlines if one.model.objects.filter(article=obj).exists()]

    @admin.display(description="涉及地区")
    def place_names(self, article):
        found = (get_region(code) for code in article.place_codes[:MAX_PLACES])
        return "、".join(place.short_name for place in found if place) or "全国"

    @admin.display(description="涉及地区")
    def named_places(self, article):
        """For those who may only look."""
        return self.place_names(article)

    @admin.display(description="骗局", ordering="fraud_type")
    def warning(self, article):
        parts = (article.get_alert_level_display(), article.get_fraud_type_display())
        return " · ".join(part for part in parts if part)

    @admin.display(description="发布", ordering="published_at")
    def published(self, article):
        return article.published_at and localtime(article.published_at).date().isoformat()

    @admin.display(description="来源", ordering="source__name")
    def whence(self, article):
        """On one line: a column of Chinese would else be squeezed to one character's width."""
        name = article.source.name if article.source else ""
        short = name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"
        return name and format_html('<span class="nowrap" title="{}">{}</span>', name, short)

    @admin.display(description="阅读", ordering="read")
    def reads(self, article):
        return article.read or 0

    def view_on_site(self, article):
        return article.get_absolute_url() if article.is_public else None

    def get_urls(self):
        own = [
            ("picture/", upload_article_picture, "picture"),
            ("<int:pk>/preview/", preview_article, "preview"),
            ("<int:pk>/doubles/", show_near_duplicates, "doubles"),
        ]
        return [
            *(
                path(
                    route,
                    self.admin_site.admin_view(view),
                    {"model_admin": self},
                    name=f"news_article_{name}",
                )
                for route, view, name in own
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None and self.has_change_permission(request, obj):
            context |= beside_form(obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        """Only what this editor changed is written: a move made meanwhile stays."""
        if not change:
            obj.save()
        elif form.changed_names:
            names = {*form.changed_names} - APART
            if names & {"title", "body"}:
                names |= {"title", "body"}
            obj.save(update_fields=[*names, "updated_at"])

    def save_related(self, request, form, formsets, change):
        article, changed = form.instance, form.changed_names
        article.answers = form.cleaned_data  # for the button that was pressed
        super().save_related(request, form, formsets, change)
        set_places(article, form.cleaned_data["named_places"])
        settle_with(article, request.user)
        if article.status != ArticleStatus.DRAFT:
            if changed:
                named = "、".join(str(form.fields[name].label) for name in changed)
                record_article_edit(article, request.user, f"改了：{named}")
        elif {"title", "body"} & {*changed}:
            found = create_proposals(article, apply=False)
            if found and "_propose" not in request.POST:
                messages.info(request, f"程序从文中找到 {len(found)} 条建议，请核对。")

    def construct_change_message(self, request, form, formsets, add=False):
        """What really changed: a browser sends line ends of its own."""
        if add or not form.changed_names:
            return super().construct_change_message(request, form, formsets, add)
        return [{"changed": {"fields": [str(form.fields[n].label) for n in form.changed_names]}}]

    def response_add(self, request, obj, post_url_continue=None):
        return after_saving(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return after_saving(request, obj) or super().response_change(request, obj)

    def has_delete_permission(self, request, obj=None):
        """A draft nobody has seen may go; anything with a history stays."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not obj.events.exists()


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ("name", "kind")
    list_filter = ("kind",)
    search_fields = ("name",)


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    search_fields = ("name",)
