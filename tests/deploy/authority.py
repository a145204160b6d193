"""A certificate authority on the loopback that speaks ACME: Let's Encrypt's own for tests, `pebble`."""

import json
import shutil
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from cryptography import x509

from tests.deploy.machine import HOST, Machine
from tools.cluster.processes import (
    build_program_path,
    find_free_port,
    is_port_open,
    run_server,
    wait_until,
)

ADDRESS = "127.0.0.1"
PACKAGES = "pebble certbot nginx"  # of Debian


def list_missing_programs() -> list[str]:
    names = ("pebble", "pebble-challtestsrv", "certbot", "nginx")
    return [name for name in names if shutil.which(name, path=build_program_path()) is None]


@dataclass(frozen=True)
class Authority:
    """`directory` is its ACME address, `own_root` a file: whom its own page is trusted by. `root` is what
    the certificates that it issues are trusted by."""

    directory: str
    own_root: Path
    root: str


@contextmanager
def run_authority(machine: Machine) -> Iterator[Authority]:
    """It looks for the host's proofs at the machine's ports, as others do at 80 and 443."""
    folder = machine.folder / "authority"
    folder.mkdir()
    own_root, key, chain = (folder / f"{name}.pem" for name in ("root", "key", "chain"))
    machine.authority.cert_pem.write_to_path(own_root)
    certificate = machine.authority.issue_cert(ADDRESS)
    certificate.private_key_pem.write_to_path(key)
    certificate.cert_chain_pems[0].write_to_path(chain)
    port, management, names, names_management = (find_free_port() for _ in range(4))
    settings = {
        "listenAddress": f"{ADDRESS}:{port}",
        "managementListenAddress": f"{ADDRESS}:{management}",
        "certificate": str(chain),
        "privateKey": str(key),
        "httpPort": machine.plain_port,
        "tlsPort": machine.port,
    }
    config = folder / "pebble.json"
    config.write_text(json.dumps({"pebble": settings}))
    resolver = ["pebble-challtestsrv", "-defaultIPv4", ADDRESS, "-defaultIPv6", ""]
    resolver += ["-dns01", f"{ADDRESS}:{names}", "-management", f"{ADDRESS}:{names_management}"]
    resolver += [f"-{name}={''}" for name in ("http01", "https01", "tlsalpn01", "doh")]
    command = ["pebble", "-strict", "-config", str(config), "-dnsserver", f"{ADDRESS}:{names}"]
    with ExitStack() as stack:
        stack.enter_context(run_server(resolver, folder / "names.log"))
        wait_until(lambda: is_port_open(names_management), "the name server")
        quick = {"PEBBLE_VA_NOSLEEP": "1"}
        stack.enter_context(run_server(command, folder / "pebble.log", env=quick))
        wait_until(lambda: is_port_open(management), "the certificate authority")
        trusting = ssl.create_default_context(cafile=str(own_root))
        with urlopen(f"https://{ADDRESS}:{management}/roots/0", context=trusting) as answer:
            root = answer.read().decode()
        yield Authority(f"https://{ADDRESS}:{port}/dir", own_root, root)


def read_served_certificate(machine: Machine, root: str) -> x509.Certificate:
    """Return what the proxy shows for the host; raises if `root` does not vouch for it."""
    trusting = ssl.create_default_context(cadata=root)
    with (
        socket.create_connection((ADDRESS, machine.port), 10) as line,
        trusting.wrap_socket(line, server_hostname=HOST) as secured,
    ):
        return x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")
