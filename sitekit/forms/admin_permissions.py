"""Admins whose rows the staff may not delete, or only read, whatever their permissions."""

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.http import HttpRequest


class KeptRows(BaseModelAdmin):
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyRows(KeptRows):
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ViewerWords(BaseModelAdmin):
    """Who may only look at a row reads words where a column has a code: `viewer_words` names the methods."""

    viewer_words: Mapping[str, str] = {}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (title, {**options, "fields": [self._choose_shown(name) for name in options["fields"]]})
            for title, options in fieldsets
        ]

    def _choose_shown(self, name: Any) -> Any:
        """A line of several fields is a tuple of their names."""
        if isinstance(name, str):
            return self.viewer_words.get(name, name)
        return tuple(self.viewer_words.get(part, part) for part in name)
