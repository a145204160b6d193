"""Replica and pooler: off without their variables, and what they change."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from jobsite.env import PLANNER_OPTIONS, read_env_cache, read_env_databases, read_env_s3
from jobsite.operations.time_limits import VARIABLE, read_time_limits

URL = "postgresql://a:b@primary:5432/jobs"
WAITING = {"connect_timeout": 10, "tcp_user_timeout": 10_000}


@pytest.fixture
def environment(monkeypatch):
    for name in ("REPLICA_URL", "DIRECT_URL", "DATABASE_ENGINE"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv(VARIABLE, "web")
    return monkeypatch.setenv


def test_one_database_is_the_default(environment):
    (database,) = read_env_databases().values()
    assert database["HOST"] == "primary" and database["OPTIONS"] == describe_options()
    assert "DISABLE_SERVER_SIDE_CURSORS" not in database


def test_a_replica_is_not_waited_for(environment):
    environment("REPLICA_URL", "postgresql://a:b@replica/jobs?tcp_user_timeout=500")
    replica = read_env_databases()["replica"]
    assert replica["HOST"] == "replica" and replica["ENGINE"] == "django.db.backends.postgresql"
    waiting = {"connect_timeout": 2, "tcp_user_timeout": "500"}
    assert replica["OPTIONS"] == describe_options() | waiting


def describe_options():
    return WAITING | {"options": f"{PLANNER_OPTIONS} {read_time_limits().describe()}"}


def test_a_pooler_is_given_nothing_that_it_refuses(environment):
    environment("DIRECT_URL", "postgresql://a:b@primary:5433/jobs")
    databases = read_env_databases()
    assert databases["default"]["OPTIONS"] == WAITING
    assert databases["default"]["DISABLE_SERVER_SIDE_CURSORS"]
    assert databases["direct"]["OPTIONS"] == describe_options()


@pytest.mark.parametrize("name", ["REPLICA_URL", "DIRECT_URL"])
def test_a_wrong_address_stops_the_start(environment, name):
    environment(name, "mysql://a:b@replica/jobs")
    with pytest.raises(ImproperlyConfigured, match=name):
        read_env_databases()


def test_the_cache_is_of_each_process_unless_one_is_named(environment):
    environment("CACHE_URL", "")
    assert "locmem" in read_env_cache("CACHE_URL")["BACKEND"]
    environment("CACHE_URL", "redis://:secret@valkey:6379/1")
    assert read_env_cache("CACHE_URL")["LOCATION"] == "redis://:secret@valkey:6379/1"
    environment("CACHE_URL", "memcached://:secret@valkey:11211")
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL") as refused:
        read_env_cache("CACHE_URL")
    assert "secret" not in str(refused.value)


def test_pictures_lie_here_unless_a_bucket_is_named(environment):
    environment("S3_URL", "")
    assert read_env_s3("S3_URL") is None
    environment("S3_URL", "https://key:a%2Fb@s3.example.com:9000/jobs?region=cn-north-1")
    options = read_env_s3("S3_URL")["OPTIONS"]
    assert options["endpoint_url"] == "https://s3.example.com:9000"
    assert options["secret_key"] == "a/b" and options["bucket_name"] == "jobs"
    environment("S3_URL", "https://key:secret@s3.example.com/jobs/more?region=cn-north-1")
    with pytest.raises(ImproperlyConfigured, match="S3_URL") as refused:
        read_env_s3("S3_URL")
    assert "secret" not in str(refused.value)
