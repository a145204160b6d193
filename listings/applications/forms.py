"""The form of an application: a short profile, stored for the next time."""

import re
from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.utils import timezone

from accounts.inbox.open_accounts import write_for_account
from accounts.models import User
from cities.directory.form_fields import PlaceField, format_place_words
from listings.applications.shifts import ShiftChoice, list_shift_choices
from listings.choices import Education
from listings.models import Listing, SeekerProfile
from listings.vocabulary.age_limits import ADULT_AGE_YEARS, MIN_WORK_AGE_YEARS
from listings.vocabulary.work_slots import (
    SLOT_CHOICES,
    build_slot_grid,
    decode_slots,
    encode_slots,
)
from sitekit.forms.fields import NormalisedField, WordsField, normalise_input
from sitekit.forms.phone_numbers import PhoneField

PROFILE_FIELDS = "name phone wechat region birth_year education about slots".split()
FOLDED_FIELDS = ("message", "wechat", "region", "education", "slots", "about")
OLDEST_AGE = 100
WECHAT_PATTERN = re.compile(r"[A-Za-z][-_A-Za-z0-9]{5,19}|1\d{10}")


class YearField(forms.IntegerField):
    widget = forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 8, "placeholder": "2004"})

    def to_python(self, value: Any) -> int | None:
        written = normalise_input(str(value or "")).removesuffix("年")
        return super().to_python(written if written.isascii() else "x")


class ShortTextField(WordsField):
    """A few sentences."""

    default_error_messages = {"max_length": "写短一点，300 个字以内。"}

    def __init__(self, *, rows: int, required: bool = False, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(required=required, max_length=300, widget=widget, **kwargs)


class ProfileForm(forms.Form):
    name = NormalisedField(
        label="称呼",
        max_length=20,
        help_text="招聘单位怎么叫你，如 小龙、王同学。",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "写个称呼。", "max_length": "称呼写短一点，20 个字以内。"},
    )
    phone = PhoneField(label="联系手机", help_text="只给你报名的招聘单位看。")
    wechat = NormalisedField(
        label="微信号",
        required=False,
        max_length=40,
        error_messages={"max_length": "微信号不会这么长。"},
    )
    region = PlaceField(label="所在地区", required=False, help_text="写城市或区县，如 吉首。")
    birth_year = YearField(
        label="出生年份",
        help_text="用来确认够不够年龄；招聘单位只看到满没满 18 岁。",
        error_messages={"required": "写出生年份，四位数字。", "invalid": "写四位数字，如 2004。"},
    )
    education = forms.TypedChoiceField(
        label="学历",
        choices=[(Education.NONE, "不说"), *Education.choices[1:]],
        required=False,
        empty_value=Education.NONE,
        error_messages={"invalid_choice": "请在列表里选。"},
    )
    about = ShortTextField(
        label="介绍自己", rows=3, help_text="做过什么、会什么，两三句就行。身份证号、银行卡号别写。"
    )
    slots = forms.MultipleChoiceField(
        label="有空的时段",
        choices=SLOT_CHOICES,
        required=False,
        error_messages={"invalid_choice": "时段请在表里勾。"},
    )
    least_age = MIN_WORK_AGE_YEARS

    def clean_wechat(self) -> str:
        wechat = self.cleaned_data["wechat"]
        if wechat and not WECHAT_PATTERN.fullmatch(wechat):
            raise forms.ValidationError("微信号是 6 到 20 位字母、数字、横线，或者手机号。")
        return wechat

    def clean_birth_year(self) -> int:
        """Check the year only: who turns 16 this year confirms it in the form."""
        year, now = self.cleaned_data["birth_year"], timezone.localdate().year
        if not now - OLDEST_AGE <= year <= now:
            raise forms.ValidationError("这个年份不对，写四位数字，如 2004。")
        if now - year < self.least_age:
            raise forms.ValidationError(
                f"这份活要满 {self.least_age} 周岁才能做。"
                if self.least_age > MIN_WORK_AGE_YEARS
                else "不满 16 周岁不能打工，等满了再来。"
            )
        return year

    def clean_slots(self) -> int:
        return encode_slots(self.cleaned_data["slots"])

    @property
    def grid(self) -> dict[str, Any]:
        return build_slot_grid(self["slots"].value() or [])

    def save(self, user: User) -> SeekerProfile:
        answers = {name: self.cleaned_data[name] for name in PROFILE_FIELDS}
        with write_for_account(user):
            return SeekerProfile.objects.update_or_create(user=user, defaults=answers)[0]


