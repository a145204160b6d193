"""Servers on the loopback, each ended with the block that started it."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tools.embedded_pg.server import SERVER_UID

START_SECONDS = 120
END_SECONDS = 10
NEEDED = ("pgbouncer", "valkey-server", "nginx")


class ClusterFailed(Exception):
    pass


def list_missing_programs(needed: Sequence[str] = NEEDED) -> list[str]:
    """Return those of the programs that are not installed. `apt-get install pgbouncer valkey-server nginx-light`
    installs them."""
    return [name for name in needed if shutil.which(name, path=build_program_path()) is None]


def build_program_path() -> str:
    return os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))


@contextmanager
def make_folder() -> Iterator[Path]:
    """Yield a folder of short name, where the servers' user gets in; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def run_server(
    command: Sequence[str], log: Path, *, env: Mapping[str, str] | None = None, **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "PATH": build_program_path(), **(env or {})},
            **options,
        )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
        if process.poll() is None:
            process.kill()
            process.wait()


def choose_user() -> dict[str, Any]:
    """Return the options of subprocess that run a server as the user of the databases, since servers refuse to run as
    root; {} if this process is not root."""
    if os.geteuid():
        return {}
    return {"user": SERVER_UID, "group": SERVER_UID, "extra_groups": []}


def give_to_user(path: Path) -> None:
    if not os.geteuid():
        os.chown(path, SERVER_UID, SERVER_UID)


def wait_until(
    condition: Callable[[], bool], condition_words: str, seconds: float = START_SECONDS
) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise ClusterFailed(f"{condition_words}: not within {seconds:.0f} seconds.")
        time.sleep(0.1)


def is_port_open(port: int, host: str = "127.0.0.1") -> bool:
    with suppress(OSError), socket.create_connection((host, port), 1):
        return True
    return False
