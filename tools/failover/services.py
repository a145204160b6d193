"""A server on a machine, that is killed and begun again as systemd would."""

import pwd
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tools.cluster.processes import run_server
from tools.failover.network import Machine


def find_user(name: str) -> tuple[int, int]:
    """Return the numbers of a user of the system and its group."""
    entry = pwd.getpwnam(name)
    return entry.pw_uid, entry.pw_gid


@dataclass
class Service:
    machine: Machine
    name: str
    command: Sequence[str]
    user: tuple[int, int] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None  # where it runs
    _stack: ExitStack = field(default_factory=ExitStack)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.stop()
        self._process = self._stack.enter_context(
            run_server(
                self.machine.enter(self.command, self.user),
                self.machine.folder / f"{self.name}.log",
                env=self.env,
                cwd=self.folder or self.machine.folder,
            )
        )

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """At once: poolers would wait for those who are connected."""
        self.kill()
        self._stack.close()

    def __enter__(self) -> "Service":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
