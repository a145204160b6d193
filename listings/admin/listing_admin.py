"""Listings in the admin: searched and edited. They are decided at the desk, /admin/desk/."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts.admin.account_admin import EmployerAdmin as PlainEmployerAdmin
from accounts.admin.account_admin import HistoryInline, ReadOnlyInline
from accounts.admin.edit_findings import EditFindings, collect_findings
from accounts.admin.site_history import SiteHistory
from accounts.admin.staff_edits import ScreenedEdits, describe_edit, notify_owners
from accounts.models import Employer, User, WordChanges
from accounts.staff.scoped_admin import ScopedRows
from cities.models import Region
from listings.admin.filters import GroupFilter, OriginFilter, RegionFilter
from listings.admin.forms import ListingForm
from listings.choices import (
    IN_PUBLIC,
    LISTING_ACTION_LABELS,
    ListingStatus,
    RevisionStatus,
)
from listings.copies.fingerprints import store_fingerprints
from listings.models import CONTENT_FIELDS, Listing, ListingEvent, ListingRevision
from listings.models.listing_fields import CONDITION_FIELDS
from listings.publication.edit_notices import find_changed_terms, notify_of_changed_terms
from listings.publication.gate import (
    REFUSE,
    REFUSED_BEFORE,
    REFUSED_ELSEWHERE,
    judge_publication,
)
from listings.publication.repost_sources import ensure_sources
from listings.publication.transitions import (
    LISTING_STATE_MACHINE,
    NEVER_PUBLIC,
    supersede_waiting_revision,
)
from listings.search.search_index import refresh_employer, refresh_search_rows
from sitekit.forms.admin_permissions import UndeletableRows
from sitekit.forms.autocomplete import Select, SoundAutocomplete

_WITH_PAGE = IN_PUBLIC | {ListingStatus.HELD}  # statuses whose page answers 200
# Reasons that depend on other things than the words that an editor changes; beginnings of their codes.
_EDIT_INDEPENDENT_REASON_CODES = (
    "category",
    "employer",
    "fraud_before",
    "new_owners",
    "watched",
    "repost_",
    "pay.",
    "photo_",
    REFUSED_BEFORE,
    REFUSED_ELSEWHERE,
)
# The conditions shown with the text; the perks are shown with the pay.
_CONDITIONS = [field.name for field in CONDITION_FIELDS if field.name != "perks"]


class RevisionInline(ReadOnlyInline):
    model = ListingRevision
    fields = ("created_at", "status", "author", "title", "pay_words", "duties", "valid_through")
    readonly_fields = fields
    select_related = ("author",)

    @admin.display(description="报酬")
    def pay_words(self, revision: ListingRevision) -> str:
        return f"{revision.pay_words} {revision.pay_unit_words}"


class EventInline(HistoryInline):
    model = ListingEvent
    statuses = dict(ListingStatus.choices)
    action_labels = LISTING_ACTION_LABELS


def name_author(listing: Listing) -> str:
    return f"转载·{listing.company_text}" if listing.is_repost else listing.who


@admin.register(Listing)
class ListingAdmin(ScopedRows, UndeletableRows, SoundAutocomplete, SiteHistory, ScreenedEdits):
    viewer_words = {"slots": "times"}
    history_inline = EventInline
    exported_words = {"who": name_author}
    form = ListingForm
    public_words = (
        *("title", "address", "further_places", "work_hours", "duties", "requirements"),
        *("company_text", "source_name", "source_url"),
    )
    unscreened = ("source_name", "source_url")
    asks_reason = keeps_events = True
    list_display = (
        "title",
        "status",
        "category",
        "where",
        "who",
        "pay",
        "published",
        "last_day",
    )
    list_filter = ("status", OriginFilter, "mode", GroupFilter, RegionFilter, "published_at")
    list_select_related = ("employer",)
    search_fields = ("title", "company_text", "employer__name", "=source_id", "=pk")
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False
    autocomplete_fields = ("employer", "region")
    readonly_fields = ("status", "fraud_type", "published_at", "created_at", "updated_at")
    inlines = (RevisionInline, EventInline)
    save_on_top = True
    fieldsets = (
        (
            None,
            {"fields": ("title", "category", "region", "address", "coordinates", "further_places")},
        ),
        (None, {"fields": ("venue", "mode", "term")}),
        ("时间", {"fields": ("start_date", "end_date", "slots", "work_hours", "hours_per_day")}),
        (
            "报酬",
            {
                "fields": (
                    ("pay_min", "pay_max", "pay_unit"),
                    ("settlement", "latest_pay_days"),
                    "headcount",
                    "perks",
                )
            },
        ),
        ("内容", {"fields": ("duties", "requirements", *_CONDITIONS, "valid_through")}),
        (
            "出处",
            {"fields": ("employer", "company_text", "source_name", "source_id", "source_url")},
        ),
        (
            "状态",
            {"fields": ("status", "fraud_type", "published_at", "created_at", "updated_at")},
        ),
    )

    @property
    def media(self):
        """The filter by place needs the media of autocomplete."""
        region = self.model._meta.get_field("region")
        return super().media + Select(region, self.admin_site).media

    def get_readonly_fields(self, request, obj=None):
        """Employer and source cannot change after creation."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "employer", "source_name", "source_id") if obj else fields

    def judge_edit(
        self, row: Any, cleaned: Mapping[str, Any], changes: WordChanges
    ) -> EditFindings:
        """Judge the listing with its new words. Reasons that only the employer or the category gives are left out."""
        listing = Listing(pk=row.pk, employer_id=row.employer_id, **row.get_content())
        for name in {*CONTENT_FIELDS, *self.public_words, "employer"} & {*cleaned}:
            setattr(listing, name, cleaned[name])
        for name, (_old, new) in changes.items():  # signals point into these words
            setattr(listing, name, new)
        verdict = judge_publication(listing, listing.employer, listing=listing)
        sentences = [
            reason.words
            for reason in verdict.reasons
            if not reason.code.startswith(_EDIT_INDEPENDENT_REASON_CODES)
        ]
        is_stopped = bool(sentences) and verdict.outcome == REFUSE
        return collect_findings(sentences, verdict.signals, changes, is_stopped=is_stopped)

    def view_on_site(self, listing: Listing) -> str | None:
        return listing.get_absolute_url() if listing.status in _WITH_PAGE else None

    @admin.display(description="地区", ordering="region")
    def where(self, listing: Listing) -> Region:
        return listing.place

    @admin.display(description="单位")
    def who(self, listing: Listing) -> SafeString:
        """On one line, because the column would otherwise shrink to one character."""
        words = name_author(listing)
        short = words if len(words) <= 12 else f"{words[:11]}…"
        return format_html('<span class="nowrap" title="{}">{}</span>', words, short)

    @admin.display(description="报酬", ordering="pay_min")
    def pay(self, listing: Listing) -> str:
        return f"{listing.pay_words} {listing.pay_unit_words}"

    @admin.display(description="发布", ordering="published_at")
    def published(self, listing: Listing) -> str | None:
        return localtime(listing.published_at).date().isoformat() if listing.published_at else None

    @admin.display(description="有效到", ordering="valid_through")
    def last_day(self, listing: Listing) -> str | None:
        return listing.valid_through.isoformat() if listing.valid_through else None

    @admin.display(description="时段")
    def times(self, listing: Listing) -> str:
        return listing.slot_words

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def save_model(self, request, obj, form, change):
        """Store an approved revision and an event, and tell whose listing it is.

        Only changed fields are written, so that a move made meanwhile is kept.
        """
        if change and not form.changed_data:
            return
        with transaction.atomic():
            changed = None
            if change:
                public = Listing.objects.select_for_update(of=("self",)).get(pk=obj.pk)
                changed = find_changed_terms(public, obj)
                obj.save(update_fields=[*form.changed_data, "updated_at"])
                obj.refresh_from_db(fields=["status", "fraud_type", "published_at"])
            else:
                obj.save()
                if obj.is_repost:
                    ensure_sources([obj.source_name])
            text = _store_revision(obj, request.user, form.changed_data)
            if changed and text and obj.status not in NEVER_PUBLIC:
                notify_of_changed_terms([(changed, text.pk)])
            _record_edit(obj, request.user, form, change)
            store_fingerprints([obj.pk])
            refresh_search_rows([obj.pk])


