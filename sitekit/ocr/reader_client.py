"""Gives pictures to the reader process and asks for what it read; starts it when it does not run."""

import contextlib
import fcntl
import json
import math
import os
import socket
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any

from django.conf import settings

from sitekit.ocr.reader_process import SOCKET_NAME, UNREADABLE
from sitekit.ocr.readings import MAX_PICTURES, PictureReading

MAX_HEAD_BYTES = 2_000_000
START_SECONDS = 15
# A reader that hangs must not hold the threads of requests: so long is it waited for, beyond what it was asked to wait,
# and so long nobody asks it again.
ANSWER_SECONDS, SILENT_SECONDS = 8, 20
GREETING_SECONDS = 2
_silent = {"until": 0.0}
# Otherwise the library that runs the models tells its makers of its use, by way of a file in the home folder.
_READER_ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "ORT_DISABLE_TELEMETRY": "1"}


class ReaderBusy(Exception):
    """Too many pictures are waiting, or the reader cannot be started."""


class ReaderSilent(ReaderBusy):
    """The reader runs but does not answer now. It may still read the pictures that it was given."""


class PicturesForgotten(Exception):
    """The pictures of this ticket are unknown: they were read too long ago, or the reader process has ended."""


@dataclass(frozen=True)
class WaitingState:
    """How long a request waits: `ahead` requests are before it, `seconds` is an estimate."""

    ahead: int
    pictures: int
    seconds: int


@dataclass(frozen=True, repr=False)
class ReadingResult:
    caption: str
    readings: list[PictureReading]


def submit_pictures(pictures: Sequence[bytes], caption: str = "") -> str:
    """Return the ticket to ask with; `caption` comes back with the result. Raises `ReaderBusy`."""
    head = {"action": "submit", "caption": caption, "count": len(pictures[:MAX_PICTURES])}
    answer, _copies = _request_reader_answer(head, pictures[:MAX_PICTURES], may_start=True)
    if answer["state"] == "full":
        raise ReaderBusy
    return str(answer["ticket"])


def get_reading(ticket: str, wait: float = 0.0) -> WaitingState | ReadingResult:
    """Return the result, or how far it is, after waiting at most `wait` seconds while it is being read.

    Raises `PicturesForgotten`, and `ReaderSilent` where that is not known now."""
    try:
        answer, copies = _request_reader_answer(
            {"action": "get", "ticket": ticket, "wait": wait}, may_start=False
        )
    except ReaderSilent:
        raise
    except ReaderBusy as error:
        raise PicturesForgotten from error
    if answer["state"] == "unknown":
        raise PicturesForgotten
    if answer["state"] == "waiting":
        return WaitingState(answer["ahead"], answer["pictures"], answer["seconds"])
    readings = map(PictureReading.restore, answer["pictures"], copies)
    return ReadingResult(answer["caption"], list(readings))


def read_pictures(pictures: Sequence[bytes], seconds: float) -> list[PictureReading]:
    """Return what was read, waiting for it: for the worker. Raises `ReaderBusy`, also when the time is
    over.

    A reader that ends while it has them may have been stopped by somebody; the second time the pictures are at fault,
    and whoever gave them to it again and again would end it for everybody."""
    until = time.monotonic() + seconds
    for _attempt in range(2):
        with contextlib.suppress(PicturesForgotten):
            return _wait_for_readings(submit_pictures(pictures), until)
    return [PictureReading(error=UNREADABLE) for _picture in pictures]


def _wait_for_readings(ticket: str, until: float) -> list[PictureReading]:
    while time.monotonic() < until:
        state = get_reading(ticket, wait=2.0)
        if isinstance(state, ReadingResult):
            return state.readings
        time.sleep(0.2)
    raise ReaderBusy


def is_reader_well() -> bool:
    """Whether pictures can be read, as far as is seen from here. A reader that does not run is well: the next
    picture starts it."""
    if time.monotonic() < _silent["until"]:
        return False
    try:
        _send_reader_request({"action": "greet"}, (), GREETING_SECONDS)
    except (ReaderBusy, BlockingIOError):
        return False
    except (OSError, EOFError):
        pass  # it does not run
    return True


def _request_reader_answer(
    head: dict[str, Any], pictures: Sequence[bytes] = (), *, may_start: bool
) -> tuple[dict[str, Any], list[bytes]]:
    """Send a request and return the answer. Try a second time if it fails, because an idle reader may be ending just
    then; with `may_start` start the reader before. Raise `ReaderBusy` or `ReaderSilent`."""
    if time.monotonic() < _silent["until"]:
        raise ReaderSilent
    for attempt in (1, 2):
        try:
            return _send_reader_request(head, pictures)
        except BlockingIOError as error:
            _silent["until"] = time.monotonic() + SILENT_SECONDS
            raise ReaderSilent from error
        except (OSError, EOFError) as error:
            if attempt == 2 or not may_start:
                raise ReaderBusy from error
            _start_reader()
    raise ReaderBusy


def _send_reader_request(
    head: dict[str, Any], pictures: Sequence[bytes], seconds: int | None = None
) -> tuple[dict[str, Any], list[bytes]]:
    with Client(_get_socket_path(), "AF_UNIX") as connection:
        _limit_waiting(connection, (seconds or ANSWER_SECONDS) + math.ceil(head.get("wait", 0)))
        connection.send_bytes(json.dumps(head).encode())
        for picture in pictures:
            connection.send_bytes(picture)
        answer = json.loads(connection.recv_bytes(MAX_HEAD_BYTES))
        return answer, [connection.recv_bytes() for _ in range(answer["count"])]


def _limit_waiting(connection: "Connection[Any, Any]", seconds: int) -> None:
    """Make reads and writes of the connection raise BlockingIOError if one takes longer than so many seconds."""
    limit = struct.pack("ll", seconds, 0)
    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            line.setsockopt(socket.SOL_SOCKET, option, limit)


def _get_socket_path() -> str:
    return str(_make_folder() / SOCKET_NAME)


def _make_folder() -> Path:
    """Return the folder of the socket, made for this user alone."""
    folder = Path(settings.OCR_FOLDER)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        raise ReaderBusy(f"{folder} cannot be made") from error
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise ReaderBusy(f"{folder} belongs to somebody else")
    return folder


def _start_reader() -> None:
    """Start the process unless it runs; of several that try, one starts it."""
    folder = _make_folder()
    with open(folder / "start.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_running():
            return
        limits = (settings.OCR_IDLE_SECONDS, settings.OCR_KEPT_SECONDS)
        module = "sitekit.ocr.reader_process"
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                [sys.executable, "-m", module, str(folder), *map(str, limits), SOCKET_NAME],
                cwd=settings.BASE_DIR,
                env=_READER_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=START_SECONDS,
                check=False,
            )


def _is_running() -> bool:
    try:
        with Client(_get_socket_path(), "AF_UNIX"):
            return True
    except (OSError, EOFError):
        return False
