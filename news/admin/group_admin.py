from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from accounts.admin.edit_form import ScreenedEditForm
from accounts.admin.staff_edits import ScreenedEdits
from accounts.staff.scope import NATIONAL_SCOPE, StaffScope
from accounts.staff.scoped_admin import FormInScope, ScopedRows
from cities.directory.exchange_groups import split_group_rules
from cities.directory.regions import get_region
from cities.models import ExchangeGroup
from sitekit.forms.autocomplete import SoundAutocomplete
from sitekit.images.pictures import HELP, PictureField, list_picture_sources


class GroupForm(ScreenedEditForm):
    picture = PictureField(
        label="二维码",
        required=False,
        help_text=f"群的二维码图片，四周留白；换了码在这里重新上传。{HELP}",
    )

    class Meta:
        model = ExchangeGroup
        fields = ("region", "name", "picture", "rules", "is_open")
        help_texts = {
            "rules": "一行一条。写清谁管群、能发什么、不能发什么、违规怎么办。",
            "is_open": "打开后，这个地方的页面上出现“副业交流群”的链接；关上就都不见。",
        }

    scope: ClassVar[StaffScope] = NATIONAL_SCOPE  # the places of the editor, set by the admin

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if (region := cleaned.get("region")) and not self.scope.covers_region(region.pk):
            self.add_error("region", "这个地方不在你负责的地区。")
        if cleaned.get("is_open") and not cleaned.get("picture") and "picture" not in self.errors:
            self.add_error("is_open", "开放之前要先放二维码。")
        return cleaned


@admin.register(ExchangeGroup)
class ExchangeGroupAdmin(ScopedRows, FormInScope, SoundAutocomplete, ScreenedEdits):
    form = GroupForm
    public_words = ("name", "rules")
    list_display = ("region", "name", "is_open", "updated_at")
    list_filter = ("is_open",)
    list_select_related = ("region",)
    autocomplete_fields = ("region",)
    readonly_fields = ("preview_link",)
    fieldsets = (
        (
            None,
            {
                "fields": ("region", "name", "picture", "rules", "is_open", "preview_link"),
                "description": "只放本站运营者自己管的群。招聘单位的群、派单群、别人的群，"
                "一律不放。运营者信息里没有填名称时，前台不显示任何群。",
            },
        ),
    )

    @admin.display(description="预览")
    def preview_link(self, group: ExchangeGroup) -> str:
        if not group.pk:
            return "保存之后可以预览。"
        address = reverse("admin:cities_exchangegroup_preview", args=[group.pk])
        return format_html('<a href="{}" target="_blank">看求职者看到的样子</a>', address)

    def view_on_site(self, group: ExchangeGroup) -> str | None:
        return reverse("news:group", args=[get_region(group.region_id)]) if group.is_open else None

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(self.preview)
        return [
            path("<int:pk>/preview/", preview, name="cities_exchangegroup_preview"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the public page of a group, even if the group is not open yet."""
        group = ExchangeGroup.objects.select_related("picture").filter(pk=pk).first()
        if not self.has_view_permission(request, group):
            raise PermissionDenied
        if group is None:
            raise Http404
        context = {
            "group": group,
            "city": get_region(group.region_id),
            "qr": list_picture_sources(group.picture) if group.picture else None,
            "rules": split_group_rules(group),
        }
        return render(request, "news/pages/group.html", context)
