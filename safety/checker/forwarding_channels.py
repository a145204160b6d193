"""Where an offer can be forwarded to instead of being pasted: the channels that are switched on."""

from email.utils import parseaddr
from typing import NamedTuple

from django.conf import settings

from sitekit.models import Operator


class ForwardingChannel(NamedTuple):
    """`address` is what a person looks for or writes to; `link` opens it on a phone, if it can."""

    label: str
    address: str
    link: str = ""


def list_forwarding_channels() -> list[ForwardingChannel]:
    """Return the channels that have their keys and a public address. One query if there are keys."""
    mail = parseaddr(settings.CHECK_MAIL)[1]
    channels = [ForwardingChannel("邮件转发到", mail, f"mailto:{mail}")] if mail else []
    if settings.WECHAT is None and settings.SMS_UP_KEY is None:
        return channels
    operator = Operator.current()
    if settings.SMS_UP_KEY is not None and (phone := operator.check_phone):
        channels.insert(0, ForwardingChannel("短信转发到", phone, f"sms:{phone}"))
    if settings.WECHAT is not None and (account := operator.check_account):
        channels.insert(0, ForwardingChannel("微信服务号", account))
    return channels
