"""The posting form: all fields of a listing, as somebody types them."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from cities.directory.form_fields import PlaceField
from cities.directory.gazetteer import list_other_places
from cities.models import Region
from listings.choices import WorkMode
from listings.employer_desk.posting_fields import (
    ChineseDateField,
    ChosenField,
    ContactPhoneField,
    FreeTextField,
    MultiChoiceField,
    NumberField,
    TitleField,
    WechatField,
    is_line_field,
)
from listings.models import Listing
from listings.models.listing_fields import (
    CHOICE_CONDITIONS,
    CONDITION_FIELDS,
    LISTING_FIELDS,
    OPEN_CYCLES,
    FieldKind,
    ListingField,
)
from listings.pay_law.pay_findings import judge_pay
from listings.publication.completeness import (
    MAX_LISTING_DURATION,
    find_date_errors,
    find_hours_error,
    limit_last_day,
)
from listings.vocabulary import categories
from listings.vocabulary.work_places import PLACE_NORMALISERS, PlaceUnreadable
from listings.vocabulary.work_slots import SLOT_CHOICES, build_slot_grid, encode_slots

FIXED, OPEN = "fixed", "open"
EMPTY_CHOICE = ("", "请选择")
_LABELS = {name: listing_field.label for name, listing_field in LISTING_FIELDS.items()}


def _build_text_field(name: str, **field_options: Any) -> FreeTextField:
    """Return a field with the label and the limit of the listing's field."""
    return FreeTextField(label=_LABELS[name], longest=LISTING_FIELDS[name].longest, **field_options)


def build_condition_field(listing_field: ListingField) -> forms.Field:
    """Return a field of checkboxes or of choices; without a default the choice is optional."""
    if listing_field.kind is FieldKind.CHOICES:
        return MultiChoiceField(label=listing_field.label, choices=listing_field.choices)
    has_default = bool(listing_field.default)
    return ChosenField(
        label=listing_field.label,
        choices=[*([] if has_default else [("", "不写")]), *listing_field.choices],
        initial=listing_field.default,
        required=has_default,
    )


class ConditionsForm(forms.Form):
    """Has a field for each of `CONDITION_FIELDS`."""

    def list_choice_conditions(self) -> list[BoundField]:
        """Return the fields of the conditions with one value, such as 学历."""
        return [self[field.name] for field in CHOICE_CONDITIONS]


ConditionsForm.declared_fields.update(
    {listing_field.name: build_condition_field(listing_field) for listing_field in CONDITION_FIELDS}
)
ConditionsForm.base_fields.update(ConditionsForm.declared_fields)


def build_last_day_field() -> ChineseDateField:
    help_text = f"最长 {MAX_LISTING_DURATION.days} 天，到期可以再续。"
    return ChineseDateField(label="招到哪一天", help_text=help_text)


def require_last_day(day: datetime.date) -> datetime.date:
    """Raise `ValidationError` for a day on which no listing may end."""
    if wrong := find_date_errors(Listing(valid_through=day)):
        raise forms.ValidationError([*wrong.values()])
    return day


def describe_other_places(text: str) -> str:
    """Return what is wrong with the words for a place that name several; "" if they name one."""
    others = "、".join(region.short_name for region in list_other_places(text)[:3])
    return f"不止写了一个地方（还有{others}），请只写一个；别的写在“其他工作地点”" if others else ""


def normalise_places(form: forms.BaseForm, place: Region) -> None:
    """Write coordinates and further places as they are stored; both are read with the main place."""
    for name, normalise in PLACE_NORMALISERS.items():
        try:
            form.cleaned_data[name] = normalise(form.cleaned_data.get(name) or "", place)
        except PlaceUnreadable as error:
            form.add_error(name, str(error))


def refuse_low_pay(form: forms.BaseForm, content: dict[str, Any]) -> None:
    finding = judge_pay(Listing(**content))
    if finding and finding.is_refused:
        form.add_error("pay_min", f"{finding.words}{finding.cure}")


class LastDayForm(forms.Form):
    """The last day alone, for a renewal."""

    use_required_attribute = False
    valid_through = build_last_day_field()

    def clean_valid_through(self) -> datetime.date:
        return require_last_day(self.cleaned_data["valid_through"])


