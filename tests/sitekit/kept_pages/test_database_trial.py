"""Who finds out whether the database is there, and who is shown what is kept meanwhile."""

import threading

import pytest

from sitekit.kept_pages import database_trial
from sitekit.kept_pages.changes import ChangeLog
from sitekit.kept_pages.database_trial import DatabaseTrial


@pytest.fixture
def lost_trial(monkeypatch):
    """Of a process that has just lost its word of changes."""
    monkeypatch.setattr(database_trial, "TRIAL_SECONDS", 0.02)
    changes = ChangeLog()
    changes.confirm(changes.clock())
    changes.distrust()
    return DatabaseTrial(changes)


def ask_meanwhile(lost_trial, has_other_answer=True):
    """Return whether a request in another thread, meanwhile, shall draw its page."""
    chosen = []

    def take():
        with lost_trial.claim_turn(has_other_answer=has_other_answer) as is_chosen:
            chosen.append(is_chosen)

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return chosen.pop()


def test_while_one_waits_the_others_are_shown_what_is_kept(lost_trial):
    with lost_trial.claim_turn(has_other_answer=True) as is_chosen:
        assert is_chosen
        assert not ask_meanwhile(lost_trial)
        assert ask_meanwhile(lost_trial, has_other_answer=False)
    assert ask_meanwhile(lost_trial)


def test_who_waits_for_a_quick_database_draws_too(lost_trial, monkeypatch):
    monkeypatch.setattr(database_trial, "TRIAL_SECONDS", 60)
    asked = []
    with lost_trial.claim_turn(has_other_answer=True):
        other = threading.Thread(target=lambda: asked.append(ask_meanwhile(lost_trial)))
        other.start()
        other.join(0.05)
        assert other.is_alive()
    other.join()
    assert asked == [True]


def test_after_one_failed_nobody_is_patient(lost_trial, monkeypatch):
    monkeypatch.setattr(database_trial, "TRIAL_SECONDS", 60)
    lost_trial.note_result(lost_trial.get_loss(), is_reached=False)
    with lost_trial.claim_turn(has_other_answer=True):
        assert not ask_meanwhile(lost_trial)


def test_once_a_page_was_drawn_all_draw_until_the_next_loss(lost_trial):
    lost_trial.note_result(lost_trial.get_loss(), is_reached=True)
    with lost_trial.claim_turn(has_other_answer=True):
        assert ask_meanwhile(lost_trial)
        lost_trial.changes.distrust()  # as each try to connect that fails
        assert ask_meanwhile(lost_trial)
    lost_trial.changes.confirm(lost_trial.changes.clock())
    assert lost_trial.get_loss() is None
    lost_trial.note_result(None, is_reached=True)
    lost_trial.changes.distrust()
    with lost_trial.claim_turn(has_other_answer=True):
        assert not ask_meanwhile(lost_trial)


def test_with_word_of_changes_all_draw(lost_trial):
    lost_trial.changes.confirm(lost_trial.changes.clock())
    with lost_trial.claim_turn(has_other_answer=True):
        assert ask_meanwhile(lost_trial)
