"""Text messages, sent by the provider that SMS_URL names."""

from datetime import datetime

from django.conf import settings
from django.core import checks
from django.db.models import QuerySet

from sitekit.messages import text_messages
from sitekit.messages.channel_base import Channel, Recipient
from sitekit.models import TextMessage

NOTICE_TEMPLATE = "notice"
MOST_TITLE_CHARACTERS = 35  # of a word in a template: providers refuse longer ones


class TextMessageChannel(Channel[TextMessage]):
    """One request for each message. Of a notice only the title, to whoever has no mail address:
    providers send only texts they have approved, filled with a few short words."""

    model, lock, log_name = TextMessage, 7_263_103, "text messages"
    export_name, export_fields = "text_messages", ("kind", "text", "created_at", "sent_at")
    retention_code, retention_label = "texts", "发出的短信"
    turn = 0  # sign-in codes
    is_paid = True
    away_errors = (OSError,)
    secret_blanks = {"text": "", "words": {}}

    def send(self, row: TextMessage) -> None:
        text_messages.get_text_message_sender().send(row)

    def list_account_rows(self, user: Recipient) -> QuerySet[TextMessage]:
        rows = TextMessage.objects.filter(to=user.phone)
        return rows if user.phone else rows.none()

    def get_notice_address(self, user: Recipient) -> str:
        has_only_phone = user.phone_proved_at and not user.email
        if has_only_phone and text_messages.has_template(NOTICE_TEMPLATE):
            return user.phone or ""
        return ""

    def build_notice(
        self, *, key: str, to: str, title: str, text: str, not_before: datetime | None
    ) -> TextMessage:
        short = _shorten_title(title)
        return TextMessage(
            key=key,
            to=to,
            kind=NOTICE_TEMPLATE,
            words={"title": short},
            text=f"{short}。登录后在「我的 › 站内信」看详情。",
            not_before=not_before,
        )

    def check_settings(self) -> list[checks.CheckMessage]:
        if not settings.TEXT_MESSENGER["SENDER"].endswith("AliyunSender"):
            words = "短信发不出去，用手机号登录不了：SMS_URL 要写短信平台，见 deploy/README.md。"
            return [checks.Error(words, id="sitekit.E005")]
        if not text_messages.has_template(NOTICE_TEMPLATE):
            words = "只有手机号的人收不到报名、审核结果的短信：SMS_URL 里没有通知用的模板。"
            hint = "在 SMS_URL 里加 template_notice=…，见 deploy/README.md。"
            return [checks.Warning(words, hint=hint, id="sitekit.W008")]
        return []


def _shorten_title(title: str) -> str:
    """Leave out the middle, which is the name of a listing: what happened stands before or after it."""
    if len(title) <= MOST_TITLE_CHARACTERS:
        return title
    half = (MOST_TITLE_CHARACTERS - 1) // 2
    return f"{title[:half]}…{title[-half:]}"
