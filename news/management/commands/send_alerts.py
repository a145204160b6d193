"""Writes the alert mails that are due and sends what lies in the outbox."""

import contextlib
import os
import signal
import threading
import time

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from news import alert_sending, subscribing
from sitekit import limits, outbox

LOCK = 7_263_101  # anybody's number, as long as nobody else takes it
LETTERS_EVERY = 5  # seconds: somebody waits for a confirmation
NO_DATABASE = (OperationalError, InterfaceError)


class Command(BaseCommand):
    help = "给订阅的人发预警邮件；同时只有一个进程在发。"

    def add_arguments(self, parser):
        parser.add_argument("--every", type=int, metavar="SECONDS", help="隔几秒发一轮，直到停掉")
        parser.add_argument("--with-parent", type=int, metavar="PID", help="启动它的进程，跟着结束")

    def handle(self, *args, every=None, with_parent=None, **options):
        if every is not None and every < 1:
            raise CommandError("--every 至少 1 秒。")
        if not _take_lock():
            self.stdout.write("另一个进程已经在发。")
            return
        try:
            if every is None:
                self._round()
            else:
                self._go_on(every, _Stop(with_parent))
        finally:
            _give_back()

    def _round(self, stopped=lambda: False):
        alert_sending.take_back()
        written = alert_sending.tell(stopped)
        reminded = subscribing.remind()
        sent, failed = outbox.deliver(limit=5000, stopped=stopped)
        for tidy in (subscribing.tidy, outbox.tidy, limits.tidy):
            tidy()
        if written or reminded or sent or failed:
            self.stdout.write(
                f"写好预警邮件 {written} 封、到期提醒 {reminded} 封；寄出 {sent} 封，没寄成 {failed} 封。"
            )
            self.stdout.flush()

    def _go_on(self, every, stop):
        due = 0.0
        while not stop():
            try:
                if time.monotonic() >= due:
                    due = time.monotonic() + every
                    self._round(stop)
                else:
                    alert_sending.take_back()
                    outbox.deliver(stopped=stop)
            except NO_DATABASE as error:
                self.stderr.write(f"数据库没有回应：{type(error).__name__}")
                self._find_back(stop)
            stop.wait(min(every, LETTERS_EVERY))

    def _find_back(self, stop):
        """The lock went with the connection: wait for both."""
        while not stop():
            connection.close()
            with contextlib.suppress(*NO_DATABASE):
                if _take_lock():
                    return
            stop.wait(LETTERS_EVERY)


class _Stop:
    """True once a signal came, or the process that began this one is gone."""

    def __init__(self, with_parent):
        self._event = threading.Event()
        self._parent = with_parent
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._event.set())

    def __call__(self):
        return self._event.is_set() or self._parent not in (None, os.getppid())

    def wait(self, seconds):
        """In short steps: nothing wakes it when the parent ends."""
        until = time.monotonic() + seconds
        while not self() and (left := until - time.monotonic()) > 0:
            self._event.wait(min(left, 1))


def _take_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


def _give_back():
    with contextlib.suppress(*NO_DATABASE), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
