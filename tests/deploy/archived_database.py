"""A database machine with pgBackRest, by the files of deploy/: paths replaced, nothing else.

PostgreSQL is Debian's newest, laid out as Debian does it (settings in /etc/postgresql), with a user postgres of the
system's; it is reached by a socket in the folder of the trial only.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from jobsite.backups.tables import Tables, sum_tables
from tests.deploy.machine import PROJECT, SERVERS, Machine
from tests.deploy.units import PATH, Systemd
from tools.cluster.databases import NAME
from tools.cluster.processes import make_folder, wait_until
from tools.embedded_pg.server import SERVER_UID, build_process_options

PACKAGES = "postgresql pgbackrest"  # of Debian
SHIPPED = PROJECT / "deploy" / "pgbackrest"
ARCHIVE_SECONDS = 150  # archive_timeout, and a busy machine
# As Debian's, but without its wrapper.
SERVER_UNIT = """[Service]
Type=notify
NotifyAccess=main
User=postgres
KillMode=mixed
Environment={environment}
ExecStart={programs}/postgres -D {data} -c config_file={settings}/postgresql.conf
"""


def list_missing() -> list[str]:
    """Return what the trial lacks here."""
    missing = [] if shutil.which("pgbackrest", path=PATH) else ["pgbackrest"]
    if not list(SERVERS.glob("*/bin/initdb")):
        missing.append("postgresql")
    return missing if not os.geteuid() else [*missing, "root"]


class ArchivedDatabase:
    def __init__(self, machine: Machine) -> None:
        self.machine, self.folder = machine, machine.folder
        newest = max(SERVERS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        self.programs, self.version = newest.parent, newest.parts[-3]
        self.user = pwd.getpwnam("postgres").pw_uid
        self.data = self.folder / "pg" / self.version / "main"
        self.recovered = self.data.with_name("recovered")
        self.settings = self.folder / "etc" / "postgresql" / self.version / "main"
        self.sockets, self.repository = self.folder / "sock", self.folder / "repository"
        self.recovered_sockets = self.folder / "run" / "jobsite-recovered"
        self.environment = {
            "PGBACKREST_CONFIG_PATH": str(self.folder / "etc" / "pgbackrest"),
            "PGHOST": str(self.sockets),
        }
        self.service = f"postgresql@{self.version}-main.service"

    def install(self) -> None:
        for path in (self.data.parent, self.sockets, self.repository, self.folder / "spool"):
            path.mkdir(parents=True)
            os.chown(path, self.user, -1)
        self.settings.mkdir(parents=True)
        self.run(
            self.programs / "initdb",
            "-D",
            self.data,
            *("-U", "postgres", "--auth=trust", "-E", "UTF8"),
        )
        for name in ("postgresql.conf", "pg_hba.conf", "pg_ident.conf"):
            shutil.move(self.data / name, self.settings / name)
        with (self.settings / "postgresql.conf").open("a") as file:
            names = {"data_directory": self.data, "unix_socket_directories": self.sockets}
            names |= {
                f"{kind}_file": self.settings / f"pg_{kind}.conf" for kind in ("hba", "ident")
            }
            file.writelines(f"{name} = '{value}'\n" for name, value in names.items())
            file.write("listen_addresses = ''\ninclude_dir = 'conf.d'\n")
        places = {
            SHIPPED / "archiving.conf": self.settings / "conf.d" / "archiving.conf",
            SHIPPED / "pgbackrest.conf": self.folder / "etc" / "pgbackrest" / "pgbackrest.conf",
            SHIPPED / "keys.conf": self.folder / "etc" / "pgbackrest" / "conf.d" / "keys.conf",
            PROJECT / "deploy" / "recover": self.folder / "recover",
        }
        for source, target in places.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self.rewrite(source.read_text()))
        (self.folder / "recover").chmod(0o755)
        self._install_units()

    def _install_units(self) -> None:
        environment = " ".join(f"{name}={value}" for name, value in self.environment.items())
        places = {"environment": environment, "programs": self.programs, "data": self.data}
        units = self.folder / "units"
        text = SERVER_UNIT.format(**places, settings=self.settings)
        (units / "postgresql@.service").write_text(text)
        backup = (PROJECT / "deploy" / "jobsite-pgbackrest@.service").read_text()
        backup = self.rewrite(backup).replace(
            "[Service]\n", f"[Service]\nEnvironment={environment}\n"
        )
        (units / "jobsite-pgbackrest@.service").write_text(backup)

    def rewrite(self, text: str) -> str:
        for place, other in {
            "/var/lib/postgresql/17/main": self.data,
            "/etc/postgresql": self.folder / "etc" / "postgresql",
            "/etc/pgbackrest": self.folder / "etc" / "pgbackrest",
            "/var/lib/pgbackrest": self.repository,
            "/var/spool/pgbackrest": self.folder / "spool",
            "/run/jobsite-recovered": self.recovered_sockets,
            # The site's user has no name here.
            "local all all peer": "local all all trust",
            "postgresql:///": "postgresql://jobsite@/",
        }.items():
            text = text.replace(place, str(other))
        return text

    def run(self, *words: str | Path) -> str:
        """As postgres."""
        options: dict[str, Any] = build_process_options(self.user)
        options["env"] = {"PATH": PATH, "LC_ALL": "C.UTF-8", **self.environment}
        done = subprocess.run(
            list(map(str, words)), capture_output=True, text=True, check=False, **options
        )
        if done.returncode:
            raise AssertionError(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
        return done.stdout

    def recover(self, *words: str) -> tuple[int, str]:
        """Run `deploy/recover`; return its exit code, and what it tells."""
        done = subprocess.run(
            [str(self.folder / "recover"), *words],
            env={"PATH": f"{self.folder}/bin:{PATH}", "LC_ALL": "C.UTF-8", **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        return done.returncode, done.stdout

    def connect(self, sockets: Path | None = None, name: str = NAME) -> psycopg.Connection:
        host = str(sockets or self.sockets)
        return psycopg.connect(host=host, user="postgres", dbname=name, autocommit=True)

    def ask(self, query: str, sockets: Path | None = None) -> Any:
        with self.connect(sockets) as connection:
            (value,) = connection.execute(query).fetchone()
        return value

    def sum_tables(self, sockets: Path | None = None) -> Tables:
        with self.connect(sockets) as connection, connection.cursor() as cursor:
            return sum_tables(cursor)

    def archive_segment(self) -> str:
        """End the current segment, and return its name when it is in the repository."""
        # One in which nothing stands is not ended.
        self.ask("SELECT pg_logical_emit_message(true, 'trial', 'the last word')::text")
        segment = self.ask("SELECT pg_walfile_name(pg_switch_wal())")
        self.wait_for_segment(segment)
        return segment

    def wait_for_segment(self, segment: str) -> None:
        newest = "SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver"
        wait_until(
            lambda: self.ask(newest) >= segment, f"{segment} in the archive", ARCHIVE_SECONDS
        )

    def find_archived(self, segment: str) -> Path:
        (path,) = self.repository.glob(f"archive/jobsite/*/*/{segment}-*")
        return path


@contextmanager
def run_archived_database() -> Iterator[tuple[ArchivedDatabase, Systemd]]:
    """Yield a machine whose database is empty and archives its log; it has no backup yet."""
    with ExitStack() as stack:
        machine = Machine(stack.enter_context(make_folder()))
        database = ArchivedDatabase(machine)
        machine.install_files(
            f"postgresql://jobsite@{str(database.sockets).replace('/', '%2F')}:5432/{NAME}", None
        )
        database.install()
        files = machine.folder / "lib" / "jobsite"
        files.mkdir(mode=0o700)
        os.chown(files, SERVER_UID, -1)
        users = {"postgres": database.user}
        systemd = stack.enter_context(Systemd(machine.folder / "units", machine.folder, users))
        stack.callback(lambda: database.recovered.exists() and database.recover("end"))
        systemd.start(database.service)
        with database.connect(name="postgres") as connection:
            connection.execute("CREATE ROLE jobsite LOGIN")
            connection.execute(
                f"CREATE DATABASE {NAME} OWNER jobsite ENCODING UTF8 TEMPLATE template0"
            )
        database.run("pgbackrest", "--stanza=jobsite", "stanza-create")
        database.run("pgbackrest", "--stanza=jobsite", "check")
        yield database, systemd
