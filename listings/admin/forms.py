"""Forms of the listings' admin."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.admin.edit_form import ScreenedEditForm
from listings.choices import ListingStatus, Perk, Requirement
from listings.employer_desk.posting_forms import normalise_places, refuse_low_pay
from listings.models import CONTENT_FIELDS
from listings.vocabulary.work_slots import SLOT_CHOICES, decode_slots, encode_slots

# What the pay for an hour depends on; other fields of an older listing may be edited as they were.
_PAY_FIELDS = set("region mode slots work_hours hours_per_day pay_min pay_unit".split())


def _build_checkboxes(label: str, choices: Iterable[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class ListingForm(ScreenedEditForm):
    slots = _build_checkboxes("时段", SLOT_CHOICES)
    perks = _build_checkboxes("福利", Perk.choices)
    flags = _build_checkboxes("条件", Requirement.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slots" in self.fields:  # missing for those who may only view
            self.fields["slots"].help_text = "都不选就是时间不限。"
            self.initial["slots"] = decode_slots(self.instance.slots)

    def clean_slots(self) -> int:
        return encode_slots(self.cleaned_data["slots"])

    def clean(self) -> dict[str, Any]:
        """Check a constraint that Django skips, because the form lacks some of its fields."""
        super().clean()
        cleaned = self.cleaned_data
        if self.instance.status == ListingStatus.PUBLISHED and not cleaned.get("valid_through"):
            self.add_error("valid_through", "已发布的兼职要有有效期。")
        if region := cleaned.get("region"):
            normalise_places(self, region)
        if _PAY_FIELDS & set(self.changed_data) and not self.errors:
            refuse_low_pay(
                self, {name: cleaned[name] for name in CONTENT_FIELDS if name in self.fields}
            )
        return cleaned
