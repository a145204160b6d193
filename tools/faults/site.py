"""The site that faults are tried on: database, web processes, worker, cache, each begun when a row asks for it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from pathlib import Path

import psycopg

from tools.bench.processes import list_descendants
from tools.cluster.databases import NAME, signal_server
from tools.cluster.processes import build_program_path, is_port_open
from tools.faults.installation import HOST, PROJECT, Installation
from tools.faults.scene import Scene, write_scene
from tools.faults.stand_ins import MailServer, TextProvider
from tools.faults.table import CannotTry, require_that, wait_for
from tools.faults.visitors import Visitor, Writers

WORKERS = 2
TRACEBACK = "Traceback (most recent call last)"
type Process = subprocess.Popen[bytes]
type Variables = dict[str, str]


class Site(Installation):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.processes = ExitStack()
        self.web: Process | None = None
        self.worker: Process | None = None
        self.cache: Process | None = None
        self.log_marks: dict[str, int] = {}

    # -- parts

    @cached_property
    def scene(self) -> Scene:
        """Database, tables and rows; the first who asks pays for them."""
        return write_scene(self)

    @cached_property
    def mail(self) -> MailServer:
        return self.processes.enter_context(MailServer(self.mail_port))

    @cached_property
    def texts(self) -> TextProvider:
        return self.processes.enter_context(TextProvider(self.text_port, self.authority))

    def start(self) -> None:
        """Everything that visitors need; nothing twice."""
        if not self.server.is_running():
            self.server.start()
        _ = self.scene, self.mail, self.texts
        if self.web is None or self.web.poll() is not None:
            self.start_web()

    def start_web(self) -> None:
        self.web = self.begin_gunicorn("web", self.door.fileno())
        wait_for(self.is_ready, "the web processes", 40)

    def begin_gunicorn(
        self, name: str, door: int, workers: int = WORKERS, env: Variables | None = None
    ) -> Process:
        command = [*(sys.executable, "-m", "gunicorn", "jobsite.wsgi"), "--bind", f"fd://{door}"]
        command += ["--config", "deploy/gunicorn.conf.py", "--workers", str(workers)]
        return self.begin(name, command, env, door)

    def start_worker(self) -> Process:
        if self.worker is None or self.worker.poll() is not None:
            self.worker = self.begin("worker", [sys.executable, "manage.py", "worker"])
            wait_for(self.has_worker_session, "the worker's session", 40)
        return self.worker

    def has_worker_session(self) -> bool:
        """Whether a worker listens for jobs."""
        with suppress(psycopg.Error):
            return bool(
                self.ask_database(
                    "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN %procrastinate%'"
                )
            )
        return False

    def stop_worker(self) -> None:
        if self.worker is not None:
            end_process(self.worker)
            self.worker = None

    def start_cache(self) -> Process:
        """Valkey, which the web processes ask from their start on."""
        program = shutil.which("valkey-server", path=build_program_path())
        if program is None:
            raise CannotTry("valkey-server is not installed")
        command = [program, "--port", str(self.cache_port), "--bind", HOST, "--save", ""]
        self.cache = self.begin("cache", [*command, "--dir", str(self.folder / "tmp")])
        wait_for(lambda: is_port_open(self.cache_port), "Valkey")
        return self.cache

    def begin(
        self,
        name: str,
        command: list[str],
        env: Variables | None = None,
        door: int | None = None,
    ) -> Process:
        """A process of the site, ended at the latest with it; its log is `logs/name.log`."""
        with (self.folder / "logs" / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.env | (env or {}),
                cwd=PROJECT,
                start_new_session=True,
                pass_fds=[] if door is None else [door],
            )
        self.processes.callback(end_process, process, signal.SIGKILL)
        return process

    def run_command(
        self, *words: str, env: Variables | None = None, seconds: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of manage.py to its end, whatever that is."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            env=self.env | (env or {}),
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    # -- what rows ask

    def is_ready(self) -> bool:
        answer = Visitor(self.port).try_asking("/readyz", seconds=3)
        return answer is not None and answer.status == 200

    def list_web_workers(self) -> list[int]:
        require_that(self.web is not None, "there are no web processes")
        return list_descendants([self.web.pid])[1:] if self.web else []

    def write_reports(self, count: int = 2) -> Writers:
        return Writers(self.port, self.scene.report_path, count)

    def ask_database(
        self, query: str, values: Mapping[str, object] | None = None
    ) -> list[tuple[object, ...]]:
        with self.connect_database() as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def connect_database(self, name: str = NAME) -> psycopg.Connection:
        """Of this process, past the site."""
        return psycopg.connect(
            self.server.conninfo, dbname=name, autocommit=True, connect_timeout=5
        )

    def end_sessions(self, where: str = "true") -> int:
        """End those of the site's processes."""
        rows = self.ask_database(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{NAME}' AND pid <> pg_backend_pid() AND {where}"
        )
        return len(rows)

    def read_new_log(self) -> str:
        """What all processes wrote since it was read last."""
        text = ""
        for path in sorted((self.folder / "logs").glob("*.log")):
            with path.open("rb") as file:
                file.seek(self.log_marks.get(path.name, 0))
                text += file.read().decode(errors="replace")
                self.log_marks[path.name] = file.tell()
        return text

    # -- between rows

    def heal(self) -> None:
        """The site as a row may expect it; a traceback in a log since the last time is a failure."""
        from django.db import connections

        connections.close_all()
        signal_server(self.server, signal.SIGCONT)
        self.server.start()
        self.start()
        for process in (self.worker, self.cache):
            if process is not None:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGCONT)
        for pid in self.list_web_workers():
            os.kill(pid, signal.SIGCONT)
        self.mail.reset()
        self.texts.reset()
        wait_for(self.is_ready, "a site that is ready again", 40)
        log = self.read_new_log()
        require_that(
            TRACEBACK not in log, f"a traceback in the log: {log[log.find(TRACEBACK) :][-200:]}"
        )

    def close(self) -> None:
        self.processes.close()
        for path in Path("/proc").glob(
            "[0-9]*/cmdline"
        ):  # the reader of pictures belongs to nobody
            with suppress(OSError):
                words = path.read_bytes()
                if b"reader_process" in words and os.fsencode(self.folder) in words:
                    os.kill(int(path.parent.name), signal.SIGKILL)
        signal_server(self.server, signal.SIGCONT)
        if (self.server.var / "pg.alive").exists():
            self.server.stop()
        self.door.close()


def end_process(process: Process, number: signal.Signals = signal.SIGTERM) -> None:
    """And all of its session, where it does not end by itself."""
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGCONT)
        os.kill(process.pid, number)
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_process(process: Process) -> None:
    """As when the kernel lacks memory: it alone, at once."""
    process.kill()
    process.wait()


@contextmanager
def stop_processes(pids: list[int]) -> Iterator[None]:
    """They do nothing, as on a machine that hangs, until the block ends."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
