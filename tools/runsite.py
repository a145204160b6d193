"""`make run`: the whole site on this machine, with demo data, from nothing to served."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured

from jobsite.env import names_others, read_env_integer, read_env_text
from tools.development import LOCAL_HOSTS, PROJECT_DIR, set_local_environment
from tools.embedded_pg import EmbeddedPostgresError

WORKER_SECONDS = 5
ALL_HOSTS = {"0.0.0.0", "::"}  # noqa: S104 - only if somebody asks for it


def main() -> None:
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(1))  # an exit stops the database, a signal not
    try:
        host = read_env_text("HOST", "127.0.0.1")
        door = _take_port(host, read_env_integer("PORT", 8000, 1, 65535))
        _set_up(host, door)
        _prepare()
        _greet(door)
        with _worker():
            _serve(door)
    except (ImproperlyConfigured, EmbeddedPostgresError, OSError) as error:
        sys.exit(f"make run: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _take_port(host: str, port: int) -> socket.socket:
    """Before anything slow, and kept: nobody else can take it in the meantime."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        door = socket.socket(family, kind, protocol)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
        door.listen()  # a second `make run` only fails to bind while somebody listens
    except OSError as error:
        raise OSError(
            f"cannot serve on {host} port {port} ({error.strerror or error}). "
            f"Choose another port, for instance: make run PORT={port % 65535 + 1}"
        ) from error
    return door


def _set_up(host: str, door: socket.socket) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobsite.settings")
    set_local_environment(_names(host), _address(door))
    import django

    django.setup()
    from django.conf import settings

    # An ALLOWED_HOSTS of one's own does not keep others away: they may send any name.
    settings.OPEN_TO_OTHERS |= names_others([host])


def _names(host: str) -> str:
    if host in ALL_HOSTS:
        return "*"
    return f"{LOCAL_HOSTS},{f'[{host}]' if ':' in host else host}"


def _prepare() -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections, transaction

    from listings.models import Listing

    _say("database, tables and places")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_regions", verbosity=0)
    call_command("load_hourly_minimums", verbosity=0)
    if not Listing.objects.exists():
        _say("demo data")
        with transaction.atomic():  # ended half-way, it begins anew the next time
            call_command("demo", scale="small")
    call_command("load_guides", verbosity=0)
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()


def _address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    if host in ALL_HOSTS:
        host = "localhost"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _greet(door: socket.socket) -> None:
    from django.conf import settings

    from tools.demo.accounts import DEMO_ACCOUNTS

    _say(f"{_address(door)}/xiangxi/")
    if settings.OPEN_TO_OTHERS:
        _say("  别人也能打开这个网站，公开的演示账号在这里不能登录。")
    else:
        for account in DEMO_ACCOUNTS:
            _say(f"  {account.label} {account.email}  {account.password}")
        _say("  审核员、管理员登录还要 6 位数字：另开一个终端，运行 make code")
    if folder := settings.MAILERS["default"].get("OPTIONS", {}).get("folder"):
        _say(f"  mails to open: {folder}")
    if folder := settings.TEXT_MESSENGER["OPTIONS"].get("folder"):
        _say(f"  text messages to open: {folder}")
    _say("Ctrl-C ends it.")


@contextmanager
def _worker() -> Iterator[None]:
    """Works in the background beside the server, and ends with it, however that ends."""
    mine = os.getpid()
    command = [sys.executable, "manage.py", "worker", f"--with-parent={mine}"]
    worker = subprocess.Popen(command, cwd=PROJECT_DIR)
    try:
        yield
    finally:
        if os.getpid() == mine:  # gunicorn's workers are forks and leave through here as well
            worker.terminate()
            try:
                worker.wait(WORKER_SECONDS)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()


def _serve(door: socket.socket) -> None:
    from django.conf import settings
    from gunicorn.app.base import BaseApplication
    from gunicorn.arbiter import Arbiter

    class Master(Arbiter):
        handle_hup = Arbiter.handle_term  # the terminal was closed

    class Server(BaseApplication):
        def load_config(self) -> None:
            self.cfg.set("bind", f"fd://{door.fileno()}")
            self.cfg.set("workers", 2)
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


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
