from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounts.admin.recorded_edits import RecordedEdits
from accounts.staff.scoped_admin import NationalRows
from news.models import Hotline
from news.pages.hotlines import HOTLINE_CHANGES, SHIPPED_HOTLINES


@admin.register(Hotline)
class HotlineAdmin(NationalRows, RecordedEdits):
    """Has a row for each number that the operator added, or whose shipped words the operator changed."""

    empty_words = "现在只有上面这些自带的号码。"
    settings = (HOTLINE_CHANGES,)
    public_words = ("number", "words", "footer_name")
    unscreened = ("number",)
    fields = ("number", "words", "footer_name", "position", "in_advice", "is_shown")
    list_display = ("number", "words", "footer_name", "position", "in_advice", "is_shown")
    change_list_template = "news/admin/hotlines.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"shipped_hotlines": SHIPPED_HOTLINES.values(), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The number of an existing row cannot be changed; another number needs another row."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "number") if obj else fields
