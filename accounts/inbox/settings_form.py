"""The form of 通知方式: by kind of notice a box for each channel that reaches the user, and the quiet hours."""

from typing import Any

from django import forms

from accounts.choices import NoticeKind
from accounts.inbox.preferences import (
    CHOSEN_KINDS,
    INBOX,
    SUBSCRIBED,
    wants_by_channel,
    wants_in_inbox,
)
from accounts.models import User
from sitekit.messages.channel_base import Channel
from sitekit.messages.channels import create_channels
from sitekit.messages.mail_channel import MailChannel

NOTICE_KIND_EXPLANATIONS: dict[NoticeKind, str] = {
    NoticeKind.APPLICATION: "报名的活录用、没录用、招满或撤回了。",
    NoticeKind.HIRING: "有人报名、兼职审核结果、到期和复核。",
    NoticeKind.CASES: "你的举报、申诉，写的介绍和评价审核完了。",
    NoticeKind.SEARCHES: "你订阅的搜索有了新的兼职。",
    NoticeKind.ALERTS: "你订阅的地区有了新的骗局。",
}
_HOURS = [(hour, f"{hour}:00") for hour in range(24)]
_WRONG_HOUR = {"required": "请选一个钟点。", "invalid_choice": "没有这个钟点，请在列表里选。"}


class NoticeSettingsForm(forms.Form):
    # The boxes that the page has: one that was added since it was opened is not unticked by saving it.
    offered = forms.CharField(required=False, widget=forms.HiddenInput)
    quiet_from = forms.TypedChoiceField(
        label="晚上几点起", choices=_HOURS, coerce=int, error_messages=_WRONG_HOUR
    )
    quiet_until = forms.TypedChoiceField(
        label="到早上几点", choices=_HOURS, coerce=int, error_messages=_WRONG_HOUR
    )

    def __init__(self, *args: Any, user: User, is_employer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"quiet_from": user.quiet_from, "quiet_until": user.quiet_until}
        self.user = user
        self.kinds = [kind for kind in CHOSEN_KINDS if kind != NoticeKind.HIRING or is_employer]
        boxes = []
        for kind in self.kinds:
            options = _list_options(user, kind)
            boxes += [_name_box(kind, name) for name, _label, _is_wanted in options]
            self.fields[kind.value] = forms.MultipleChoiceField(
                label=kind.label,
                help_text=NOTICE_KIND_EXPLANATIONS[kind],
                required=False,
                choices=[(name, label) for name, label, _is_wanted in options],
                initial=[name for name, _label, is_wanted in options if is_wanted],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": "没有这种方式，请重新选。"},
            )
        self.initial["offered"] = " ".join(boxes)

    def list_kind_fields(self) -> list[tuple[forms.BoundField, bool]]:
        """Return the field of each kind, and whether it always stands in the inbox."""
        return [(self[kind.value], kind not in SUBSCRIBED) for kind in self.kinds]

    def save(self) -> None:
        """Store the choices for the channels that were offered; choices for other channels stay."""
        user, answers = self.user, self.cleaned_data
        offered = set(answers["offered"].split())
        for kind in self.kinds:
            choices = user.notice_choices.setdefault(kind.value, {})
            for name, _label, _wanted in _list_options(user, kind):
                is_ticked = name in answers[kind.value]
                if is_ticked or _name_box(kind, name) in offered:
                    choices[name] = is_ticked
        user.quiet_from, user.quiet_until = answers["quiet_from"], answers["quiet_until"]
        user.save(update_fields=["notice_choices", "quiet_from", "quiet_until"])


def describe_chosen_channels(user: User, kind: NoticeKind, mailbox: str = "") -> str:
    """Return by what the kind reaches the user as things are: 站内信、短信; a mail is named by its `mailbox`."""
    names = [
        mailbox if mailbox and name == MailChannel.export_name else label.partition("（")[0]
        for name, label, is_wanted in _list_options(user, kind)
        if is_wanted
    ]
    return "、".join(names) or "通知都关了"


def _name_box(kind: NoticeKind, channel_name: str) -> str:
    return f"{kind.value}.{channel_name}"


def _list_options(user: User, kind: NoticeKind) -> list[tuple[str, str, bool]]:
    """Return name, label and present state of each channel that there is something to choose of."""
    options = []
    if kind in SUBSCRIBED:
        options.append((INBOX, "站内信", wants_in_inbox(user, kind)))
    for channel in create_channels():
        if _get_address(channel, user, kind):
            label = str(channel.model._meta.verbose_name)
            if channel.is_paid and kind in SUBSCRIBED:
                label += "（一天最多一条）"
            is_wanted = wants_by_channel(user, kind, channel)
            options.append((channel.export_name, label, is_wanted))
    return options


def _get_address(channel: Channel[Any], user: User, kind: NoticeKind) -> str:
    is_digest = kind in SUBSCRIBED
    return channel.get_digest_address(user) if is_digest else channel.get_notice_address(user)
