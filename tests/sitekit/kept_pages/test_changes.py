"""Which changes outdate what, and how long what was told may be believed."""

import pytest

from sitekit.kept_pages import changes
from sitekit.kept_pages.changes import ChangeLog, Dependency
from tests.sitekit.kept_pages.clocks import make_log, pass_time


@pytest.fixture
def log():
    made = ChangeLog()
    made.list_enclosing_parts = lambda _topic, part: [part, part // 10] if part < 100 else []
    return made


@pytest.mark.parametrize(
    ("changed", "outdated"),
    [
        (("rows", 43), {"its part", "around it", "any part"}),
        (("rows", 999), {"its part", "around it", "another", "any part"}),
        (("rows", None), {"its part", "around it", "another", "any part"}),
        (("articles", None), {"another topic"}),
        (("site", 43), set()),
    ],
)
def test_a_change_outdates_what_depends_on_it(log, changed, outdated):
    number = log.number
    log.note_change(*changed)
    kept = {
        "its part": Dependency("rows", 43),
        "around it": Dependency("rows", 4),
        "another": Dependency("rows", 51),
        "any part": Dependency("rows"),
        "another topic": Dependency("articles"),
    }
    assert {name for name, on in kept.items() if log.has_changed([on], number)} == outdated


def test_what_is_made_after_a_change_is_not_outdated_by_it(log):
    log.note_change("rows", 43)
    assert not log.has_changed([Dependency("rows", 43), Dependency("rows")], log.number)


def test_what_depends_on_a_part_whose_last_change_is_forgotten_is_outdated(log, monkeypatch):
    monkeypatch.setattr(changes, "MAX_PARTS", 4)
    before = log.number
    for part in (11, 12, 13):  # each with the part around it
        log.note_change("rows", part)
    assert not log.has_changed([Dependency("rows", 99)], before)
    for part in (21, 31):
        log.note_change("rows", part)
    assert log.has_changed([Dependency("rows", 99)], before)
    assert log.has_changed([Dependency("rows", 11)], before)
    assert not log.has_changed([Dependency("rows", 12)], log.number)


def test_after_a_gap_everything_is_outdated(log):
    number = log.number
    log.forget_everything()
    assert log.has_changed([Dependency("site")], number)
    assert not log.has_changed([Dependency("site")], log.number)


def test_nothing_is_believed_a_second_after_the_database_answered():
    log, clock = make_log(is_trusted=False)
    assert not log.is_trusted()
    log.confirm(clock.now)
    pass_time(log, clock, 0.9, is_trusted=False)
    assert log.is_trusted()
    pass_time(log, clock, 0.1, is_trusted=False)
    assert not log.is_trusted()


def test_a_position_of_the_log_tells_up_to_which_change_everything_stands_before_it(log):
    assert log.find_number(10**9) is None
    for number, position in ((1, 100), (1, 150), (3, 300)):
        log.note_position(number, position)
    assert [log.find_number(position) for position in (99, 100, 299, 300)] == [None, 1, 1, 3]
    for number in range(4, 99):
        log.note_position(number, number * 100)
    assert log.find_number(300) is None
    assert log.find_number(9801) == 98
