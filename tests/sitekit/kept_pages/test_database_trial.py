"""Who finds out whether the database is there, and who is shown what is kept meanwhile."""

import threading

import pytest

from sitekit.kept_pages import database_trial
from sitekit.kept_pages.changes import ChangeLog
from sitekit.kept_pages.database_trial import DatabaseTrial


@pytest.fixture
def trial(monkeypatch):
    """Of a process that has just lost its word of changes."""
    monkeypatch.setattr(database_trial, "PATIENCE", 0.02)
    changes = ChangeLog()
    changes.confirm(changes.clock())
    changes.distrust()
    return DatabaseTrial(changes)


def ask(trial, has_other_answer=True):
    """Return whether a request in another thread, meanwhile, shall draw its page."""
    chosen = []

    def take():
        with trial.take(has_other_answer) as is_chosen:
            chosen.append(is_chosen)

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return chosen.pop()


def test_while_one_waits_the_others_are_shown_what_is_kept(trial):
    with trial.take(True) as is_chosen:
        assert is_chosen
        assert not ask(trial)
        assert ask(trial, has_other_answer=False)
    assert ask(trial)


def test_who_waits_for_a_quick_database_draws_too(trial, monkeypatch):
    monkeypatch.setattr(database_trial, "PATIENCE", 60)
    asked = []
    with trial.take(True):
        other = threading.Thread(target=lambda: asked.append(ask(trial)))
        other.start()
        other.join(0.05)
        assert other.is_alive()
    other.join()
    assert asked == [True]


def test_after_one_failed_nobody_is_patient(trial, monkeypatch):
    monkeypatch.setattr(database_trial, "PATIENCE", 60)
    trial.note_result(trial.get_loss(), is_reached=False)
    with trial.take(True):
        assert not ask(trial)


def test_once_a_page_was_drawn_all_draw_until_the_next_loss(trial):
    trial.note_result(trial.get_loss(), is_reached=True)
    with trial.take(True):
        assert ask(trial)
        trial.changes.distrust()  # as each try to connect that fails
        assert ask(trial)
    trial.changes.confirm(trial.changes.clock())
    assert trial.get_loss() is None
    trial.note_result(None, is_reached=True)
    trial.changes.distrust()
    with trial.take(True):
        assert not ask(trial)


def test_with_word_of_changes_all_draw(trial):
    trial.changes.confirm(trial.changes.clock())
    with trial.take(True):
        assert ask(trial)
