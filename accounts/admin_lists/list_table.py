"""The rows of a list of the admin as a table, with the columns and words that the list shows."""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, localtime
from import_export.fields import Field
from import_export.formats.base_formats import CSV, XLSX
from import_export.resources import Resource

from textkit.csv_cells import escape_csv_cell

_ROWS_AT_ONCE = 500
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class ListResource(Resource):
    """The columns of a list. An admin may name in `exported_words` what stands in full in a column that
    the list shortens."""

    def __init__(self, changelist: ChangeList) -> None:
        super().__init__()
        model_admin = changelist.model_admin
        names = [str(name) for name in changelist.list_display if name != "action_checkbox"]
        for name in names:
            heading = label_for_field(name, model_admin.model, model_admin)
            # An attribute is asked for by the library; the value comes from the method.
            self.fields[name] = Field(
                attribute=name,
                column_name=str(heading),
                dehydrate_method=_build_cell_reader(model_admin, name),
            )

    class Meta:
        chunk_size = _ROWS_AT_ONCE


def build_list_csv(changelist: ChangeList) -> bytes:
    """Begins with a mark by which Excel recognises UTF-8."""
    text = CSV().export_data(ListResource(changelist).export(changelist.queryset))
    return str(text).encode("utf-8-sig")


def build_list_xlsx(changelist: ChangeList) -> bytes:
    table = ListResource(changelist).export(changelist.queryset)
    table.title = str(changelist.opts.verbose_name_plural)[:31]
    content: bytes = XLSX().export_data(table)
    return content


def _build_cell_reader(model_admin: ModelAdmin, name: str) -> Callable[[Any], Any]:
    full_words = getattr(model_admin, "exported_words", {}).get(name)
    if full_words is not None:
        return lambda row: escape_csv_cell(full_words(row))
    return lambda row: _format_cell(model_admin, name, row)


def _format_cell(model_admin: ModelAdmin, name: str, row: Any) -> Any:
    """Return a number as it is, all else as words."""
    try:
        field, _attribute, value = lookup_field(name, row, model_admin)
    except ObjectDoesNotExist:
        return ""
    if value is None:
        return ""
    if choices := getattr(field, "flatchoices", None):
        return escape_csv_cell(dict(choices).get(value, value))
    return _format_value(value)


def _format_value(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime.datetime):
        return f"{localtime(value) if is_aware(value) else value:%Y-%m-%d %H:%M}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    words = unescape(strip_tags(value)) if isinstance(value, SafeString) else str(value)
    return escape_csv_cell(_CONTROLS.sub("", words))
