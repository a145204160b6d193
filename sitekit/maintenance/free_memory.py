"""How much memory this process may still take, before a large piece of work is begun in it or beside it."""

import contextlib
from pathlib import Path

_MEMINFO, _OWN_GROUPS = Path("/proc/meminfo"), Path("/proc/self/cgroup")
_GROUPS = Path("/sys/fs/cgroup")
_MEGABYTE = 1 << 20


def measure_free_memory() -> int | None:
    """Return megabytes: what the machine has left, or the groups (systemd, container) that the process
    is in, whichever is least. None where the system does not say."""
    amounts = [*_read_machine(), *_read_groups()]
    return min(amounts) // _MEGABYTE if amounts else None


def _read_machine() -> list[int]:
    with contextlib.suppress(OSError, ValueError):
        for line in _MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return [int(line.split()[1]) * 1024]
    return []


def _read_groups() -> list[int]:
    """Return the bytes left below the limits of the process's control groups: `memory.high`, above which the system
    slows the group down, and `memory.max`."""
    try:
        lines = _OWN_GROUPS.read_text().splitlines()
    except OSError:
        return []
    group = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), "")
    folders = [_GROUPS / group, *(_GROUPS / group).parents] if group else [_GROUPS]
    amounts = []
    for folder in folders:
        if not folder.is_relative_to(_GROUPS):
            break
        for name in ("memory.high", "memory.max"):
            with contextlib.suppress(OSError, ValueError):
                limit = int((folder / name).read_text())
                amounts.append(max(limit - int((folder / "memory.current").read_text()), 0))
    return amounts
