from typing import Any

from django import template
from django.contrib.admin.views.main import ChangeList
from django.template import RequestContext
from django.urls import reverse

from accounts.admin_lists.list_filters import build_filter_query
from accounts.admin_lists.views import (
    build_changelist_url,
    may_export_list,
    may_save_search,
)
from accounts.models import SavedListFilter

register = template.Library()


@register.inclusion_tag("accounts/admin_lists/_list_tools.html", takes_context=True)
def list_tools(context: RequestContext, changelist: ChangeList) -> dict[str, Any]:
    """Show a person's saved filters of a list, and the ways to save the present one and to export; one query."""
    opts, user = changelist.opts, context["request"].user
    rows = SavedListFilter.objects.filter(user=user, list_name=opts.label_lower)
    query = build_filter_query(changelist)
    end = f"?{query}" if query else ""
    saved = [
        {
            "row": row,
            "address": build_changelist_url(changelist, row.query),
            "is_open": row.query == query,
        }
        for row in rows.order_by("name")
    ]
    where = [opts.app_label, opts.model_name]
    may_export = changelist.result_count and may_export_list(user, changelist.model_admin)
    is_saved = any(entry["is_open"] for entry in saved)
    may_save = query and not is_saved and may_save_search(changelist)
    return {
        "saved": saved,
        "save_address": f"{reverse('admin_list_filter', args=where)}{end}" if may_save else "",
        "export_address": f"{reverse('admin_list_export', args=where)}{end}" if may_export else "",
        "csrf_token": context.get("csrf_token"),
    }
