"""Until when what is made holds: each part tells what it is a part of."""

from math import inf

import pytest

from sitekit.kept_pages.changes import CHANGES
from sitekit.kept_pages.due_moments import (
    collect_due_moment,
    ignore_due_moments,
    note_due_moment,
)
from sitekit.kept_pages.store import forget_values, keep_while_told


def test_the_earliest_moment_holds_for_the_part_and_for_the_whole():
    with collect_due_moment() as whole:
        note_due_moment(300)
        with collect_due_moment() as part:
            note_due_moment(200)
            note_due_moment(250)
    assert (part.at, whole.at) == (200, 200)


def test_a_part_made_first_holds_longer_than_what_follows():
    with collect_due_moment() as whole:
        with collect_due_moment() as part:
            note_due_moment(200)
        note_due_moment(100)
    assert (part.at, whole.at) == (200, 100)


def test_what_is_written_anew_each_time_is_not_noted_nor_what_nobody_collects():
    note_due_moment(100)
    with collect_due_moment() as whole, ignore_due_moments():
        note_due_moment(200)
    assert whole.at == inf


@pytest.mark.django_db(transaction=True)
def test_a_kept_part_tells_each_page_that_it_is_in(monkeypatch):
    monkeypatch.setattr(CHANGES, "_all_known_at", CHANGES.clock())
    monkeypatch.setattr(CHANGES, "find_due_moment", lambda _now: inf)
    forget_values()
    end, makes, dues = 4_000_000_000, [], []

    def make():
        makes.append(1)
        note_due_moment(end)

    for _ in range(2):
        with collect_due_moment() as due:
            keep_while_told("part", ["rows"], make)
        dues.append(due.at)
    assert (len(makes), dues) == (1, [end, end])
    forget_values()
