"""Sources of reposts in the admin: trusted or not, how many are looked at, and why."""

from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join

from accounts.admin.account_admin import HistoryInline
from accounts.admin.row_mark import MarkedRows, RowMarkForm
from accounts.models import User
from accounts.staff.scope import list_in_scope
from accounts.staff.scoped_admin import NationalRows
from listings.choices import SOURCE_ACTION_LABELS, ListingStatus, SourceTrust
from listings.models import Listing, ListingSource, ListingSourceEvent
from listings.publication.repost_sources import change_source
from sitekit.forms.admin_permissions import UndeletableRows

_NEEDS_REASON = ("is_trusted", "sample_every")


class ListingSourceForm(RowMarkForm):
    reason = forms.CharField(
        label="改动的原因",
        max_length=200,
        required=False,
        widget=AdminTextareaWidget({"rows": 2}),
        help_text="改「信任」或抽查时要写，记在下面。",
    )

    class Meta:
        model = ListingSource
        fields = ("name", "is_trusted", "sample_every", "note")
        widgets = {"note": AdminTextareaWidget({"rows": 3})}
        help_texts = {
            "is_trusted": "勾上以后导入的，自动检查没发现问题就直接发布；不勾的都等审核员看过。",
            "sample_every": "信任的来源也抽查：填 10，大约每 10 条有 1 条等审核员看过。填 0 不抽查。",
        }

    def clean(self) -> dict[str, Any]:
        super().clean()
        is_judged = any(name in self.changed_data for name in _NEEDS_REASON)
        reason = self.cleaned_data.get("reason", "")
        if is_judged and not reason and "reason" not in self.errors:
            self.add_error("reason", "改信任或抽查，要写明原因。")
        if reason and not is_judged:
            self.add_error("reason", "信任和抽查都没有改，不用写原因。")
        return self.cleaned_data


class SourceEventInline(HistoryInline):
    model = ListingSourceEvent
    statuses = dict(SourceTrust.choices)
    action_labels = SOURCE_ACTION_LABELS
    verbose_name_plural = "改动记录"

    @admin.display(description="之前")
    def was(self, event: ListingSourceEvent) -> str:
        return self._describe_state(event.before)

    @admin.display(description="之后")
    def became(self, event: ListingSourceEvent) -> str:
        return self._describe_state(event.after)

    def _describe_state(self, state: str) -> str:
        return describe_sample(int(state)) if state.isdigit() else self.statuses.get(state, state)


def describe_sample(sample_every: int) -> str:
    return f"每 {sample_every} 条抽 1 条" if sample_every else "不抽查"


@admin.register(ListingSource)
class ListingSourceAdmin(NationalRows, MarkedRows, UndeletableRows):
    empty_words = "还没有转载来源。导入的兼职要先有来源，在上面添加。"
    form = ListingSourceForm
    list_display = ("name", "is_trusted", "sample", "note", "created_at")
    list_filter = ("is_trusted",)
    search_fields = ("name", "note")
    inlines = (SourceEventInline,)

    @admin.display(description="抽查", ordering="sample_every")
    def sample(self, source: ListingSource) -> str:
        return describe_sample(source.sample_every) if source.is_trusted else "逐条审核"

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> ListingSource | None:
        """Attach the viewer: the column `reposts` links to listings in the viewer's places only."""
        source: ListingSource | None = super().get_object(request, object_id, from_field)
        if source is not None:
            vars(source)["viewer"] = request.user
        return source

    @admin.display(description="它的转载")
    def reposts(self, source: ListingSource) -> str:
        """How many there are of each status where the viewer's rights hold, with a link to them for who may open the
        list."""
        viewer = vars(source)["viewer"]
        listings = Listing.objects.filter(employer=None, source_name=source.name).order_by()
        in_scope = list_in_scope(listings, viewer, "region")
        statuses = in_scope.values_list("status").annotate(Count("pk")).order_by("status")
        counts = [(status, ListingStatus(status).label, count) for status, count in statuses]
        if not viewer.has_perm("listings.view_listing"):
            words = ((label, count) for _status, label, count in counts)
            return format_html_join("，", "{} {}", words) or "还没有"
        address = reverse("admin:listings_listing_changelist")
        query = urlencode({"source_name": source.name})
        links = ((address, query, *row) for row in counts)
        row = '<a href="{}?{}&amp;status__exact={}">{} {}</a>'
        return format_html_join("，", row, links) or "还没有"

    def get_fields(self, request: HttpRequest, obj: ListingSource | None = None) -> Any:
        """Hide the trust of a new source, which begins untrusted, and hide the reason from readers who may not
        change anything."""
        if obj is None:
            return ["name", "note"]
        reason = ["reason"] if self.has_change_permission(request, obj) else []
        return ["name", "reposts", *_NEEDS_REASON, *reason, "note", "created_at"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: ListingSource | None = None
    ) -> tuple[str, ...]:
        return ("name", "reposts", "created_at") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: ListingSource | None) -> Any:
        return self.inlines if obj else ()

    def save_model(
        self, request: HttpRequest, obj: ListingSource, form: forms.ModelForm, change: bool
    ) -> None:
        """Only changed fields are written, so that a change made meanwhile is kept."""
        if not change:
            obj.save()
            return
        if "note" in form.changed_data:
            obj.save(update_fields=["note"])
        changed = {
            name: form.cleaned_data[name] for name in _NEEDS_REASON if name in form.changed_data
        }
        if changed:
            change_source(
                obj.pk, cast("User", request.user), form.cleaned_data["reason"], **changed
            )
