"""nginx and Caddy before the site of the trial, each with its file of deploy/; only ports, names and paths differ."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.authority import Authority
from tests.deploy.machine import HOST, PROJECT, Machine
from tools.cluster.processes import build_program_path, is_port_open, run_server, wait_until

NGINX = Path("/etc/nginx/nginx.conf")  # Debian's


@contextmanager
def run_nginx(machine: Machine) -> Iterator[list[str]]:
    """nginx with Debian's own nginx.conf and the site's file; yield the command that reloads it."""
    with _run_nginx_with(machine, (PROJECT / "deploy/nginx.conf").read_text()) as command:
        yield command


@contextmanager
def run_first_page(machine: Machine) -> Iterator[None]:
    """nginx as Debian installs it, before the site's file is there: plain HTTP, /var/www/html."""
    page = "server {\n    listen 80 default_server;\n    root /var/www/html;\n}\n"
    with _run_nginx_with(machine, page):
        yield


@contextmanager
def _run_nginx_with(machine: Machine, own_lines: str) -> Iterator[list[str]]:
    folder, command = machine.folder, [_find_server_program("nginx")]
    site = folder / "etc" / "site.conf"
    site.write_text(_place_ports(machine, machine.rewrite(own_lines)))
    text = NGINX.read_text().replace("/var/log/nginx", str(folder / "log"))
    text = text.replace("include /etc/nginx/sites-enabled/*;", f"include {site};")
    text = re.sub(r"^pid .*;$", f"pid {folder}/nginx/pid;", text, flags=re.MULTILINE)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/nginx/{kind};" for kind in kinds)
    text = text.replace("http {", f"http {{ {temporary}", 1)
    if not machine.users:
        text = re.sub(r"^user .*;$", "", text, flags=re.MULTILINE)
    main = folder / "etc" / "nginx.conf"
    main.write_text(text)
    (folder / "nginx").chmod(0o711)
    command += ["-c", str(main), "-e", str(folder / "log" / "nginx.log")]
    subprocess.run([*command, "-t", "-q"], check=True)
    with run_server([*command, "-g", "daemon off;"], folder / "log" / "nginx.log"):
        wait_until(lambda: is_port_open(machine.plain_port), "nginx")
        yield [*command, "-s", "reload"]


def _place_ports(machine: Machine, text: str) -> str:
    ports = {"80": machine.plain_port, "443": machine.port}
    text = re.sub(r"listen (\d+)", lambda match: f"listen 127.0.0.1:{ports[match[1]]}", text)
    if not _has_ipv6():
        return re.sub(r"^ *listen \[::\]:.*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"listen \[::\]:(\d+)", lambda match: f"listen [::1]:{ports[match[1]]}", text)


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as door:
            door.bind(("::1", 0))
    except OSError:
        return False
    return True


def has_caddy() -> bool:
    return shutil.which("caddy", path=build_program_path()) is not None


@contextmanager
def run_caddy(machine: Machine, authority: Authority | None = None) -> Iterator[None]:
    """Caddy in nginx's place, on the same ports; with the same certificate, or one of the authority."""
    folder = machine.folder
    text = machine.rewrite((PROJECT / "deploy" / "Caddyfile").read_text())
    own_lines = f"admin off\n\tdefault_bind 127.0.0.1\n\thttp_port {machine.plain_port}\n"
    tls = f"\ttls {folder}/tls/fullchain.pem {folder}/tls/privkey.pem\n"
    if authority:
        own_lines += f"\tacme_ca {authority.directory}\n\tacme_ca_root {authority.own_root}\n"
        tls = ""
    text = text.replace(
        "{\n\tservers", f"{{\n\t{own_lines}\thttps_port {machine.port}\n\tservers", 1
    )
    config = folder / "etc" / "Caddyfile"
    config.write_text(text.replace(f"\n{HOST} {{\n", f"\n{HOST} {{\n{tls}", 1))
    command = [
        _find_server_program("caddy"),
        "run",
        "--config",
        str(config),
        "--adapter",
        "caddyfile",
    ]
    with run_server(command, folder / "log" / "caddy.log", env={"HOME": str(folder / "etc")}):
        wait_until(lambda: is_port_open(machine.port), "Caddy")
        yield


def _find_server_program(name: str) -> str:
    return shutil.which(name, path=build_program_path()) or name
