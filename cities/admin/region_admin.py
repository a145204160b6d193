from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from cities.directory.form_fields import format_full_name
from cities.directory.regions import get_current_region
from cities.models import Region
from sitekit.forms.admin_permissions import ReadOnlyRows


class InUse(admin.SimpleListFilter):
    title = "是否在用"
    parameter_name = "in_use"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", "在用"), ("no", "旧名")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Region]) -> QuerySet[Region]:
        if self.value() is None:
            return queryset
        return queryset.filter(successor__isnull=self.value() == "yes")


@admin.register(Region)
class RegionAdmin(ReadOnlyRows, admin.ModelAdmin):
    """Read only: the table is loaded from a file and cached in memory."""

    is_for_all_staff = True  # in fields that look up a place
    list_display = ("adcode", "name", "level", "parent", "slug", "pinyin", "hot_rank", "successor")
    list_filter = ("level", InUse, ("hot_rank", admin.EmptyFieldListFilter), "own_code")
    list_select_related = ("parent", "successor")
    search_fields = ("=adcode", "name", "short_name", "slug", "pinyin", "initials", "hot_name")
    search_help_text = "代码、名称、拼音或首字母"
    ordering = ("adcode",)
    show_full_result_count = False

    def format_lookup_label(self, region: Region) -> str:
        """Two districts are called 朝阳区, four 鼓楼区: only the province and the city tell them apart."""
        full_name = format_full_name(get_current_region(region))
        return f"{region.name}（旧名，现在是{full_name}）" if region.successor_id else full_name
