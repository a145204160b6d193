"""The forms of the staff's pages: role, places, reason."""

import re
from typing import Any

from django import forms

from accounts.choices import StaffRole
from accounts.sign_in.forms import ContactField
from accounts.staff.posts import NO_REASON
from accounts.staff.scope import PostTerms, describe_area
from cities.directory.form_fields import PlaceField
from sitekit.forms.fields import WordsField

MAX_PLACES = 20
NATIONAL, PLACES = "national", "places"
_BETWEEN = re.compile(r"[\s、,，;；]+")


class PlaceListField(forms.CharField):
    """`clean` returns the codes of the places that are named, each once."""

    def clean(self, value: Any) -> tuple[int, ...]:
        names = [name for name in _BETWEEN.split(super().clean(value)) if name]
        if len(names) > MAX_PLACES:
            raise forms.ValidationError(f"最多写 {MAX_PLACES} 个地区；再多就写它们的省。")
        place_field = PlaceField()
        codes = [place_field.clean(name).adcode for name in names]  # type: ignore[union-attr]
        return tuple(dict.fromkeys(codes))


class ReasonForm(forms.Form):
    reason = WordsField(
        label="原因",
        max_length=200,
        error_messages={"required": NO_REASON},
        widget=forms.Textarea({"rows": 2}),
    )


class PostForm(ReasonForm):
    """A role and where it holds."""

    role = forms.ChoiceField(
        label="角色",
        choices=StaffRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选一个角色。"},
    )
    area = forms.ChoiceField(
        label="负责哪里",
        choices=[(NATIONAL, "全国"), (PLACES, "只在下面写的地区")],
        widget=forms.RadioSelect,
        error_messages={"required": "选全国，或者写明地区。"},
    )
    places = PlaceListField(
        label="地区",
        required=False,
        max_length=400,
        help_text="城市、区县或省，写几个都行，用顿号隔开；下面的地区都算在内。如 湘西、张家界",
    )
    field_order: tuple[str, ...] = ("role", "area", "places", "reason")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        needs_places = cleaned.get("area") == PLACES and "places" not in self.errors
        if needs_places and not cleaned.get("places"):
            self.add_error("places", "写明负责哪些地区，如 湘西。")
        return cleaned

    def get_terms(self) -> PostTerms:
        is_national = self.cleaned_data["area"] == NATIONAL
        places = () if is_national else self.cleaned_data["places"]
        return PostTerms(self.cleaned_data["role"], is_national, places)


class InviteColleagueForm(PostForm):
    contact = ContactField(
        label="邮箱或手机号",
        max_length=254,
        error_messages={"required": "写对方的邮箱；没有邮箱的写手机号。"},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )
    field_order = ("contact", "role", "area", "places", "reason")


def build_initial(terms: PostTerms | None) -> dict[str, str]:
    """Return what the form begins with for somebody who has this post."""
    if terms is None:
        return {"area": NATIONAL}
    places = describe_area(terms.is_national, terms.places)
    area = {"area": NATIONAL} if terms.is_national else {"area": PLACES, "places": places}
    return {"role": terms.role, **area}
