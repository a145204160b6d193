"""Starts that lack something, and secrets that change."""

import secrets
import socket
import subprocess
import sys

from tools.cluster.databases import NAME
from tools.faults.installation import HOST, PROJECT, Installation
from tools.faults.scene import make_seeker
from tools.faults.site import Site
from tools.faults.table import NotSurvived, add_fault, require_that, wait_for
from tools.faults.visitors import Answer, Visitor

PASSWORD = "tianqi-bucuo-9"  # noqa: S105 - of nobody
WEB = ("-m", "gunicorn", "jobsite.wsgi", "--config", "deploy/gunicorn.conf.py", "--workers", "1")


def start_and_fail(site: Installation, words: tuple[str, ...], **changed: str) -> str:
    """Return what a process said that must end by itself, with an error and without a traceback. Empty
    takes a variable away."""
    env = {name: value for name, value in (site.env | changed).items() if value}
    try:
        done = subprocess.run(
            [sys.executable, *words],
            env=env,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=45,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotSurvived("it went on") from None
    require_that(done.returncode != 0, "it went on, and ended well")
    require_that("Traceback" not in done.stdout, f"a traceback: {done.stdout[-200:]}")
    return done.stdout


@add_fault(
    "variables-missing",
    "a command of production is begun without keys and mail server",
    "it ends with one line that names all of them",
    needs_site=False,
)
def start_without_variables(site: Installation) -> str:
    missing = ("CONTACT_KEY", "MAIL_URL", "EVIDENCE_KEY")
    output = start_and_fail(site, ("manage.py", "check"), **dict.fromkeys(missing, ""))
    require_that(all(name in output for name in missing), output[-300:])
    require_that(len(output.strip().splitlines()) == 1, f"{len(output.splitlines())} lines")
    return "one line"


@add_fault(
    "database-address-wrong",
    "DATABASE_URL leads to a port where nobody listens",
    "a command ends with one line and without the password",
    needs_site=False,
)
def start_with_wrong_address(site: Installation) -> str:
    url = f"postgresql://jobsite:{PASSWORD}@{HOST}:1/jobsite"
    output = start_and_fail(site, ("manage.py", "migrate", "--check"), DATABASE_URL=url)
    require_that(PASSWORD not in output, "the password is told")
    require_that("The database cannot be used" in output, output[-300:])
    require_that(len(output.strip().splitlines()) == 1, f"{len(output.splitlines())} lines")
    return "one line"


@add_fault(
    "database-address-malformed",
    "DATABASE_URL is no address",
    "web processes end with one line that names it, without the password",
    needs_site=False,
)
def start_with_malformed_address(site: Installation) -> str:
    url = f"postgresql://jobsite:{PASSWORD}@host:notaport/jobsite"
    output = start_and_fail(site, (*WEB, "--bind", f"{HOST}:0"), DATABASE_URL=url)
    require_that("DATABASE_URL" in output and PASSWORD not in output, output[-300:])
    return "one line"


@add_fault(
    "trial-open-to-others",
    "TRIAL is left on where others can come",
    "no web process starts, and it says why",
    needs_site=False,
)
def start_open_trial(site: Installation) -> str:
    output = start_and_fail(site, (*WEB, "--bind", f"{HOST}:0"), TRIAL="1")
    require_that("TRIAL is on, but others can come" in output, output[-300:])
    return "refused"


@add_fault(
    "key-malformed",
    "a sealing key was cut when it was copied",
    "commands end with one line that names the variable and shows nothing of it",
    needs_site=False,
)
def start_with_cut_key(site: Installation) -> str:
    key = secrets.token_hex(20)
    output = start_and_fail(site, ("manage.py", "check"), CONTACT_SEAL_KEYS=key)
    require_that("CONTACT_SEAL_KEYS" in output and key not in output, output[-300:])
    return "named, not shown"


@add_fault(
    "port-taken",
    "`make run` is begun on a port where somebody serves",
    "it ends with one line that names another port",
    needs_site=False,
)
def start_on_taken_port(site: Installation) -> str:
    output = start_and_fail(site, ("-m", "tools.runsite"), PORT=str(site.port), HOST=HOST)
    require_that("Choose another port" in output, output[-300:])
    return "one line"


class OtherWeb:
    """One more web process on the same rows, with other variables."""

    def __init__(self, site: Site, **env: str) -> None:
        self.site, self.env = site, env

    def __enter__(self) -> "OtherWeb":
        self.door = socket.create_server((HOST, 0))
        self.port = int(self.door.getsockname()[1])
        env = {"PROBE_BIND": ""} | self.env
        self.process = self.site.begin_gunicorn("other-web", self.door.fileno(), 1, env)
        wait_for(lambda: self.is_alive() and self.ask("/healthz"), "the other web process", 40)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.door.close()

    def is_alive(self) -> bool:
        require_that(self.process.poll() is None, "it ended")
        return True

    def ask(self, path: str, session: str = "") -> Answer | None:
        return Visitor(self.port, session).try_asking(path)


@add_fault(
    "secret-key-changed",
    "SECRET_KEY is another one, the former one in SECRET_KEY_FALLBACKS",
    "who is signed in stays so; without the fallback they are asked to sign in, and nothing breaks",
)
def change_secret_key(site: Site) -> str:
    session, key = make_seeker("secret"), secrets.token_urlsafe(50)  # it ends with the last of it
    former = site.env["SECRET_KEY"]
    with OtherWeb(site, SECRET_KEY=key, SECRET_KEY_FALLBACKS=former) as web:
        with_fallback = web.ask("/me/", session)
    with OtherWeb(site, SECRET_KEY=key) as web:
        without, page = web.ask("/me/", session), web.ask("/xiangxi/jobs/", session)
    statuses = [answer and answer.status for answer in (with_fallback, without, page)]
    require_that(statuses == [200, 302, 200], f"{statuses}")
    return "200 with, 302 without"


@add_fault(
    "sealing-key-lost",
    "CONTACT_SEAL_KEYS are others than those that contacts were sealed with",
    "public pages are read; what needs a contact tells an error, and no row changes",
)
def lose_sealing_key(site: Site) -> str:
    session, query = (
        make_seeker("sealed"),
        "SELECT md5(string_agg(u::text, '' ORDER BY id)) FROM accounts_user u",
    )
    before = site.ask_database(query)
    with OtherWeb(site, CONTACT_SEAL_KEYS=secrets.token_hex(32)) as web:
        pages = [web.ask(path) for path in site.scene.pages]
        own_page = web.ask("/me/", session)
    statuses = {page and page.status for page in pages}
    require_that(statuses == {200}, f"public pages: {statuses}")
    require_that(
        own_page is not None and own_page.status in (302, 403, 500, 503, 200), f"{own_page}"
    )
    require_that(before == site.ask_database(query), "rows changed")
    again = Visitor(site.port, make_seeker("sealed again")).ask("/me/").status
    require_that(again == 200, f"with the key: {again}")
    return f"own page: {own_page.status if own_page else 'none'}"


@add_fault(
    "static-not-collected",
    "web processes start where collectstatic was forgotten",
    "probes of life answer, no traceback is shown, doctor names it with the cure",
)
def forget_collectstatic(site: Site) -> str:
    folder = str(site.folder / "nothing-collected")
    with OtherWeb(site, STATIC_ROOT=folder) as web:
        page = web.ask("/xiangxi/")
    doctor = site.run_command("doctor", env={"STATIC_ROOT": folder})
    require_that(page is not None and page.status in (200, 500, 503), f"{page and page.status}")
    require_that("run manage.py collectstatic" in doctor.stdout, doctor.stdout[-300:])
    return f"a page: {page.status if page else 0}"


@add_fault(
    "migrate-killed",
    "the first migrate gets kill -9 in the middle, and is run again",
    "it goes on where it was, and all tables are there",
    seconds=300,
)
def kill_migrate(site: Site) -> str:
    env = {"DATABASE_URL": site.env["DATABASE_URL"].removesuffix(f"/{NAME}") + "/drill"}
    with site.connect_database("postgres") as connection:
        connection.execute("CREATE DATABASE drill")
    try:
        process = site.begin("migrate", [sys.executable, "manage.py", "migrate"], env)
        wait_for(lambda: count_applied(site) >= 10, "the first migrations", 30)
        process.kill()
        process.wait()
        before = count_applied(site)
        again = site.run_command("migrate", env=env, seconds=200)
        require_that(again.returncode == 0, again.stderr[-300:])
        check = site.run_command("migrate", "--check", env=env)
        require_that(check.returncode == 0, "something is left to do")
        return f"{before} before, {count_applied(site)} in all"
    finally:
        with site.connect_database("postgres") as connection:
            connection.execute("DROP DATABASE drill WITH (FORCE)")


def count_applied(site: Site) -> int:
    with site.connect_database("drill") as connection:
        row = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
        if row is None or row[0] is None:
            return 0
        counted = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
        return int(counted[0]) if counted else 0
