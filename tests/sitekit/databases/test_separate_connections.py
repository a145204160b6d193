"""Locks past a pooler: here the way past it is a second name of the tests' database."""

import copy

import pytest
from django.db import connection, connections

from sitekit.databases.separate_connections import DIRECT, PRIMARY, get_session_alias
from sitekit.workflow.advisory_lock import hold_advisory_lock

pytestmark = pytest.mark.django_db(transaction=True, databases=[PRIMARY, DIRECT])
HELD = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711"


@pytest.fixture(scope="module", autouse=True)
def direct_alias(django_db_setup):
    with pytest.MonkeyPatch.context() as patch:
        database = copy.deepcopy(connection.settings_dict) | {"TEST": {"MIRROR": PRIMARY}}
        patch.setitem(connections.settings, DIRECT, database)
        yield
    connections[DIRECT].close()
    del connections[DIRECT]


def list_holders():
    with connection.cursor() as cursor:
        cursor.execute(HELD)
        return [pid for (pid,) in cursor.fetchall()]


def test_a_lock_is_held_past_the_pooler_by_a_connection_of_its_own():
    assert get_session_alias() == DIRECT
    with hold_advisory_lock(4711) as is_held, hold_advisory_lock(4711) as is_held_twice:
        assert (is_held, is_held_twice) == (True, False)
        assert list_holders() not in ([], [connection.connection.info.backend_pid])
    assert list_holders() == []
