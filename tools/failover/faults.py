"""What is done to the machines, one after the other, and how it is mended as systemd or somebody with a cable would."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tools.failover.database_nodes import DatabaseNode, DatabaseNodes
from tools.failover.mails import WaitingMails
from tools.failover.web_nodes import WebNode


@dataclass
class Trial:
    databases: DatabaseNodes
    web: Mapping[str, WebNode]
    mails: WaitingMails


Mend = Callable[[], str | None]  # returns what else came of the fault


@dataclass(frozen=True)
class Fault:
    name: str
    words: str
    seconds: float  # of load, two of them before
    strike: Callable[[Trial], Mend]
    most_seconds: float  # without writes
    machine: str = ""  # the one that is lost with all who write there
    is_short: bool = False  # each page is shown as kept, or waits and is shown


def _kill_postmaster(trial: Trial) -> Mend:
    trial.databases.find_node("leader").kill_postmaster()
    return _do_nothing


def _kill_primary(trial: Trial) -> Mend:
    return _kill_machine(trial.databases.find_node("leader"))


def _kill_standby(trial: Trial) -> Mend:
    return _kill_machine(trial.databases.find_node("sync_standby"))


def _kill_machine(node: DatabaseNode) -> Mend:
    node.machine.kill_processes()
    return node.start


def _switch_over(trial: Trial) -> Mend:
    trial.databases.switch_over()
    return _do_nothing


def _cut_primary(trial: Trial) -> Mend:
    return _cut_machine(trial.databases.find_node("leader"))


def _cut_standby(trial: Trial) -> Mend:
    return _cut_machine(trial.databases.find_node("sync_standby"))


def _cut_machine(node: DatabaseNode) -> Mend:
    node.machine.cut_off()
    return node.machine.join


def _kill_etcd_leader(trial: Trial) -> Mend:
    etcd = trial.databases.find_etcd_leader().etcd
    etcd.kill()
    return etcd.start


def _kill_two_etcd(trial: Trial) -> Mend:
    members = [trial.databases.find_node(role).etcd for role in ("sync_standby", "replica")]
    for member in members:
        member.kill()

    def start_both() -> None:
        for member in members:
            member.start()

    return start_both


def _kill_web_machine(trial: Trial) -> Mend:
    node = trial.web["web1"]
    node.machine.kill_processes()

    def start_again() -> None:
        node.start()
        node.wait_until_ready()

    return start_again


def _kill_worker(trial: Trial) -> Mend:
    sender = trial.mails.start_sending(trial.databases.find_node("leader").build_url())
    nodes = trial.web.values()
    node = next((node for node in nodes if node.machine.address == sender), trial.web["web2"])
    node.worker.kill()
    killed_at = time.monotonic()

    def start_again() -> str:
        words = trial.mails.describe_delivery(killed_at)
        node.worker.start()
        return words

    return start_again


def _do_nothing() -> None:
    pass


FAULTS = (
    Fault("postmaster", "primary's postmaster killed", 20, _kill_postmaster, 7, is_short=True),
    Fault("switchover", "planned switchover", 20, _switch_over, 7, is_short=True),
    Fault("primary", "primary's machine killed", 40, _kill_primary, 25),
    Fault("standby", "synchronous standby's machine killed", 20, _kill_standby, 25),
    Fault("cut-primary", "primary's network cut", 45, _cut_primary, 25),
    Fault("cut-standby", "synchronous standby's network cut", 30, _cut_standby, 25),
    Fault("etcd-leader", "etcd's leader killed", 15, _kill_etcd_leader, 1),
    Fault("two-etcd", "two of three etcd killed", 35, _kill_two_etcd, 1),
    Fault("web", "a web machine killed", 15, _kill_web_machine, 1, "web1"),
    Fault("worker", "the worker that sends mails killed", 20, _kill_worker, 1),
)
