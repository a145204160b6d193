"""Exports of the journal: the shown rows as a table, a signed pack for an authority, and the list of exports."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.models import SignedInRequest, User
from safety.evidence.signed_zip import DOWNLOADABLE_FOR, REPEATED_EXPORT_INTERVAL, send_pack
from safety.journal.timeline import TimelineFilter
from safety.journal_pages.authority_pack import build_authority_pack
from safety.journal_pages.export_list import list_exports_made
from safety.journal_pages.journal_forms import FilterForm, PackExportForm, TableExportForm
from safety.journal_pages.journal_layout import (
    EXPORT_PERMISSION,
    journal_page,
    render_journal_page,
)
from safety.journal_pages.journal_table import send_journal_table
from safety.journal_pages.search_views import build_scope_of_search, get_own_search
from safety.journal_search.search_terms import parse_search_term
from safety.models import JournalExport, JournalSearch


@journal_page(takes="form")
def export_table(request: SignedInRequest, pk: int) -> HttpResponse:
    """Export the events that the page shows, masked in the same way."""
    form = TableExportForm(request.POST or None)
    return _process_export_form(request, pk, form, JournalExport.Form.TABLE, "导出表格")


@journal_page(takes="form", permission=EXPORT_PERMISSION)
def export_for_authority(request: SignedInRequest, pk: int) -> HttpResponse:
    form = PackExportForm(request.POST or None)
    return _process_export_form(request, pk, form, JournalExport.Form.PACK, "依法调取")


@journal_page(takes="read")
def list_exports(request: SignedInRequest) -> HttpResponse:
    context = list_exports_made(request, timezone.now() - DOWNLOADABLE_FOR)
    return render_journal_page(request, "exports.html", "导出记录", **context)


@journal_page(takes="read")
def download_export(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Send the export, only to the user who made it, and for one day."""
    since = timezone.now() - DOWNLOADABLE_FOR
    exports = JournalExport.objects.select_related("search__by__staff_post")
    export = get_object_or_404(exports, pk=pk, by=request.user, created_at__gt=since)
    search = export.search
    scope = build_scope_of_search(search, parse_search_term(search.term))
    shown = TimelineFilter(export.group, export.since, export.until, export.created_at)
    if export.form == JournalExport.Form.TABLE:
        return send_journal_table(export, scope, shown, request.user)
    if not request.user.has_perm(EXPORT_PERMISSION):
        raise PermissionDenied
    pack = build_authority_pack(export, scope, shown)
    return send_pack(request, pack, f"journal-{export.pk}.zip")


def _process_export_form(
    request: SignedInRequest,
    pk: int,
    form: TableExportForm | PackExportForm,
    kind: JournalExport.Form,
    title: str,
) -> HttpResponse:
    search = get_own_search(request.user, pk)
    filter_form = FilterForm(request.GET)
    shown = filter_form.build_filter()
    if request.method == "POST" and form.is_valid():
        _record_export(search, request.user, kind, form, shown)
        messages.success(request, "已记录。可以下载，一天内有效。")
        return redirect("journal:exports")
    context: dict[str, Any] = {
        "search": search,
        "form": form,
        "is_pack": kind == JournalExport.Form.PACK,
        "group_label": dict(filter_form.list_groups())[shown.group],
        "shown": shown,
    }
    status = 422 if form.is_bound else 200
    return render_journal_page(request, "export.html", title, status, **context)


def _record_export(
    search: JournalSearch,
    user: User,
    kind: JournalExport.Form,
    form: TableExportForm | PackExportForm,
    shown: TimelineFilter,
) -> None:
    names = ("recipient", "legal_basis", "file_number", "reason")
    fields = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
    fields |= {"group": shown.group, "since": shown.since, "until": shown.until, "form": kind}
    with transaction.atomic():
        JournalSearch.objects.select_for_update(of=("self",)).get(pk=search.pk)
        recent = search.exports.filter(
            by=user, created_at__gt=timezone.now() - REPEATED_EXPORT_INTERVAL, **fields
        )
        if not recent.exists():
            search.exports.create(by=user, **fields)
