"""The readers that run for a folder, and the memory they took."""

import re
import time
from pathlib import Path


def find_readers(folder):
    process_ids = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = command.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"sitekit.ocr.reader_process" in words and str(folder).encode() in b" ".join(words):
            process_ids.append(int(command.parent.name))
    return process_ids


def measure_peak(pid):
    """Bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024


def wait_until(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "in time"
        time.sleep(0.1)
