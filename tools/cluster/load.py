"""Readers of public pages, and a writer who looks at once at what it wrote."""

import random
import re
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from urllib.parse import urlencode

READERS = 4
_TOKEN = "a" * 32  # of forms, against itself
_MARK = re.compile(rb"cluster-mark-(\d+)")


@dataclass
class LoadResult:
    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    write_errors: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)  # pages older than they may be
    own_writes: int = 0
    begun_at: float = field(default_factory=time.monotonic)

    def note_error(self, words: str) -> None:
        self.errors.append(f"{time.monotonic() - self.begun_at:.1f} s: {words}")

    def note_write_error(self, words: str) -> None:
        self.write_errors.append(f"{time.monotonic() - self.begun_at:.1f} s: {words}")

    def describe(self) -> str:
        times = sorted(self.milliseconds) or [0.0]
        errors = len(self.errors) + len(self.write_errors)
        return (
            f"{len(self.milliseconds)} pages, {errors} errors, {len(self.outdated)} older "
            f"than a second, {self.own_writes} own writes read, median {statistics.median(times):.0f} ms, "
            f"p99 {times[int(0.99 * (len(times) - 1))]:.0f} ms, longest {times[-1]:.0f} ms"
        )


def drive_load(
    port: int,
    addresses: Sequence[str],
    seconds: float,
    get_least_mark: Callable[[], int],
    write_and_read: Callable[[HTTPConnection], str],
    pause: float = 0,
) -> LoadResult:
    """Ask for that long; errors are counted, never raised.

    Each page shows a mark. `get_least_mark` returns the one that a page asked for now must show, or a
    later one. Readers wait for `pause` seconds after each page. `write_and_read` changes something by the
    site and returns what was wrong with the next page.
    """
    result, until = LoadResult(), time.monotonic() + seconds

    def read() -> None:
        while time.monotonic() < until:
            # In turn, each would always come to the same node.
            _read_page(port, random.choice(addresses), get_least_mark(), result)  # noqa: S311
            time.sleep(pause)

    def write() -> None:
        while time.monotonic() < until:
            _write_once(port, write_and_read, result)
            time.sleep(0.1)

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    threads.append(threading.Thread(target=write))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return result


def _read_page(port: int, address: str, least: int, result: LoadResult) -> None:
    began = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, HTTPException) as error:
        result.note_error(f"{address}: {error!r}")
        return
    finally:
        connection.close()
    result.milliseconds.append(1000 * (time.monotonic() - began))
    mark = _MARK.search(body)
    if answer.status != 200 or mark is None:
        result.note_error(f"{address}: {answer.status}")
    elif int(mark[1]) < least or "Warning" in answer.headers:
        result.outdated.append(f"{address}: mark {mark[1].decode()} where {least} was told")


def _write_once(
    port: int, write_and_read: Callable[[HTTPConnection], str], result: LoadResult
) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        if trouble := write_and_read(connection):
            result.note_write_error(trouble)
        else:
            result.own_writes += 1
    except (OSError, HTTPException) as error:
        result.note_write_error(f"writer: {error!r}")
    finally:
        connection.close()


def build_write_and_read(reader: Mapping[str, str]) -> Callable[[HTTPConnection], str]:
    """Return what saves a listing and takes it back by turns, for `drive_load`."""
    turns = count()
    return lambda connection: _save_and_look(connection, reader, next(turns))


def _save_and_look(connection: HTTPConnection, reader: Mapping[str, str], turn: int) -> str:
    """Save a listing or take it back, as who is signed in; return what the next page shows wrongly."""
    head = {
        "Cookie": f"sessionid={reader['session']}; csrftoken={_TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    is_saved = turn % 2 == 0
    address = reader["save"] if is_saved else reader["remove"]
    for method, path, body, status in (
        ("POST", address, urlencode({"csrfmiddlewaretoken": _TOKEN}), 302),
        ("GET", "/me/saved/", None, 200),
    ):
        connection.request(method, path, body, head)
        answer = connection.getresponse()
        shown = answer.read()
        if answer.status != status:
            return f"{method} {path}: {answer.status}"
    if (reader["remove"].encode() in shown) != is_saved:
        return "a writer did not read its own write"
    return ""
