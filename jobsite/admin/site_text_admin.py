from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.admin.recorded_edits import RecordedEditForm, RecordedEdits
from sitekit.models import SiteText
from sitekit.site_settings.site_texts import SHIPPED_VERSION, SITE_TEXTS, find_current_version


class SiteTextForm(RecordedEditForm):
    def clean_version(self) -> str:
        version: str = self.cleaned_data["version"]
        if version == SHIPPED_VERSION or version != version.lower():
            self.add_error("version", f"{SHIPPED_VERSION} 是自带的版本，换一个；字母只用小写。")
        return version

    def clean_in_force_since(self) -> Any:
        since = self.cleaned_data["in_force_since"]
        if since < timezone.localdate():
            self.add_error("in_force_since", "不能早于今天：过去的日子已经按原来的版本算了。")
        return since


@admin.register(SiteText)
class SiteTextAdmin(RecordedEdits):
    """A version that counts, or counted, can only be read: a change is a new version."""

    empty_words = "现在用自带的规则和隐私说明。要改，就添加一个新的版本。"
    form = SiteTextForm
    settings = (SITE_TEXTS,)
    public_words = ("body", "summary")
    fields = ("kind", "version", "body", "summary", "in_force_since", "asks_consent")
    list_display = ("kind", "version", "in_force_since", "asks_consent", "state")
    list_display_links = ("version",)
    list_filter = ("kind",)

    def has_change_permission(self, request: HttpRequest, obj: SiteText | None = None) -> bool:
        if obj is not None and obj.pk and obj.in_force_since <= timezone.localdate():
            return False
        return super().has_change_permission(request, obj)

    def view_on_site(self, text: SiteText) -> str:
        return reverse(f"{text.kind}_version", args=[text.version])

    @admin.display(description="现在")
    def state(self, text: SiteText) -> str:
        if text.in_force_since > timezone.localdate():
            return "还没开始"
        return "算数的版本" if text.version == find_current_version(text.kind) else "以前的版本"
