"""Word of changes, from the database itself."""

import pytest
from django.db import OperationalError, connection, transaction

from sitekit.databases.separate_connections import PRIMARY, connect_separately
from sitekit.kept_pages import listener as listener_module
from sitekit.kept_pages.changes import ChangeLog, Dependency
from sitekit.kept_pages.listener import CHANNEL, OPTIONS, ChangeListener
from sitekit.models import Operator
from tests.jobsite.workers import wait_for


@pytest.fixture
def changes(told_changes):
    """Those that a running listener hears of."""
    listener = ChangeListener(ChangeLog())
    listener.PAUSE = listener.RETRY_SECONDS = 0.02
    listener.ensure_running()
    wait_for(listener.changes.is_trusted, "that the database answers")
    yield listener.changes
    listener.stop()


def test_a_change_is_told_when_it_is_committed(changes):
    site, number = [Dependency("site")], changes.number
    with transaction.atomic():
        Operator.objects.create(pk=1)
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}, 'rows:43'")
        assert not changes.has_changed(site, number)
    # Both come with the commit, and are noted one after the other.
    for dependencies in (site, [Dependency("rows", 43)]):
        wait_for(
            lambda watched=dependencies: changes.has_changed(watched, number), "word of the change"
        )
    assert not changes.has_changed([Dependency("rows", 51)], number)


def test_a_change_that_was_taken_back_is_not_told(changes):
    number = changes.number
    with transaction.atomic():
        Operator.objects.create(pk=1)
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}, 'rows'")
    wait_for(lambda: changes.has_changed([Dependency("rows")], number))
    assert not changes.has_changed([Dependency("site")], number)


def test_after_a_lost_connection_everything_is_outdated(changes):
    number = changes.number
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database()",
            [OPTIONS["application_name"]],
        )
        assert cursor.rowcount >= 1  # the former test's session may still be ending
    wait_for(lambda: changes.has_changed([], number), "that everything is forgotten")
    wait_for(changes.is_trusted, "that the database answers again")


def test_nothing_is_forgotten_before_the_pooler_leads_to_the_database_again(committed, monkeypatch):
    listener, numbers = ChangeListener(ChangeLog()), []
    listener.RETRY_SECONDS = 0.02

    def connect(alias="", **options):
        if alias == PRIMARY:
            numbers.append(listener.changes.number)
            if len(numbers) < 3:
                raise OperationalError("server login has been failing")
        return connect_separately(**options)

    monkeypatch.setattr(listener_module, "connect_separately", connect)
    listener.ensure_running()
    wait_for(listener.changes.is_trusted, "that the database answers")
    listener.stop()
    assert (numbers, listener.changes.number) == ([0, 0, 0], 1)


def test_a_pooler_that_passes_nothing_on_is_never_believed(committed, monkeypatch):
    """As with transactions pooled: LISTEN is taken, and notifications go nowhere."""
    listener = ChangeListener(ChangeLog())
    monkeypatch.setattr(listener, "_handle", lambda _: None)
    with pytest.raises(OSError, match="do not arrive"):
        listener.watch()
    assert not listener.changes.is_trusted()
