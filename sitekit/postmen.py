"""How one thing of the outbox leaves: a mail to the mail server, a text message to its provider.

`open`, and `send` with one of `away`, say that nobody answers there: what is to be sent waits.
"""

import hashlib
import smtplib

from django.core.mail import EmailMessage, mailers

from sitekit import alone
from sitekit.addresses import domain
from sitekit.models import Mail, TextMessage


class Mails:
    """One connection for many mails, made anew after one that failed."""

    model, lock, name = Mail, alone.MAILS, "mails"
    away: tuple = ()  # once the server answers, its errors are about the mail

    def __init__(self):
        self._mailer = None

    def open(self):
        if self._mailer is None:
            mailer = mailers.default
            mailer.open()
            self._mailer = mailer

    def send(self, mail):
        try:
            self._mailer.send_messages([_message(mail)])
        except Exception:
            self.close()
            raise

    def close(self):
        mailer, self._mailer = self._mailer, None
        if mailer is not None:
            mailer.close()


class TextMessages:
    """Each is a request of its own to the provider that the settings name."""

    model, lock, name = TextMessage, alone.TEXT_MESSAGES, "text messages"
    away: tuple = (OSError,)

    def __init__(self):
        self._sender = None

    def open(self):
        from sitekit import sms

        self._sender = self._sender or sms.sender()

    def send(self, message):
        self._sender.send(message)

    def close(self):
        self._sender = None


def _message(mail):
    name = hashlib.sha256(f"{mail.pk} {mail.key}".encode()).hexdigest()[:32]
    headers = {
        "Message-ID": f"<{name}@{domain()}>",
        "Auto-Submitted": "auto-generated",
        **mail.headers,
    }
    return EmailMessage(mail.subject, mail.text, to=[mail.to], headers=headers)


def words(error):
    """What went wrong without the server's words, which repeat the address."""
    code = getattr(error, "smtp_code", getattr(error, "code", ""))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _ in error.recipients.values()), "")
    return f"{type(error).__name__} {code}".strip()[:200]
