"""Hourly minimum wages in the admin: a new figure is a new row, the old one stays."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.recorded_edits import RecordedEdits
from accounts.staff.scoped_admin import NationalRows
from listings.models import HourlyMinimum
from listings.pay_law.minimums import reset_minimum_cache
from sitekit.forms.autocomplete import SoundAutocomplete


@admin.register(HourlyMinimum)
class HourlyMinimumAdmin(NationalRows, SoundAutocomplete, RecordedEdits):
    public_words = ("source_name",)
    fields = (
        *("province", "tier", "places", "yuan_per_hour", "yuan_per_month", "in_force_since"),
        *("in_force_until", "source_name", "source_url", "read_on", "is_confirmed"),
    )

    list_display = (
        "province", "tier", "yuan_per_hour", "in_force_since", "is_confirmed", "source_name", "read_on",
    )  # fmt: skip
    list_filter = ("is_confirmed", "in_force_since")
    list_select_related = ("province",)
    search_fields = ("province__name", "places__name", "source_name")
    autocomplete_fields = ("places",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[HourlyMinimum]:
        return super().get_queryset(request).order_by("province", "tier", "-in_force_since")

    def save_model(
        self, request: HttpRequest, obj: HourlyMinimum, form: forms.ModelForm, change: bool
    ) -> None:
        """Mark the row as edited, so that the import of the file leaves it alone."""
        obj.is_edited = True
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        reset_minimum_cache()
