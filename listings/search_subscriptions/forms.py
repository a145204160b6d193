"""The form to save a search."""

from django import forms

from listings.choices import Frequency
from sitekit.forms.fields import AddressField, OpenForm


class SearchForm(OpenForm):
    email = AddressField(
        label="邮箱",
        help_text="只用来发新的兼职，不给别人看，也不给招聘单位。",
        error_messages={"required": "请填邮箱，新的兼职要发到那里。"},
    )
    frequency = forms.ChoiceField(
        label="多久一次",
        choices=[
            (Frequency.DAILY, "每天早上 8 点一封"),
            (Frequency.INSTANT, "有了马上发，几分钟内到"),
        ],
        initial=Frequency.DAILY,
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选多久发一次。",
            "invalid_choice": "没有这一项，请在两个里选一个。",
        },
    )
