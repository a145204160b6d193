from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.recorded_edits import RecordedEditForm, RecordedEdits
from accounts.staff.scoped_admin import PlacedRows, PlaceScopeForm
from news.models import RelatedPin
from news.related.pins import RELATED_PINS
from sitekit.forms.autocomplete import SoundAutocomplete


class PinForm(PlaceScopeForm, RecordedEditForm):
    pass


@admin.register(RelatedPin)
class RelatedPinAdmin(PlacedRows, SoundAutocomplete, RecordedEdits):
    form = PinForm
    empty_words = "相关内容都由程序排。要让一篇总在前面，或者不出现，在上面添加。"
    settings = (RELATED_PINS,)
    fields = ("article", "effect", "page", "place", "kind", "starts_on", "ends_on")
    list_display = ("article", "effect", "where", "period", "state")
    list_filter = ("effect", "kind")
    search_fields = ("article__title", "page__title")
    autocomplete_fields = ("article", "page", "place")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RelatedPin]:
        return super().get_queryset(request).select_related("article", "page", "place")

    @admin.display(description="在哪里")
    def where(self, pin: RelatedPin) -> str:
        place = pin.place.name if pin.place else "各地"
        kind = pin.get_kind_display() if pin.kind else "各类文章"
        return f"《{pin.page.title[:12]}》旁边，{place}" if pin.page else f"{place}，{kind}"

    @admin.display(description="从…到…", ordering="starts_on")
    def period(self, pin: RelatedPin) -> str:
        return (
            f"{pin.starts_on:%m-%d} 到 {pin.ends_on:%m-%d}"
            if pin.ends_on
            else f"{pin.starts_on:%m-%d} 起"
        )

    @admin.display(description="现在")
    def state(self, pin: RelatedPin) -> str:
        today = timezone.localdate()
        if pin.ends_on and pin.ends_on < today:
            return "已经结束"
        if pin.starts_on > today:
            return "还没到时间"
        is_first = pin.effect == RelatedPin.Effect.FIRST
        return "文章没有公开，不放" if is_first and not pin.article.is_public else "有效"