class PostingForm(ConditionsForm):
    use_required_attribute = False

    title = TitleField(
        label=_LABELS["title"],
        longest=LISTING_FIELDS["title"].longest,
        help_text="一句话说清做什么，比如“商场周末派发试饮券”。",
    )
    category = ChosenField(label=_LABELS["category"])
    mode = ChosenField(
        label=_LABELS["mode"],
        choices=LISTING_FIELDS["mode"].choices,
        widget=forms.RadioSelect,
        initial="on_site",
    )
    place = PlaceField(label=_LABELS["region"], help_text="写到区县，比如“吉首”。")
    address = _build_text_field("address", help_text="路名、门牌或商场名。线上做的不用填。")
    coordinates = _build_text_field(
        "coordinates",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="填了，求职者看得到离他多远。在高德或腾讯地图里复制，像 109.73900,28.31200。",
    )
    further_places = _build_text_field(
        "further_places",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=(
            "还有别的店、别的校区就写在这里，最多四个，一行一个：先写区县，再写路名门牌，"
            "比如“凤凰县 虹桥中路 12 号”；有坐标的写在最后。别的城市的请另发一条。"
        ),
    )
    venue = ChosenField(
        label="在哪种地方干活？",
        choices=LISTING_FIELDS["venue"].choices,
        required=False,
        help_text="KTV、酒吧、网吧、足浴、棋牌室这些地方要选出来：在这些地方干活要年满 18 周岁。",
    )
    headcount = NumberField(label=_LABELS["headcount"], least=1, most=999, is_whole=True, unit="人")
    duties = _build_text_field(
        "duties",
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="每天具体干些什么、在哪里、跟谁一起。联系方式写在后面那一步，不写在这里。",
    )
    requirements = _build_text_field(
        "requirements",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="没有就写“没有特别要求”。性别、长相、户籍、年龄上限都不能写。",
    )
    term = ChosenField(
        label=_LABELS["term"], choices=[EMPTY_CHOICE, *LISTING_FIELDS["term"].choices]
    )
    start_date = ChineseDateField(
        label=_LABELS["start_date"], required=False, help_text="不填就是随时可以开始。"
    )
    end_date = ChineseDateField(label=_LABELS["end_date"], required=False)
    slots = forms.MultipleChoiceField(
        label="哪些时段",
        required=False,
        choices=SLOT_CHOICES,
        help_text="都不选就是时间不限。夜间（22 点到 6 点）干活要年满 18 周岁。",
        error_messages={"invalid_choice": "没有这个时段。"},
    )
    work_hours = _build_text_field(
        "work_hours", required=False, help_text="比如 9:00–12:00，中间休息半小时。"
    )
    hours_per_day = NumberField(
        label="每天几小时", least=0.5, most=24, unit="小时", required=False,
        help_text="填了就能算出折合时薪。",
    )  # fmt: skip
    pay_kind = ChosenField(
        label="报酬怎么定",
        choices=[(FIXED, "写明数目"), (OPEN, "面议")],
        widget=forms.RadioSelect,
        initial=FIXED,
    )
    pay_min = NumberField(
        label="最低", least=0.01, most=999999, missing="请填报酬；还没定的选“面议”。"
    )
    pay_max = NumberField(label="最高", least=0.01, most=999999, required=False)
    pay_unit = ChosenField(
        label="单位", choices=[EMPTY_CHOICE, *LISTING_FIELDS["pay_unit"].choices]
    )
    settlement = ChosenField(
        label="多久结一次",
        choices=[EMPTY_CHOICE, *LISTING_FIELDS["settlement"].choices],
        help_text="非全日制用工，法律规定最长 15 天结一次。",
    )
    latest_pay_days = NumberField(
        label="最迟几天内付清",
        least=1,
        most=365,
        is_whole=True,
        unit="天",
        required=False,
        help_text="完工结、整单结、按件结和面议的，请写明做完后最迟几天付清。",
    )
    contact_name = _build_text_field("contact_name", required=False, help_text="比如“陈店长”。")
    contact_phone = ContactPhoneField(
        label=_LABELS["contact_phone"],
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text="求职者看过提醒、确认以后才看得到，平时不在页面上。",
        error_messages={"max_length": "电话不会这么长，请再看一遍。"},
    )
    contact_wechat = WechatField(
        label=_LABELS["contact_wechat"],
        required=False,
        max_length=60,
        error_messages={"max_length": "微信号不会这么长，请再看一遍。"},
    )
    valid_through = build_last_day_field()

    def __init__(self, *args: Any, stored: Listing | None = None, **kwargs: Any) -> None:
        """`stored` is the listing that is changed; values that it already has are accepted."""
        super().__init__(*args, **kwargs)
        self.stored = stored
        chosen = self.data.get("category") or self.initial.get("category") or ""
        kinds = categories.list_posting_choices(str(chosen))
        self.fields["category"].choices = [EMPTY_CHOICE, *kinds]  # type: ignore[attr-defined]

    def clean_hours_per_day(self) -> Decimal | None:
        hours = self.cleaned_data["hours_per_day"]
        if hours is not None and hours * 10 % 1:
            raise forms.ValidationError("最多一位小数，比如 7.5。")
        return hours

    def clean_place(self) -> Region:
        place: Region = self.cleaned_data["place"]
        if words := describe_other_places(str(self.data.get("place", ""))):
            raise forms.ValidationError(f"{words}。")
        return place

    def clean_work_hours(self) -> str:
        hours: str = self.cleaned_data["work_hours"]
        if wrong := find_hours_error(hours):
            raise forms.ValidationError(wrong)
        return hours

    def clean_valid_through(self) -> datetime.date:
        return require_last_day(self.cleaned_data["valid_through"])

    def clean(self) -> dict[str, Any]:
        self._clean_place()
        dates = {name: self.cleaned_data.get(name) for name in ("start_date", "end_date")}
        for name, words in find_date_errors(Listing(**dates), self.stored).items():
            self.add_error(name, words)
        if until := self.cleaned_data.get("valid_through"):
            end = self.cleaned_data.get("end_date")
            self.cleaned_data["valid_through"] = limit_last_day(until, end)
        self._clean_pay()
        return self.cleaned_data

    def _clean_place(self) -> None:
        answers = self.cleaned_data
        if answers.get("mode") == WorkMode.ONLINE:
            self._drop_errors_of_empty("address")
            online = {"address": answers.get("address", "")}
            answers |= online | dict.fromkeys(PLACE_NORMALISERS, "")
        elif place := answers.get("place"):
            normalise_places(self, place)

    def _clean_pay(self) -> None:
        answers = self.cleaned_data
        if answers.get("pay_kind") == OPEN:
            self._drop_errors_of_empty("pay_min", "pay_max", "pay_unit")
            answers |= {"pay_min": None, "pay_max": None, "pay_unit": ""}
            return
        low, high = answers.get("pay_min"), answers.get("pay_max")
        if low is not None and high is not None and high < low:
            self.add_error("pay_max", "最高不能少于最低。")
        if high is None and "pay_max" not in self.errors:
            answers["pay_max"] = low
        if not any(name in self.errors for name in _PAY_FIELDS):
            refuse_low_pay(self, self.get_content())

    def _drop_errors_of_empty(self, *names: str) -> None:
        """Drop the errors of empty fields that another answer makes optional."""
        for name in names:
            if not str(self.data.get(name) or "").strip():
                self.errors.pop(name, None)

    def get_content(self) -> dict[str, Any]:
        """Return the valid fields as content of a listing; invalid ones are left out."""
        content = dict(self.cleaned_data)
        if place := content.pop("place", None):
            content["region_id"] = place.adcode
        content["slots"] = encode_slots(content.get("slots", []))
        content.pop("pay_kind", None)
        if content.get("settlement") not in OPEN_CYCLES:
            content["latest_pay_days"] = None
        if None in (content.get("pay_min"), content.get("pay_max")) or not content.get("pay_unit"):
            content |= {"pay_min": None, "pay_max": None, "pay_unit": ""}
        return content

    def list_wrong_items(self) -> list[str]:
        """Return the names of what is missing or invalid, for a sentence away from the fields."""
        names = ("报酬" if name in _PAY_FIELDS else self.fields[name].label for name in self.errors)
        return list(dict.fromkeys(map(str, names)))

    def grid(self) -> dict[str, Any]:
        return build_slot_grid(self["slots"].value() or [])


FIELD_NAMES = tuple(PostingForm.base_fields)
LINE_FIELD_NAMES = tuple(
    name for name, field in PostingForm.base_fields.items() if is_line_field(field)
)
USUAL_ANSWERS = {"mode": ["on_site"], "pay_kind": [FIXED], "education": ["none"]}
_PAY_FIELDS = ("pay_kind", "pay_min", "pay_max", "pay_unit", "settlement", "latest_pay_days")
