"""WeChat and Weibo: which of them the operator has keys for."""

from django.conf import settings

LABELS = {"weixin": "微信", "weibo": "微博"}


def get_provider_labels() -> dict[str, str]:
    """Return the labels of the providers by the names that allauth has for them."""
    return {key: LABELS[key] for key in settings.SOCIALACCOUNT_PROVIDERS}
