"""WeChat and Weibo: which of them the operator has keys for."""

from typing import NamedTuple

from django.conf import settings


class SocialProvider(NamedTuple):
    key: str
    label: str


LABELS = {"weixin": "微信", "weibo": "微博"}


def list_configured_providers() -> list[SocialProvider]:
    return [SocialProvider(key, LABELS[key]) for key in settings.SOCIALACCOUNT_PROVIDERS]
