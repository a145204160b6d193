"""The list of planted faults fits the code; `make planted-faults` tries them."""

from collections import Counter

import pytest

from tools.planted_faults import (
    BROKEN,
    CAUGHT,
    KINDS,
    MISSED,
    PROJECT_DIR,
    FaultRun,
    PlantedFault,
    load_faults,
    main,
)

FAULTS = load_faults()
LEAST = 40


def test_there_are_enough_of_every_kind():
    assert len(FAULTS) >= LEAST
    assert {fault.kind for fault in FAULTS} == set(KINDS)


def test_a_name_is_given_once():
    assert [name for name, n in Counter(fault.name for fault in FAULTS).items() if n > 1] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_can_be_planted(fault):
    source = (PROJECT_DIR / fault.file).read_text(encoding="utf-8")
    assert fault.plant(source) != source
    assert fault.parses(source)
    assert fault.tests


@pytest.mark.parametrize("test", sorted({test for fault in FAULTS for test in fault.tests}))
def test_a_test_that_is_named_is_there(test):
    file, _, function = test.partition("::")
    assert f"def {function}" in (PROJECT_DIR / file).read_text(encoding="utf-8")


def test_an_unknown_name_is_said():
    with pytest.raises(SystemExit):
        main(["no_such_fault"])


def test_the_list_names_every_fault(capsys):
    assert main(["--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(FAULTS)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """In a folder with one function, and a test that sees half of what it does."""
    (tmp_path / "sums.py").write_text("def add(a, b):\n    return a + b\n")
    (tmp_path / "test_sums.py").write_text(
        "from sums import add\n\n\ndef test_add():\n    assert add(0, 2) == 2\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    monkeypatch.setenv("DATABASE_URL", "postgresql:///unused")
    return FaultRun(tmp_path)


@pytest.mark.parametrize(
    ("find", "becomes", "outcome"),
    [
        ("a + b", "a - b", CAUGHT),
        pytest.param("a + b", "b", MISSED, marks=pytest.mark.full),
        pytest.param("a + b", "a + c", BROKEN, marks=pytest.mark.full),
        pytest.param("def add", "def sum_up", BROKEN, marks=pytest.mark.full),
        ("def add", "raise ValueError\ndef add", BROKEN),
        ("no such words", "", BROKEN),
    ],
)
def test_what_becomes_of_a_fault(run, tmp_path, find, becomes, outcome):
    before = (tmp_path / "sums.py").read_text()
    fault = PlantedFault("sum", "money", "sums.py", find, becomes, ("test_sums.py",))
    result = run.try_fault(fault)
    assert result.outcome == outcome, result.by
    assert result.by == "test_sums.py::test_add" or outcome != CAUGHT
    assert (tmp_path / "sums.py").read_text() == before


@pytest.mark.full
def test_what_fails_without_a_fault_is_named(run, tmp_path):
    assert run.list_failing_tests(["test_sums.py"]) == set()
    (tmp_path / "sums.py").write_text("def add(a, b):\n    return a\n")
    assert run.list_failing_tests(["test_sums.py"]) == {"test_sums.py::test_add"}
