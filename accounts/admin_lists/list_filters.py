"""The choice in a list of the admin: its rows, its filters in words, and the query of its address."""

import contextlib
import re
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters, ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from sitekit.forms.phone_numbers import normalise_phone

# Of an address: the page, all on one page, the mark of an error, counts in the filters, a window of its own.
_NOT_FILTERS = ("p", "all", "e", "_facets", "_popup", "_to_field", "_changelist_filters")
_LONG_NUMBER = re.compile(r"\d[\d\s-]{5,}\d")


def get_list_admin(request: HttpRequest, app: str, model: str) -> ModelAdmin:
    """Return the admin of this model. Raise `Http404` if there is none, `PermissionDenied` if this person may not open
    its list."""
    for registered, model_admin in admin.site._registry.items():  # noqa: SLF001
        if (registered._meta.app_label, registered._meta.model_name) == (app, model):
            if not model_admin.has_view_or_change_permission(request):
                raise PermissionDenied
            return model_admin
    raise Http404


def open_list(request: HttpRequest, model_admin: ModelAdmin) -> ChangeList | None:
    """Return the whole list, all its pages, as this address filters, searches and orders it; None if the address
    contains an unknown filter."""
    query = request.GET.copy()
    for name in _NOT_FILTERS:
        query.pop(name, None)
    request.GET = query  # type: ignore[assignment]
    with contextlib.suppress(IncorrectLookupParameters):
        return model_admin.get_changelist_instance(request)
    return None


def build_filter_query(changelist: ChangeList) -> str:
    """Return filters, search and order of the list; empty if it shows everything as it comes."""
    return changelist.get_query_string(remove=list(_NOT_FILTERS)).removeprefix("?")


def describe_filters(changelist: ChangeList) -> str:
    """Return the filters in words, such as “状态：待审；搜索“家教””. A contact that was searched for is left out."""
    parts = [
        f"{spec.title}：{_describe_choice(spec, changelist)}"
        for spec in changelist.filter_specs
        if spec.used_parameters
    ]
    if changelist.query:
        is_contact = is_phone_or_mailbox(changelist.query)
        parts.append("搜索联系方式" if is_contact else f"搜索“{changelist.query}”")
    return "；".join(parts) or "没有筛选"


def _describe_choice(spec: Any, changelist: ChangeList) -> str:
    choices = list(spec.choices(changelist))
    chosen = [choice["display"] for choice in choices if choice.get("selected")]
    # A filter with a field instead of a list of links has one entry, with what was chosen.
    return "、".join(map(str, chosen)) or str(choices[0].get("place") or "已选")


def is_phone_or_mailbox(words: str) -> bool:
    """Whether words that were searched for are a phone number or a mailbox."""
    if "@" in words or _LONG_NUMBER.search(words):
        return True
    try:
        normalise_phone(words)
    except ValueError:
        return False
    return True
