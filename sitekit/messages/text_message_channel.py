"""Text messages, sent by the provider that SMS_URL names."""

from django.conf import settings
from django.core import checks
from django.db.models import QuerySet

from sitekit.messages import text_messages
from sitekit.messages.channel_base import Channel, Recipient
from sitekit.models import TextMessage


class TextMessageChannel(Channel[TextMessage]):
    """One request for each message. No notices: providers send only texts they have approved."""

    model, lock, log_name = TextMessage, 7_263_103, "text messages"
    export_name, export_fields = "text_messages", ("kind", "text", "created_at", "sent_at")
    retention_code, retention_label = "texts", "发出的短信"
    turn = 0  # sign-in codes
    away_errors = (OSError,)
    secret_blanks = {"text": "", "words": {}}

    def send(self, row: TextMessage) -> None:
        text_messages.get_text_message_sender().send(row)

    def list_account_rows(self, user: Recipient) -> QuerySet[TextMessage]:
        rows = TextMessage.objects.filter(to=user.phone)
        return rows if user.phone else rows.none()

    def check_settings(self) -> list[checks.CheckMessage]:
        if settings.TEXT_MESSENGER["SENDER"].endswith("AliyunSender"):
            return []
        words = "短信发不出去，用手机号登录不了：SMS_URL 要写短信平台，见 deploy/README.md。"
        return [checks.Warning(words, id="sitekit.W005")]
