"""The table of operational faults: two cheap ones are carried out, and it can fail. `make faults` tries all."""

import signal
from collections import Counter

import pytest

from tools.faults import __main__ as command
from tools.faults.installation import Installation
from tools.faults.rows import import_rows
from tools.faults.table import (
    FAILED,
    FAULTS,
    LEFT_OUT,
    SURVIVED,
    CannotTry,
    Fault,
    FaultResult,
    NotSurvived,
    try_fault,
)

LEAST = 60


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    site = Installation(tmp_path_factory.mktemp("site"))
    yield site
    site.door.close()


def get_fault(name):
    import_rows()
    return next(row for row in FAULTS if row.name == name)


def make_fault(act, seconds=5):
    return Fault("planted", "tests", "", "", act, seconds, needs_site=False)


def test_there_are_enough_and_a_name_is_given_once():
    import_rows()
    names = Counter(row.name for row in FAULTS)
    assert len(names) >= LEAST
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(
    "name",
    ["variables-missing", pytest.param("database-address-wrong", marks=pytest.mark.full)],
)
def test_a_start_that_cannot_go_well_is_survived(installation, name):
    result = try_fault(get_fault(name), installation)
    assert (result.outcome, result.words) == (SURVIVED, result.words)


@pytest.mark.full
def test_a_site_that_starts_all_the_same_fails(installation):
    """With TRIAL production asks for no variable: what must be refused goes well."""
    installation.env["TRIAL"] = "1"
    try:
        result = try_fault(get_fault("variables-missing"), installation)
    finally:
        del installation.env["TRIAL"]
    assert result.outcome == FAILED and "it went on" in result.words


def test_what_takes_too_long_or_breaks_fails_and_what_cannot_be_tried_is_told(installation, capsys):
    def refuse(site):
        raise CannotTry("nothing to try it with")

    def deny(site):
        raise NotSurvived("a write is lost")

    acts = {
        (FAILED, "no end after 1 seconds"): lambda _: signal.pause(),
        (FAILED, "a write is lost"): deny,
        (LEFT_OUT, "nothing to try it with"): refuse,
        (SURVIVED, "0.3 s"): lambda _: "0.3 s",
    }
    planted = [make_fault(act, seconds=1) for act in acts.values()]
    results = [try_fault(row, installation) for row in planted]
    assert [(result.outcome, result.words) for result in results] == list(acts)
    assert command.run_table(planted, installation) == 1
    assert "1/3 survived, 1 left out" in capsys.readouterr().out
    assert command.run_table(planted[2:], installation) == 0


def test_the_report_tells_of_what_was_not_survived(installation, tmp_path, monkeypatch):
    from tools.faults import report

    monkeypatch.setattr(report, "REPORT", tmp_path / "faults.md")
    row = get_fault("variables-missing")
    report.write_report([FaultResult(row, FAILED, 1.0, "it | went on")], 1.0)
    text = (tmp_path / "faults.md").read_text()
    assert "**0 of 1 survived**" in text and "| [Starts](#starts) | 0 | 1 | 0 |" in text
    assert "- variables-missing: it \\| went on" in text
