"""WeChat and Weibo: which of them the operator has keys for."""

from typing import NamedTuple

from django.conf import settings


class Provider(NamedTuple):
    key: str
    label: str


LABELS = {"weixin": "微信", "weibo": "微博"}


def providers() -> list[Provider]:
    return [Provider(key, LABELS[key]) for key in settings.SOCIALACCOUNT_PROVIDERS]
