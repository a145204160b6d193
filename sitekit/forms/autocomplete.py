"""Fields of the admin that look up rows while one types."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import (
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.db.models import Field
from django.forms import Field as FormField
from django.http import HttpRequest

from sitekit.web.row_ids import parse_row_id


class _RowIdsOnly(AutocompleteMixin):
    def optgroups(
        self, name: str, value: Iterable[Any], attr: dict[str, Any] | None = None
    ) -> list[Any]:
        """Leave out values that are no row ids, when the form is shown again with errors."""
        row_ids = [row_id for row_id in value if parse_row_id(str(row_id))]
        return super().optgroups(name, row_ids, attr)


class Select(_RowIdsOnly, AutocompleteSelect):
    pass


class SelectMultiple(_RowIdsOnly, AutocompleteSelectMultiple):
    pass


class SoundAutocomplete(BaseModelAdmin):
    """An admin with `autocomplete_fields`; Django's own widgets raise for a value that is no id."""

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        if db_field.name in self.get_autocomplete_fields(request):
            widget = SelectMultiple if db_field.many_to_many else Select
            kwargs.setdefault("widget", widget(db_field, self.admin_site))
        return super().formfield_for_dbfield(db_field, request, **kwargs)
