"""Mails, sent by the server that MAIL_URL names."""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.mail import EmailMessage, mailers
from django.db.models import QuerySet

from sitekit.messages.channel_base import Channel, Recipient, StopLink
from sitekit.models import Mail
from sitekit.web.absolute_urls import get_site_domain


class MailChannel(Channel[Mail]):
    """One connection for many mails, opened again after a mail that failed.

    Errors of a connected server are about the mail: there are no `away_errors`.
    """

    model, lock, log_name = Mail, 7_263_102, "mails"
    export_name, export_fields = "mails", ("subject", "text", "created_at", "sent_at")
    retention_code, retention_label = "mails", "发出的邮件"
    secret_blanks = {"text": "", "headers": {}}

    def __init__(self) -> None:
        self._mailer: Any = None

    def open(self) -> None:
        if self._mailer is None:
            mailer = mailers.default
            mailer.open()
            self._mailer = mailer

    def send(self, row: Mail) -> None:
        try:
            self._mailer.send_messages([_build_email(row)])
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        mailer, self._mailer = self._mailer, None
        if mailer is not None:
            mailer.close()

    def list_account_rows(self, user: Recipient) -> QuerySet[Mail]:
        rows = Mail.objects.filter(to__iexact=user.email)
        return rows if user.email else rows.none()

    def get_notice_address(self, user: Recipient) -> str:
        return user.email or ""

    def build_notice(
        self,
        *,
        key: str,
        to: str,
        title: str,
        text: str,
        not_before: datetime | None,
        stop: StopLink,
    ) -> Mail:
        headers = {} if stop.is_final else build_stop_headers(stop.url)
        return Mail(
            key=key,
            to=to,
            subject=" ".join(title.split())[:120],  # with a line break it could not be sent
            text=text,
            not_before=not_before,
            headers=headers,
        )

    def check_settings(self) -> list[checks.CheckMessage]:
        if settings.MAILERS["default"]["BACKEND"].endswith("smtp.EmailBackend"):
            return []
        words = "邮件寄不出去：MAIL_URL 要写发信服务器，如 smtps://用户:密码@host:465。"
        return [checks.Error(words, id="sitekit.E004")]


def build_stop_headers(link: str) -> dict[str, str]:
    """Return what mail programs need to stop these mails without a page (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _build_email(mail: Mail) -> EmailMessage:
    name = hashlib.sha256(f"{mail.pk} {mail.key}".encode()).hexdigest()[:32]
    headers = {
        "Message-ID": f"<{name}@{get_site_domain()}>",
        "Auto-Submitted": "auto-generated",
        **mail.headers,
    }
    return EmailMessage(mail.subject, mail.text, to=[mail.to], headers=headers)
