"""What stands in a line of the log: one event each, with time, level, logger, and what was worked on."""

import json
import logging
import re
from datetime import UTC, datetime

from sitekit.telemetry.current_work import get_current_work
from sitekit.telemetry.error_places import describe_trace

# What would end a line, or alter the terminal that shows it.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class PlainLine(logging.Formatter):
    """`2026-11-28T16:09:57.123Z WARNING logger 4821093755 words`.

    Of an error kind and places are told, not its words, which may name people. `with_traceback`, for a
    developer's own terminal, adds all of it in lines of its own.
    """

    def __init__(self, with_traceback: bool = False) -> None:
        super().__init__()
        self.with_traceback = with_traceback

    def format(self, record: logging.LogRecord) -> str:
        fields = _build_fields(record)
        line = " ".join([*fields.values()])
        if self.with_traceback and record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return line


class JsonLine(PlainLine):
    """The same as an object."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_build_fields(record), ensure_ascii=False)


def hide_controls(text: str) -> str:
    return _CONTROLS.sub(" ", text)


def _build_fields(record: logging.LogRecord) -> dict[str, str]:
    moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    work = get_current_work()
    fields = {
        "time": moment.replace("+00:00", "Z"),
        "level": record.levelname,
        "logger": record.name,
        "work": work.key if work else "-",
        "message": hide_controls(record.getMessage()),
    }
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        fields["error"] = describe_trace(error)
    return fields
