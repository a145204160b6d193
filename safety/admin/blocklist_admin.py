"""The blocklist in the admin: staff add items with a reason, end them, try them on a text and see what they hit."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.admin.recorded_edits import RecordedEditForm, RecordedEdits
from accounts.staff.scope import get_staff_scope
from accounts.staff.scoped_admin import NationalRows
from listings.models import RevisionAssessment
from screening.contacts.extraction import Contact
from screening.contacts.known_contacts import hash_contact, is_shared, parse_contact_fields
from screening.context import Context
from screening.facts.blocked_items import (
    BLOCKED_ITEMS,
    FAMILY,
    find_blocked_signals,
    fold_word,
)
from screening.models import BlockedItem

MAX_HITS, MAX_SEARCHED = 10, 5000
LONGEST_TRIED = 10_000
_DOMAIN = re.compile(r"[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)+")


def mask_blocked_contact(contact: Contact) -> str:
    """Return enough to tell two of one's own entries apart."""
    value = contact.value.removeprefix("+86")
    return f"{value[:3]}****{value[-2:]}" if len(value) > 6 else f"{value[:1]}****"


class BlockedItemForm(RecordedEditForm):
    """A new item is typed in full; of a contact only the hash and a masked form are stored."""

    def clean_shown(self) -> str:
        typed: str = self.cleaned_data["shown"].strip()
        kind = self.cleaned_data.get("kind")
        if kind == BlockedItem.Kind.CONTACT:
            return self._read_contact(typed)
        return _read_domain(typed) if kind == BlockedItem.Kind.DOMAIN else _read_word(typed)

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        if not self.errors and _is_in_force(answers.get("ends_at")):
            self._require_no_other(answers)
        return answers

    def _require_no_other(self, answers: Mapping[str, Any]) -> None:
        """Refuse a second item in force for the same thing: it would be chance which of the two counts."""
        blocked_item = self.instance  # has kind and words already if it is not new
        shown = answers.get("shown", blocked_item.shown)
        key = answers.get("kind", blocked_item.kind), blocked_item.digest or fold_word(shown)
        BLOCKED_ITEMS.forget()  # another process may have added it just now
        for entry in BLOCKED_ITEMS.get():
            is_same = (entry.kind, entry.key) == key and entry.pk != blocked_item.pk
            if is_same and _is_in_force(entry.ends_at):
                label = BlockedItem.Effect(entry.effect).label
                words = f"名单里已经有第 {entry.pk} 条，现在「{label}」：到那一条改。"
                self.add_error("shown" if "shown" in self.fields else None, words)

    def _read_contact(self, typed: str) -> str:
        contacts = parse_contact_fields([typed])
        if len(contacts) != 1:
            raise ValidationError(
                "认不出是哪一个联系方式：填一个手机号、微信号、QQ 号、邮箱或网址。"
            )
        if is_shared(contacts[0]):
            raise ValidationError("这是很多人共用的号码或网址，停用了会误伤，不能加。")
        self.instance.digest = hash_contact(contacts[0])
        return mask_blocked_contact(contacts[0])


def _is_in_force(ends_at: datetime | None) -> bool:
    return ends_at is None or ends_at > timezone.now()


def _read_domain(typed: str) -> str:
    try:
        host = urlsplit(typed if "//" in typed else f"//{typed}").hostname or ""
    except ValueError:  # such as [ in a host
        host = ""
    host = host.removeprefix("*.").removeprefix("www.").strip(".")  # what is below it is meant, too
    if not _DOMAIN.fullmatch(host):
        raise ValidationError("填一个域名，如 example.com。")
    if is_shared(Contact("link", host, 0, 0)):
        raise ValidationError("这是很多人共用的网站，停用了会误伤，不能加。")
    return host


def _read_word(typed: str) -> str:
    if len(fold_word(typed)) < 2:
        raise ValidationError("词语至少两个字，一个字到处都有。")
    return typed


