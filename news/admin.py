"""Writing and deciding on articles; every change of status calls its transition."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.widgets import AutocompleteSelectMultiple

from cities import directory
from cities.models import Region
from news import body as article_body
from news import transitions
from news.models import Article, ArticleEvent, Source, Tag
from news.places import set_places


class ArticleForm(forms.ModelForm):
    named_places = forms.ModelMultipleChoiceField(
        Region.objects.filter(successor=None),
        required=False,
        label="涉及地区",
        help_text="写最具体的；上级地区会自动带上。全国性的不填。",
        widget=AutocompleteSelectMultiple(Article._meta.get_field("regions"), admin.site),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            places = self.instance.places.filter(named=True)
            self.initial["named_places"] = list(places.values_list("region_id", flat=True))

    def clean_body(self):
        body = article_body.clean(self.cleaned_data["body"])
        if not article_body.plain(body):
            raise forms.ValidationError("正文清理之后是空的。")
        return body


class DecisionForm(ActionForm):
    reason = forms.CharField(label="原因（撤回必填）", required=False, max_length=200)
    at = forms.DateTimeField(
        label="定时到",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


class EventInline(admin.TabularInline):
    model = ArticleEvent
    fields = readonly_fields = ("at", "who", "what", "why", "before", "after")
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("who")

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    form = ArticleForm
    action_form = DecisionForm
    actions = ("publish", "schedule", "withdraw", "back_to_draft")
    inlines = (EventInline,)
    list_display = (
        *("title", "status", "kind", "fraud_type", "alert_level"),
        *("source", "place_names", "published_at"),
    )
    list_filter = ("status", "kind", "alert_level", "source__kind", "fraud_type")
    list_select_related = ("source",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("title", "source__name", "tags__name")
    autocomplete_fields = ("source", "tags")
    readonly_fields = ("status", "published_at", "withdrawn_reason", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("kind", "title", "body", "named_places", "tags")}),
        ("预警", {"fields": ("fraud_type", "alert_level", "alert_until")}),
        ("来源", {"fields": ("source", "source_url", "source_date", "author")}),
        ("状态", {"fields": readonly_fields}),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).with_places()

    @admin.display(description="涉及地区")
    def place_names(self, article):
        found = (directory.get(code) for code in article.place_codes[:4])
        return "、".join(place.short_name for place in found if place) or "全国"

    def view_on_site(self, article):
        return article.get_absolute_url() if article.is_public else None

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        set_places(form.instance, form.cleaned_data["named_places"])

    def has_delete_permission(self, request, obj=None):
        """A draft nobody has seen may go; anything with a history stays."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and obj is not None and not obj.events.exists()

    @admin.action(description="发布", permissions=["change"])
    def publish(self, request, queryset):
        self._decide(request, queryset, transitions.publish, "发布")

    @admin.action(description="定时发布（填时间）", permissions=["change"])
    def schedule(self, request, queryset):
        at = self._answers(request).get("at")
        if not at:
            self.message_user(request, "定时发布要填「定时到」。", messages.ERROR)
            return
        self._decide(request, queryset, transitions.schedule, "定时", at=at)

    @admin.action(description="撤回（填原因）", permissions=["change"])
    def withdraw(self, request, queryset):
        self._decide(request, queryset, transitions.withdraw, "撤回")

    @admin.action(description="改回草稿", permissions=["change"])
    def back_to_draft(self, request, queryset):
        self._decide(request, queryset, transitions.back_to_draft, "改回草稿")

    def _answers(self, request):
        form = DecisionForm(request.POST)
        form.fields["action"].required = False
        form.is_valid()
        return form.cleaned_data

    def _decide(self, request, queryset, move, word, **kwargs):
        why, done = self._answers(request).get("reason", ""), 0
        for number in queryset.values_list("pk", flat=True):
            try:
                move(number, why=why, who=request.user, **kwargs)
                done += 1
            except transitions.MoveRefused as refused:
                self.message_user(request, str(refused), messages.ERROR)
        if done:
            self.message_user(request, f"已{word} {done} 篇。", messages.SUCCESS)


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ("name", "kind")
    list_filter = ("kind",)
    search_fields = ("name",)


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    search_fields = ("name",)
