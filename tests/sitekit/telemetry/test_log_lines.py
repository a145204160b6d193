"""One line for each event, with time, level, logger and what was worked on, and nobody's words."""

import json
import logging
import re

import pytest

from sitekit.telemetry.current_work import Work, get_current_work, work_on
from sitekit.telemetry.log_lines import JsonLine, PlainLine

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def build_record(words, *arguments, error=None):
    caught = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("jobsite.x", logging.WARNING, "x.py", 1, words, arguments, caught)


def raise_chained_error():
    try:
        {}["13800138000"]
    except KeyError as cause:
        raise ValueError("somebody@example.com") from cause


def test_a_line_tells_time_level_logger_and_work():
    line = PlainLine().format(build_record("%d mails wait", 3))
    assert re.fullmatch(rf"{TIME} WARNING jobsite\.x - 3 mails wait", line)
    with work_on(Work("4821093755")):
        assert " jobsite.x 4821093755 3 mails" in PlainLine().format(build_record("3 mails"))
    assert get_current_work() is None


def test_what_somebody_sent_ends_no_line():
    line = PlainLine().format(build_record("Not Found: %s", "/a\n2026-11-28 forged\r\x1b[2J"))
    assert len(line.splitlines()) == 1 and "\x1b" not in line


def test_of_an_error_kinds_and_places_are_told_and_no_words():
    with pytest.raises(ValueError, match="somebody") as caught:
        raise_chained_error()
    record = build_record("failed", error=caught.value)
    for line in (PlainLine().format(record), JsonLine().format(record)):
        assert "ValueError < KeyError (" in line
        assert re.search(
            r"tests/sitekit/telemetry/test_log_lines\.py:\d+ raise_chained_error", line
        )
        assert "somebody" not in line and "13800138000" not in line and "\n" not in line
    assert "somebody" in PlainLine(with_traceback=True).format(record)


def test_an_object_holds_the_same():
    with work_on(Work("deliver[12]", "deliver")):
        fields = json.loads(JsonLine().format(build_record("“%s”", "好")))
    assert re.fullmatch(TIME, fields.pop("time"))
    assert fields == {
        "level": "WARNING",
        "logger": "jobsite.x",
        "work": "deliver[12]",
        "message": "“好”",
    }


def test_the_site_writes_such_lines():
    assert type(logging.getHandlerByName("console").formatter) is PlainLine
