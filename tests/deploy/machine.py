"""A machine of its own for the files of deploy/, in a folder: their paths, ports and users replaced, nothing else."""

import itertools
import os
import pwd
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import trustme

from tests.deploy.units import PATH, Systemd
from tools.cluster.databases import NAME
from tools.cluster.processes import build_program_path, find_free_port, make_folder
from tools.cluster.servers import run_valkey
from tools.embedded_pg.server import SERVER_UID, build_process_options, find_initdb_uid

PROJECT = Path(__file__).resolve().parents[2]
HOST = "example.com"
PACKAGES = "postgresql nginx valkey-server openssl git"  # of Debian
SERVERS = Path("/usr/lib/postgresql")
QUIET = ["-c", "advice.detachedHead=false", "-c", "init.defaultBranch=main"]
AUTHOR = [*("-c", "user.name=trial"), *("-c", "user.email=trial@example.com")]


def list_missing_programs() -> list[str]:
    names = ("nginx", "valkey-server", "git", "nice")
    missing = [name for name in names if shutil.which(name, path=build_program_path()) is None]
    return missing if list(SERVERS.glob("*/bin/initdb")) else [*missing, "postgres"]


class Machine:
    """`folder` holds what else lies below /."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.plain_port, self.probe_port = (find_free_port() for _ in range(3))
        self.authority = trustme.CA()
        self.users: dict[str, int] | None = None
        if not os.geteuid():
            self.users = {"jobsite": SERVER_UID, "www-data": pwd.getpwnam("www-data").pw_uid}
        for name in ("run", "lib", "log", "etc", "units", "tls", "acme", "nginx", "srv"):
            (folder / name).mkdir()
        self.repository = folder / "srv" / "repository"
        self.tools = PROJECT  # the checkout whose commands are run on the database
        self.addresses = (f"127.0.0.{number}" for number in itertools.count(7))  # of visitors
        self.proxy_log = folder / "log" / "access.log"

    def rewrite(self, text: str) -> str:
        """Put the paths and ports of the trial into a file of deploy/."""
        here = self.folder
        for place, other in {
            "/srv/jobsite": here / "srv",
            "/var/lib/jobsite": here / "lib" / "jobsite",
            "/run/jobsite": here / "run" / "jobsite",
            "/etc/jobsite.env": here / "etc" / "jobsite.env",
            "/etc/systemd/system": here / "units",
            "/var/log/jobsite": here / "log",
            "/var/log/caddy": here / "log",
            "/var/www/html": here / "acme",
            f"/etc/letsencrypt/live/{HOST}": here / "tls",
            "127.0.0.1:8001": f"127.0.0.1:{self.probe_port}",
        }.items():
            text = text.replace(place, str(other))
        return text

    def install_files(self, database: str, cache: int | None) -> None:
        for path in (PROJECT / "deploy").iterdir():
            if path.suffix in {".service", ".socket", ".timer"}:
                (self.folder / "units" / path.name).write_text(self.rewrite(path.read_text()))
        keys = ("CONTACT_KEY", "EVIDENCE_KEY", "SECOND_FACTOR_KEYS", "CONTACT_SEAL_KEYS")
        variables = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            **{name: secrets.token_hex(32) for name in keys},
            "DATABASE_URL": database,
            "CACHE_URL": "" if cache is None else f"redis://127.0.0.1:{cache}/0",
            "ALLOWED_HOSTS": HOST,
            "BEHIND_PROXY": "1",
            "MAIL_URL": f"file:{self.folder}/lib/jobsite/mail",
            "MAIL_FROM": f"noreply@{HOST}",
            "SMS_URL": f"file:{self.folder}/lib/jobsite/sms",
        }
        lines = [f"{name}={value}\n" for name, value in variables.items()]
        (self.folder / "etc" / "jobsite.env").write_text("".join(lines))
        certificate = self.authority.issue_cert(HOST)
        certificate.private_key_pem.write_to_path(self.folder / "tls" / "privkey.pem")
        for number, pem in enumerate(certificate.cert_chain_pems):
            pem.write_to_path(self.folder / "tls" / "fullchain.pem", append=number > 0)

    def clone_project(self, revision: str = "HEAD") -> None:
        """As an operator has it, at a revision of this project; its packages are those of this checkout.

        Another revision than HEAD also gets the developers' tools: its rows are written by its own models.
        """
        self._clone(self.repository, "HEAD")
        for name in ("requirements.txt", "requirements-scale.txt"):
            if not (PROJECT / name).read_bytes() == (self.repository / name).read_bytes():
                raise AssertionError(f"{name} is changed and not committed")
        self._borrow_packages()
        if revision != "HEAD":
            self.tools = self.folder / "former"
            self._clone(self.tools, revision)

    def _clone(self, folder: Path, revision: str) -> None:
        git = ["git", *QUIET]
        subprocess.run([*git, "clone", "--quiet", "--shared", PROJECT, folder], check=True)
        subprocess.run([*git, "-C", folder, "checkout", "--quiet", revision], check=True)
        folder.chmod(0o755)

    def _borrow_packages(self) -> None:
        """What `deploy/release` would fetch for minutes. It looks for them by the same name, else it does fetch."""
        version = subprocess.check_output(["python3", "--version"], env={"PATH": PATH})
        lists = ("requirements.txt", "requirements-scale.txt")
        wanted = version + b"".join((self.repository / name).read_bytes() for name in lists)
        venv = self.folder / "srv" / "venvs" / sha256(wanted).hexdigest()[:16]
        venv.mkdir(parents=True)
        for path in Path(sys.prefix).iterdir():
            (venv / path.name).symlink_to(path)
        (venv / ".complete").touch()

    def commit_change(self) -> None:
        """Another revision: static files that every page names have another content, hence another name."""
        style = self.repository / "static" / "css" / "tokens.css"
        style.write_text(
            style.read_text() + ":root { --next-release: 1; }\n"
        )  # a comment is left out
        git = ["git", "-C", str(self.repository)]
        subprocess.run([*git, "add", "static"], check=True)
        subprocess.run([*git, *AUTHOR, "commit", "--quiet", "-m", "Another style"], check=True)

    def begin_release(self, *words: str) -> subprocess.Popen[str]:
        """Run `deploy/release`; systemd's stand-in is the first `systemctl` that it meets."""
        script = self.folder / "srv" / "repository" / "deploy" / "release"
        text = self.rewrite((PROJECT / "deploy" / "release").read_text())
        if self.users:
            text = text.replace("user=jobsite", f"user={SERVER_UID}")
        else:
            text = text.replace("user=jobsite", f"user={pwd.getpwuid(os.geteuid()).pw_name}")
        script.write_text(text)
        return subprocess.Popen(
            [str(script), *words],
            env={"PATH": f"{self.folder}/bin:{PATH}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def release(self, *words: str) -> str:
        with self.begin_release(*words) as process:
            output = process.communicate(timeout=300)[0]
        if process.returncode:
            raise AssertionError(f"release {' '.join(words)}\n{output}")
        return output

    def run_manage(self, *words: str, variables: Path | None = None) -> str:
        """A command of a checkout with the developers' tools, on the database of the trial.

        `variables` is a file whose lines come after those of jobsite.env.
        """
        lines = (self.folder / "etc" / "jobsite.env").read_text().splitlines()
        lines += variables.read_text().splitlines() if variables else []
        env = dict(line.split("=", 1) for line in lines)
        # Where others can come demo accounts are of no use.
        env |= {"ALLOWED_HOSTS": "127.0.0.1", "BEHIND_PROXY": "0", "EXTRA_APPS": "tools"}
        for name, place in (("STATIC", "srv/current/collected"), ("MEDIA", "lib/jobsite/media")):
            env[f"{name}_ROOT"] = str(self.folder / place)
        env["PRIVATE_ROOT"] = str(self.folder / "lib" / "jobsite" / "private")
        user: dict[str, Any] = {}
        if self.users:
            user = {"user": SERVER_UID, "group": SERVER_UID, "extra_groups": []}
        command = [sys.executable, "manage.py", *words]
        env |= {"PATH": PATH, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command, env=env, cwd=self.tools, capture_output=True, text=True, check=False, **user
        )
        if done.returncode:
            raise AssertionError(f"{' '.join(words)}\n{done.stderr[-3000:]}")
        return done.stdout


@contextmanager
def run_machine(revision: str = "HEAD") -> Iterator[tuple[Machine, Systemd]]:
    """Yield a machine with database and cache, on which nothing of the site runs yet; it will be of this revision."""
    with ExitStack() as stack:
        machine = Machine(stack.enter_context(make_folder()))
        address = stack.enter_context(_run_database(machine.folder))
        cache = stack.enter_context(run_valkey(machine.folder))
        machine.install_files(address, cache)
        machine.clone_project(revision)
        units = machine.folder / "units"
        yield machine, stack.enter_context(Systemd(units, machine.folder, machine.users))


@contextmanager
def _run_database(folder: Path) -> Iterator[str]:
    """Debian's newest server that is installed, with an empty database; yield its address."""
    programs = max(SERVERS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])).parent
    home = folder / "pg"
    home.mkdir()
    uid = find_initdb_uid(os.geteuid() or SERVER_UID)
    options = {**build_process_options(uid), "stdout": subprocess.DEVNULL}
    if not os.geteuid():
        os.chown(home, uid, -1)
    initdb = [
        programs / "initdb",
        "-D",
        home / "data",
        "-U",
        "jobsite",
        "--auth=trust",
        "-E",
        "UTF8",
    ]
    subprocess.run([*initdb, "--locale=C"], check=True, **options)
    control = [programs / "pg_ctl", "-D", home / "data", "-w", "-l", home / "log"]
    flags = f"-k {home} -c listen_addresses="
    subprocess.run([*control, "-o", flags, "start"], check=True, **options)
    try:
        home.chmod(0o755)
        with psycopg.connect(
            host=str(home), user="jobsite", dbname="postgres", autocommit=True
        ) as it:
            it.execute(f"CREATE DATABASE {NAME}")
        yield f"postgresql://jobsite@{str(home).replace('/', '%2F')}:5432/{NAME}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, **options)