class RewordApplicationForm(forms.Form):
    """What a seeker wrote with a sign-up. The rest of the sign-up stays as it was handed over."""

    name = ProfileForm.base_fields["name"]
    about = ProfileForm.base_fields["about"]
    message = ShortTextField(label="想说的话", rows=2)


class ShiftField(forms.TypedChoiceField):
    """One of the coming shifts; a full one is shown, and cannot be chosen."""

    def __init__(self, shifts: list[ShiftChoice]) -> None:
        open_numbers = {str(shift.pk) for shift in shifts if not shift.is_full}
        super().__init__(
            label="哪个班次",
            coerce=int,
            choices=[(str(shift.pk), shift.words) for shift in shifts],
            widget=ShiftSelect(open_numbers),
            error_messages={
                "required": "请选一个班次。" if open_numbers else "班次都满了，过后再来看看。",
                "invalid_choice": "这个班次没有了，请换一个。",
            },
        )
        self.open_numbers = open_numbers

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value not in self.open_numbers:
            raise forms.ValidationError("这个班次满了，请换一个。")


class ShiftSelect(forms.RadioSelect):
    def __init__(self, open_numbers: set[str]) -> None:
        super().__init__()
        self.open_numbers = open_numbers

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) not in self.open_numbers:
            option["attrs"]["disabled"] = True
        return option


class ApplyForm(ProfileForm):
    """The profile, a message, and the consent to hand both over."""

    message = ShortTextField(label="想说的话", rows=2)
    old_enough = forms.BooleanField(required=False)
    handover = forms.BooleanField(
        error_messages={"required": "不同意交给招聘单位，就没法报名。"},
    )

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if shifts := list_shift_choices(listing):
            self.fields["shift"] = ShiftField(shifts)
        self.least_age = listing.minimum_age
        self.fields["old_enough"].label = f"我已年满 {self.least_age} 周岁"
        self.fields[
            "handover"
        ].label = f"同意把上面填的资料交给「{listing.who}」，用来联系我做这份兼职"

    @property
    def has_more(self) -> bool:
        """Whether a folded field has an error. Fields filled from the stored profile may otherwise stay folded."""
        return any(self[name].errors for name in FOLDED_FIELDS)

    @property
    def asks_age(self) -> bool:
        """Whether the seeker must confirm the minimum age: 18 always, 16 in the year it is reached."""
        if self.least_age == ADULT_AGE_YEARS:
            return True
        answers = self.cleaned_data if self.is_bound else self.initial
        return timezone.localdate().year - (answers.get("birth_year") or 0) == self.least_age

    def clean(self) -> dict[str, Any]:
        if self.asks_age and not self.cleaned_data.get("old_enough"):
            words = f"这份活要年满 {self.least_age} 周岁。满了的话，请勾上。"
            self.add_error("old_enough", words)
        return self.cleaned_data


def get_initial_profile(user: User) -> dict[str, Any]:
    """Return the initial values: the stored profile, else the data of the account."""
    profile = SeekerProfile.objects.filter(user=user).first()
    if profile is None:
        proved = (user.phone_proved_at and user.phone) or ""
        return {"name": user.name[:20], "phone": proved.removeprefix("+86")}
    return model_to_dict(profile, PROFILE_FIELDS) | {
        "phone": profile.phone.removeprefix("+86"),
        "region": format_place_words(profile.region),
        "slots": decode_slots(profile.slots),
    }


def build_handover_data(profile: SeekerProfile, listing: Listing) -> dict[str, Any]:
    """Return what the employer gets of a profile: whether of age, but not the year of birth."""
    years = timezone.localdate().year - (profile.birth_year or 0)
    profile_data = model_to_dict(profile, PROFILE_FIELDS, exclude=["birth_year"])
    return profile_data | {
        "region": profile.region.name if profile.region else "",
        "grown": years > ADULT_AGE_YEARS
        or (years == ADULT_AGE_YEARS and listing.minimum_age == ADULT_AGE_YEARS),
    }
