"""The form of the alerts by mail."""

from typing import Any

from django import forms

from cities.directory.form_fields import PlaceField
from screening.fraud_types import list_fraud_types_by_group
from sitekit.forms.fields import AddressField, OpenForm
from sitekit.forms.typed_contact import ContactFormMixin


class SubscribeForm(ContactFormMixin, OpenForm):
    email = AddressField(
        label="邮箱",
        help_text="只用来发预警，不给别人看。",
        error_messages={"required": "请填邮箱，预警要发到那里。"},
    )
    place = PlaceField(label="地区", nation=True, help_text="写城市、区县或省；不写就是全国。")
    fraud_type = forms.ChoiceField(
        label="哪些骗局",
        required=False,
        choices=[
            ("", "全部骗局"),
            *(
                (group.label, [(kind, kind.label) for kind in kinds])
                for group, kinds in list_fraud_types_by_group().items()
            ),
        ],
        error_messages={"invalid_choice": "没有这种骗局，请在列表里选。"},
    )

    def __init__(self, *args: Any, by_inbox: bool = False, **kwargs: Any) -> None:
        """`by_inbox`: the form is for a member without a mailbox, who needs none."""
        super().__init__(*args, **kwargs)
        if by_inbox:
            del self.fields["email"]
