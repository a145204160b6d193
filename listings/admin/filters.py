"""Filters of the listings' list in the admin."""

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR

from cities.directory.regions import get_current_region, get_region, list_region_codes
from cities.models import Region
from listings.models import Listing
from listings.vocabulary.categories import GROUPS, list_category_codes
from sitekit.forms.autocomplete import NOT_FOUND, OFFERED, TYPED, Select

PLACE = "place"
# Of browsers without script.
TYPED_PLACE = PLACE + TYPED
OFFERED_PLACE = PLACE + OFFERED
PLACE_PARAMETERS = [PLACE, TYPED_PLACE, OFFERED_PLACE]
TYPED_PLACE_WORDS = "在这里写地名，按“筛选”去找；找到几个，会列在上面让你选。"


class OriginFilter(admin.SimpleListFilter):
    title = "出处"
    parameter_name = "origin"

    def lookups(self, request, model_admin):
        return (("own", "本站单位"), ("repost", "转载"))

    def queryset(self, request, queryset):
        if self.value() not in ("own", "repost"):
            return queryset
        return queryset.filter(employer__isnull=self.value() == "repost")


class GroupFilter(admin.SimpleListFilter):
    title = "类别"
    parameter_name = "group"

    def lookups(self, request, model_admin):
        return [(group.code, group.label) for group in GROUPS.values()]

    def queryset(self, request, queryset):
        group = self.value()
        if group not in GROUPS:
            return queryset
        return queryset.filter(category__in=list_category_codes(group))


class RegionFilter(admin.SimpleListFilter):
    """Any place, with all places inside it, chosen by autocomplete; without script its name is typed. Words that lead
    to no place or to several filter nothing; what they lead to is offered."""

    title = "地区"
    parameter_name = PLACE
    template = "listings/admin/region_filter.html"

    def __init__(self, request, params, model, model_admin):
        self._widget = Select(
            Listing._meta.get_field("region"),
            model_admin.admin_site,
            attrs={"aria-label": self.title},
        )
        self._widget.request, self._widget.typed_words = request, TYPED_PLACE_WORDS
        typed, offered = params.pop(TYPED_PLACE, None), params.pop(OFFERED_PLACE, None)
        super().__init__(request, params, model, model_admin)
        self._unclear_words = ""
        if typed and typed[-1].strip():
            self._choose_typed_place(typed[-1], offered[-1] if offered else "")

    def _choose_typed_place(self, words, offered_words):
        name = self.parameter_name
        fields = {name: self.value(), TYPED_PLACE: words, OFFERED_PLACE: offered_words}
        self.used_parameters[name] = self._widget.value_from_datadict(fields, {}, name)
        if self._get_place() is None:
            self._unclear_words = self.used_parameters.pop(name)

    def lookups(self, request, model_admin):
        return [("any", "")]  # Django hides a filter without choices

    def choices(self, changelist):
        yield {
            "form": self._build_form(),
            "kept": [
                (name, value)
                for name, values in changelist.get_filters_params().items()
                for value in (values if isinstance(values, list) else [values])
                if name not in PLACE_PARAMETERS
            ],
            # As it stands in the address: there a contact is sealed.
            "query": changelist.params.get(SEARCH_VAR, ""),
            "place": self._get_place(),
            "error": NOT_FOUND if self._unclear_words else "",
            "without": changelist.get_query_string(remove=PLACE_PARAMETERS),
        }

    def get_facet_counts(self, pk_attname, filtered_qs):
        return {}

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        place = self._get_place()
        if place is None:
            raise IncorrectLookupParameters
        return queryset.filter(region__in=list_region_codes(get_current_region(place)))

    def _get_place(self) -> Region | None:
        value = self.value() or ""
        is_code = value.isascii() and value.isdigit() and len(value) <= 9
        return get_region(int(value)) if is_code else None

    def _build_form(self) -> forms.Form:
        form = forms.Form(initial={self.parameter_name: self._unclear_words or self._get_place()})
        form.fields[self.parameter_name] = forms.ModelChoiceField(
            Region.objects.all(), widget=self._widget, required=False
        )
        return form
