"""What is asked of somebody who wants alerts by mail."""

import unicodedata

from django import forms

from cities import directory
from cities.finder import search
from screening.fraud_types import GROUPS

NATION = ("", "全国", "总站")
SUGGESTED = 5


class AddressField(forms.EmailField):
    """Takes what a Chinese keyboard writes: ｎａｍｅ＠ｅｘａｍｐｌｅ。ｃｏｍ."""

    def to_python(self, value):
        return super().to_python(unicodedata.normalize("NFKC", value or "").replace("。", "."))


class SubscribeForm(forms.Form):
    email = AddressField(
        label="邮箱",
        max_length=254,
        help_text="只用来发预警，不给别人看。",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "placeholder": "name@example.com"}),
        error_messages={
            "required": "请填邮箱，预警要发到那里。",
            "invalid": "这个邮箱写得不对，应该像 name@example.com。",
            "max_length": "邮箱不会这么长，请再看一遍。",
        },
    )
    place = forms.CharField(
        label="地区",
        required=False,
        max_length=40,
        help_text="写城市、区县或省；不写就是全国。",
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
        error_messages={"max_length": "地名不会这么长，请只写地区的名称。"},
    )
    fraud_type = forms.ChoiceField(
        label="哪些骗局",
        required=False,
        choices=[
            ("", "全部骗局"),
            *(
                (group.label, [(kind.value, kind.label) for kind in kinds])
                for group, kinds in GROUPS.items()
            ),
        ],
        error_messages={"invalid_choice": "没有这种骗局，请在列表里选。"},
    )
    # People don't see it; programs that fill in everything give themselves away.
    website = forms.CharField(required=False)

    @property
    def is_from_a_program(self):
        return bool(self.data.get("website"))

    def clean_email(self):
        name, _, host = self.cleaned_data["email"].rpartition("@")
        return f"{name}@{host.lower()}"

    def clean_place(self):
        """The place itself, None for the nation."""
        asked = self.cleaned_data["place"].strip()
        if asked in NATION:
            return None
        found = _meant(asked)
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(f"没有找到「{asked}」，请写城市、区县或省的名称。")
        choices = "、".join(_full_name(place) for place in found[:SUGGESTED])
        raise forms.ValidationError(f"叫「{asked}」的不止一个，请写全一点，比如：{choices}。")


def words_for(place):
    """What stands in the field for a place: the shortest that means no other."""
    if place is None:
        return ""
    names = (place.short_name, place.name, _full_name(place))
    return next((name for name in names if _meant(name) == [place]), place.slug)


def _meant(asked):
    """The places that the words may mean; one only where they name it and no other."""
    if place := directory.by_slug(asked.lower()):
        return [directory.heir_of(place)]
    found = directory.by_name(asked) or search(asked, SUGGESTED)
    whole = [place for place in found if place.name == asked]
    return whole if len(whole) == 1 else found


def _full_name(place):
    return (
        "".join(part.short_name for part in reversed(directory.ancestors(place)[1:])) + place.name
    )
