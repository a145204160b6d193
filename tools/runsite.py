"""`make run`: the whole site on this machine, with demo data, from nothing to served."""

import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from tools.development import LOCAL_HOSTS, PROJECT_DIR, VAR_DIR, set_local_environment
from tools.ports import take_port
from tools.refused_files import describe_refused_file
from tools.supervised_worker import SupervisedWorker

ALL_HOSTS = {"0.0.0.0", "::"}  # noqa: S104 - only if somebody asks for it


def main() -> None:
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(1))  # an exit stops the database, a signal not
    try:
        _run_site()
    except KeyboardInterrupt:
        sys.exit(130)


def _run_site() -> None:
    """What is imported takes a second, in which Ctrl-C should be as quiet as later."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError

    from jobsite.env import read_env_integer, read_env_text
    from jobsite.operations.start_errors import describe_start_error
    from tools.embedded_pg import EmbeddedPostgresError

    try:
        host = read_env_text("HOST", "") or "127.0.0.1"
        door = take_port(host, read_env_integer("PORT", 8000, 1, 65535))
        with _prepare_alone():
            _set_up(host, door)
            _prepare_database()
        _print_site_summary(door)
        with SupervisedWorker() as worker:
            _run_web_server(door, worker)
    except (ImproperlyConfigured, OperationalError) as error:
        words = describe_start_error(error)
        if words is None:
            raise
        sys.exit(f"make run: {words}")
    except EmbeddedPostgresError as error:
        sys.exit(f"make run: {error}")
    except OSError as error:
        sys.exit(f"make run: {describe_refused_file(error, VAR_DIR)}")


@contextmanager
def _prepare_alone() -> Iterator[None]:
    """Others that are begun at the same time in this folder wait: each would make the same tables."""
    from tools.embedded_pg.server import chown_like, open_shared

    if not VAR_DIR.is_dir():
        VAR_DIR.mkdir(exist_ok=True)
        chown_like(PROJECT_DIR, VAR_DIR)
    lock = open_shared(VAR_DIR / "run.lock")
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _print_line("another make run prepares; this one waits for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _set_up(host: str, door: socket.socket) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobsite.settings")
    # Every kind of text message can be opened, as if a provider had approved its template.
    templates = "template_notice=here&template_digest=here"
    os.environ.setdefault("SMS_URL", f"file:{quote(str(VAR_DIR / 'sms'))}?{templates}")
    set_local_environment(_get_allowed_hosts(host), _build_site_address(door))
    import django

    django.setup()
    from django.conf import settings

    from jobsite.env import is_open_to_others

    # An ALLOWED_HOSTS of one's own does not keep others away: they may send any name.
    settings.OPEN_TO_OTHERS |= is_open_to_others([host])


def _get_allowed_hosts(host: str) -> str:
    if host in ALL_HOSTS:
        return "*"
    return f"{LOCAL_HOSTS},{f'[{host}]' if ':' in host else host}"


def _prepare_database() -> None:
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command
    from django.db import DEFAULT_DB_ALIAS, connections, transaction

    from listings.models import Listing
    from sitekit.system_checks import check_replaced_migrations

    _print_line("database, tables and places")
    for problem in check_replaced_migrations([DEFAULT_DB_ALIAS]):
        raise ImproperlyConfigured(f"{problem.msg}{problem.hint}")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_regions", verbosity=0)
    call_command("load_hourly_minimums", verbosity=0)
    if not Listing.objects.exists():
        _print_line("demo data")
        with transaction.atomic():  # ended half-way, it begins anew the next time
            call_command("demo", scale="small")
    call_command("load_guides", verbosity=0)
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()


def _build_site_address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    if host in ALL_HOSTS:
        host = "localhost"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _print_site_summary(door: socket.socket) -> None:
    from django.conf import settings
    from django.db import connections

    _print_line(f"{_build_site_address(door)}/xiangxi/")
    _tell_accounts()
    connections.close_all()  # before gunicorn forks
    if folder := settings.MAILERS["default"].get("OPTIONS", {}).get("folder"):
        _print_line(f"  mails to open: {folder}")
    if folder := settings.TEXT_MESSENGER["OPTIONS"].get("folder"):
        _print_line(f"  text messages to open: {folder}")
    _print_line("Ctrl-C ends it.")


def _tell_accounts() -> None:
    """Those of the demo that can sign in: a database of one's own has none, or some are closed."""
    from django.conf import settings

    from accounts.sign_in.published_logins import list_usable_published_logins
    from tools.demo.accounts import DEMO_ACCOUNTS, STAFF_ACCOUNTS

    emails = list_usable_published_logins()
    accounts = [account for account in DEMO_ACCOUNTS if account.email in emails]
    if accounts and settings.OPEN_TO_OTHERS:
        _print_line("  别人也能打开这个网站，公开的演示账号在这里不能登录。")
        return
    for account in accounts:
        _print_line(f"  {account.label} {account.email}  {account.password}")
    if staff := [account.label for account in STAFF_ACCOUNTS if account in accounts]:
        _print_line(f"  {'、'.join(staff)}登录还要 6 位数字：另开一个终端，运行 make code")


def _run_web_server(door: socket.socket, worker: SupervisedWorker) -> None:
    from django.conf import settings
    from gunicorn.app.base import BaseApplication
    from gunicorn.arbiter import Arbiter

    from jobsite.operations.web_worker import PageWorker

    class Master(Arbiter):
        handle_hup = Arbiter.handle_term  # the terminal was closed

        def manage_workers(self) -> None:
            """Every second."""
            super().manage_workers()
            worker.look_after()

    class Worker(PageWorker):
        def handle_quit(self, *_: object) -> None:
            """Ctrl-C: at once, else it answers first what waits, is killed meanwhile, and says so."""
            os._exit(0)

    class Server(BaseApplication):
        def load_config(self) -> None:
            self.cfg.set("bind", f"fd://{door.fileno()}")
            self.cfg.set("workers", 2)
            self.cfg.set("worker_class", Worker)
            self.cfg.set("threads", 4)  # browsers open connections that they may never use
            self.cfg.set("limit_request_line", 0)  # a long question gets a page, not a bare 414
            self.cfg.set("graceful_timeout", 3)  # Ctrl-C should not wait for an idle browser
            self.cfg.set("loglevel", "warning")
            self.cfg.set("control_socket_disable", True)
            self.cfg.set("reload", settings.DEBUG)

        def load(self):
            from jobsite.wsgi import application

            return application

        def run(self) -> None:
            Master(self).run()

    Server().run()


def _print_line(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
