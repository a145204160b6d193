"""Three machines with etcd, Patroni and PostgreSQL each, by the shipped files."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.cluster.databases import NAME
from tools.cluster.processes import ClusterFailed, build_program_path, wait_until
from tools.failover import reaping
from tools.failover.network import Machine
from tools.failover.services import Service, find_user
from tools.failover.shipped_files import (
    DATABASE_MACHINES,
    fill_in,
    get_secret,
    read_variables,
    write_filled,
)

SERVERS = Path("/usr/lib/postgresql")  # where Debian puts each version
WHOLE_SECONDS = 120
_REAPING = (sys.executable, reaping.__file__)
_SHIPPED_VERSION = "/usr/lib/postgresql/17"


@dataclass
class DatabaseNode:
    machine: Machine
    etcd: Service
    patroni: Service
    config: Path
    data: Path

    def start(self) -> None:
        self.etcd.start()
        self.patroni.start()

    def stop(self) -> None:
        self.patroni.stop()
        self.etcd.stop()

    def kill_postmaster(self) -> None:
        os.kill(int((self.data / "postmaster.pid").read_text().split("\n")[0]), signal.SIGKILL)

    def build_url(self) -> str:
        """Return how to reach this very server, whatever it is now."""
        return (
            f"postgresql://jobsite:{get_secret('SECRET_OF_JOBSITE')}@{self.machine.address}/{NAME}"
        )

    def leads_etcd(self) -> bool:
        answer = _fetch_json(f"http://{self.machine.address}:2379/v3/maintenance/status", b"{}")
        return bool(answer) and answer.get("leader") == answer["header"]["member_id"]


class DatabaseNodes:
    def __init__(self, nodes: Mapping[str, DatabaseNode]) -> None:
        self.nodes = nodes

    def find_node(self, role: str) -> DatabaseNode:
        """Return one that has this role: leader, sync_standby or replica."""
        names = [member["name"] for member in self._list_members() if member["role"] == role]
        if not names:
            raise ClusterFailed(f"No database is {role}.")
        return self.nodes[names[0]]

    def find_etcd_leader(self) -> DatabaseNode:
        leaders: list[DatabaseNode] = []

        def has_leader() -> bool:
            leaders.extend(node for node in self.nodes.values() if node.leads_etcd())
            return bool(leaders)

        wait_until(has_leader, "a leader of etcd", WHOLE_SECONDS)
        return leaders[0]

    def switch_over(self) -> None:
        """To the synchronous standby, as whoever is about to take the primary's machine away."""
        leader, standby = self.find_node("leader"), self.find_node("sync_standby")
        command = ["patronictl", "-c", str(leader.config), "switchover", "--force"]
        command += ["--leader", leader.machine.name, "--candidate", standby.machine.name]
        subprocess.run(
            leader.machine.enter(command, find_user("postgres")),
            env={"PATH": build_program_path(), "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def is_whole(self) -> bool:
        """Whether there is a primary with a synchronous standby, and all others follow it."""
        members = self._list_members()
        roles = [member["role"] for member in members]
        following = [member["state"] == "streaming" for member in members]
        return (
            len(members) == len(self.nodes)
            and roles.count("leader") == 1
            and roles.count("sync_standby") == 1
            and following.count(True) == len(members) - 1
        )

    def wait_until_whole(self) -> None:
        wait_until(self.is_whole, "three databases in good order", WHOLE_SECONDS)

    def _list_members(self) -> list[dict[str, Any]]:
        for node in self.nodes.values():
            if answer := _fetch_json(f"http://{node.machine.address}:8008/cluster"):
                return list(answer["members"])
        return []


@contextmanager
def run_databases(machines: Mapping[str, Machine]) -> Iterator[DatabaseNodes]:
    """Yield three nodes with the roles and the empty database of roles.sql."""
    with ExitStack() as stack:
        nodes = {name: _prepare_node(machines[name]) for name in DATABASE_MACHINES}
        for node in nodes.values():
            stack.callback(node.stop)
            node.start()
        databases = DatabaseNodes(nodes)
        databases.wait_until_whole()
        _write_roles(databases.find_node("leader"))
        yield databases


def _prepare_node(machine: Machine) -> DatabaseNode:
    user = find_user("postgres")
    folders = {name: machine.folder / name for name in ("etcd", "data", "run")}
    for folder in folders.values():
        folder.mkdir(mode=0o700)
        os.chown(folder, *user)
    machine_values = {"THIS_NAME": machine.name, "THIS_ADDRESS": machine.address}
    places = machine_values | {
        _SHIPPED_VERSION: str(find_server_folder()),
        "/var/lib/postgresql/17/jobsite": str(folders["data"]),
        "/var/lib/postgresql/.pgpass": str(folders["run"] / ".pgpass"),
        "/var/run/postgresql": str(folders["run"]),
    }
    config = write_filled(machine.folder / "patroni.yml", "patroni.yml", places, user)
    variables = read_variables("etcd.env", machine_values | {"/var/lib/etcd": str(folders["etcd"])})
    plain = {"HOME": str(folders["run"]), "LC_ALL": "C.UTF-8"}
    return DatabaseNode(
        machine,
        Service(machine, "etcd", ["etcd"], user, plain | variables),
        Service(machine, "patroni", [*_REAPING, "patroni", str(config)], user, plain),
        config,
        folders["data"],
    )


def find_server_folder() -> Path:
    """Return that of the newest PostgreSQL of Debian."""
    versions = [path.parents[1] for path in SERVERS.glob("*/bin/initdb")]
    return max(versions, key=lambda path: int(path.name))


def _write_roles(node: DatabaseNode) -> None:
    command = [str(find_server_folder() / "bin" / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
    command += ["-h", str(node.data.parent / "run"), "postgres"]
    subprocess.run(
        node.machine.enter(command, find_user("postgres")),
        input=fill_in("roles.sql", {}).encode(),
        check=True,
    )


def _fetch_json(address: str, body: bytes | None = None) -> Any:
    """Return an answer as JSON, None if there is none."""
    request = urllib.request.Request(address, body)  # noqa: S310 - of our own
    with suppress(OSError, ValueError), urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310
        return json.load(answer)
    return None
