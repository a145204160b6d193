"""Fields of the admin that look up rows while one types; without script, when the form is sent.

What is typed is posted, because it may be a contact of a person, which belongs into no address.
"""

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
from django.forms import Media, ModelForm
from django.forms.widgets import ChoiceWidget
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sitekit.web.row_ids import parse_row_id

WITHOUT_SCRIPT = "这一项要运行脚本才能选：请在浏览器里打开脚本（JavaScript），或者换一个浏览器。"
TYPED_WORDS = (
    "在这里写要找的：编号、名字、地名、写全的手机号或邮箱。保存时去找；找到几个，会列在上面让你选。"
)
NOT_FOUND = "没有对上唯一的一个：上面列出了就选一个；没有的话，换个写法再找。"
NOT_FOUND_ERRORS = {"invalid_choice": NOT_FOUND, "invalid_pk_value": NOT_FOUND}
FOUND_SHOWN = 20  # rows that a word may lead to without script
MAX_TYPED_LENGTH = 200
# These end the names of the fields for browsers without script: the words, and those whose rows the list offers.
TYPED = "_typed"
OFFERED = "_offered"


def may_look_up(model_admin: Any, request: HttpRequest) -> bool:
    """Whether the person may choose among its rows. Those of an admin with `is_for_all_staff` stand on the public site
    and in forms of roles that may not open their list."""
    is_for_all = bool(getattr(model_admin, "is_for_all_staff", False))
    return is_for_all or bool(model_admin.has_view_permission(request))


def format_lookup_label(model_admin: Any, row: Model) -> str:
    """Return how a field that looks up rows names one: as its admin says (`format_lookup_label`), if several rows have
    the same name, else as the row is called everywhere."""
    return str(getattr(model_admin, "format_lookup_label", str)(row))


class _ChosenRows(AutocompleteMixin, ChoiceWidget):
    """`loaded_rows` are rows that the page has read already; chosen rows among them are not read again."""

    loaded_rows: Iterable[Model] = ()
    request: HttpRequest | None = None  # in whose places rows are found without script
    typed_words = TYPED_WORDS

    @property
    def media(self) -> Media:
        """Add the script that proves the posts, behind Django's, whose jQuery it uses."""
        return super().media + Media(js=["admin/js/autocomplete.js", "js/admin-lookup.js"])

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Add a placeholder that names the field: screen readers name the box of select2 by the words in it, not by
        the label."""
        attrs = super().build_attrs(base_attrs, extra_attrs)
        placeholder = f"选{self.field.verbose_name}"
        return attrs | {"data-placeholder": placeholder, "data-ajax--type": "POST"}

    def render(self, name: str, value: Any, *args: Any, **kwargs: Any) -> SafeString:
        """Add a field for browsers without script, where the list holds nothing but what is chosen already."""
        field = super().render(name, value, *args, **kwargs)
        if self.request is None:
            return format_html("{}<noscript><p>{}</p></noscript>", field, WITHOUT_SCRIPT)
        words = self._join_odd_values(value)
        return format_html(
            '{}<noscript><p><label for="id_{}">{}</label><br><input type="text" name="{}" id="id_{}"'
            ' value="{}" maxlength="{}" autocomplete="off"><input type="hidden" name="{}" value="{}"></p></noscript>',
            *(field, name + TYPED, self.typed_words, name + TYPED, name + TYPED),
            *(words, MAX_TYPED_LENGTH, name + OFFERED, words),
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return what was chosen, with what was typed without script: the number of the only row found, else the
        words, which the field then refuses. Words that are still there after one of their rows was chosen count no
        more."""
        chosen = super().value_from_datadict(data, files, name)
        typed = str(data.get(name + TYPED) or "").strip()[:MAX_TYPED_LENGTH]
        if not typed:
            return chosen
        row_ids = [str(row.pk) for row in self._find_rows(typed)]
        chosen_ids = chosen if self.allow_multiple_selected else [chosen]
        if typed == data.get(name + OFFERED) and not set(row_ids).isdisjoint(map(str, chosen_ids)):
            return chosen
        value = row_ids[0] if len(row_ids) == 1 else typed
        return [*chosen, value] if self.allow_multiple_selected else value

    def _find_rows(self, words: str) -> list[Model]:
        """Return the row with this number, else what the list of the admin finds; only what this person may see."""
        request, remote = self.request, self.field.remote_field.model
        model_admin = self.admin_site.get_model_admin(remote)
        if request is None or "\0" in words or not may_look_up(model_admin, request):
            return []
        rows = model_admin.get_queryset(request)
        rows = rows.complex_filter(self.field.get_limit_choices_to())
        if (row_id := parse_row_id(words)) and (row := rows.filter(pk=row_id).first()):
            return [row]
        rows, may_repeat = model_admin.get_search_results(request, rows, words)
        return list((rows.distinct() if may_repeat else rows)[:FOUND_SHOWN])

    def _join_odd_values(self, value: Any) -> str:
        values = value if isinstance(value, list | tuple) else [value]
        return "".join(str(choice) for choice in values if choice and not parse_row_id(str(choice)))

    def optgroups(
        self, name: str, value: Iterable[Any], attr: dict[str, Any] | None = None
    ) -> list[Any]:
        """Leave out values that are no row ids, when the form is shown again with errors; offer what they lead to."""
        options = self._list_chosen_options(name, value)
        for words in value:
            if words and not parse_row_id(str(words)):
                for row in self._find_rows(str(words)):
                    options.append(self._create_row_option(name, row, False, len(options)))
        return [(None, options, 0)]

    def _list_chosen_options(self, name: str, value: Iterable[Any]) -> list[Any]:
        may_be_empty = not self.is_required and not self.allow_multiple_selected
        options = [self.create_option(name, "", "", False, 0)] if may_be_empty else []
        row_ids = [str(row_id) for row_id in value if parse_row_id(str(row_id))]
        for row in self._read_rows(row_ids):
            options.append(self._create_row_option(name, row, True, len(options)))
        return options

    def _read_rows(self, row_ids: list[str]) -> list[Model]:
        loaded = {str(row.pk): row for row in self.loaded_rows}
        if set(row_ids) <= set(loaded):
            return [row for row_id, row in loaded.items() if row_id in row_ids]
        return list(self.choices.queryset.using(self.db).filter(pk__in=row_ids))

    def _create_row_option(self, name: str, row: Model, is_chosen: bool, index: int) -> Any:
        model_admin = self.admin_site.get_model_admin(self.field.remote_field.model)
        label = format_lookup_label(model_admin, row)
        return self.create_option(name, row.pk, label, is_chosen, index)


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
            widget = (SelectMultiple if db_field.many_to_many else Select)(
                db_field, self.admin_site
            )
            widget.request = request
            kwargs.setdefault("widget", widget)
            kwargs.setdefault("error_messages", NOT_FOUND_ERRORS)
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
