"""The steps of the posting form. Each says what it gives to the content of a listing."""

from django import forms
from django.utils import timezone

from cities.forms import PlaceField
from listings import categories, completeness, slots
from listings.choices import (
    Education,
    JobTerm,
    PayUnit,
    Perk,
    Requirement,
    SettlementCycle,
    WorkMode,
)
from listings.posting_fields import (
    ChosenField,
    ContactPhoneField,
    DayField,
    ManyField,
    NumberField,
    WechatField,
    WordsField,
)

# Cycles that have no end of their own: by when at the latest is asked, and may stay open.
OPEN_CYCLES = (
    SettlementCycle.ON_COMPLETION,
    SettlementCycle.PER_PROJECT,
    SettlementCycle.PER_PIECE,
    SettlementCycle.NEGOTIABLE,
)
FIXED, OPEN = "fixed", "open"
UNCHOSEN = ("", "请选择")


class StepForm(forms.Form):
    """`content` is what of the content is right; what was typed wrong is left out."""

    use_required_attribute = False

    def content(self):
        return dict(self.cleaned_data)

    def forgive(self, *names):
        """These may stay empty, as another answer says."""
        for name in names:
            if not str(self.data.get(name) or "").strip():
                self.errors.pop(name, None)


class WhatForm(StepForm):
    title = WordsField(
        label="标题", longest=60, help_text="一句话说清做什么，比如“商场周末派发试饮券”。"
    )
    category = ChosenField(label="类别", choices=[UNCHOSEN, *categories.CHOICES])
    mode = ChosenField(
        label="工作方式", choices=WorkMode.choices, widget=forms.RadioSelect, initial="on_site"
    )
    place = PlaceField(label="地区", help_text="写到区县，比如“吉首”。")
    address = WordsField(
        label="工作地点",
        longest=120,
        help_text="路名、门牌或商场名。线上做的不用填。",
    )
    headcount = NumberField(label="人数", least=1, most=999, whole=True, unit="人")
    duties = WordsField(
        label="做什么",
        longest=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="每天具体干些什么、在哪里、跟谁一起。联系方式写在后面那一步，不写在这里。",
    )
    requirements = WordsField(
        label="要求",
        longest=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="没有就写“没有特别要求”。性别、长相、户籍、年龄上限都不能写。",
    )

    def clean(self):
        said = super().clean()
        if said.get("mode") == WorkMode.ONLINE:
            self.forgive("address")
            said.setdefault("address", "")
        return said

    def content(self):
        said = super().content()
        if place := said.pop("place", None):
            said["region_id"] = place.adcode
        return said


class WhenForm(StepForm):
    term = ChosenField(label="期限", choices=[UNCHOSEN, *JobTerm.choices])
    start_date = DayField(label="开始日期", required=False, help_text="不填就是随时可以开始。")
    end_date = DayField(label="结束日期", required=False)
    slots = forms.MultipleChoiceField(
        label="哪些时段",
        required=False,
        choices=[(code, code) for code in slots.decode(slots.ALL)],
        help_text="都不选就是时间不限。",
        error_messages={"invalid_choice": "没有这个时段。"},
    )
    work_hours = WordsField(
        label="具体时间", longest=40, required=False, help_text="比如 9:00–12:00，中间休息半小时。"
    )
    hours_per_day = NumberField(
        label="每天几小时", least=0.5, most=24, unit="小时", required=False,
        help_text="填了就能算出折合时薪。",
    )  # fmt: skip

    def clean(self):
        said = super().clean()
        start, end = said.get("start_date"), said.get("end_date")
        if start and end and end < start:
            self.add_error("end_date", "结束日期不能早于开始日期。")
        elif end and end < timezone.localdate():
            self.add_error("end_date", "结束日期已经过了。")
        return said

    def clean_hours_per_day(self):
        hours = self.cleaned_data["hours_per_day"]
        if hours is not None and hours * 10 % 1:
            raise forms.ValidationError("最多一位小数，比如 7.5。")
        return hours

    def content(self):
        said = super().content()
        said["slots"] = slots.encode(said.get("slots", []))
        return said

    def grid(self):
        """Rows of the grid of weekday × part of day."""
        chosen = set(self["slots"].value() or [])
        return [
            (part, [(f"{day}{letter}", slots.label(f"{day}{letter}"), f"{day}{letter}" in chosen)
                    for day in range(1, 8)])
            for letter, part in slots.PARTS
        ]  # fmt: skip


class PayForm(StepForm):
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
    pay_unit = ChosenField(label="单位", choices=[UNCHOSEN, *PayUnit.choices])
    settlement = ChosenField(label="多久结一次", choices=[UNCHOSEN, *SettlementCycle.choices])
    latest_pay_days = NumberField(
        label="最迟几天内付清",
        least=1,
        most=365,
        whole=True,
        unit="天",
        required=False,
        help_text="完工结、整单结、按件结和面议的，请写明做完后最迟几天付清。",
    )

    def clean(self):
        said = super().clean()
        if said.get("pay_kind") == OPEN:
            self.forgive("pay_min", "pay_max", "pay_unit")
            return said | {"pay_min": None, "pay_max": None, "pay_unit": ""}
        low, high = said.get("pay_min"), said.get("pay_max")
        if low is not None and high is not None and high < low:
            self.add_error("pay_max", "最高不能少于最低。")
        if high is None and "pay_max" not in self.errors:
            said["pay_max"] = low
        return said

    def content(self):
        said = super().content()
        said.pop("pay_kind", None)
        if said.get("settlement") not in OPEN_CYCLES:
            said["latest_pay_days"] = None
        if None in (said.get("pay_min"), said.get("pay_max")) or not said.get("pay_unit"):
            said |= {"pay_min": None, "pay_max": None, "pay_unit": ""}
        return said


class NeedsForm(StepForm):
    education = ChosenField(label="学历", choices=Education.choices, initial="none")
    flags = ManyField(label="条件", choices=Requirement.choices)
    perks = ManyField(label="福利", choices=Perk.choices)
    contact_name = WordsField(
        label="联系人", longest=20, required=False, help_text="比如“陈店长”。"
    )
    contact_phone = ContactPhoneField(
        label="联系电话",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text="求职的人看过提醒、确认以后才看得到，平时不在页面上。",
        error_messages={"max_length": "电话不会这么长，请再看一遍。"},
    )
    contact_wechat = WechatField(
        label="微信号",
        required=False,
        max_length=60,
        error_messages={"max_length": "微信号不会这么长，请再看一遍。"},
    )


class CheckForm(StepForm):
    valid_through = DayField(
        label="招到哪一天", help_text=f"最长 {completeness.LONGEST.days} 天，到期可以再续。"
    )

    def clean_valid_through(self):
        day = self.cleaned_data["valid_through"]
        if wrong := completeness.wrong_dates({"valid_through": day}):
            raise forms.ValidationError(wrong)
        return day


class Step:
    def __init__(self, code, label, form):
        self.code, self.label, self.form = code, label, form
        self.fields = tuple(form.base_fields)
        self.template = f"employer/_step_{code}.html"


STEPS = {
    step.code: step
    for step in (
        Step("what", "做什么", WhatForm),
        Step("when", "什么时候", WhenForm),
        Step("pay", "报酬", PayForm),
        Step("needs", "条件与联系", NeedsForm),
        Step("check", "核对并承诺", CheckForm),
    )
}
ORDER = tuple(STEPS)
FIRST, LAST = ORDER[0], ORDER[-1]
