"""What all admins have in common: which rows are only read or not deleted, what of a row is shown and logged."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten, flatten_fieldsets
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Manager, Model
from django.http import HttpRequest

from sitekit.images.pictures import render_picture
from sitekit.models import Picture

# Django's words for a row without any.
_UNNAMED = re.compile(r": (<a [^<>]*>)?\w+ object \([^()]*\)(</a>)?$")


class UndeletableRows(BaseModelAdmin):
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyRows(UndeletableRows):
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ShownLookups(BaseModelAdmin):
    """A list whose address filters only by columns that the staff see. Otherwise a number in the address would find
    out what is hidden, such as who made a report.

    `StaffAdminSite.register` puts it before every admin. The attribute `hidden_lookups` of an admin names hidden
    columns that links of the site use all the same.
    """

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return self._is_shown(lookup.partition("__")[0]) and super().lookup_allowed(
            lookup, value, request
        )

    def _is_shown(self, name: str) -> bool:
        try:
            field = self.opts.get_field(name)
        except FieldDoesNotExist:
            return True  # pk, or a parameter of a filter
        if getattr(field, "primary_key", False) or field.name in getattr(
            self, "hidden_lookups", ()
        ):
            return True
        if self.fields is None and self.fieldsets is None and getattr(field, "editable", False):
            return True  # the form has all columns
        return field.name in self._list_shown_names()

    def _list_shown_names(self) -> set[str]:
        listed: Any = self  # the attributes of lists, which `BaseModelAdmin` lacks
        filters = [f[0] if isinstance(f, list | tuple) else f for f in listed.list_filter]
        # The parameter of a filter may be called like a column.
        filters += [getattr(list_filter, "parameter_name", "") for list_filter in filters]
        columns = [*listed.list_display, *filters, listed.date_hierarchy, *self.readonly_fields]
        names = [*columns, *flatten(self.fields or ()), *flatten_fieldsets(self.fieldsets or ())]
        return {name for name in names if isinstance(name, str)}


class NamedDeletions(BaseModelAdmin):
    """The page before a deletion names no row that has no name ("ArticleTerm object (954)"): of those it says their
    kind once, and counts them as all others. `StaffAdminSite.register` puts it before every admin."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        admin: Any = super()  # `BaseModelAdmin` has no deletions
        deleted, counts, missing_rights, protected = admin.get_deleted_objects(objs, request)
        return _name_kinds(deleted), counts, missing_rights, _name_kinds(protected)


class ChangesLogged(BaseModelAdmin):
    """A save that changed nothing leaves no line in the history of the row. Buttons save the form before they act, and
    log themselves what they do. `StaffAdminSite.register` puts it before every admin."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry | None:
        admin: Any = super()  # `BaseModelAdmin` has no log
        return admin.log_change(request, obj, message) if message else None


def _name_kinds(rows: Iterable[Any]) -> list[Any]:
    """Return the lines of a nested list; those of rows without a name become their kind, once in each list."""
    named: list[Any] = []
    for row in rows:
        line = _name_kinds(row) if isinstance(row, list) else _UNNAMED.sub("", row)
        if isinstance(line, list) or line == row or line not in named:
            named.append(row if line == row else line)
    return named


class ViewerWords(BaseModelAdmin):
    """Staff who may only view a row read words, and see pictures, where a column holds a code or markup:
    `viewer_words` names the method for the column, `show_for_viewer` knows what needs none.
    `StaffAdminSite.register` puts it before every admin."""

    viewer_words: Mapping[str, str]  # without a value, which would stand before that of the admin

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (title, {**options, "fields": self._list_shown(request, options["fields"])})
            for title, options in fieldsets
        ]

    def _list_shown(self, request: HttpRequest, names: Iterable[Any]) -> list[Any]:
        return [self._show_field(request, name) for name in names]

    def _show_field(self, request: HttpRequest, name: Any) -> Any:
        """Return what replaces one entry of the fieldset. A tuple is a line of several fields; a function shows words
        already."""
        if isinstance(name, str):
            words: Mapping[str, str] = getattr(self, "viewer_words", {})
            return show_for_viewer(self, request, words.get(name, name))
        return name if callable(name) else tuple(self._list_shown(request, name))


def show_for_viewer(
    model_admin: BaseModelAdmin, request: HttpRequest, name: str
) -> str | Callable[[Any], str]:
    """Return the name of the field. Return a function that shows it in another way if it holds several codes or a
    picture, or points to rows that the viewer may not open: these are named without a link."""
    model: Any = model_admin.model
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    if field.related_model is Picture or isinstance(field, ArrayField):
        return _build_words_column(model, name)
    page = model_admin.admin_site._registry.get(field.related_model)  # noqa: SLF001
    if page is None or page.has_view_or_change_permission(request):
        return name
    return _build_words_column(model, name)


@cache
def _build_words_column(model: type[Model], name: str) -> Callable[[Any], str]:
    """Return the function, the same one for each request: forms compare their fields."""

    field: Any = model._meta.get_field(name)

    @admin.display(description=str(field.verbose_name))
    def words(row: Any) -> str:
        chosen = getattr(row, name)
        if isinstance(chosen, Picture):
            return render_picture(chosen)
        if isinstance(chosen, Manager):
            return "、".join(map(str, chosen.all())) or "-"
        if isinstance(chosen, list):
            labels = dict(field.base_field.flatchoices)
            return "、".join(str(labels.get(code, code)) for code in chosen) or "-"
        return "-" if chosen is None else str(chosen)

    words.__name__ = name
    return words