def _store_revision(listing: Listing, author: User, changed: list[str]) -> ListingRevision | None:
    if not set(changed) & set(CONTENT_FIELDS):
        return None
    if listing.status in NEVER_PUBLIC:  # a text that waits would overwrite what the staff wrote
        supersede_waiting_revision(listing)
    return ListingRevision.objects.create(
        listing=listing,
        status=RevisionStatus.APPROVED,
        author=author,
        **listing.get_content(),
    )


def _record_edit(listing: Listing, actor: User, form: ListingForm, change: bool) -> None:
    labels = (str(form.fields[name].label) for name in form.changed_data)
    words = form.list_word_changes() if change else {}
    event = LISTING_STATE_MACHINE.record_event(
        listing,
        listing.status if change else "",
        actor=actor,
        action="edit" if change else "create",
        reason=describe_edit(form, labels) if change else "",
        changes=words,
    )
    if words:
        address = reverse("listings:manage", args=[listing.pk])
        notify_owners(listing.employer, listing, event, f"「{listing.title}」", address)


admin.site.unregister(Employer)


@admin.register(Employer)
class EmployerAdmin(PlainEmployerAdmin):
    """The cards of listings show the employer's name and checks: they are rendered again."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change and (form.has_changed() or any(f.has_changed() for f in formsets)):
            card_count = refresh_employer(form.instance)
            if card_count:
                messages.info(request, f"已更新这家单位的 {card_count} 条兼职。")
