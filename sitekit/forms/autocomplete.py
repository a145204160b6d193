"""Fields of the admin that look up rows while one types."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import (
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.db.models import Field, Model
from django.forms import Field as FormField
from django.forms import ModelForm
from django.forms.widgets import ChoiceWidget
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sitekit.web.row_ids import parse_row_id

WITHOUT_SCRIPT = "这一项要运行脚本才能选：请在浏览器里打开脚本（JavaScript），或者换一个浏览器。"


class _ChosenRows(AutocompleteMixin, ChoiceWidget):
    """`loaded_rows` are rows that the page has read already; chosen rows among them are not read again."""

    loaded_rows: Iterable[Model] = ()

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Add a placeholder that names the field: screen readers name the box of select2 by the words in it, not by
        the label."""
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return attrs | {"data-placeholder": f"选{self.field.verbose_name}"}

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        """Add a notice for browsers without script, where the field offers nothing to choose."""
        field = super().render(*args, **kwargs)
        return format_html("{}<noscript><p>{}</p></noscript>", field, WITHOUT_SCRIPT)

    def optgroups(
        self, name: str, value: Iterable[Any], attr: dict[str, Any] | None = None
    ) -> list[Any]:
        """Leave out values that are no row ids, when the form is shown again with errors."""
        row_ids = [str(row_id) for row_id in value if parse_row_id(str(row_id))]
        loaded = {str(row.pk): row for row in self.loaded_rows}
        if not set(row_ids) <= set(loaded):
            return super().optgroups(name, row_ids, attr)
        may_be_empty = not self.is_required and not self.allow_multiple_selected
        options = [self.create_option(name, "", "", False, 0)] if may_be_empty else []
        for row_id, row in loaded.items():
            if row_id in row_ids:
                label = self.choices.field.label_from_instance(row)
                options.append(self.create_option(name, row.pk, label, True, len(options)))
        return [(None, options, 0)]


class Select(_ChosenRows, AutocompleteSelect):
    pass


class SelectMultiple(_ChosenRows, AutocompleteSelectMultiple):
    pass


class SoundAutocomplete(BaseModelAdmin):
    """An admin with `autocomplete_fields` that bear values which are no row ids; Django's own widgets raise for
    them."""

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        if db_field.name in self.get_autocomplete_fields(request):
            widget = SelectMultiple if db_field.many_to_many else Select
            kwargs.setdefault("widget", widget(db_field, self.admin_site))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        for name in self.get_autocomplete_fields(request):
            if name in form.fields:
                get_inner_widget(form, name).loaded_rows = _list_loaded_rows(form.instance, name)
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]


def get_inner_widget(form: ModelForm, name: str) -> Any:
    """Return the widget without the buttons that the admin puts around it."""
    widget = form.fields[name].widget
    return getattr(widget, "widget", widget)


def _list_loaded_rows(row: Model, name: str) -> list[Model]:
    """Return what was joined or prefetched with the row."""
    if name in getattr(row, "_prefetched_objects_cache", {}):
        return list(getattr(row, name).all())
    is_joined = row._meta.get_field(name).is_cached(row)  # type: ignore[union-attr]
    return [chosen] if is_joined and (chosen := getattr(row, name)) else []
