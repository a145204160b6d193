"""The process that reads pictures, started on demand by `sitekit.ocr.reader_client`.

It decodes pictures from strangers and holds the models, so that neither burdens the web workers. Pictures
and what was read in them stand in its memory only, some minutes long;
it writes no file and no log. Idle for a while, it ends. It is not told Django's settings.

A connection carries one request: a JSON head, then `count` messages of bytes; the answer likewise.
"""

import json
import math
import os
import resource
import secrets
import sys
import threading
import time
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field
from io import BytesIO
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any

from sitekit.images.barcodes import CODES_UNREAD_MESSAGE, QR, find_barcodes
from sitekit.images.image_cleaning import MAX_BYTES, ImageRefused, decode_image
from sitekit.ocr.readings import MAX_PICTURES, PictureReading

# The name changes with the code of this room: after an upgrade no process uses the reader of the old code, which
# ends by itself.
_CODE = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
SOCKET_NAME = f"reader-{zlib.crc32(_CODE):08x}.socket"
MAX_WAITING = 8  # requests
MAX_WAITING_BYTES = 120_000_000
# Seconds of processor time, because a busy machine is no fault. After the first, no further piece of a picture is
# read; a reader that is still at it after the second hangs, and is ended.
SECONDS_FOR_A_PICTURE, MAX_SECONDS = 40, 80
FIRST_ESTIMATE = 2.0  # seconds for a picture
MAX_ADDRESS_SPACE = 6 * 1024**3
MAX_RESIDENT = 1024**3
SHOWN_WIDTH, SHOWN_QUALITY = 1080, 80
MAX_HEAD_BYTES = 200_000
UNREADABLE = "这张图读不出来，请换一张，或者把字贴过来。"
TOO_MUCH_TEXT = "这张图字太多，读不完。请截短一点，或者把字贴过来。"


@dataclass
class ReadingRequest:
    """`caption` is kept for the client beside the pictures. `readings` is None until all are read."""

    pictures: list[bytes]
    caption: str
    readings: list[PictureReading] | None = None
    finished_at: float = 0.0
    done: threading.Event = field(default_factory=threading.Event)


