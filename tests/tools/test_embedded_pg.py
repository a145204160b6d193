"""The embedded server against real processes: started together, killed, misled."""

import os
import signal
import subprocess
import threading
from contextlib import suppress

import psycopg
import pytest
from django.db.utils import ConnectionHandler

from jobsite.env import read_env_database
from tests.tools.embedded_servers import (
    kept,
    kill_postmaster,
    list_server_processes,
    run_query,
    servers,
    start_pg_command,
    start_server,
    use,
    var,
    wait_until,
)
from tools.embedded_pg import NAME, ensure_running, server, stop_server, use_embedded_database
from tools.embedded_pg.server import EmbeddedServer

__all__ = ["kept", "servers", "use", "var"]


@pytest.fixture
def environment(monkeypatch):
    """Without a database; what a test puts there is taken away."""
    for name in ("DATABASE_URL", "DATABASE_ENGINE", "EMBEDDED_DATABASE_DIR"):
        monkeypatch.setenv(name, "")  # a variable that is set is put back afterwards
        monkeypatch.delenv(name)
    return os.environ


def test_settings_alone_start_and_write_nothing(var, environment):
    use_embedded_database(var)
    assert environment["DATABASE_ENGINE"] == "tools.embedded_pg"
    assert environment["EMBEDDED_DATABASE_DIR"] == str(var)
    assert read_env_database("DATABASE_URL")["HOST"] == str(EmbeddedServer(var).socket_folder)
    assert not var.exists()


def test_a_database_of_ones_own_stays(var, environment):
    environment["DATABASE_URL"] = "postgresql://h/db"
    use_embedded_database(var)
    assert environment["DATABASE_URL"] == "postgresql://h/db"
    assert "DATABASE_ENGINE" not in environment


# Of the first connection Django looks up types by the alias, in the database of the tests.
@pytest.mark.django_db
@pytest.mark.parametrize(
    "folder",
    [
        "var",
        pytest.param("Var Ä@:/%2F", marks=pytest.mark.full),
        pytest.param("长" * 60, marks=pytest.mark.full),
    ],
    ids=["", "odd", "long"],
)
def test_django_starts_it_with_the_first_connection(
    tmp_path, servers, environment, django_db_blocker, folder
):
    var = tmp_path / folder
    servers(var)
    use_embedded_database(var)
    connection = ConnectionHandler({"default": read_env_database("DATABASE_URL")})["default"]
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == (NAME,)
    connection.close()


def test_four_starts_at_once_make_one_server(var):
    starters = [start_pg_command("start", var) for _ in range(4)]
    assert [starter.wait(60) for starter in starters] == [0, 0, 0, 0]
    postmasters = [pid for pid in list_server_processes(var) if b"-D" in server._command_line(pid)]
    assert len(postmasters) == 1


@pytest.mark.full
def test_three_starts_at_once_after_the_postmaster_was_killed_keep_the_data(kept):
    kill_postmaster(kept)
    starters = [start_pg_command("start", kept) for _ in range(3)]
    assert [starter.wait(60) for starter in starters] == [0, 0, 0]
    assert run_query(kept, "SELECT n FROM kept") == (7,)


@pytest.mark.full
def test_every_process_killed_at_once_leaves_the_data(kept):
    for pid in list_server_processes(kept):
        with suppress(ProcessLookupError):  # one of the server's ends by itself when that is gone
            os.kill(pid, signal.SIGKILL)
    start_server(kept)
    assert run_query(kept, "SELECT n FROM kept") == (7,)


@pytest.mark.full
@pytest.mark.parametrize("whole_group", [True, False], ids=["with initdb", "initdb left alone"])
def test_starter_killed_during_initdb_then_starts_again(var, whole_group):
    starter = start_pg_command("start", var, start_new_session=True)
    wait_until((var / "pg" / "data.new" / "base").exists)
    assert not (var / "pg" / "data").exists()
    (os.killpg if whole_group else os.kill)(starter.pid, signal.SIGKILL)
    starter.wait()
    start_server(var)
    assert run_query(var, "SELECT 1") == (1,)
    assert not (var / "pg" / "data.new").exists()


@pytest.mark.full
def test_starter_killed_while_the_server_comes_up(var):
    start_server(var)
    assert stop_server(var)
    starter = start_pg_command("start", var, start_new_session=True)
    wait_until(lambda: list_server_processes(var))
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()
    start_server(var)
    assert run_query(var, "SELECT 1") == (1,)


@pytest.mark.full
@pytest.mark.parametrize("name", ["data/postmaster.pid", f".s.PGSQL.{server.PORT}.lock"])
def test_empty_pid_file_does_not_stop_a_start(kept, name):
    kill_postmaster(kept)
    (kept / "pg" / name).write_text("")
    start_server(kept)
    assert run_query(kept, "SELECT n FROM kept") == (7,)


@pytest.mark.full
def test_pid_file_naming_somebody_elses_process_does_not_stop_a_start(kept):
    pid_file = kept / "pg" / "data" / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    kill_postmaster(kept)
    uid = EmbeddedServer(kept).find_server_uid()
    with subprocess.Popen(["sleep", "60"], **server.build_process_options(uid)) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        start_server(kept)
        assert run_query(kept, "SELECT n FROM kept") == (7,)
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.full
def test_backend_that_outlives_the_postmaster_is_ended_first(kept, monkeypatch):
    monkeypatch.setattr(server, "SILENT_SECONDS", 0.5)
    busy = threading.Thread(target=_run_for_ever, args=[kept])
    busy.start()
    wait_until(lambda: _is_busy(kept))
    kill_postmaster(kept)
    ensure_running(kept)
    assert run_query(kept, "SELECT n FROM kept") == (7,)
    busy.join(10)
    assert not busy.is_alive()


def _is_busy(var):
    return run_query(var, "SELECT bool_or(query ~ '^SELECT count') FROM pg_stat_activity")[0]


def _run_for_ever(var):
    with pytest.raises(psycopg.OperationalError):
        run_query(var, "SELECT count(*) FROM generate_series(1, 99999999999)")


@pytest.mark.full
def test_process_that_already_used_it_starts_it_again(kept):
    ensure_running(kept)
    kill_postmaster(kept)
    ensure_running(kept)
    assert run_query(kept, "SELECT n FROM kept") == (7,)


def test_last_user_out_stops_it(var, use):
    first, second = use(), use()
    first.communicate()
    assert EmbeddedServer(var).is_running()
    second.communicate()
    assert list_server_processes(var) == []


@pytest.mark.full
def test_killed_user_does_not_count(var, use):
    first, second = use(), use()
    first.kill()
    first.wait()
    second.communicate()
    assert list_server_processes(var) == []


@pytest.mark.full
def test_forked_child_that_outlives_its_parent_keeps_it_and_stops_it(var, use):
    parent = use("import os\n" + FORK)
    parent.wait()
    assert EmbeddedServer(var).is_running()
    parent.stdin.close()
    wait_until(lambda: list_server_processes(var) == [])


FORK = """
import sys
from pathlib import Path
from tools import embedded_pg
var = Path(sys.argv[1])
embedded_pg.ensure_running(var)
ready, go = os.pipe()
if child := os.fork():
    os.read(ready, 1)
    print("ready", flush=True)
else:
    embedded_pg.ensure_running(var)
    os.write(go, b"x")
    sys.stdin.read()
"""


@pytest.mark.full
def test_stop_leaves_no_process_and_no_socket(kept):
    assert stop_server(kept)
    assert list_server_processes(kept) == []
    assert sorted(path.name for path in (kept / "pg").iterdir()) == ["data"]
    assert not stop_server(kept)
