"""Units of systemd read, and carried out where systemd itself is not: commands, users, variables, folders, the socket
that is handed over, and the word that tells when a service is ready. What they forbid a process is only read."""

import contextlib
import json
import os
import shlex
import signal
import socket
import socketserver
import struct
import subprocess
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # as systemd sets it
LONG = 120  # seconds
SECONDS = {"min": 60, "s": 1, "": 1}
CONDITION_FAILED = 255
# The socket becomes descriptor 3, as `sd_listen_fds` wants it, and no other one of ours.
HAND_OVER = """
[ "$1" = 3 ] || eval "exec 3<&$1 $1<&-"
shift
unset PWD OLDPWD SHLVL
export LISTEN_PID=$$ LISTEN_FDS=1
exec "$@"
"""
STAND_IN = """#!/usr/bin/python3
import json, socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({path!r})
    line.sendall(json.dumps(sys.argv[1:]).encode() + b"\\n")
    answer = json.loads(line.makefile().readline())
print(answer["words"], end="", file=sys.stderr)
sys.exit(answer["code"])
"""


class UnitFailed(Exception):
    pass


class Unit(NamedTuple):
    name: str
    lines: dict[str, list[str]]

    def get(self, key: str, default: str = "") -> str:
        """Return the last of the values of `Section.Key`."""
        return self.lines[key][-1] if key in self.lines else default

    def list_words(self, key: str) -> list[str]:
        return [word for line in self.lines.get(key, []) for word in shlex.split(line)]


def read_unit(folder: Path, name: str) -> Unit:
    """`jobsite@current.service` is read from `jobsite@.service`."""
    prefix, at, rest = name.partition("@")
    instance, _, kind = rest.rpartition(".")
    text = (folder / (f"{prefix}@.{kind}" if at else name)).read_text()
    lines: dict[str, list[str]] = defaultdict(list)
    section = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("["):
            section = line.strip("[]")
        elif line[0] not in "#;":
            key, _, value = line.partition("=")
            lines[f"{section}.{key}"].append(value.replace("%i", instance))
    return Unit(name, dict(lines))


@dataclass
class Service:
    unit: Unit
    process: subprocess.Popen[bytes]
    notices: socket.socket
    words: list[str] = field(default_factory=list)  # what it told systemd, as far as it may

    def listen(self) -> None:
        """Take in what the service tells, from the processes that `NotifyAccess` names."""
        wanted = self.unit.get("Service.NotifyAccess", "none")
        while True:
            try:
                data, ancillary, *_ = self.notices.recvmsg(4096, socket.CMSG_SPACE(12))
            except OSError:
                return
            sender = struct.unpack("iii", ancillary[0][2])[0] if ancillary else 0
            if wanted == "all" or (wanted == "main" and sender == self.process.pid):
                self.words += data.decode().splitlines()


