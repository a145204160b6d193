"""Filters of the listings' list in the admin."""

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR

from cities.directory.regions import get_current_region, get_region, list_region_codes
from cities.models import Region
from listings.models import Listing
from listings.vocabulary.categories import GROUPS, list_category_codes
from sitekit.forms.autocomplete import Select


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
    """Any place, with all places inside it, chosen by autocomplete."""

    title = "地区"
    parameter_name = "place"
    template = "listings/admin/region_filter.html"

    def __init__(self, request, params, model, model_admin):
        self._site = model_admin.admin_site
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [("any", "")]  # Django hides a filter without choices

    def choices(self, changelist):
        yield {
            "form": self._build_form(),
            "kept": [
                (name, value)
                for name, values in changelist.get_filters_params().items()
                for value in (values if isinstance(values, list) else [values])
                if name != self.parameter_name
            ],
            # As it stands in the address: there a contact is sealed.
            "query": changelist.params.get(SEARCH_VAR, ""),
            "place": self._get_place(),
            "without": changelist.get_query_string(remove=[self.parameter_name]),
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
        field = Listing._meta.get_field("region")
        chosen = forms.ModelChoiceField(
            Region.objects.all(),
            widget=Select(field, self._site, attrs={"aria-label": self.title}),
        )
        form = forms.Form(initial={self.parameter_name: self._get_place()})
        form.fields[self.parameter_name] = chosen
        return form
