"""Two machines with HAProxy, PgBouncer, web processes and a worker each, by the shipped files."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from tools.cluster.databases import NAME
from tools.cluster.processes import wait_until
from tools.cluster.servers import build_web_command, is_ready
from tools.failover.network import Machine
from tools.failover.services import Service, find_user
from tools.failover.shipped_files import get_secret, read_variables, write_filled

WEB_PORT = 8000


@dataclass
class WebNode:
    machine: Machine
    haproxy: Service
    pooler: Service
    site: Service
    worker: Service

    def start_proxies(self) -> None:
        self.haproxy.start()
        self.pooler.start()

    def start_site(self) -> None:
        self.site.start()
        self.worker.start()

    def start(self) -> None:
        self.start_proxies()
        self.start_site()

    def wait_until_ready(self) -> None:
        address = self.machine.address
        wait_until(lambda: is_ready(WEB_PORT, address), f"the site on {self.machine.name}")

    def stop(self) -> None:
        for service in (self.worker, self.site, self.pooler, self.haproxy):
            service.stop()


@contextmanager
def run_web_node(machine: Machine, env: Mapping[str, str]) -> Iterator[WebNode]:
    """Yield it with its proxies running; the site waits for its tables."""
    node = _prepare_node(machine, env)
    try:
        node.start_proxies()
        yield node
    finally:
        node.stop()


def build_pooled_url() -> str:
    """Return what a web process connects to, on its own machine."""
    return f"postgresql://jobsite_web:{get_secret('SECRET_OF_WEB')}@127.0.0.1:6432/{NAME}"


def build_site_environment(env: Mapping[str, str], *, is_web: bool = False) -> dict[str, str]:
    """Return the variables of a worker or command, or those of the web processes."""
    web_variables = read_variables("web.env", {}) if is_web else {}
    return {**env, **read_variables("site.env", {}), **web_variables}


def _prepare_node(machine: Machine, env: Mapping[str, str]) -> WebNode:
    folder, user = machine.folder, find_user("postgres")
    users = write_filled(folder / "userlist.txt", "userlist.txt", {}, user)
    places = {"/etc/pgbouncer/userlist.txt": str(users)}
    pooler = write_filled(folder / "pgbouncer.ini", "pgbouncer.ini", places, user)
    haproxy = write_filled(folder / "haproxy.cfg", "haproxy.cfg", {})
    web = build_site_environment(env, is_web=True) | {"PGAPPNAME": machine.name}
    command = build_web_command(f"{machine.address}:{WEB_PORT}")
    worker = [sys.executable, "manage.py", "worker"]
    project = settings.BASE_DIR
    return WebNode(
        machine,
        Service(machine, "haproxy", ["haproxy", "-db", "-f", str(haproxy)]),
        Service(machine, "pgbouncer", ["pgbouncer", str(pooler)], user),
        Service(machine, "web", command, env=web, folder=project),
        Service(machine, "worker", worker, env=build_site_environment(env), folder=project),
    )
