"""What the figures were measured on."""

import os
import platform
import re
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone


def describe_machine() -> dict[str, str]:
    return {
        **describe_host(),
        "PostgreSQL": _describe_database(),
        "commit": _read_commit(),
        "load before": describe_load(),
    }


def describe_host() -> dict[str, str]:
    return {
        "day": f"{timezone.localdate():%Y-%m-%d}",
        "processor": f"{_read_processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }


def describe_load() -> str:
    """The mean number of processes that ran or wanted to, over the last 1, 5 and 15 minutes."""
    return " / ".join(f"{load:.1f}" for load in os.getloadavg())


def _read_processor() -> str:
    try:
        names = re.findall(
            r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE
        )
    except OSError:
        names = []
    return names[0] if names else platform.machine()


def _describe_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('shared_buffers')"
        )
        version, buffers = cursor.fetchone()
    return f"{version.split()[0]}, {buffers} of shared buffers"


def _read_commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()
