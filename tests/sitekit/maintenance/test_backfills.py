"""Rows from before are filled in batches that a turn, a lock or a kill may end at any place."""

import itertools

import pytest
from django.db import connection

from sitekit.maintenance import backfills
from sitekit.maintenance.backfills import (
    Backfill,
    continue_backfills,
    redo_backfill,
    restart_backfill,
)
from sitekit.models import BackfillProgress, Mail

ROWS = 5


@pytest.fixture(autouse=True)
def two_at_a_time(monkeypatch):
    monkeypatch.setattr(backfills, "ROWS_PER_TRANSACTION", 2)


@pytest.fixture
def mails(db):
    for number in range(ROWS):
        Mail.objects.create(key=f"k{number}", to="a@example.com", subject="s", text="t")
    return list(Mail.objects.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def filled():
    """The batches that were filled, in their order."""
    return []


@pytest.fixture
def backfill(filled):
    return Backfill("试试", 1, Mail.objects.all, filled.append)


def read_progress():
    row = BackfillProgress.objects.get()
    return row.version, row.row_count, row.finished_at is not None


def test_each_row_is_filled_once_and_a_turn_goes_on_where_the_last_one_ended(
    mails, filled, backfill
):
    turns = itertools.count()
    assert continue_backfills([backfill], stopped=lambda: next(turns) == 1) == 2
    assert filled == [mails[:2]]
    assert read_progress() == (1, 2, False)
    assert continue_backfills([backfill]) == 3
    assert filled == [mails[:2], mails[2:4], mails[4:]]
    assert read_progress() == (1, 5, True)
    Mail.objects.create(key="later", to="a@example.com", subject="s", text="t")
    assert continue_backfills([backfill]) == 0, "what is new needs nothing"
    assert len(filled) == 3


def test_a_higher_version_has_all_rows_filled_anew_and_a_lower_one_does_nothing(
    mails, filled, backfill
):
    continue_backfills([backfill])
    assert continue_backfills([backfill._replace(version=2)]) == ROWS
    assert read_progress() == (2, 5, True)
    assert continue_backfills([backfill]) == 0, "the former release fills nothing of it"
    assert redo_backfill(backfill) == ROWS, "but whoever asks for it gets it"
    assert list(itertools.chain(*filled)) == mails * 3


@pytest.mark.parametrize("turns_before", [1, 9])
def test_after_a_way_back_nothing_is_filled_and_after_the_way_forward_everything_again(
    mails, filled, backfill, turns_before
):
    """What the former release wrote meanwhile is as it always wrote it."""
    newer = backfill._replace(version=2)
    turns = itertools.count()
    continue_backfills([newer], stopped=lambda: next(turns) == turns_before)
    filled.clear()
    assert continue_backfills([backfill]) == 0
    assert filled == []
    assert read_progress() == (1, 0, True)
    assert continue_backfills([newer]) == ROWS
    assert read_progress() == (2, 5, True)


def test_after_a_way_back_a_changed_setting_has_all_rows_filled_by_the_former_release(
    mails, filled, backfill
):
    continue_backfills([backfill._replace(version=2)])
    restart_backfill(backfill)
    filled.clear()
    assert continue_backfills([backfill]) == ROWS
    assert read_progress() == (1, 5, True)


def test_an_error_undoes_its_batch_and_no_other(mails, filled, backfill):
    def fill(numbers):
        Mail.objects.filter(pk__in=numbers).update(subject="filled")
        if mails[3] in numbers:
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        continue_backfills([backfill._replace(fill=fill)])
    assert read_progress() == (1, 2, False)
    assert Mail.objects.filter(subject="filled").count() == 2


def test_a_row_that_somebody_changes_is_left_for_the_next_turn(committed, mails, filled, backfill):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE sitekit_mail SET subject = 'mine' WHERE id = %s", [mails[2]])
        assert continue_backfills([backfill]) == 2
        cursor.execute("COMMIT")
    other.close()
    assert read_progress() == (1, 2, False)
    assert continue_backfills([backfill]) == 3
    assert filled == [mails[:2], mails[2:4], mails[4:]]
