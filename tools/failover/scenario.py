"""The site on five machines, to which one fault after the other happens."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from tools.cluster.load import LoadResult, build_write_and_read, drive_load
from tools.cluster.processes import make_folder
from tools.cluster.scenario import SCENE, build_environment
from tools.cluster.servers import call_function, run_command, run_nginx, run_valkey
from tools.failover.database_nodes import run_databases
from tools.failover.faults import Fault, Trial
from tools.failover.mails import WaitingMails
from tools.failover.network import FRONT, lay_network
from tools.failover.report import Row
from tools.failover.shipped_files import DATABASE_MACHINES, WEB_MACHINES
from tools.failover.web_nodes import (
    WEB_PORT,
    build_pooled_url,
    build_site_environment,
    run_web_node,
)
from tools.failover.writers import TABLES, Writer, count_lost_and_doubled, run_writers

# Of Debian: apt-get install patroni python3-etcd etcd-server haproxy pgbouncer postgresql valkey-server nginx-light
NEEDED = (
    *(
        "patroni",
        "patronictl",
        "etcd",
        "haproxy",
        "pgbouncer",
        "pg_lsclusters",
        "valkey-server",
        "nginx",
    ),
    *("ip", "nsenter", "unshare"),
)
BEFORE = 2.0  # seconds of load before a fault
WARM_SECONDS = 20  # until each web process has drawn each page
READER_PAUSE = 0.02


def run_faults(faults: Sequence[Fault], write: Callable[[str], Any]) -> Iterator[Row]:
    """Yield what came of each; all is ended with the last. `write` is told what is going on."""
    with ExitStack() as stack:
        folder = stack.enter_context(make_folder())
        trial, drive = stack.enter_context(_run_all(folder, write))
        machines = [node.machine for node in trial.web.values()]
        writers = stack.enter_context(run_writers(machines, build_pooled_url()))
        with ThreadPoolExecutor(1) as pool:
            for fault in faults:
                trial.databases.wait_until_whole()
                loading = pool.submit(drive, fault.seconds)
                yield _carry_out(fault, trial, writers, loading)


@contextmanager
def _run_all(
    folder: Path, write: Callable[[str], Any]
) -> Iterator[tuple[Trial, Callable[[float], LoadResult]]]:
    with ExitStack() as stack:
        machines = stack.enter_context(lay_network(folder, DATABASE_MACHINES | WEB_MACHINES))
        databases = stack.enter_context(run_databases(machines))
        with psycopg.connect(databases.find_node("leader").build_url()) as connection:
            connection.execute(TABLES)
            connection.execute("GRANT ALL ON failover_keys, failover_effects TO jobsite_web")
        write("three databases")
        cache = stack.enter_context(run_valkey(folder, FRONT))
        env = build_environment(folder) | {"CACHE_URL": f"redis://{FRONT}:{cache}/0"}
        web = {
            name: stack.enter_context(run_web_node(machines[name], env)) for name in WEB_MACHINES
        }
        direct, enter = build_site_environment(env), machines["web1"].enter
        scene = _write_scene(direct, enter)
        enqueue = partial(call_function, direct, SCENE, "enqueue_mails", enter)
        write("demo data")
        for node in web.values():
            node.start_site()
        for node in web.values():
            node.wait_until_ready()
        places = [f"{address}:{WEB_PORT}" for address in WEB_MACHINES.values()]
        port = stack.enter_context(run_nginx(folder, places))
        write("two web machines")
        write_and_read = build_write_and_read(scene["reader"])

        def drive(seconds: float) -> LoadResult:
            return drive_load(
                port, scene["addresses"], seconds, lambda: 0, write_and_read, READER_PAUSE
            )

        drive(WARM_SECONDS)
        yield Trial(databases, web, WaitingMails(folder / "mail", enqueue)), drive


def _write_scene(env: dict[str, str], enter: Callable[[list[str]], list[str]]) -> dict[str, Any]:
    # Behind a proxy the demo's staff may do nothing.
    call_function(env | {"BEHIND_PROXY": "0"}, SCENE, "write_scene", enter)
    run_command(env, "collectstatic", "--noinput", "-v0", enter=enter)
    run_command(env, "housekeeping", enter=enter)
    return dict(json.loads(call_function(env, SCENE, "print_scene", enter)))


def _carry_out(
    fault: Fault, trial: Trial, writers: Sequence[Writer], loading: Future[LoadResult]
) -> Row:
    time.sleep(BEFORE)
    begin = time.monotonic()
    mend = fault.strike(trial)
    result = loading.result()
    end = time.monotonic()
    standing_writers = [writer for writer in writers if writer.machine.name != fault.machine]
    gap = max(writer.find_longest_gap(begin, end) for writer in standing_writers)
    words = mend() or ""
    trial.databases.wait_until_whole()
    recovery_seconds = time.monotonic() - end
    lost, doubled = count_lost_and_doubled(writers, trial.databases.find_node("leader").build_url())
    return Row(fault, gap, lost, doubled, result, recovery_seconds, words)
