"""What a list of the admin can do besides Django's own: export, a search whose contacts stand in no address, and
filters that a person saves for themselves."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from accounts.admin_lists.export_records import record_list_export
from accounts.admin_lists.forms import FILE_FORMS, ListExportForm, SavedFilterForm
from accounts.admin_lists.list_filters import (
    build_filter_query,
    describe_filters,
    get_list_admin,
    is_phone_or_mailbox,
    open_list,
)
from accounts.models import SavedListFilter, SignedInRequest, User
from accounts.staff.staff_pages import render_staff_page, staff_page
from sitekit.forms.contact_search import ContactSearch, is_sealed_search, seal_search_term
from sitekit.web.pages import PRIVATE_FILE_HEADERS

EXPORT_PERMISSION = "accounts.export_lists"
# A file is built in memory, and a list of more rows is nobody's reading.
MAX_EXPORTED_ROWS = 5000
MAX_SEARCH_LENGTH = 200
_CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def may_export_list(user: Any, model_admin: ModelAdmin) -> bool:
    return is_exported(model_admin) and user.has_perm(EXPORT_PERMISSION)


def is_exported(model_admin: ModelAdmin) -> bool:
    """An admin says by `exports_rows = False` that its list has contacts of people."""
    return getattr(model_admin, "exports_rows", True)


def build_changelist_url(changelist: ChangeList | ModelAdmin, query: str = "") -> str:
    opts = changelist.opts
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return f"{address}?{query}" if query else address


def may_save_search(changelist: ChangeList) -> bool:
    """Whether the search may be stored: not if it names a contact or a person who was looked for."""
    is_sealed = is_sealed_search(changelist.params.get(SEARCH_VAR, ""))
    return not (is_sealed or is_phone_or_mailbox(changelist.query))


def _is_staff(user: User) -> bool:
    return user.is_staff


@staff_page(takes="post", may=_is_staff)
def search_list(request: SignedInRequest, app: str, model: str) -> HttpResponse:
    """Lead to the list with what was typed and the filters that were chosen; a contact, and whatever is looked for in
    a list of people, is sealed."""
    model_admin = get_list_admin(request, app, model)
    query = request.POST.copy()
    query.pop("csrfmiddlewaretoken", None)
    typed = str(query.pop(SEARCH_VAR, [""])[-1]).strip()[:MAX_SEARCH_LENGTH]
    if typed:
        is_sealed = isinstance(model_admin, ContactSearch) or is_phone_or_mailbox(typed)
        query[SEARCH_VAR] = seal_search_term(typed) if is_sealed else typed
    return redirect(build_changelist_url(model_admin, query.urlencode()))


@staff_page(takes="form", may=_is_staff)
def export_list(request: SignedInRequest, app: str, model: str) -> HttpResponse:
    """The rows that the list shows, on all its pages."""
    model_admin = get_list_admin(request, app, model)
    if not is_exported(model_admin):
        raise Http404
    if not may_export_list(request.user, model_admin):
        raise PermissionDenied
    changelist = open_list(request, model_admin)
    if changelist is None:
        return _refuse_address(request, model_admin)
    form = ListExportForm(request.POST or None)
    is_too_long = changelist.result_count > MAX_EXPORTED_ROWS
    if request.method == "POST" and form.is_valid() and not is_too_long:
        return _send_list(request.user, changelist, **form.cleaned_data)
    context = _describe_list(changelist) | {
        "form": form,
        "row_count": changelist.result_count,
        "max_rows": MAX_EXPORTED_ROWS,
        "is_too_long": is_too_long,
    }
    status = 422 if form.is_bound else 200
    template = "accounts/admin_lists/export.html"
    return render_staff_page(request, template, "导出列表", status, **context)


def _send_list(user: User, changelist: ChangeList, reason: str, file_form: str) -> HttpResponse:
    # Loaded only when a file is asked for: web workers do without.
    from accounts.admin_lists.list_table import build_list_csv, build_list_xlsx

    with transaction.atomic():  # nothing leaves without a record of it
        record_list_export(user, changelist, FILE_FORMS[file_form], reason)
        content = (build_list_csv if file_form == "csv" else build_list_xlsx)(changelist)
    name = f"{changelist.opts.model_name}-{timezone.localdate()}.{file_form}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        **PRIVATE_FILE_HEADERS,
    }
    return HttpResponse(content, content_type=_CONTENT_TYPES[file_form], headers=headers)


@staff_page(takes="form", may=_is_staff)
def save_list_filter(request: SignedInRequest, app: str, model: str) -> HttpResponse:
    """Save the filters of this address for the signed-in person."""
    model_admin = get_list_admin(request, app, model)
    changelist = open_list(request, model_admin)
    query = build_filter_query(changelist) if changelist else ""
    if changelist is None or not query:
        return _refuse_address(request, model_admin)
    if not may_save_search(changelist) or len(query) > SavedListFilter.QUERY_LENGTH:
        messages.error(request, "这个筛选不能保存：里面搜的是人或者联系方式，或者太长。")
        return redirect(build_changelist_url(changelist, query))
    list_name = changelist.opts.label_lower
    form = SavedFilterForm(
        request.POST or None, user=request.user, list_name=list_name, query=query
    )
    if request.method == "POST" and form.is_valid():
        SavedListFilter.objects.get_or_create(
            user=request.user,
            list_name=list_name,
            name=form.cleaned_data["name"],
            defaults={"query": query},
        )
        messages.success(request, f"已保存筛选“{form.cleaned_data['name']}”。")
        return redirect(build_changelist_url(changelist, query))
    context = _describe_list(changelist) | {"form": form}
    status = 422 if form.is_bound else 200
    template = "accounts/admin_lists/save_filter.html"
    return render_staff_page(request, template, "保存筛选", status, **context)


@staff_page(takes="post", may=_is_staff)
def delete_list_filter(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(SavedListFilter, pk=pk, user=request.user)
    app, _, model = row.list_name.partition(".")
    row.delete()
    messages.success(request, f"已删除筛选“{row.name}”。")
    return redirect(f"admin:{app}_{model}_changelist")


def _describe_list(changelist: ChangeList) -> dict[str, Any]:
    return {
        "list_title": changelist.opts.verbose_name_plural,
        "list_address": build_changelist_url(changelist, build_filter_query(changelist)),
        "chosen": describe_filters(changelist),
    }


def _refuse_address(request: HttpRequest, model_admin: ModelAdmin) -> HttpResponse:
    messages.error(request, "先在列表里选好筛选，再从那里打开。")
    return redirect(build_changelist_url(model_admin))
