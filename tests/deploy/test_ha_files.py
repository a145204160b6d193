"""What the files of deploy/ha say, without running them; `tests/tools/test_failover.py` runs them."""

import configparser
import re
from itertools import pairwise

import pytest
import yaml

from jobsite.env import PLANNER_OPTIONS, read_env_databases
from jobsite.operations.time_limits import TIME_LIMITS
from tests.deploy.machine import PROJECT
from tools.failover.shipped_files import DATABASE_MACHINES, read_variables

HA = PROJECT / "deploy" / "ha"


@pytest.fixture
def patroni():
    return yaml.safe_load((HA / "patroni.yml").read_text())


@pytest.fixture
def pooler():
    parser = configparser.ConfigParser()
    parser.read(HA / "pgbouncer.ini")
    return dict(parser["pgbouncer"]) | {"target": parser["databases"]["jobsite"]}


def read_haproxy():
    """Return the text of each section of haproxy.cfg by its first line."""
    text = (HA / "haproxy.cfg").read_text()
    heads = list(re.finditer(r"^(?!#)\S.*$", text, re.MULTILINE))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return {head[0]: text[head.end() : end] for head, end in zip(heads, ends, strict=True)}


def test_an_acknowledged_write_stands_on_two_servers(patroni):
    dcs = patroni["bootstrap"]["dcs"]
    assert dcs["synchronous_mode"] is True and dcs["synchronous_node_count"] >= 1
    parameters = dcs["postgresql"]["parameters"] | patroni["postgresql"]["parameters"]
    assert parameters["synchronous_commit"] == "on"
    assert parameters.get("fsync", "on") == "on"
    assert "maximum_lag_on_syncnode" not in dcs


def test_a_primary_without_etcd_stops_before_another_begins_or_asks_all_others(patroni):
    dcs = patroni["bootstrap"]["dcs"]
    assert dcs["failsafe_mode"] is True
    assert dcs["loop_wait"] + 2 * dcs["retry_timeout"] <= dcs["ttl"]
    assert dcs["ttl"] >= 20  # Patroni raises less to that


def test_nobody_gets_into_a_database_without_a_password(patroni):
    methods = {rule.split()[-1] for rule in patroni["postgresql"]["pg_hba"]}
    assert methods == {"peer", "scram-sha-256"}
    assert "replicator" in str(patroni["postgresql"]["pg_hba"])
    assert patroni["restapi"]["authentication"]["password"]


def test_patroni_asks_the_members_that_etcd_has(patroni):
    etcd = read_variables("etcd.env", {})
    members = dict(member.split("=", 1) for member in etcd["ETCD_INITIAL_CLUSTER"].split(","))
    assert members == {name: f"http://{host}:2380" for name, host in DATABASE_MACHINES.items()}
    clients = [f"{host}:2379" for host in DATABASE_MACHINES.values()]
    assert patroni["etcd3"]["hosts"] == clients
    assert etcd["ETCD_LISTEN_CLIENT_URLS"].endswith(":2379")


@pytest.mark.parametrize("role", ["primary", "replica"])
def test_haproxy_goes_by_what_patroni_says(patroni, role):
    sections = read_haproxy()
    section = sections[f"listen {role}"]
    assert f"http-check send meth OPTIONS uri /{role}\n" in section
    port = patroni["restapi"]["listen"].rpartition(":")[2]
    servers = re.findall(r"server (\w+) ([\d.]+):5432 check port (\d+)\n", section)
    assert servers == [(name, host, port) for name, host in DATABASE_MACHINES.items()]
    assert "on-marked-down shutdown-sessions" in sections["defaults"]


def test_the_pooler_leads_to_haproxy_and_lets_nobody_wait_for_long(pooler):
    port = re.search(r"bind 127.0.0.1:(\d+)", read_haproxy()["listen primary"])[1]
    assert f"port={port} " in pooler["target"]
    assert pooler["pool_mode"] == "transaction"
    assert int(pooler["max_prepared_statements"]) > 0
    assert 0 < int(pooler["query_wait_timeout"]) < TIME_LIMITS["web"].statement


def test_limits_that_the_pooler_does_not_pass_on_stand_on_the_role():
    text = (HA / "roles.sql").read_text()
    settings = dict(re.findall(r"ALTER ROLE jobsite_web SET (\w+) = '?([\w.]+)'?;", text))
    options = f"{PLANNER_OPTIONS} {TIME_LIMITS['web'].describe()}".split()
    wanted = [word.split("=") for flag, word in pairwise(options) if flag == "-c"]
    assert settings == dict(wanted)


def test_web_processes_use_the_pooler_and_keep_a_way_past_it(monkeypatch, pooler):
    for name, value in {**read_variables("site.env", {}), **read_variables("web.env", {})}.items():
        monkeypatch.setenv(name, value)
    databases = read_env_databases()
    assert databases["default"]["PORT"] == pooler["listen_port"]
    assert databases["default"]["USER"] == "jobsite_web"
    assert "options" not in databases["default"]["OPTIONS"]
    assert databases["default"]["DISABLE_SERVER_SIDE_CURSORS"]
    haproxy = read_haproxy()
    assert f"bind 127.0.0.1:{databases['direct']['PORT']}\n" in haproxy["listen primary"]
    assert f"bind 127.0.0.1:{databases['replica']['PORT']}\n" in haproxy["listen replica"]
    assert "lock_timeout" in databases["direct"]["OPTIONS"]["options"]
