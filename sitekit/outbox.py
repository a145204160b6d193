"""Mails leave through a table: written with what they tell of in one transaction, sent afterwards.

Sending is at least once: a process that ends between the server's yes and our own note sends the
mail again, with the same Message-ID, by which servers and mail programs know it.
"""

import hashlib
import logging
import smtplib
from datetime import timedelta

from django.core.mail import EmailMessage, mailers
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sitekit.addresses import domain
from sitekit.models import Mail

logger = logging.getLogger(__name__)
TRIES = 8
FIRST_WAIT = timedelta(minutes=1)  # then four times as long each time, a day and a half in all
LONGEST_WAIT = timedelta(hours=12)
KEPT = timedelta(days=30)


def put_all(mails):
    """Mails to be sent; a second one under the same key is none."""
    Mail.objects.bulk_create(mails, ignore_conflicts=True)


def deliver(limit=200, stopped=lambda: False):
    """Send what is due, one transaction a mail; how many went out and how many failed.

    A server that can't be reached ends the run and is no failure of the mail's: it waits.
    """
    sent = failed = 0
    with _Postman() as postman:
        while sent + failed < limit and not stopped():
            try:
                done = _deliver_one(postman)
            except OSError as error:
                logger.warning("mails wait: no connection to the mail server (%s)", _words(error))
                break
            if done is None:
                break
            sent, failed = sent + done, failed + (not done)
    return sent, failed


def waiting():
    return Mail.objects.filter(sent_at=None, tries__lt=TRIES)


def take_back(**which):
    """Drop mails that were not sent; how many. One that is being sent at this moment goes out."""
    with transaction.atomic():
        mails = waiting().filter(**which).select_for_update(skip_locked=True)
        return Mail.objects.filter(pk__in=[mail.pk for mail in mails]).delete()[0]


def tidy():
    """Addresses and texts go a month after the mail was sent or given up."""
    old = timezone.now() - KEPT
    Mail.objects.filter(
        Q(sent_at__lt=old) | Q(sent_at=None, tries__gte=TRIES, created_at__lt=old)
    ).delete()


def _deliver_one(postman):
    now = timezone.now()
    due = waiting().filter(Q(not_before=None) | Q(not_before__lte=now))
    with transaction.atomic():
        mail = due.select_for_update(skip_locked=True).order_by("not_before", "pk").first()
        if mail is None:
            return None
        postman.open()
        mail.tries += 1
        try:
            postman.send(_message(mail))
        except Exception as error:  # one odd mail must not stop the others
            wait = min(FIRST_WAIT * 4 ** (mail.tries - 1), LONGEST_WAIT)
            mail.not_before, mail.last_error = now + wait, _words(error)
        else:
            mail.sent_at, mail.last_error = timezone.now(), ""
        mail.save(update_fields=["tries", "not_before", "sent_at", "last_error"])
    return mail.sent_at is not None


def _message(mail):
    name = hashlib.sha256(f"{mail.pk} {mail.key}".encode()).hexdigest()[:32]
    headers = {
        "Message-ID": f"<{name}@{domain()}>",
        "Auto-Submitted": "auto-generated",
        **mail.headers,
    }
    return EmailMessage(mail.subject, mail.text, to=[mail.to], headers=headers)


def _words(error):
    """What went wrong without the server's words, which repeat the address."""
    code = getattr(error, "smtp_code", "")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _ in error.recipients.values()), "")
    return f"{type(error).__name__} {code}".strip()


class _Postman:
    """One connection for many mails, made anew after one that failed."""

    def __init__(self):
        self._mailer = None

    def __enter__(self):
        return self

    def open(self):
        if self._mailer is None:
            mailer = mailers.default
            mailer.open()
            self._mailer = mailer

    def send(self, message):
        try:
            self._mailer.send_messages([message])
        except Exception:
            self._close()
            raise

    def _close(self):
        mailer, self._mailer = self._mailer, None
        if mailer is not None:
            mailer.close()

    def __exit__(self, *_):
        self._close()
