"""Sends errors by mail to ADMIN_MAIL: at most one mail of each kind of error in ten minutes, counted over all web
processes."""

import hashlib
import logging
import threading
from email.utils import parseaddr

from django.conf import settings
from django.db import connections
from django.urls import reverse

from sitekit.telemetry.error_places import locate_error
from sitekit.telemetry.log_lines import hide_controls

MAIL_INTERVAL_SECONDS = 600  # seconds
# What any stranger causes: a made-up host name, a forged session.
SILENT_LOGGERS = ("django.security.DisallowedHost", "django.security.SuspiciousSession")
_THREAD = "error mail"


class ErrorMailHandler(logging.Handler):
    """Stores a mail in the outbox, in a thread with a database connection of its own, because the error may have
    happened in a transaction that will be rolled back. The key of the mail is made of kind and period; a second mail
    with the same key is not stored."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._told: dict[str, int] = {}

    def emit(self, record: logging.LogRecord) -> None:
        kind, period = describe_kind(record), int(record.created // MAIL_INTERVAL_SECONDS)
        is_own = threading.current_thread().name == _THREAD
        if is_own or record.name in SILENT_LOGGERS or self._told.get(kind) == period:
            return
        self._told = {told_kind: at for told_kind, at in self._told.items() if at == period}
        self._told[kind] = period
        try:
            subject = kind if record.exc_info else record.getMessage()
            arguments = (kind, period, f"出错：{hide_controls(subject)}"[:120], self.format(record))
            threading.Thread(target=_store_mail, args=arguments, name=_THREAD).start()
        except Exception:  # as all handlers do: a log never stops what is logged
            self.handleError(record)


def describe_kind(record: logging.LogRecord) -> str:
    """Return the logger's name with the kind and place of the exception, or with the message as the code writes it,
    without its arguments. Errors with the same description are of one kind."""
    error = record.exc_info[1] if record.exc_info else None
    kind = locate_error(error) if error else record.msg
    return f"{record.name}: {kind}"


def _store_mail(kind: str, period: int, subject: str, line: str) -> None:
    from sitekit.messages.outbox import enqueue_messages
    from sitekit.models import Mail
    from sitekit.web.absolute_urls import build_absolute_url

    digest = hashlib.sha256(kind.encode()).hexdigest()[:16]
    text = (
        f"网站出了一个错：\n\n{line}\n\n"
        "同一种错误十分钟里只寄一封；别的在服务器的日志里，按时间后面的编号找。\n"
        f"运行情况：{build_absolute_url(reverse('state'))}\n"
    )
    mail = Mail(
        key=f"error {digest} {period}",
        to=parseaddr(settings.ADMIN_MAIL)[1],
        subject=subject,
        text=text,
    )
    try:
        enqueue_messages([mail])
    except Exception:  # the database is away: the log has it
        return
    finally:
        connections.close_all()
