from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin.recorded_edits import RecordedEdits
from accounts.staff.scoped_admin import NationalRows
from listings.models import CategorySetting
from listings.search.search_index import SEARCH_ROWS
from listings.vocabulary.age_limits import ADULT_AGE_YEARS, get_minimum_age
from listings.vocabulary.categories import CATEGORIES, CATEGORY_CHANGES
from sitekit.maintenance.backfills import restart_backfill

# What cards and search rows are made of: the worker writes them anew.
_IN_ROWS = {"label", "adults_only"}


@admin.register(CategorySetting)
class CategorySettingAdmin(NationalRows, RecordedEdits):
    """A row for each category that differs from what is shipped."""

    empty_words = "所有类别都按自带的。要改名称、顺序或停用一类，在上面添加。"
    settings = (CATEGORY_CHANGES,)
    public_words = ("label",)
    fields = ("code", "label", "position", "is_hidden", "waits", "adults_only")
    list_display = ("code", "shown", "position", "is_hidden", "waits_now", "age")

    def get_readonly_fields(self, request: HttpRequest, obj: CategorySetting | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "code") if obj else fields

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if _IN_ROWS & set(form.changed_data):
            restart_backfill(SEARCH_ROWS)

    @admin.display(description="页面上叫")
    def shown(self, row: CategorySetting) -> str:
        return row.label or CATEGORIES[row.code].shipped_label

    @admin.display(description="要等审核员", boolean=True)
    def waits_now(self, row: CategorySetting) -> bool:
        return CATEGORIES[row.code].shipped_risk if row.waits is None else row.waits

    @admin.display(description="最低年龄")
    def age(self, row: CategorySetting) -> str:
        age = ADULT_AGE_YEARS if row.adults_only else get_minimum_age("", 0, category=row.code)
        return f"{age} 周岁"