class PictureReader:
    def __init__(self, idle_seconds: float, kept_seconds: float) -> None:
        self._idle_seconds = idle_seconds
        self._kept_seconds = kept_seconds
        self._requests: OrderedDict[str, ReadingRequest] = OrderedDict()
        self._lock = threading.Condition()
        self._last_use = time.monotonic()
        self._processor_limit = math.inf  # of the picture that is being read
        self._estimate = FIRST_ESTIMATE
        self._recognizer: Any = None

    # -- answers to the web workers

    def handle(self, connection: Connection) -> None:
        with connection:
            try:
                head = json.loads(connection.recv_bytes(MAX_HEAD_BYTES))
            except EOFError:  # somebody only asked whether the reader runs
                return
            pictures = [connection.recv_bytes(MAX_BYTES + 1) for _ in range(head.get("count", 0))]
            copies: list[bytes] = []
            if head["action"] == "greet":  # is no use: an idle reader ends all the same
                answer = {"state": "ready"}
            elif head["action"] == "submit":
                self._last_use = time.monotonic()
                answer = self._submit(pictures, head["caption"])
            else:
                self._last_use = time.monotonic()
                answer, copies = self._get_state(head["ticket"], min(head["wait"], 5.0))
            connection.send_bytes(json.dumps({**answer, "count": len(copies)}).encode())
            for copy in copies:
                connection.send_bytes(copy)

    def _submit(self, pictures: list[bytes], caption: str) -> dict[str, Any]:
        with self._lock:
            waiting = self._list_waiting()
            held = sum(
                len(picture_bytes) for request in waiting for picture_bytes in request.pictures
            )
            added = sum(map(len, pictures))
            if len(waiting) >= MAX_WAITING or held + added > MAX_WAITING_BYTES:
                return {"state": "full"}
            ticket = secrets.token_urlsafe(24)
            self._requests[ticket] = ReadingRequest(pictures[:MAX_PICTURES], caption)
            self._lock.notify_all()
        return {"state": "waiting", "ticket": ticket}

    def _get_state(self, ticket: str, seconds: float) -> tuple[dict[str, Any], list[bytes]]:
        """Return how far a request is; of the one that is being read, after waiting so many seconds."""
        with self._lock:
            request = self._requests.get(ticket)
            waiting = self._list_waiting()
        if request is None:
            return {"state": "unknown"}, []
        if waiting and waiting[0] is request:
            request.done.wait(seconds)
        if request.readings is None:
            ahead = next(
                (n for n, waiting_request in enumerate(waiting) if waiting_request is request), 0
            )
            pictures = sum(
                len(waiting_request.pictures) for waiting_request in waiting[: ahead + 1]
            )
            return {
                "state": "waiting",
                "ahead": ahead,
                "pictures": len(request.pictures),
                "seconds": max(1, round(pictures * self._estimate)),
            }, []
        return {
            "state": "done",
            "caption": request.caption,
            "pictures": [reading.describe() for reading in request.readings],
        }, [reading.copy for reading in request.readings]

    def _list_waiting(self) -> list[ReadingRequest]:
        return [request for request in self._requests.values() if request.readings is None]

    # -- reading

    def read_forever(self) -> None:
        """Read one request after the other."""
        from sitekit.ocr.recognizer import TextRecognizer  # here: loading it takes a second

        self._recognizer = TextRecognizer()
        while True:
            with self._lock:
                while not (waiting := self._list_waiting()):
                    self._lock.wait()
            request = waiting[0]
            readings = [self._read_picture(picture_bytes) for picture_bytes in request.pictures]
            with self._lock:
                request.pictures.clear()
                request.readings = readings
                request.finished_at = time.monotonic()
            request.done.set()

    def _read_picture(self, picture_bytes: bytes) -> PictureReading:
        from sitekit.ocr.recognizer import ReadingTooLong

        started, processor_start = time.monotonic(), time.process_time()
        self._processor_limit = processor_start + MAX_SECONDS
        try:
            return self._read(picture_bytes, processor_start + SECONDS_FOR_A_PICTURE)
        except ReadingTooLong:
            return PictureReading(error=TOO_MUCH_TEXT)
        except ImageRefused as error:
            return PictureReading(error=str(error))
        except Exception:  # whatever the libraries raise, the picture is at fault
            return PictureReading(error=UNREADABLE)
        finally:
            self._processor_limit = math.inf
            self._estimate += ((time.monotonic() - started) - self._estimate) / 4

    def _read(self, picture_bytes: bytes, processor_limit: float) -> PictureReading:
        image = decode_image(picture_bytes, SHOWN_WIDTH)
        codes = [code for code in find_barcodes(image, QR) if code.text != CODES_UNREAD_MESSAGE]
        readable = image.copy()
        for code in codes:  # no letters are to be found in its pattern
            readable.paste((255, 255, 255), code.box)
        turn, lines = self._recognizer.read_upright(
            readable, is_over=lambda: time.process_time() > processor_limit
        )
        if turn is not None:
            image = image.transpose(turn)
        copy = BytesIO()
        image.save(copy, "JPEG", quality=SHOWN_QUALITY)
        return PictureReading(
            copy=copy.getvalue(),
            width=image.width,
            height=image.height,
            lines=tuple(lines),
            codes=tuple(code.text for code in codes),
        )

    # -- limits

    def watch(self, socket_path: str) -> None:
        """Delete old requests; end the process, with its socket, when it is idle, too slow or too large. A socket that
        another process has put in its place stays."""
        own_socket = _identify_file(socket_path)
        while True:
            time.sleep(0.5)
            is_busy = self._forget_old_requests()
            is_stuck = time.process_time() > self._processor_limit
            is_idle = not is_busy and time.monotonic() - self._last_use > self._idle_seconds
            is_large = not is_busy and _measure_memory() > MAX_RESIDENT
            if is_stuck or is_idle or is_large:
                if own_socket and _identify_file(socket_path) == own_socket:
                    Path(socket_path).unlink(missing_ok=True)
                os._exit(0)

    def _forget_old_requests(self) -> bool:
        """Return whether any request is left."""
        now = time.monotonic()
        with self._lock:
            for ticket, request in list(self._requests.items()):
                if request.finished_at and now - request.finished_at > self._kept_seconds:
                    del self._requests[ticket]
            return bool(self._requests)


def _identify_file(path: str) -> tuple[int, int] | None:
    """Return what no other file has as long as this one exists; None if there is none: somebody may have emptied
    the folder."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _measure_memory() -> int:
    """Return the bytes of memory in use."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def main(folder: str, idle_seconds: str, kept_seconds: str, socket_name: str) -> None:
    """Serve at that socket; whoever asks for another one than this code's is of other code, and would start a
    process for each picture and reach none."""
    if socket_name != SOCKET_NAME:
        sys.exit(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold what people sent
    resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESS_SPACE, MAX_ADDRESS_SPACE))
    os.nice(5)
    os.umask(0o077)
    socket_path = os.path.join(folder, SOCKET_NAME)
    if os.path.lexists(socket_path):
        os.unlink(socket_path)
    with Listener(socket_path, "AF_UNIX", backlog=32) as listener:
        if os.fork():
            os._exit(0)  # whoever started it waits for this: the socket is there
        os.setsid()
        reader = PictureReader(float(idle_seconds), float(kept_seconds))
        threading.Thread(target=reader.read_forever, daemon=True).start()
        threading.Thread(target=reader.watch, args=(socket_path,), daemon=True).start()
        while True:
            connection = listener.accept()
            threading.Thread(target=reader.handle, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
