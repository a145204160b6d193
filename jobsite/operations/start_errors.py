"""What keeps a process from starting, told in one line: a wrong setting, a database that cannot be reached."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

# How messages of psycopg begin if no connection was made; none of them holds a password.
_FAILURES = (
    "connection failed",
    "connection is bad",
    "connection timeout",
    "failed to resolve host",
)


@contextmanager
def exit_in_one_line(program: str) -> Iterator[None]:
    """End the process with one line instead of a traceback if a setting is wrong or the database cannot be reached.
    With `--traceback` on the command line the error is raised as usual."""
    try:
        yield
    except (ImproperlyConfigured, OperationalError) as error:
        words = describe_start_error(error)
        if words is None or "--traceback" in sys.argv:
            raise
        sys.exit(f"{program}: {words}")


def describe_start_error(error: Exception) -> str | None:
    """Return the line; None for a database error that is no failed connection."""
    if isinstance(error, ImproperlyConfigured):
        return " ".join(str(error).split())
    if failure := describe_connection_failure(error):
        return f"The database cannot be used: {failure}. See DATABASE_URL in deploy/README.md."
    return None


def describe_connection_failure(error: BaseException) -> str | None:
    """Return why no connection was made; None if the error is another one."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    words = str(cause)
    if not isinstance(cause, psycopg.OperationalError) or not words.startswith(_FAILURES):
        return None
    return words.splitlines()[0].rstrip(".")
