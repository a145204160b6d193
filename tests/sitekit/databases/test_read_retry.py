"""A page whose connection to the database was lost is drawn once more; what changes something is not."""

import psycopg
import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from jobsite import urls
from sitekit.databases import read_retry
from sitekit.databases.read_retry import MAX_WAITING, WAITING_READS, is_connection_lost
from tests.people import make_person

ASKED = []


def cut_off(request):
    """Its session ends in the middle of it, the first time."""
    ASKED.append(request.method)
    with connection.cursor() as cursor:
        if len(ASKED) == 1:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        cursor.execute("SELECT current_database()")
        return HttpResponse(f"{cursor.fetchone()[0]} {request.user}")


def wait_for_lock(request):
    ASKED.append(request.method)
    raise OperationalError from psycopg.errors.LockNotAvailable()


urlpatterns = [path("cut/", cut_off), path("locked/", wait_for_lock), *urls.urlpatterns]
handler500 = urls.handler500


@pytest.fixture
def client(committed, settings):
    settings.ROOT_URLCONF = __name__
    ASKED.clear()
    yield Client(raise_request_exception=False)
    connection.close()


def test_a_read_is_asked_again_on_a_new_connection(client):
    user = make_person("seeker")
    client.force_login(user, backend="accounts.backends.EmailOrPhoneBackend")
    answer = client.get("/cut/")
    assert answer.status_code == 200
    assert answer.content.decode() == f"{connection.settings_dict['NAME']} {user}"
    assert ASKED == ["GET", "GET"]


def test_what_changes_something_is_not_asked_again(client):
    assert client.post("/cut/").status_code == 503
    assert ASKED == ["POST"]


def test_who_waits_too_long_is_told_so(client, monkeypatch):
    monkeypatch.setattr(read_retry, "LONGEST_SECONDS", 0.1)
    monkeypatch.setattr(read_retry, "_is_database_answering", lambda: False)
    answer = client.get("/cut/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert (ASKED, WAITING_READS.number) == (["GET"], 0)


def test_not_too_many_wait(client, monkeypatch):
    monkeypatch.setattr(WAITING_READS, "number", MAX_WAITING)
    assert client.get("/cut/").status_code == 503
    assert (ASKED, WAITING_READS.number) == (["GET"], MAX_WAITING)


def test_a_limit_of_time_is_no_lost_connection(client):
    assert client.get("/locked/").status_code == 503
    assert ASKED == ["GET"]


@pytest.mark.parametrize(
    ("cause", "is_lost"),
    [
        (psycopg.OperationalError("server closed the connection unexpectedly"), True),
        (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.ConnectionFailure(), True),
        (psycopg.errors.ProtocolViolation(), True),  # a pooler that reaches no server
        (psycopg.errors.QueryCanceled(), False),
        (psycopg.errors.DeadlockDetected(), False),
        (psycopg.errors.TooManyConnections(), False),
    ],
)
def test_errors_are_told_apart(cause, is_lost):
    error = OperationalError()
    error.__cause__ = cause
    assert is_connection_lost(error) is is_lost
    assert not is_connection_lost(ValueError())
