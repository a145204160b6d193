"""Where the embedded server lies and who owns it: odd paths, a locale that is not there, root and others."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.tools.embedded_servers import (
    kept,
    run_query,
    servers,
    start_pg_command,
    start_server,
    var,
)
from tools.embedded_pg import ensure_running, server, stop_server
from tools.embedded_pg.server import EmbeddedServer

__all__ = ["kept", "servers", "var"]


@pytest.mark.full
def test_path_with_a_space_and_chinese_characters(tmp_path, servers):
    var = tmp_path / "湘西 兼职" / "var"
    servers(var)
    start_server(var)
    assert run_query(var, "SELECT 1") == (1,)


@pytest.mark.full
def test_locale_that_was_never_generated(var):
    odd = {**os.environ, "LANG": "zh_CN.nowhere", "LC_ALL": "xx_YY.UTF-8", "LC_CTYPE": "zz"}
    start_server(var, env=odd)
    assert run_query(var, "SELECT upper('é')") == ("É",)


@pytest.mark.full
def test_long_path_has_its_socket_outside_and_takes_it_away(tmp_path, servers):
    var = tmp_path / ("长" * 60) / "var"
    servers(var)
    start_server(var)
    sockets = EmbeddedServer(var).socket_folder
    assert sockets.parent == Path("/tmp")
    assert sockets.stat().st_mode & 0o077 == 0
    assert run_query(var, "SELECT 1") == (1,)
    stop_server(var)
    assert not sockets.exists()


def test_socket_folder_that_others_can_enter_is_refused(tmp_path, servers):
    var = tmp_path / ("长" * 60) / "var"
    servers(var)
    sockets = EmbeddedServer(var).socket_folder
    sockets.mkdir()
    sockets.chmod(0o777)
    try:
        assert start_pg_command("start", var, stderr=subprocess.DEVNULL).wait(60) == 1
    finally:
        sockets.rmdir()


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.mark.full
@as_root
def test_root_runs_it_as_the_owner_of_the_folder(tmp_path, servers):
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    servers(home / "var")
    start_server(home / "var")
    assert (home / "var" / "pg" / "data").stat().st_uid == 65534
    assert (home / "var" / "pg.lock").stat().st_uid == 65534


@pytest.mark.full
@as_root
def test_root_runs_it_as_a_user_of_its_own_that_opens_no_parent(kept):
    parents = [folder.stat().st_mode & 0o007 for folder in kept.parents]
    assert 0 in parents
    assert (kept / "pg" / "data").stat().st_uid == server.SERVER_UID


@pytest.mark.full
@as_root
def test_binaries_out_of_reach_are_copied(var, monkeypatch):
    cache = Path(tempfile.mkdtemp())
    cache.chmod(0o755)
    monkeypatch.setattr(server, "CACHE", cache)
    monkeypatch.setattr(server, "_can_run", lambda *_: False)
    try:
        ensure_running(var)
        pid = EmbeddedServer(var).find_postmaster()
        assert server._command_line(pid).startswith(bytes(cache))
        assert stop_server(var)
    finally:
        shutil.rmtree(cache)


@pytest.mark.full
@as_root
def test_somebody_who_is_not_root(servers):
    home = Path(tempfile.mkdtemp())
    os.chown(home, 65534, 65534)
    servers(home / "var")
    nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    try:
        try:
            start_pg_command("status", home / "var", **nobody).wait(60)
        except PermissionError:
            pytest.skip("this checkout cannot be read by anybody but root")
        start_server(home / "var", **nobody)
        assert run_query(home / "var", "SELECT 1") == (1,)
        assert (home / "var" / "pg" / "data").stat().st_uid == 65534
        assert start_pg_command("stop", home / "var", **nobody).wait(60) == 0
    finally:
        stop_server(home / "var")
        shutil.rmtree(home)
