"""How long a process waits for the database: a row that somebody holds must not stop the whole site.

Given when a connection is made. A pooler passes no such options on: there the limits stand on the role
(`deploy/README.md`).
"""

import os
from typing import NamedTuple

# Set by what starts a process, before the settings are read.
VARIABLE = "PROCESS_KIND"


class TimeLimits(NamedTuple):
    """Limits in seconds; 0 means no limit."""

    lock: int
    statement: int
    idle_in_transaction: int

    def describe(self) -> str:
        """Return the limits as options of a connection."""
        names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        return " ".join(f"-c {name}={value}s" for name, value in zip(names, self, strict=True))


TIME_LIMITS = {
    # A visitor waits, and with him a request thread.
    "web": TimeLimits(lock=3, statement=10, idle_in_transaction=30),
    # Nobody waits for the worker, so its statements may take long, and hold their locks as long.
    "worker": TimeLimits(lock=30, statement=600, idle_in_transaction=600),
    # All requests queue up behind a lock that waits; building an index takes as long as it takes.
    "migrate": TimeLimits(lock=5, statement=0, idle_in_transaction=0),
    "command": TimeLimits(lock=60, statement=0, idle_in_transaction=3600),
}
_COMMANDS = {"migrate": "migrate", "worker": "worker", "housekeeping": "worker", "runserver": "web"}


def name_process_kind(arguments: list[str]) -> str:
    """Return the kind of a process of manage.py; `arguments` are those behind its name."""
    return _COMMANDS.get(arguments[0], "command") if arguments else "command"


def read_time_limits() -> TimeLimits:
    return TIME_LIMITS[os.environ.get(VARIABLE, "command")]
