from django.conf import settings
from django.core import checks

from safety.forwarded_checks.text_message_views import has_check_template


@checks.register(deploy=True)
def check_text_message_answers(app_configs: object, **kwargs: object) -> list[checks.CheckMessage]:
    """safety.W002: text messages are received, but not answered."""
    if settings.SMS_UP_KEY is None or has_check_template():
        return []
    words = "收到的短信查不了：设了 SMS_UP_KEY，但 SMS_URL 里没有回复用的模板。"
    hint = "在 SMS_URL 里加 template_check=…，见 deploy/README.md。"
    return [checks.Warning(words, hint=hint, id="safety.W002")]