class Systemd:
    """Carries out `systemctl start`, `stop` and `restart`, also for a `systemctl` of its own in `folder/bin`.

    `users` are the numbers of those that units name; None where all are ourselves.
    """

    def __init__(self, units: Path, folder: Path, users: dict[str, int] | None) -> None:
        self.units, self.folder, self.users = units, folder, users
        self.sockets: dict[str, socket.socket] = {}
        self.services: dict[str, Service] = {}
        self.lock = threading.Lock()

    def __enter__(self) -> "Systemd":
        path = str(self.folder / "systemctl.sock")
        stand_in = self.folder / "bin" / "systemctl"
        stand_in.parent.mkdir()
        stand_in.write_text(STAND_IN.format(path=path))
        stand_in.chmod(0o755)
        systemd = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                code, words = systemd.obey(json.loads(self.rfile.readline()))
                self.wfile.write(json.dumps({"code": code, "words": words}).encode() + b"\n")

        self.server = socketserver.ThreadingUnixStreamServer(path, Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        for name in list(self.services):
            self.stop(name)
        for listening in self.sockets.values():
            listening.close()

    def obey(self, words: list[str]) -> tuple[int, str]:
        """Return the exit code of `systemctl` and what it tells."""
        action, *names = (word for word in words if not word.startswith("--"))
        try:
            with self.lock:
                for name in names:
                    {"start": self.start, "stop": self.stop, "restart": self.restart}[action](name)
        except (UnitFailed, KeyError, OSError) as error:
            return 1, f"{' '.join(words)}: {error!r}\n"
        return 0, ""

    def restart(self, name: str) -> None:
        self.stop(name)
        self.start(name)

    def start(self, name: str) -> None:
        if name in self.services or name in self.sockets:
            return
        unit = read_unit(self.units, name)
        if name.endswith(".socket"):
            self.sockets[name] = self._open_socket(unit)
            return
        for needed in unit.list_words("Unit.Requires"):
            self.start(needed)
        self._make_folders(unit)
        if unit.get("Service.Type") == "oneshot":
            self._run_in_turn(unit)
        else:
            self._begin(unit)

    def stop(self, name: str) -> None:
        if (service := self.services.pop(name, None)) is None:
            return
        process, unit = service.process, service.unit
        number = process.pid if unit.get("Service.KillMode") == "mixed" else -process.pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGTERM)
        try:
            process.wait(read_seconds(unit.get("Service.TimeoutStopSec", "90")))
        except subprocess.TimeoutExpired as error:
            raise UnitFailed(f"{name} did not end in time") from error
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            service.notices.close()

    def list_dead(self) -> list[str]:
        """Return the services that ended by themselves: none is begun anew here."""
        return [
            name for name, service in self.services.items() if service.process.poll() is not None
        ]

    def _open_socket(self, unit: Unit) -> socket.socket:
        path = unit.get("Socket.ListenStream")
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(path)
        os.chmod(path, int(unit.get("Socket.SocketMode"), 8))
        if self.users:
            os.chown(path, self.users[unit.get("Socket.SocketUser")], 0)
        listening.listen(4096)
        return listening

    def _make_folders(self, unit: Unit) -> None:
        for key, place in (("StateDirectory", "lib"), ("RuntimeDirectory", "run")):
            for name in unit.list_words(f"Service.{key}"):
                path = self.folder / place / name
                path.mkdir(exist_ok=True)
                path.chmod(int(unit.get(f"Service.{key}Mode", "755"), 8))
                if self.users:
                    os.chown(path, self.users[unit.get("Service.User")], -1)

    def _run_in_turn(self, unit: Unit) -> None:
        """A condition that is not met leaves it out; 255 is a failure of the condition itself."""
        for key in ("ExecCondition", "ExecStart", "ExecStartPost"):
            for line in unit.lines.get(f"Service.{key}", []):
                if code := self._run_line(unit, line):
                    if key == "ExecCondition" and code != CONDITION_FAILED:
                        return
                    raise UnitFailed(f"{line}: {code}\n{self.read_log(unit.name)}")

    def _run_line(self, unit: Unit, line: str) -> int:
        command = [*self._list_prefix(unit), *shlex.split(line.replace("$$", "$"))]
        options = self._build_options(unit)
        with self._open_log(unit) as log:
            return subprocess.run(
                command, stdout=log, stderr=log, check=False, **options
            ).returncode

    def _begin(self, unit: Unit) -> None:
        options = self._build_options(unit)
        notices, address = self._open_notices(unit.name)
        options["env"]["NOTIFY_SOCKET"] = address
        (line,) = unit.lines["Service.ExecStart"]
        command = [*self._list_prefix(unit), *shlex.split(line)]
        for name in unit.list_words("Service.Sockets"):
            descriptor = self.sockets[name].fileno()
            command = ["/bin/bash", "-c", HAND_OVER, "bash", str(descriptor), *command]
            options["pass_fds"] = [descriptor]
        with self._open_log(unit) as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True, **options
            )
        service = self.services[unit.name] = Service(unit, process, notices)
        threading.Thread(target=service.listen, daemon=True).start()
        if unit.get("Service.Type") == "notify":
            self._wait_until_ready(service)

    def _wait_until_ready(self, service: Service) -> None:
        until = time.monotonic() + read_seconds(service.unit.get("Service.TimeoutStartSec", "90"))
        while "READY=1" not in service.words:
            if service.process.poll() is not None or time.monotonic() > until:
                self.stop(service.unit.name)
                raise UnitFailed(f"{service.unit.name}\n{self.read_log(service.unit.name)}")
            time.sleep(0.02)

    def _open_notices(self, name: str) -> tuple[socket.socket, str]:
        path = self.folder / f"notices-{name}"
        path.unlink(missing_ok=True)
        notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notices.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        notices.bind(str(path))
        path.chmod(0o666)
        return notices, str(path)

    def _build_options(self, unit: Unit) -> dict[str, Any]:
        environment = {"PATH": PATH, "LANG": "C.UTF-8"}
        environment |= read_variables(unit.list_words("Service.Environment"))
        for path in unit.list_words("Service.EnvironmentFile"):
            environment |= read_variables(Path(path).read_text().splitlines())
        folder = unit.get("Service.WorkingDirectory", "/")
        options: dict[str, Any] = {"env": environment, "cwd": folder}
        options["stdin"] = subprocess.DEVNULL
        if self.users:
            number = self.users[unit.get("Service.User")]
            options |= {"user": number, "group": number, "extra_groups": []}
        return options

    def _list_prefix(self, unit: Unit) -> list[str]:
        nice = unit.get("Service.Nice")
        return ["nice", "-n", nice] if nice else []

    def _open_log(self, unit: Unit):
        return (self.folder / "log" / f"{unit.name}.log").open("ab")

    def read_log(self, name: str) -> str:
        return (self.folder / "log" / f"{name}.log").read_text()[-4000:]


def read_seconds(text: str) -> float:
    number = text.rstrip("mins")
    return float(number) * SECONDS[text.removeprefix(number)]


def read_variables(lines: list[str]) -> dict[str, str]:
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
