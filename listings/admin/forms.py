"""Forms of the listings' admin."""

from django import forms

from listings.choices import ListingStatus, Perk, Requirement
from listings.vocabulary.work_slots import ALL, decode_slots, encode_slots, format_slot

_SLOT_CHOICES = [(code, format_slot(code)) for code in decode_slots(ALL)]


def _boxes(label, choices):
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class ListingForm(forms.ModelForm):
    slots = _boxes("时段", _SLOT_CHOICES)
    perks = _boxes("福利", Perk.choices)
    flags = _boxes("条件", Requirement.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slots" in self.fields:  # none where one may only look
            self.fields["slots"].help_text = "都不选就是时间不限。"
            self.initial["slots"] = decode_slots(self.instance.slots)

    def clean_slots(self):
        return encode_slots(self.cleaned_data["slots"])

    def clean(self):
        """The rules of the table that Django skips here, because the form has not all their fields."""
        cleaned = super().clean()
        if self.instance.status == ListingStatus.PUBLISHED and not cleaned.get("valid_through"):
            self.add_error("valid_through", "已发布的兼职要有有效期。")
        return cleaned
