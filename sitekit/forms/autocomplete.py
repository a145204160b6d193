"""Fields of the admin that look up rows while one types."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import (
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.db.models import ForeignKey, ManyToManyField
from django.forms import ModelChoiceField, ModelMultipleChoiceField
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

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        self._set_widget(Select, db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField | None:
        self._set_widget(SelectMultiple, db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _set_widget(
        self,
        widget: type[Select | SelectMultiple],
        db_field: ForeignKey | ManyToManyField,
        request: HttpRequest,
        kwargs: dict[str, Any],
    ) -> None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", widget(db_field, self.admin_site))
