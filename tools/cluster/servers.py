"""PgBouncer, Valkey, web nodes and nginx, each with the least that it needs."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings

from tools.cluster.databases import NAME
from tools.cluster.processes import (
    build_program_path,
    choose_user,
    find_free_port,
    give_to_user,
    is_port_open,
    run_server,
    wait_until,
)
from tools.embedded_pg.server import PORT, USER, EmbeddedServer

Enter = Callable[[list[str]], list[str]]
LOCAL = "127.0.0.1"
POOL = 8
WORKERS = 2  # of each node
_PGBOUNCER = """
[databases]
{name} = host={host} port={port} dbname={name} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {pool}
max_client_conn = 500
max_prepared_statements = 200
server_login_retry = 1
"""
_NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    large_client_header_buffers 4 16k;
    upstream nodes {{ {nodes} }}
    server {{
        listen 127.0.0.1:{listen};
        location / {{
            proxy_pass http://nodes;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
        }}
    }}
}}
"""


@contextmanager
def run_pgbouncer(folder: Path, primary: EmbeddedServer) -> Iterator[int]:
    """Yield its port."""
    port = find_free_port()
    config = folder / "pgbouncer.ini"
    config.write_text(
        _PGBOUNCER.format(
            name=NAME, host=primary.socket_folder, port=PORT, user=USER, listen=port, pool=POOL
        )
    )
    config.chmod(0o644)
    command = [_find_program("pgbouncer"), str(config)]
    with run_server(command, folder / "pgbouncer.log", **choose_user()):
        wait_until(lambda: is_port_open(port), "PgBouncer")
        yield port


@contextmanager
def run_valkey(folder: Path, host: str = LOCAL) -> Iterator[int]:
    """Yield its port, open to all who reach that address. It keeps nothing on disk: what is lost with it are
    counts of limits and short caches."""
    port = find_free_port()
    command = [_find_program("valkey-server"), "--port", str(port), "--bind", host]
    command += ["--save", "", "--appendonly", "no", "--maxmemory", "64mb", "--dir", "/tmp"]  # noqa: S108
    command += ["--maxmemory-policy", "volatile-lru", "--protected-mode", "no"]
    with run_server(command, folder / "valkey.log", **choose_user()):
        wait_until(lambda: is_port_open(port, host), "Valkey")
        yield port


@contextmanager
def run_nginx(folder: Path, nodes: Sequence[str]) -> Iterator[int]:
    """Yield its port; `nodes` are the web nodes, each as host:port."""
    port = find_free_port()
    inside = folder / "nginx"
    inside.mkdir()
    give_to_user(inside)
    config = folder / "nginx.conf"
    servers = " ".join(f"server {node};" for node in nodes)
    config.write_text(_NGINX.format(folder=inside, nodes=servers, listen=port))
    config.chmod(0o644)
    command = [_find_program("nginx"), "-c", str(config), "-p", str(inside), "-e", "stderr"]
    with run_server(command, folder / "nginx.log", **choose_user()):
        wait_until(lambda: is_port_open(port), "nginx")
        yield port


@contextmanager
def run_web_node(folder: Path, env: Mapping[str, str], name: str) -> Iterator[int]:
    """Yield its port."""
    port = find_free_port()
    command = build_web_command(f"{LOCAL}:{port}")
    node_environment = {**env, "PGAPPNAME": name}
    with run_server(command, folder / f"{name}.log", env=node_environment, cwd=settings.BASE_DIR):
        wait_until(lambda: is_ready(port), f"the web node {name}")
        yield port


def build_web_command(listen: str) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "jobsite.wsgi", "--config", "deploy/gunicorn.conf.py"),
        *("--workers", str(WORKERS), "--bind", listen, "--log-level", "warning"),
    ]


def is_ready(port: int, host: str = LOCAL) -> bool:
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def run_command(env: Mapping[str, str], *words: str, enter: Enter = list) -> str:
    """Run a command of manage.py, and return what it wrote. `enter` has it run on another machine."""
    done = subprocess.run(
        enter([sys.executable, "manage.py", *words]),
        env={**env, "PATH": build_program_path()},
        cwd=settings.BASE_DIR,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def call_function(env: Mapping[str, str], module: str, name: str, enter: Enter = list) -> str:
    """Call it in a process of the site, and return what it wrote."""
    code = f"from {module} import {name}; {name}()"
    return run_command(env, "shell", "--no-imports", "-c", code, enter=enter)


def _find_program(name: str) -> str:
    return shutil.which(name, path=build_program_path()) or name
