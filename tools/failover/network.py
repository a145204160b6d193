"""Machines on this one: network namespaces joined by a bridge, whose cables can be pulled."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tools.cluster.processes import ClusterFailed, build_program_path, run_server, wait_until

FRONT = "10.0.0.1"  # ours, on the bridge


@dataclass(frozen=True)
class Machine:
    name: str
    address: str
    folder: Path
    keeper: int  # a process that does nothing but keep the namespace

    def enter(self, command: Sequence[str], user: tuple[int, int] | None = None) -> list[str]:
        """Return a command that runs another one on the machine, as that user and group."""
        ids = [f"--setuid={user[0]}", f"--setgid={user[1]}"] if user else []
        return ["nsenter", f"--net={self._namespace}", *ids, "--", *command]

    def move_thread(self) -> None:
        """What the calling thread connects to from now on, it reaches from this machine."""
        with open(self._namespace) as namespace:
            os.setns(namespace.fileno(), os.CLONE_NEWNET)

    def cut_off(self) -> None:
        _run_ip_command("link", "set", self.name, "down")

    def join(self) -> None:
        _run_ip_command("link", "set", self.name, "up")

    def kill_processes(self) -> None:
        """All at once, as when the machine loses its power."""
        for pid in self._list_processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not self._list_processes(), f"the end of {self.name}")

    def _list_processes(self) -> list[int]:
        namespace = _read_namespace(self.keeper)
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        return [pid for pid in pids if pid != self.keeper and _read_namespace(pid) == namespace]

    @property
    def _namespace(self) -> str:
        return f"/proc/{self.keeper}/ns/net"


@contextmanager
def lay_network(folder: Path, addresses: Mapping[str, str]) -> Iterator[dict[str, Machine]]:
    """Yield a machine for each name, in a network of our own in which we have the address FRONT."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        os.unshare(os.CLONE_NEWNET)
    except OSError as error:
        os.close(home)
        raise ClusterFailed("It takes root, and a kernel with network namespaces.") from error
    try:
        with ExitStack() as stack:
            _run_ip_command("link", "set", "lo", "up")
            _run_ip_command("link", "add", "hub", "type", "bridge")
            _run_ip_command("address", "add", f"{FRONT}/24", "dev", "hub")
            _run_ip_command("link", "set", "hub", "up")
            yield {
                name: stack.enter_context(_connect_machine(folder / name, name, address))
                for name, address in addresses.items()
            }
    finally:
        os.setns(home, os.CLONE_NEWNET)
        os.close(home)


@contextmanager
def _connect_machine(folder: Path, name: str, address: str) -> Iterator[Machine]:
    folder.mkdir(mode=0o711)
    command = ["unshare", "--net", "--", "sleep", "infinity"]
    with run_server(command, folder / "keeper.log") as keeper:
        own_namespace = _read_namespace(os.getpid())
        wait_until(
            lambda: _read_namespace(keeper.pid) not in ("", own_namespace), f"the network of {name}"
        )
        machine = Machine(name, address, folder, keeper.pid)
        _run_ip_command(
            *("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", str(keeper.pid))
        )
        _run_ip_command("link", "set", name, "master", "hub", "up")
        for words in (
            ("link", "set", "lo", "up"),
            ("address", "add", f"{address}/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
        ):
            _run_ip_command(*words, inside=machine)
        try:
            yield machine
        finally:
            machine.kill_processes()


def _run_ip_command(*words: str, inside: Machine | None = None) -> None:
    command = ["ip", *words]
    subprocess.run(
        inside.enter(command) if inside else command,
        env={"PATH": build_program_path()},
        check=True,
    )


def _read_namespace(pid: int) -> str:
    with suppress(OSError):
        return os.readlink(f"/proc/{pid}/ns/net")
    return ""
