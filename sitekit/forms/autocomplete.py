"""Fields of the admin that look a row up while one types."""

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

from sitekit.web.row_ids import parse_row_id


class _OfNumbers:
    def optgroups(self, name, value, attr=None):
        """Shown again after a mistake; what is no row's number is left out."""
        return super().optgroups(name, [one for one in value if parse_row_id(str(one))], attr)


class Select(_OfNumbers, AutocompleteSelect):
    pass


class SelectMultiple(_OfNumbers, AutocompleteSelectMultiple):
    pass


class SoundAutocomplete:
    """For an admin with `autocomplete_fields`: Django's own fall over a value that no page sends."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        self._widen(Select, db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        self._widen(SelectMultiple, db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _widen(self, widget, db_field, request, kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", widget(db_field, self.admin_site))
