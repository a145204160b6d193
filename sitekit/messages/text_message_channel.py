"""Text messages, sent by the provider that SMS_URL names."""

from datetime import datetime

from django.conf import settings
from django.core import checks
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, ExtractHour

from sitekit.messages import text_messages
from sitekit.messages.channel_base import Channel, Recipient, StopLink, find_own_phone
from sitekit.messages.quiet_hours import QUIET_FROM, QUIET_UNTIL, postpone_to_morning
from sitekit.models import TextMessage

NOTICE_TEMPLATE, DIGEST_TEMPLATE = "notice", "digest"
MAX_TITLE_CHARACTERS = 35  # of a word in a template: providers refuse longer ones


class TextMessageChannel(Channel[TextMessage]):
    """One request for each message. Of a notice only the title: providers send only texts they have approved,
    filled with a few short words."""

    model, lock, log_name = TextMessage, 7_263_103, "text messages"
    export_name, export_fields = "text_messages", ("kind", "text", "created_at", "sent_at")
    retention_code, retention_label = "texts", "发出的短信"
    turn = 0  # sign-in codes
    is_paid = True
    away_errors = (OSError,)
    secret_blanks = {"text": "", "words": {}}

    def put_off(self, due: QuerySet[TextMessage]) -> None:
        """Postpone to the morning the notices that should have left by day and are late, because the worker or the
        provider was away or refused them. A notice that should leave at night is urgent, or its reader chose other
        hours."""
        morning = postpone_to_morning()
        if morning is None:
            return
        hour = ExtractHour(Coalesce("not_before", "created_at"))
        is_of_day = Q(hour__gte=QUIET_UNTIL, hour__lt=QUIET_FROM) | Q(tries__gt=0)
        notices = due.filter(is_secret=False, kind__in=(NOTICE_TEMPLATE, DIGEST_TEMPLATE))
        notices.annotate(hour=hour).filter(is_of_day).update(not_before=morning)

    def send(self, row: TextMessage) -> None:
        text_messages.get_text_message_sender().send(row)

    def list_account_rows(self, user: Recipient) -> QuerySet[TextMessage]:
        phone = find_own_phone(user)
        rows = TextMessage.objects.filter(to=phone)
        return rows if phone else rows.none()

    def get_notice_address(self, user: Recipient) -> str:
        if user.phone_proved_at and text_messages.has_template(NOTICE_TEMPLATE):
            return user.phone or ""
        return ""

    def build_notice(
        self,
        *,
        key: str,
        to: str,
        title: str,
        text: str,
        not_before: datetime | None,
        stop: StopLink,
    ) -> TextMessage:
        short, link = _shorten_title(title), stop.shortcut or stop
        return TextMessage(
            key=key,
            to=to,
            kind=NOTICE_TEMPLATE,
            words={"title": short, "code": link.code},
            text=f"{short}。看详情或退订：{link.url}",
            not_before=not_before,
        )

    def build_invitation(
        self, *, key: str, to: str, title: str, code: str, url: str
    ) -> TextMessage:
        """Return an unsaved text message to a phone that may be of nobody here: nothing can be stopped yet."""
        short = _shorten_title(title)
        text = f"{short}。点开看看：{url}"
        words = {"title": short, "code": code}
        return TextMessage(
            key=key, to=to, kind=NOTICE_TEMPLATE, words=words, text=text, is_secret=True
        )

    def get_digest_address(self, user: Recipient) -> str:
        has_digests = text_messages.has_template(DIGEST_TEMPLATE)
        return (user.phone_proved_at and has_digests and user.phone) or ""

    def build_digest(
        self, *, key: str, to: str, news_words: str, not_before: datetime | None, stop: StopLink
    ) -> TextMessage:
        """Return an unsaved text message that says how much is new, and where."""
        return TextMessage(
            key=key,
            to=to,
            kind=DIGEST_TEMPLATE,
            words={"what": news_words[:MAX_TITLE_CHARACTERS], "code": stop.code},
            text=f"你订阅的有{news_words}。看或退订：{stop.url}",
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
        if not text_messages.has_template(DIGEST_TEMPLATE):
            words = "订阅了兼职和预警、又没有邮箱的人收不到短信：SMS_URL 里没有汇总用的模板。"
            hint = "在 SMS_URL 里加 template_digest=…，见 deploy/README.md。"
            return [checks.Warning(words, hint=hint, id="sitekit.W011")]
        return []


def _shorten_title(title: str) -> str:
    """Leave out the middle, which is the name of a listing: what happened stands before or after it. The thin spaces
    of dates would count as characters."""
    title = title.replace("\N{THIN SPACE}", "")
    if len(title) <= MAX_TITLE_CHARACTERS:
        return title
    half = (MAX_TITLE_CHARACTERS - 1) // 2
    return f"{title[:half]}…{title[-half:]}"
