from typing import Any

from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timezone import localtime

from accounts.admin.recorded_edits import RecordedEditForm, RecordedEdits
from accounts.staff.scoped_admin import PlacedRows, PlaceScopeForm
from jobsite.announcements.shown_announcements import MAX_SHOWN, list_shown_numbers
from jobsite.models import Announcement
from sitekit.forms.autocomplete import SoundAutocomplete


def _list_shown_once(request: HttpRequest) -> list[int]:
    """Ask once a request: Django builds the rows of a list twice, and the filter needs the numbers, too."""
    request_values = vars(request)
    if "shown_announcements" not in request_values:
        request_values["shown_announcements"] = list_shown_numbers()
    return request_values["shown_announcements"]


class InForce(admin.SimpleListFilter):
    title = "是否在显示"
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("now", "正在显示"),
            ("crowded", "没排上"),
            ("later", "还没到时间"),
            ("over", "已经结束"),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Announcement]
    ) -> QuerySet[Announcement]:
        now = timezone.now()
        in_force = queryset.filter(starts_at__lte=now, ends_at__gt=now)
        if self.value() == "now":
            return in_force.filter(pk__in=_list_shown_once(request))
        if self.value() == "crowded":
            return in_force.exclude(pk__in=_list_shown_once(request))
        if self.value() == "later":
            return queryset.filter(starts_at__gt=now)
        return queryset.filter(ends_at__lte=now) if self.value() == "over" else queryset


class AnnouncementForm(PlaceScopeForm, RecordedEditForm):
    pass


@admin.register(Announcement)
class AnnouncementAdmin(PlacedRows, SoundAutocomplete, RecordedEdits):
    form = AnnouncementForm
    empty_words = "还没有公告。有停机、放假或新规则要告诉大家时，在上面添加。"
    public_words = ("text", "url")
    unscreened = ("url",)
    fields = ("text", "url", "level", "place", "starts_at", "ends_at")
    list_display = ("text", "level", "where", "period", "state")
    list_filter = (InForce, "level")
    list_select_related = ("place",)
    search_fields = ("text", "place__name")
    autocomplete_fields = ("place",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        shown = _list_shown_once(request)
        is_among_first = Case(When(pk__in=shown, then=True), default=False)
        return super().get_queryset(request).annotate(is_among_first=is_among_first)

    @admin.display(description="地区", ordering="place")
    def where(self, row: Announcement) -> str:
        return row.place.name if row.place else "全国"

    @admin.display(description="从…到…", ordering="starts_at")
    def period(self, row: Announcement) -> str:
        start, end = (f"{localtime(moment):%m-%d %H:%M}" for moment in (row.starts_at, row.ends_at))
        return f"{start} 到 {end}"

    @admin.display(description="现在")
    def state(self, row: Any) -> str:
        now = timezone.now()
        if row.ends_at <= now:
            return "已经结束"
        if row.starts_at > now:
            return "还没到时间"
        return "正在显示" if row.is_among_first else f"没排上：一页只显示 {MAX_SHOWN} 条"
