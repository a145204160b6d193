"""What reading a screenshot takes: seconds and processor time of each, memory of the reader.

It reads the drawn screenshots of the tests that are as large as a phone's, in a reader of its own.
"""

import contextlib
import os
import re
import signal
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.test import override_settings
from PIL import Image

from sitekit.ocr.reader_client import read_pictures
from tools.bench.report import Figure, get_percentile

SECTION = "Reading screenshots"
BUDGET_SECONDS = 2.0  # at the 95th percentile, on two idle cores
MEMORY_MB = 1024
WIDTH, HEIGHT, LEEWAY = 1080, 2400, 10
_FOLDER = Path("tests/safety/checker/screenshots")
_PATIENCE = 300


@dataclass(frozen=True)
class ScreenshotFigures:
    seconds: list[float]  # sorted, of each picture
    processor: list[float]
    start: float  # seconds from nothing to the first picture read
    peak: int  # MB

    def list_figures(self) -> Iterator[Figure]:
        picture_name = f"screenshot of {WIDTH} × {HEIGHT}"
        p95, worked = (get_percentile(column, 0.95) for column in (self.seconds, self.processor))
        note = f"median {statistics.median(self.seconds):.1f} s, {len(self.seconds)} pictures; "
        note += f"of the processor {statistics.median(self.processor):.1f} s, p95 {worked:.1f} s"
        yield Figure(SECTION, f"{picture_name}, p95", round(p95, 2), "s", BUDGET_SECONDS, note=note)
        yield Figure(SECTION, "start and first picture", round(self.start, 1), "s")
        yield Figure(SECTION, "memory of the reader at most", self.peak, "MB", MEMORY_MB)


def measure_screenshots() -> Iterator[Figure]:
    """Yield nothing where the drawn screenshots are not there."""
    pictures = [path.read_bytes() for path in _list_phone_sized()]
    if not pictures:
        return
    with tempfile.TemporaryDirectory() as folder, override_settings(OCR_FOLDER=f"{folder}/ocr"):
        began = time.perf_counter()
        read_pictures(pictures[:1], _PATIENCE)
        start = time.perf_counter() - began
        pid = _find_reader(folder)
        try:
            figures = [_measure_reading(picture, pid) for picture in pictures]
            peak = _get_peak(pid)
        finally:
            os.kill(pid, signal.SIGTERM)
    seconds, processor = (sorted(column) for column in zip(*figures, strict=True))
    yield from ScreenshotFigures(seconds, processor, start, peak).list_figures()


def _list_phone_sized() -> list[Path]:
    return [
        path
        for path in sorted((settings.BASE_DIR / _FOLDER).glob("*"))
        if path.suffix in (".jpg", ".webp") and _is_phone_sized(path)
    ]


def _is_phone_sized(path: Path) -> bool:
    with Image.open(path) as image:
        return image.width == WIDTH and abs(image.height - HEIGHT) <= LEEWAY


def _measure_reading(picture: bytes, pid: int) -> tuple[float, float]:
    """Return seconds, and seconds of the processor."""
    began, worked = time.perf_counter(), _get_processor_seconds(pid)
    read_pictures([picture], _PATIENCE)
    return time.perf_counter() - began, _get_processor_seconds(pid) - worked


def _find_reader(folder: str) -> int:
    """Return the process that was started with this folder."""
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = command.read_bytes().split(b"\0")
            if f"{folder}/ocr".encode() in words:
                return int(command.parent.name)
    raise RuntimeError("The reader of pictures did not start.")


def _get_processor_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _get_peak(pid: int) -> int:
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(kilobytes) // 1000
