"""Fields of the posting form: they accept full-width input, and explain errors."""

import datetime
import re
from decimal import Decimal
from typing import Any

from django import forms

from sitekit.forms.date_inputs import DayInput
from sitekit.forms.fields import WordsField, join_lines, normalise_input, tidy_lines
from sitekit.forms.pasted_markup import strip_pasted_markup
from sitekit.forms.phone_numbers import normalise_phone
from textkit.invisible_characters import (
    FORMAT_OPERATORS,
    INVISIBLE_CHARACTERS,
    LANGUAGE_MARKS,
    NON_JOINER,
    SOFT_HYPHEN,
    build_removal_table,
)

_DATE = re.compile(r"^\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*$")
_LANDLINE = re.compile(r"(?:0\d{2,3}-?\d{7,8}|400-?\d{3,4}-?\d{3,4})(?:-\d{1,6})?")
_WECHAT = re.compile(r"[a-zA-Z][a-zA-Z0-9_-]{5,19}|1[3-9]\d{9}")
_UNKNOWN_CHOICE = "没有这一项，请在列表里选。"
_MIN_LETTERS = 2
# Nobody sees them; the joiner stays, emoji are made with it.
_UNSEEN = build_removal_table(
    INVISIBLE_CHARACTERS | SOFT_HYPHEN | NON_JOINER | LANGUAGE_MARKS | FORMAT_OPERATORS
)
# An age below 16, and how it is asked for; not that of children whom one teaches or looks after.
_YOUNG = r"(?<![\d一二三四五六七八九十百])(?:[5-9]|1[0-5]|[五六七八九]|十[一二三四五]?)"
_OF_OTHERS = r"(?![^,，。;；\n]{0,8}(?:学员|孩子|小朋友|儿童|宝宝|客|学生(?![工可也都])))"
_NO_CHILDREN_MESSAGE = "《禁止使用童工规定》不许招未满 16 周岁的人，请改成“年满 16 周岁”。"
_CHILD = re.compile(
    rf"{_YOUNG}\s?周?岁\s?(?:及?以上|起|即可|可以|就行|也可|都可)(?!的(?!传单|小时工|临时工|学生工)){_OF_OTHERS}"
    rf"|招(?:聘|收|工)?\s?{_YOUNG}\s?周?岁(?!以下|以内){_OF_OTHERS}"
    rf"|(?<![子童员生宝象户])年龄\s?(?:要求|限制|范围|段)?\s?[为在是:：]?\s?{_YOUNG}\s?(?:周?岁)?\s?[-~～—至到]\s?\d{{1,2}}\s?周?岁"
    r"|初中(?:在读)?学?生(?:在读)?(?:也|都|均)?(?:可做|可以做|可报|能做|优先)|初中在读学生可"
)


def is_line_field(field: forms.Field) -> bool:
    """Whether the field is one line of typed text, not several lines and not a choice."""
    is_text = isinstance(field, forms.CharField) and isinstance(field.widget, forms.TextInput)
    return is_text and not isinstance(field.widget, forms.HiddenInput)


class FreeTextField(WordsField):
    """Free text; it must not ask for people under 16. One line of it is plain text, without pasted HTML and
    without characters that nobody sees."""

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(error_messages={"required": f"请填{kwargs['label']}。"}, **kwargs)
        self.longest = longest
        self.widget.attrs.setdefault("maxlength", longest)

    def clean(self, value: Any) -> str:
        if is_line_field(self):
            value = join_lines(strip_pasted_markup(str(value or "")).translate(_UNSEEN))
        text = tidy_lines(super().clean(value)).replace("\x00", "")
        if len(text) > self.longest:
            raise forms.ValidationError(f"最多 {self.longest} 个字，现在有 {len(text)} 个。")
        if _CHILD.search(normalise_input(text)):
            raise forms.ValidationError(_NO_CHILDREN_MESSAGE)
        return text


class TitleField(FreeTextField):
    """A line that says something: with two letters or Chinese characters at least."""

    def clean(self, value: Any) -> str:
        title = super().clean(value)
        if sum(map(str.isalpha, title)) < _MIN_LETTERS:
            raise forms.ValidationError("标题要用文字写，一句话说清做什么。")
        return title


class NumberField(forms.Field):
    """Accepts ２２ and 22.5 元; a text widget, so that invalid input is shown again."""

    def __init__(
        self,
        *,
        least: float,
        most: float,
        is_whole: bool = False,
        unit: str = "",
        missing: str = "",
        **kwargs: Any,
    ) -> None:
        attrs = {"inputmode": "numeric" if is_whole else "decimal", "autocomplete": "off"}
        words = {"required": missing or f"请填{kwargs['label']}。"}
        super().__init__(widget=forms.TextInput(attrs), error_messages=words, **kwargs)
        self.least, self.most, self.is_whole, self.unit = least, most, is_whole, unit

    def to_python(self, value: Any) -> Decimal | int | None:
        text = normalise_input(value).replace(",", "")
        text = text.removesuffix(self.unit).removesuffix("元").strip()
        if not text:
            return None
        pattern = r"\d{1,9}" if self.is_whole else r"\d{1,9}(?:\.\d{1,2})?"
        if not re.fullmatch(pattern, text, re.ASCII):
            words = "请填整数。" if self.is_whole else "请填数字，最多两位小数。"
            raise forms.ValidationError(words)
        number = Decimal(text)
        if not Decimal(str(self.least)) <= number <= Decimal(str(self.most)):
            raise forms.ValidationError(f"应在 {self.least} 到 {self.most} 之间。")
        return int(number) if self.is_whole else number


class ChineseDateField(forms.Field):
    """Accepts 2026-03-01, 2026/3/1, 2026 年 3 月 1 日."""

    widget = DayInput

    def clean(self, value: Any) -> datetime.date | None:
        text = normalise_input(value)
        if not text:
            if self.required:
                raise forms.ValidationError(f"请填{self.label}。")
            return None
        match = _DATE.match(text)
        try:
            year, month, day = map(int, match.groups() if match else ())
            return datetime.date(year, month, day)
        except ValueError:
            raise forms.ValidationError("日期写得不对，应该像 2026-03-01。") from None


class ContactPhoneField(forms.CharField):
    """A mobile number (11 digits), a landline with its area code, or a 400 number."""

    def clean(self, value: Any) -> str:
        text = normalise_input(super().clean(value))
        if not text:
            return ""
        bare = re.sub(r"[\s()]+", "", text.replace("—", "-").replace("–", "-"))
        if _LANDLINE.fullmatch(bare):
            return bare
        try:
            return normalise_phone(text).removeprefix("+86")
        except ValueError:
            raise forms.ValidationError("电话写得不对：手机 11 位，座机带区号。") from None


class WechatField(forms.CharField):
    def clean(self, value: Any) -> str:
        text = normalise_input(super().clean(value)).replace(" ", "")
        if text and not _WECHAT.fullmatch(text):
            raise forms.ValidationError("微信号是 6 到 20 位字母、数字、下划线或减号，以字母开头。")
        return text


class ChosenField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        words = {"required": f"请选{kwargs['label']}。", "invalid_choice": _UNKNOWN_CHOICE}
        super().__init__(error_messages=words, **kwargs)


class MultiChoiceField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        words = {"invalid_choice": _UNKNOWN_CHOICE, "invalid_list": _UNKNOWN_CHOICE}
        super().__init__(required=False, error_messages=words, **kwargs)
