"""The site on two nodes while its replica is killed, comes back, is frozen, and falls behind."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from tools.cluster.databases import (
    NAME,
    ask_database,
    build_url,
    count_transactions,
    run_primary,
    run_replica,
    signal_server,
)
from tools.cluster.load import LoadResult, build_write_and_read, drive_load
from tools.cluster.processes import ClusterFailed, make_folder, wait_until
from tools.cluster.servers import (
    LOCAL,
    call_function,
    run_command,
    run_nginx,
    run_pgbouncer,
    run_valkey,
    run_web_node,
)
from tools.embedded_pg.server import EmbeddedServer

MARK_SECONDS = 2.0
MIN_REPLICA_READS = 10  # transactions; the questions asked here are a few
KEYS = ("CONTACT_KEY", "EVIDENCE_KEY", "SECOND_FACTOR_KEYS", "CONTACT_SEAL_KEYS")
SCENE = "tools.cluster.scene"
NODES = ("first", "second")
_FOLLOWS = "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'"


def run_scenario(
    seconds: float, write: Callable[[str], Any], *, with_costs: bool = False
) -> list[LoadResult]:
    """Run five parts of `seconds` each; return what came of them. Nothing stays."""
    with ExitStack() as stack:
        folder = stack.enter_context(make_folder())
        primary = stack.enter_context(run_primary(folder))
        env = build_environment(folder) | {"DATABASE_URL": build_url(primary)}
        # Behind a proxy the demo's staff may do nothing.
        call_function(env | {"BEHIND_PROXY": "0"}, SCENE, "write_scene")
        replica = stack.enter_context(run_replica(folder, primary))
        pooler = stack.enter_context(run_pgbouncer(folder, primary))
        cache = stack.enter_context(run_valkey(folder))
        env |= {
            "DATABASE_URL": f"postgresql://jobsite@127.0.0.1:{pooler}/{NAME}",
            "DIRECT_URL": build_url(primary),
            "REPLICA_URL": build_url(replica),
            "CACHE_URL": f"redis://127.0.0.1:{cache}/0",
        }
        run_command(env, "collectstatic", "--noinput", "-v0")
        write(call_function(env, SCENE, "try_session_features").strip().replace("\n", ", "))
        if with_costs:
            for name, cost in json.loads(
                call_function(env, "tools.cluster.costs", "print_costs")
            ).items():
                write(f"{name}: {cost} ms")
        scene = json.loads(call_function(env, SCENE, "print_scene"))
        run_command(env, "housekeeping")
        nodes = [stack.enter_context(run_web_node(folder, env, name)) for name in NODES]
        port = stack.enter_context(run_nginx(folder, [f"{LOCAL}:{node}" for node in nodes]))
        return _run_parts(port, scene, (primary, replica), seconds, write)


def _run_parts(
    port: int,
    scene: Mapping[str, Any],
    servers: tuple[EmbeddedServer, EmbeddedServer],
    seconds: float,
    write: Callable[[str], Any],
) -> list[LoadResult]:
    primary, replica = servers
    write_and_read = build_write_and_read(scene["reader"])
    results = []
    with _change_marks(primary) as get_least_mark:

        def run_part(name: str) -> None:
            before = count_transactions(primary)
            result = drive_load(port, scene["addresses"], seconds, get_least_mark, write_and_read)
            results.append(result)
            used = count_transactions(primary) - before
            write(f"{name}: {result.describe()}; {used} transactions of the primary")

        with _require_replica_reads(replica, "No page was drawn from the replica."):
            run_part("all there")
        with _signal_after(seconds / 2, replica, signal.SIGKILL):
            run_part("replica killed in the middle")
        replica.start()
        wait_until(lambda: ask_database(replica, _FOLLOWS) == 1, "the replica's return")
        with _require_replica_reads(
            replica, "The replica came back, and no page was drawn from it."
        ):
            run_part("replica back")
        with _signal_after(seconds / 2, replica, signal.SIGSTOP):
            run_part("replica frozen in the middle")
        signal_server(replica, signal.SIGCONT)
        wait_until(replica.is_running, "the replica's answer")
        ask_database(replica, "SELECT count(*) FROM (SELECT pg_wal_replay_pause()) done")
        run_part("replica stopped replaying")
    return results


@contextmanager
def _require_replica_reads(replica: EmbeddedServer, words: str) -> Iterator[None]:
    """Raise `ClusterFailed` with the words if the replica was hardly read during the block."""
    before = count_transactions(replica)
    yield
    if count_transactions(replica) - before < MIN_REPLICA_READS:
        raise ClusterFailed(words)


@contextmanager
def _signal_after(seconds: float, server: EmbeddedServer, number: signal.Signals) -> Iterator[None]:
    """Send the signal that many seconds after the beginning of the block, which lasts longer."""
    timer = threading.Timer(seconds, signal_server, [server, number])
    timer.start()
    yield
    timer.join()


@contextmanager
def _change_marks(primary: EmbeddedServer) -> Iterator[Callable[[], int]]:
    """Change what each page shows every `MARK_SECONDS`; yield a function that returns the mark that was
    committed a second ago."""
    committed = [(0.0, 0)]
    ended = threading.Event()

    def change() -> None:
        with psycopg.connect(primary.conninfo, dbname=NAME, autocommit=True) as connection:
            for number in count(1):
                name = f"cluster-mark-{number}"
                connection.execute("UPDATE sitekit_operator SET name = %s WHERE id = 1", [name])
                committed.append((time.monotonic(), number))
                if ended.wait(MARK_SECONDS):
                    return

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield lambda: next(
            number for at, number in reversed(committed) if at <= time.monotonic() - 1
        )
    finally:
        ended.set()
        thread.join()


def build_environment(folder: Path) -> dict[str, str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("EMBEDDED_")
    }
    environment.pop("DATABASE_ENGINE", None)
    return environment | {
        "DJANGO_SETTINGS_MODULE": "jobsite.settings",
        "DEBUG": "0",
        "HTTPS": "0",
        "KEEP_PAGES": "1",
        "BEHIND_PROXY": "1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": "only-for-the-cluster-" * 4,
        **{name: f"{number:064x}" for number, name in enumerate(KEYS, 1)},
        "MAIL_FROM": "cluster@example.com",
        "MAIL_URL": f"file:{folder}/mail",
        "SMS_URL": f"file:{folder}/sms",
        **{name: str(folder / name.lower()) for name in ("STATIC_ROOT", "MEDIA_ROOT")},
        "PRIVATE_ROOT": str(folder / "private"),
    }
