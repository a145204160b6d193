"""How the site's host comes to its certificate, as README.md tells it: certbot beside nginx, Caddy by itself."""

import ssl
import subprocess
from contextlib import suppress

import pytest
from cryptography import x509

from tests.deploy.authority import (
    PACKAGES,
    Authority,
    list_missing_programs,
    read_served_certificate,
    run_authority,
)
from tests.deploy.machine import HOST, Machine
from tests.deploy.proxies import has_caddy, run_caddy, run_first_page, run_nginx
from tools.cluster.processes import build_program_path, make_folder, wait_until

SOON = 30  # seconds

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        bool(list_missing_programs()), reason=f"its servers are missing: apt-get install {PACKAGES}"
    ),
]


def test_certbot_gets_a_certificate_and_renews_it_behind_our_nginx():
    with make_folder() as folder:
        machine = Machine(folder)
        with run_authority(machine) as authority:
            with run_first_page(machine):
                first_time = ["certonly", "--webroot", "-w", f"{folder}/acme", "-d", HOST]
                run_certbot(machine, authority, *first_time)
            (folder / "tls").rmdir()
            (folder / "tls").symlink_to(folder / "letsencrypt" / "live" / HOST)
            with run_nginx(machine) as reload_command:
                first = read_served_certificate(machine, authority.root)
                hook = ["--deploy-hook", " ".join(reload_command)]
                run_certbot(machine, authority, "renew", "--force-renewal", *hook)
                wait_until(lambda: is_renewed(machine, authority, first), "the next one", SOON)


def run_certbot(machine: Machine, authority: Authority, *words: str) -> None:
    folder = machine.folder / "letsencrypt"
    places = [f"--config-dir={folder}", f"--work-dir={folder}/work", f"--logs-dir={folder}/logs"]
    command = ["certbot", *words, "-n", "--server", authority.directory, *places]
    if words[0] == "certonly":
        command += ["--agree-tos", "--register-unsafely-without-email"]
    variables = {"PATH": build_program_path(), "REQUESTS_CA_BUNDLE": str(authority.own_root)}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def is_renewed(machine: Machine, authority: Authority, first: x509.Certificate) -> bool:
    return read_served_certificate(machine, authority.root).serial_number != first.serial_number


@pytest.mark.skipif(not has_caddy(), reason="apt-get install caddy")
def test_caddy_gets_its_certificate_by_itself():
    with make_folder() as folder:
        machine = Machine(folder)
        with run_authority(machine) as authority, run_caddy(machine, authority):
            wait_until(lambda: has_certificate(machine, authority), "Caddy's certificate", SOON)
            served = read_served_certificate(machine, authority.root)
    names = served.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [HOST]


def has_certificate(machine: Machine, authority: Authority) -> bool:
    with suppress(ssl.SSLError, OSError):
        return bool(read_served_certificate(machine, authority.root))
    return False
