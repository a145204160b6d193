from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.admin.recorded_edits import RecordedEditForm, RecordedEdits
from accounts.staff.scoped_admin import NationalRows
from jobsite.site_texts.begun_texts import get_current_body
from sitekit.models import SiteText
from sitekit.site_settings.site_texts import (
    SHIPPED_VERSION,
    SITE_TEXTS,
    find_current_version,
    render_body,
)


class SiteTextForm(RecordedEditForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk and "kind" in self.fields:
            add = reverse("admin:sitekit_sitetext_add")
            links = ((add, kind.value, kind.label) for kind in SiteText.Kind)
            self.fields["kind"].help_text = format_html(
                "在现在用的文字上改：{}",
                format_html_join("、", '<a href="{}?kind={}">{}</a>', links),
            )

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
class SiteTextAdmin(NationalRows, RecordedEdits):
    """A version that counts, or counted, can only be read: a change is a new version."""

    empty_words = "现在用自带的规则和隐私说明。要改，就添加一个新的版本。"
    form = SiteTextForm
    settings = (SITE_TEXTS,)
    public_words = ("body", "summary")
    viewer_words = {"body": "shown_body"}
    fields = ("kind", "version", "body", "summary", "in_force_since", "asks_consent")
    list_display = ("kind", "version", "in_force_since", "asks_consent", "state")
    list_display_links = ("version",)
    list_filter = ("kind",)

    def has_change_permission(self, request: HttpRequest, obj: SiteText | None = None) -> bool:
        if obj is not None and obj.pk and obj.in_force_since <= timezone.localdate():
            return False
        return super().has_change_permission(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill in the text in force, so that nobody types all of it again."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        return initial | {"body": get_current_body(request, str(initial.get("kind", "")))}

    def view_on_site(self, text: SiteText) -> str:
        return reverse(f"{text.kind}_version", args=[text.version])

    @admin.display(description="正文")
    def shown_body(self, text: SiteText) -> SafeString:
        return format_html('<div class="shown-text">{}</div>', render_body(text.body))

    @admin.display(description="现在")
    def state(self, text: SiteText) -> str:
        if text.in_force_since > timezone.localdate():
            return "还没开始"
        return "算数的版本" if text.version == find_current_version(text.kind) else "以前的版本"
