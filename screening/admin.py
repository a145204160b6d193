"""The pay norms, for staff to read. They are computed and cannot be edited."""

from django.contrib import admin

from screening.facts import tiers
from screening.facts.pay import UNITS
from screening.models import PayNorm
from sitekit.forms.admin_filters import CodeFilter
from sitekit.forms.admin_permissions import ReadOnlyRows


class UnitFilter(CodeFilter):
    labels = UNITS


class TierFilter(CodeFilter):
    labels = tiers.LABELS


@admin.register(PayNorm)
class PayNormAdmin(ReadOnlyRows, admin.ModelAdmin):
    list_display = ("what", "place", "unit_words", "low", "median", "high", "count", "computed_at")
    list_filter = (("unit", UnitFilter), ("tier", TierFilter))
    fields = list_display
    search_fields = ("label", "category")
    ordering = ("category", "tier", "unit")

    @admin.display(description="工作", ordering="category")
    def what(self, norm):
        return norm.label or "各类兼职"

    @admin.display(description="计酬单位", ordering="unit")
    def unit_words(self, norm):
        return UNITS.get(norm.unit, norm.unit)

    @admin.display(description="地方", ordering="tier")
    def place(self, norm):
        return tiers.LABELS[norm.tier]
