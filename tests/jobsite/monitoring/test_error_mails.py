"""ADMIN_MAIL hears of errors: of each kind once in ten minutes, without anybody's words."""

import logging
import threading

import pytest
from django.db import transaction

from jobsite.monitoring.error_mails import ErrorMailHandler
from sitekit.models import Mail
from sitekit.telemetry.current_work import Work, work_on
from sitekit.telemetry.log_lines import PlainLine
from tests.daily_tests import mark_each
from tests.jobsite.settings.test_settings import run_python

HANDLERS = "import django, logging; django.setup(); print(logging.getLogger().handlers)"


def build_handler():
    handler = ErrorMailHandler()
    handler.setFormatter(PlainLine())
    return handler


@pytest.fixture
def log(committed, settings):
    """A logger whose errors are told; `log.wait()` until they are stored."""
    settings.ADMIN_MAIL = "运营 <operator@example.com>"
    logger = logging.getLogger("jobsite.of.a.test")
    handler = build_handler()
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)


def list_mails():
    for thread in threading.enumerate():
        if thread.name == "error mail":
            thread.join()
    return list(Mail.objects.order_by("pk"))


def log_exception(logger, error):
    try:
        raise error  # noqa: TRY301
    except Exception:
        logger.exception("Internal Server Error: %s", "/xiangxi/")


def test_each_kind_is_told_once_and_without_words_of_people(log):
    with work_on(Work("4821093755")):
        for _ in range(3):
            log_exception(log, ValueError("somebody@example.com"))
    log.error("%s failed", "a task")
    log.warning("not told")
    second, first = sorted(list_mails(), key=lambda mail: mail.subject)
    assert first.to == "operator@example.com"
    assert first.subject.startswith("出错：jobsite.of.a.test: ValueError tests/jobsite/monitoring/")
    assert " 4821093755 Internal Server Error: /xiangxi/ ValueError (" in first.text
    assert "somebody" not in first.text + first.subject
    assert second.subject == "出错：a task failed"


def test_processes_share_the_limit(log):
    log.error("the same")
    list_mails()
    record = logging.LogRecord(log.name, logging.ERROR, "x.py", 1, "the same", (), None)
    other = build_handler()
    other.handle(record)
    assert len(list_mails()) == 1


def test_it_is_told_though_the_transaction_is_undone(log):
    with transaction.atomic():
        log.error("in the middle")
        transaction.set_rollback(True)
    assert len(list_mails()) == 1


def test_what_strangers_cause_is_not_told(log):
    record = logging.LogRecord(
        "django.security.DisallowedHost", logging.ERROR, "x.py", 1, "Invalid host", (), None
    )
    log.handlers[0].handle(record)
    assert list_mails() == []


@pytest.mark.parametrize(
    ("variables", "is_told"),
    mark_each(
        2,
        [
            ({"ADMIN_MAIL": "operator@example.com"}, True),
            ({}, False),
            ({"ADMIN_MAIL": "operator@example.com", "SENTRY_DSN": "http://k@127.0.0.1:1/1"}, False),
        ],
    ),
)
def test_it_is_on_where_there_is_a_mailbox_and_no_sentry(variables, is_told):
    done = run_python(HANDLERS, **variables)
    assert done.returncode == 0, done.stderr
    assert ("ErrorMailHandler" in done.stdout) is is_told
