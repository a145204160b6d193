"""What is kept, how long, and how much."""

import datetime

import pytest
from django.utils import timezone

from sitekit.kept_pages.changes import Dependency
from sitekit.kept_pages.store import LONGEST_SECONDS, UNTRUSTED_SECONDS, Kept, KeptStore
from tests.sitekit.kept_pages.clocks import make_log, pass_time

pytestmark = pytest.mark.usefixtures("timed_values")
ROWS = Dependency("rows")


def store_page(store, key="page", *, size=10, number=None, **more):
    log = store.changes
    number = log.number if number is None else number
    store.put(key, Kept("value", size, (ROWS,), number, log.clock(), **more))


@pytest.mark.parametrize(
    ("is_trusted", "seconds"), [(True, LONGEST_SECONDS), (False, UNTRUSTED_SECONDS)]
)
def test_it_is_kept_longer_while_changes_are_heard_of(is_trusted, seconds):
    log, clock = make_log(is_trusted=is_trusted)
    store = KeptStore(100, log)
    store_page(store)
    pass_time(log, clock, seconds - 0.1, is_trusted=is_trusted)
    assert store.get("page")
    pass_time(log, clock, 0.1, is_trusted=is_trusted)
    assert store.get("page") is None


def test_a_value_and_a_page_made_of_it_are_together_no_older_than_a_second():
    assert 2 * UNTRUSTED_SECONDS <= 1


def test_what_changed_while_it_was_made_is_not_kept():
    log, _ = make_log()
    store, number = KeptStore(100, log), log.number
    log.note_change("rows", 43)
    store_page(store, number=number)
    assert store.get("page") is None
    assert store.size == 0


def test_a_change_outdates_what_is_kept_even_for_when_the_database_is_away():
    log, _ = make_log()
    store = KeptStore(100, log)
    store_page(store)
    log.note_change("rows")
    assert store.get("page") is None
    assert store.get_stale("page") is None


def test_for_when_the_database_is_away_it_is_kept_an_hour():
    log, clock = make_log()
    store = KeptStore(100, log)
    store_page(store)
    pass_time(log, clock, 3599)
    assert store.get("page") is None
    assert store.get_stale("page")
    pass_time(log, clock, 1)
    assert store.get_stale("page") is None


def test_it_is_not_kept_over_the_moment_at_which_it_is_due(monkeypatch):
    log, _ = make_log()
    store, now = KeptStore(100, log), timezone.now()
    store_page(store, due_at=now.timestamp() + 5)
    assert store.get("page")
    monkeypatch.setattr(timezone, "now", lambda: now + datetime.timedelta(seconds=5))
    assert store.get("page") is None


def test_the_least_recently_used_goes_first():
    store = KeptStore(30, make_log()[0])
    for key in "abc":
        store_page(store, key)
    store.get("a")
    store_page(store, "d")
    assert [key for key in "abcd" if store.get(key)] == ["a", "c", "d"]
    store_page(store, "e", size=31)  # alone more than all together
    store_page(store, "a", size=20)
    assert [key for key in "abcde" if store.get(key)] == ["a", "d"]
    assert store.size == 30


def test_what_is_asked_for_once_pushes_out_nothing_that_was_asked_for_again():
    store = KeptStore(100, make_log()[0])
    for key in "ab":
        store_page(store, key)
        store.get(key)
    for number in range(50):
        store_page(store, number)
    assert store.get("a") and store.get("b") and store.get(49)
    assert store.get(10) is None and store.size == 100


def test_what_was_asked_for_again_leaves_room_for_what_is_new():
    store = KeptStore(100, make_log()[0])
    for number in range(10):
        store_page(store, number)
        store.get(number)
    for key in "ab":
        store_page(store, key)
    assert store.get("a") and store.get("b") and store.size == 100
    assert [number for number in range(10) if store.get(number)] == [2, 3, 4, 5, 6, 7, 8, 9]


def test_what_is_made_anew_stays_among_what_was_asked_for_again():
    store = KeptStore(100, make_log()[0])
    store_page(store, "a")
    store.get("a")
    store_page(store, "a", size=20)
    for number in range(20):
        store_page(store, number)
    assert store.get("a") and store.size == 100
    store.remove("a")
    assert store.get("a") is None and store.size == 80