@admin.register(BlockedItem)
class BlockedItemAdmin(NationalRows, RecordedEdits):
    empty_words = "停用名单是空的。"
    form = BlockedItemForm
    settings = (BLOCKED_ITEMS,)
    has_own_reason = True
    change_list_template = "safety/admin/blocklist.html"
    fields = ("kind", "shown", "effect", "reason", "ends_at", "added_at", "hits")
    readonly_fields = ("added_at", "hits")
    list_display = ("shown", "kind", "effect", "reason", "added_at", "ends_at", "state")
    list_filter = ("kind", "effect")
    search_fields = ("=shown", "reason")
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: BlockedItem | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "kind", "shown") if obj else fields

    def get_urls(self) -> list[URLPattern]:
        tried = self.admin_site.admin_view(self.try_text)
        return [path("try/", tried, name="screening_blockeditem_try"), *super().get_urls()]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> BlockedItem | None:
        """Attach the places where the viewer has rights: the viewer may not read what the item hit elsewhere."""
        blocked_item: BlockedItem | None = super().get_object(request, object_id, from_field)
        if blocked_item is not None:
            vars(blocked_item)["viewer_scope"] = get_staff_scope(request.user)
        return blocked_item

    @admin.display(description="现在")
    def state(self, blocked_item: BlockedItem) -> str:
        return "有效" if _is_in_force(blocked_item.ends_at) else "已解除"

    @admin.display(description="拦到的兼职")
    def hits(self, blocked_item: BlockedItem) -> SafeString | str:
        """List the newest judged texts that the item hit. A text that was refused unstored is not listed."""
        if not blocked_item.pk:
            return "—"
        newest = RevisionAssessment.objects.order_by("-pk").values("pk")[:MAX_SEARCHED]
        codes = [f"{FAMILY}.{effect}.{blocked_item.pk}" for effect in BlockedItem.Effect.values]
        is_there = vars(blocked_item)["viewer_scope"].build_condition("revision__listing__region")
        rows = RevisionAssessment.objects.filter(
            is_there, pk__in=newest, created_at__gte=blocked_item.added_at
        )
        hit_rows = [
            row
            for code in codes
            for row in rows.filter(signals__contains=[{"code": code}])
            .select_related("revision")
            .order_by("-pk")[:MAX_HITS]
        ]
        return (
            format_html_join(
                "",
                '<p><a href="{}">{}</a>：{}</p>',
                (
                    (
                        reverse("admin:listings_listing_change", args=[row.revision.listing_id]),
                        row.revision.title,
                        "、".join(_quote_hits(row, codes)) or "“联系方式”一栏",
                    )
                    for row in hit_rows
                ),
            )
            or "还没有"
        )

    def try_text(self, request: HttpRequest) -> HttpResponse:
        """Show what the blocklist would hit in a text. The text is not stored."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        form = TriedTextForm(request.POST if request.method == "POST" else None)
        is_tried = request.method == "POST" and form.is_valid()
        context = {
            **self.admin_site.each_context(request),
            "title": "试一段话",
            "opts": self.opts,
            "form": form,
            "is_tried": is_tried,
            "hits": find_hits(form.cleaned_data["text"]) if is_tried else [],
        }
        return TemplateResponse(request, "safety/admin/blocklist_try.html", context)


class TriedTextForm(forms.Form):
    text = forms.CharField(
        label="一段话",
        max_length=LONGEST_TRIED,
        error_messages={"required": "贴一段话进来再试。"},
        widget=forms.Textarea({"rows": 8, "class": "vLargeTextField"}),
    )


def find_hits(text: str) -> list[tuple[BlockedItem, str]]:
    """Return each item that hits the text, with the words of the text that it hits."""
    signals = find_blocked_signals(text, Context())
    items = BlockedItem.objects.in_bulk([int(s.code.rpartition(".")[2]) for s in signals])
    return [
        (items[pk], text[signal.start : signal.end])
        for signal in signals
        if (pk := int(signal.code.rpartition(".")[2])) in items
    ]


def _quote_hits(row: RevisionAssessment, codes: Iterable[str]) -> list[str]:
    """Return the words in the revision that were hit."""
    return [
        f"“{words}”"
        for signal in row.signals
        if signal["code"] in codes
        and (
            words := str(getattr(row.revision, signal["field"], ""))[
                signal["start"] : signal["end"]
            ]
        )
    ]
